//! From the connection options to a client.

use braincube::{Client, Config};
use braincube_sim::Simulator;

use crate::arguments::Connection;
use crate::failure::Failure;
use crate::store;

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
    Ok(Session {
        client: Client::from_config(config).await?,
        _simulator: None,
    })
}

/// The configuration that the options name.
pub(crate) fn config(connection: &Connection) -> Result<Config, Failure> {
    let builder = match &connection.profile {
        Some(profile) => Config::builder().profile(profile),
        None => Config::builder(),
    };
    store::chosen(builder.load(connection.config.as_deref())?)
}
