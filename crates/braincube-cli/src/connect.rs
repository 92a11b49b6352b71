//! From the connection options to a client.

use std::io::{self, Write as _};

use braincube::auth::ConfigError;
use braincube::{Client, Config};
use braincube_sim::Simulator;

use crate::arguments::Connection;
use crate::failure::{Failure, chain};
use crate::store;

/// A configuration file of two lines, for those who have none.
const EXAMPLE: &str = r#"A configuration file, ./config.json or ~/.braincube/config.json, looks like this:
{"domain": "mybraincube.com",
 "api_key": "<a personal access token>"}"#;

/// A client, and the simulator that it talks to where it is a demonstration.
pub(crate) struct Session {
    pub(crate) client: Client,
    /// Dropping it would stop it.
    _simulator: Option<Simulator>,
}

/// Connects to the Braincube that the options name; the simulator only where `--demo` says so.
pub(crate) async fn connect(connection: &Connection) -> Result<Session, Failure> {
    if connection.demo {
        let simulator = Simulator::builder().start().await?;
        let config = Config::builder()
            .sso_base_url(simulator.sso_base_url())
            .api_base_url(simulator.api_base_url())
            .api_key(simulator.token())
            .build()?;
        let client = Client::from_config(config).await?;
        return Ok(Session {
            client,
            _simulator: Some(simulator),
        });
    }
    let config = config(connection)?;
    config.require_credential().map_err(unusable)?;
    Ok(Session {
        client: Client::from_config(config).await?,
        _simulator: None,
    })
}

/// The configuration that the options name.
pub(crate) fn config(connection: &Connection) -> Result<Config, Failure> {
    store::chosen(load(connection).map_err(unusable)?)
}

/// The configuration that the options name, without the choice of a store for tokens.
pub(crate) fn load(connection: &Connection) -> Result<Config, ConfigError> {
    let builder = match &connection.profile {
        Some(profile) => Config::builder().profile(profile),
        None => Config::builder(),
    };
    builder.load(connection.config.as_deref())
}

/// The failure of a command for lack of a usable configuration. If it names no site or no credential, an example is
/// printed to standard error too.
pub(crate) fn unusable(error: ConfigError) -> Failure {
    use ConfigError::{MissingAddress, MissingCredential};

    if !matches!(error, MissingAddress { .. } | MissingCredential { .. }) {
        return error.into();
    }
    // Where standard error is closed, the exit code still tells.
    let _ = writeln!(io::stderr(), "{EXAMPLE}");
    let line = format!(
        "{}; without an account, try braincube --demo cubes",
        chain(&error)
    );
    line.into()
}
