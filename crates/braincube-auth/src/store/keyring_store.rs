//! [`KeyringStore`]: tokens in the keyring of the operating system.

use std::fmt::{self, Write as _};
use std::sync::Arc;

use keyring_core::{CredentialStore, Entry, Error};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::stored_token::WrittenToken;
use super::{Account, SecretStore, StoreError, StoredToken};
use crate::{BoxError, secret};

/// Under which name all entries stand.
const SERVICE: &str = "braincube";

/// Tokens in the keyring of the operating system, one entry for each [`Account`] (feature
/// `keyring`).
///
/// | system | keyring | how long |
/// |---|---|---|
/// | Linux | the kernel's, of the session and of the user; no D-Bus | until the machine restarts, or nobody asked for some days |
/// | macOS | the user's keychain | until it is removed |
/// | Windows | the credential manager, which takes entries of 2560 bytes at most | until it is removed |
///
/// ```no_run
/// use std::sync::Arc;
/// use braincube_auth::Config;
/// use braincube_auth::store::KeyringStore;
///
/// let config = Config::load(None)?.with_store(Arc::new(KeyringStore::new()?));
/// let token = config.stored_token()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct KeyringStore {
    keyring: Arc<CredentialStore>,
}

/// What an entry holds. The name of an entry is a digest: the account is checked once more.
#[derive(Deserialize, Serialize)]
struct Content {
    account: Account,
    token: WrittenToken,
}

impl KeyringStore {
    /// The keyring of this system.
    ///
    /// # Errors
    ///
    /// [`StoreError::Other`] where the system has none that is known, or does not open it.
    pub fn new() -> Result<Self, StoreError> {
        let keyring = keyring_of_system().map_err(failed)?;
        Ok(Self { keyring })
    }

    fn entry(&self, account: &Account) -> Result<Entry, StoreError> {
        let name = name(account)?;
        self.keyring.build(SERVICE, &name, None).map_err(failed)
    }
}

impl SecretStore for KeyringStore {
    fn load(&self, account: &Account) -> Result<Option<StoredToken>, StoreError> {
        let bytes = match self.entry(account)?.get_secret() {
            Ok(bytes) => Zeroizing::new(bytes),
            Err(Error::NoEntry) => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        // The parser's own error may quote the entry.
        let content: Content = serde_json::from_slice(&bytes).map_err(|_quotes| strange())?;
        let token = StoredToken::from(content.token);
        // A token that no header can carry was not written here.
        let is_usable = secret::header("", token.access_token()).is_ok();
        if content.account == *account && is_usable {
            Ok(Some(token))
        } else {
            Err(strange())
        }
    }

    fn save(&self, account: &Account, token: &StoredToken) -> Result<(), StoreError> {
        let content = Content {
            account: account.clone(),
            token: WrittenToken::from(token),
        };
        let bytes = serde_json::to_vec(&content).map_err(|error| other(error.into()))?;
        let bytes = Zeroizing::new(bytes);
        self.entry(account)?.set_secret(&bytes).map_err(failed)
    }

    fn remove(&self, account: &Account) -> Result<bool, StoreError> {
        match self.entry(account)?.delete_credential() {
            Ok(()) => Ok(true),
            Err(Error::NoEntry) => Ok(false),
            Err(error) => Err(failed(error)),
        }
    }
}

impl fmt::Debug for KeyringStore {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        // A keyring may show what it holds.
        f.debug_struct("KeyringStore").finish_non_exhaustive()
    }
}

#[cfg(target_os = "linux")]
fn keyring_of_system() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(linux_keyutils_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn keyring_of_system() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(windows)]
fn keyring_of_system() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn keyring_of_system() -> keyring_core::Result<Arc<CredentialStore>> {
    Err(Error::NoDefaultStore)
}

/// The name of an account's entry: its SHA-256, since systems limit the length of names.
fn name(account: &Account) -> Result<String, StoreError> {
    let written = serde_json::to_vec(account).map_err(|error| other(error.into()))?;
    let mut name = String::with_capacity(64);
    for byte in Sha256::digest(written) {
        // Nothing fails that writes to a string.
        let _ = write!(name, "{byte:02x}");
    }
    Ok(name)
}

/// Why the keyring failed. Its own error may hold the bytes of an entry, and stays behind.
fn failed(error: Error) -> StoreError {
    match error {
        Error::PlatformFailure(source) | Error::NoStorageAccess(source) => other(source),
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::BadStoreFormat(_) => strange(),
        Error::TooLong(_, most) => {
            other(format!("the keyring takes entries of {most} bytes at most").into())
        }
        Error::NoDefaultStore => other("no keyring is known for this system".into()),
        _ => other("the keyring refuses the entry".into()),
    }
}

fn strange() -> StoreError {
    other("the entry in the keyring is not as this program writes it: log out, and in again".into())
}

const fn other(source: BoxError) -> StoreError {
    StoreError::Other { source }
}

#[cfg(test)]
mod tests;
