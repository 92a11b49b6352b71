//! `braincube config show`: every setting with its origin, and no secret.

use braincube::auth::{ConfigError, ConfigSearch};

use crate::arguments::Connection;
use crate::failure::Failure;
use crate::output::{self, Records, TextFormat};
use crate::{connect, store};

const COLUMNS: [&str; 3] = ["key", "value", "origin"];

/// Prints every setting that has a value, with secrets masked, and the login if there is one. A missing credential is
/// printed without a value.
///
/// Without an address, no configuration results: every setting is printed as set or not set, and the command fails with
/// the files that were searched for.
pub(super) async fn show(connection: &Connection, format: TextFormat) -> Result<(), Failure> {
    if connection.demo {
        return Err(Failure::Usage("--demo has no configuration".to_owned()));
    }
    let config = match connect::load(connection) {
        Ok(config) => store::chosen(config)?,
        Err(error) => {
            if let ConfigError::MissingAddress { search, .. } = &error {
                let mut records = Records::new(&COLUMNS);
                push_searched(&mut records, search, |_| true);
                output::print_records(records, format).await?;
            }
            return Err(connect::unusable(error));
        }
    };
    let mut records = Records::new(&COLUMNS);
    for setting in config.settings() {
        records.push([
            Some(setting.key().to_owned()),
            Some(setting.value().to_owned()),
            Some(setting.origin().to_string()),
        ]);
    }
    if let Some(token) = config.stored_token()? {
        let path = config.store_path().map(|path| path.display().to_string());
        let place = path.unwrap_or_else(|| store::KEYRING.to_owned());
        records.push([Some("login".to_owned()), Some(token.masked()), Some(place)]);
    }
    if let Err(ConfigError::MissingCredential { search }) = config.require_credential() {
        let is_token = |key: &str| matches!(key, "api_key" | "oauth2_token");
        push_searched(&mut records, &search, is_token);
    }
    output::print_records(records, format).await
}

/// Adds which of some settings are set, and where the others can be.
fn push_searched(records: &mut Records, search: &ConfigSearch, is_wanted: impl Fn(&str) -> bool) {
    for (key, variable, origin) in search.settings().filter(|(key, ..)| is_wanted(key)) {
        let place = origin.map_or_else(
            || format!("not set: neither in a file nor in {variable}"),
            ToString::to_string,
        );
        let value = origin.map(|_| "(set)".to_owned());
        records.push([Some(key.to_owned()), value, Some(place)]);
    }
}
