//! `braincube config show`: every setting with its origin, and no secret.

use crate::arguments::Connection;
use crate::connect;
use crate::failure::Failure;
use crate::output::Records;
use crate::store;

/// Every setting that has a value, with secrets masked, and the login if there is one.
pub(super) fn show(connection: &Connection) -> Result<Records, Failure> {
    if connection.demo {
        return Err(Failure::Usage("--demo has no configuration".to_owned()));
    }
    let config = connect::config(connection)?;
    let mut records = Records::new(&["key", "value", "origin"]);
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
    Ok(records)
}
