//! `braincube config show`: each setting and its origin, with secrets masked.

use braincube::auth::{ConfigError, ConfigSearch};

use crate::arguments::Connection;
use crate::connect;
use crate::exit::Failure;
use crate::output::{self, Format, Records};

const COLUMNS: [&str; 3] = ["key", "value", "origin"];

/// Prints the settings that have a value, and the token of a login. A missing credential is printed without a value.
///
/// Without an address, prints for each setting whether it is set, and fails with the files that were searched.
pub(super) async fn show(connection: &Connection, format: Format) -> Result<(), Failure> {
    if connection.demo {
        return Err(Failure::Usage("--demo has no configuration".to_owned()));
    }
    let mut records = Records::new(&COLUMNS);
    let config = match connect::load(connection) {
        Ok(config) => connect::with_store(config)?,
        Err(error) => {
            if let ConfigError::MissingAddress { search, .. } = &error {
                push_searched(&mut records, search, |_| true);
                output::print_records(records, format).await?;
            }
            return Err(connect::unusable(error));
        }
    };
    for setting in config.settings() {
        records.push([
            Some(setting.key().to_owned()),
            Some(setting.value().to_owned()),
            Some(setting.origin().to_string()),
        ]);
    }
    if let Some(token) = config.stored_token()? {
        let path = config.store_path().map(|path| path.display().to_string());
        let store = path.unwrap_or_else(|| connect::KEYRING.to_owned());
        records.push([Some("login".to_owned()), Some(token.masked()), Some(store)]);
    }
    if let Err(ConfigError::MissingCredential { search }) = config.require_credential() {
        let is_token = |key: &str| matches!(key, "api_key" | "oauth2_token");
        push_searched(&mut records, &search, is_token);
    }
    output::print_records(records, format).await
}

/// Adds the settings that `is_wanted` selects: the origin of those that are set, and the variable for the others.
fn push_searched(records: &mut Records, search: &ConfigSearch, is_wanted: impl Fn(&str) -> bool) {
    for (key, variable, origin) in search.settings().filter(|(key, ..)| is_wanted(key)) {
        let shown = origin.map_or_else(
            || format!("not set in a file or in {variable}"),
            ToString::to_string,
        );
        let value = origin.map(|_| "(set)".to_owned());
        records.push([Some(key.to_owned()), value, Some(shown)]);
    }
}
