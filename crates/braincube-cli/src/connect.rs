//! From the connection options to a client.

use braincube::auth::{ConfigBuilder, ConfigError};
use braincube::transport::RetryOptions;
use braincube::{Client, Config};
use braincube_sim::Simulator;

use crate::arguments::Connection;
use crate::failure::{Failure, chain};
use crate::retry_notice;
use crate::store;
use crate::stream::print_message;
use crate::verbosity::Verbosity;

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

/// Whether a command looks something up, or runs for long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    Short,
    Long,
}

/// Connects to the Braincube that the options name; the simulator only where `--demo` says so.
pub(crate) async fn connect(
    connection: &Connection,
    work: Work,
    verbosity: Verbosity,
) -> Result<Session, Failure> {
    if connection.demo {
        let simulator = Simulator::builder().start().await?;
        let config = builder(connection)
            .sso_base_url(simulator.sso_base_url())
            .api_base_url(simulator.api_base_url())
            .api_key(simulator.token())
            .build()?;
        return Ok(Session {
            client: client(config, work, verbosity).await?,
            _simulator: Some(simulator),
        });
    }
    let config = config(connection)?;
    config.require_credential().map_err(unusable)?;
    Ok(Session {
        client: client(config, work, verbosity).await?,
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
        Some(profile) => builder(connection).profile(profile),
        None => builder(connection),
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
    // If standard error is closed, the exit code still shows the failure.
    let _ = print_message(EXAMPLE);
    let line = format!(
        "{}; without an account, try braincube --demo cubes",
        chain(&error)
    );
    line.into()
}

/// The settings that options give.
fn builder(connection: &Connection) -> ConfigBuilder {
    let mut builder = Config::builder();
    if let Some(time) = connection.retry_for {
        builder = builder.retry_for(time);
    }
    if let Some(limit) = connection.timeout {
        builder = builder.timeout(limit);
    }
    builder
}

async fn client(config: Config, work: Work, verbosity: Verbosity) -> Result<Client, Failure> {
    let mut retry = retry_notice::announced(RetryOptions::default(), verbosity);
    let by_default = (work == Work::Long).then_some(RetryOptions::RETRY_LONG_RUNNING_FOR);
    if let Some(time) = config.retry_for().or(by_default) {
        retry = retry.retry_for(time);
    }
    // Certificates are read from files.
    let building = move || Client::builder(config).retry(retry).build();
    Ok(tokio::task::spawn_blocking(building).await??)
}
