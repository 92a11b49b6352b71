//! Where the tokens of logins are kept: in a file, or in the keyring of the operating system.

use std::env;

use braincube::Config;

use crate::failure::Failure;

/// What a person calls the keyring.
pub(crate) const KEYRING: &str = "the keyring of the system";

/// The environment variable that chooses the store.
const VARIABLE: &str = "BRAINCUBE_STORE";

/// The configuration with the store that the environment chooses: a file unless it says
/// otherwise.
pub(crate) fn chosen(config: Config) -> Result<Config, Failure> {
    let choice = env::var_os(VARIABLE).unwrap_or_default();
    match choice.to_str() {
        Some("" | "file") => Ok(config),
        Some("keyring") => keyring(config),
        _ => Err(Failure::Usage(format!(
            "{VARIABLE} is neither file nor keyring"
        ))),
    }
}

#[cfg(feature = "keyring")]
fn keyring(config: Config) -> Result<Config, Failure> {
    let store = braincube::auth::store::KeyringStore::new()?;
    Ok(config.with_store(std::sync::Arc::new(store)))
}

/// No token goes into a file for somebody who wants it in the keyring.
#[cfg(not(feature = "keyring"))]
fn keyring(_config: Config) -> Result<Config, Failure> {
    Err(Failure::Usage(format!(
        "{VARIABLE}=keyring takes a braincube that is built with its feature `keyring`"
    )))
}
