//! Creates the client from the connection options.

use std::env;
use std::time::Duration;

use braincube::auth::{ConfigBuilder, ConfigError};
use braincube::transport::RetryOptions;
use braincube::{Client, Config};
#[cfg(feature = "sim")]
use braincube_sim::Simulator;

use crate::arguments::Connection;
use crate::exit::{Failure, chain};
use crate::logging::Verbosity;
use crate::progress;
use crate::stream::print_message;

/// An example of a configuration file, printed if there is none.
const EXAMPLE: &str = r#"A configuration file, ./config.json or ~/.braincube/config.json, looks like this:
{"domain": "mybraincube.com",
 "api_key": "<a personal access token>"}"#;

/// The environment variable that selects the store of login tokens.
const STORE: &str = "BRAINCUBE_STORE";

/// The name of the keyring in messages.
pub(crate) const KEYRING: &str = "the keyring of the system";

/// A build without the simulator has no value of this type.
#[cfg(not(feature = "sim"))]
type Simulator = std::convert::Infallible;

/// A client. With `--demo`, also the simulator to which it connects.
pub(crate) struct Session {
    pub(crate) client: Client,
    /// Stops when it is dropped.
    _simulator: Option<Simulator>,
}

/// Connects to the server of the options, or with `--demo` to a new simulator.
///
/// Failing requests are retried for `retry_for`, unless an option or the configuration sets another time.
pub(crate) async fn connect(
    connection: &Connection,
    retry_for: Option<Duration>,
    verbosity: Verbosity,
) -> Result<Session, Failure> {
    let (config, simulator) = if connection.demo {
        simulated(connection).await?
    } else {
        let config = config(connection)?;
        config.require_credential().map_err(unusable)?;
        (config, None)
    };
    let mut retry = progress::announce_first_retry(RetryOptions::default(), verbosity);
    if let Some(time) = config.retry_for().or(retry_for) {
        retry = retry.retry_for(time);
    }
    // On a blocking thread: certificates are read from files.
    let build = move || Client::builder(config).retry(retry).build();
    Ok(Session {
        client: tokio::task::spawn_blocking(build).await??,
        _simulator: simulator,
    })
}

/// Starts a simulator and returns the configuration that connects to it.
#[cfg(feature = "sim")]
async fn simulated(connection: &Connection) -> Result<(Config, Option<Simulator>), Failure> {
    let simulator = Simulator::builder().start().await?;
    let config = builder(connection)
        .sso_base_url(simulator.sso_base_url())
        .api_base_url(simulator.api_base_url())
        .api_key(simulator.token())
        .build()?;
    Ok((config, Some(simulator)))
}

#[cfg(not(feature = "sim"))]
async fn simulated(_connection: &Connection) -> Result<(Config, Option<Simulator>), Failure> {
    Err(Failure::Usage(
        "--demo needs the simulator, which this build does not contain; reinstall with `cargo install braincube-cli \
         --features sim`"
            .to_owned(),
    ))
}

/// Loads the configuration and selects the store of login tokens.
pub(crate) fn config(connection: &Connection) -> Result<Config, Failure> {
    with_store(load(connection).map_err(unusable)?)
}

/// Loads the configuration.
pub(crate) fn load(connection: &Connection) -> Result<Config, ConfigError> {
    let builder = match &connection.profile {
        Some(profile) => builder(connection).profile(profile),
        None => builder(connection),
    };
    builder.load(connection.config.as_deref())
}

/// Converts an error of the configuration. If the address or the credential is missing, an example is printed to
/// standard error.
pub(crate) fn unusable(error: ConfigError) -> Failure {
    use ConfigError::{MissingAddress, MissingCredential};

    if !matches!(error, MissingAddress { .. } | MissingCredential { .. }) {
        return error.into();
    }
    // If standard error is closed, the exit code still shows the failure.
    let _ = print_message(EXAMPLE);
    format!(
        "{}; without an account, try braincube --demo cubes",
        chain(&error)
    )
    .into()
}

/// A configuration with the values of the options.
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

/// Selects the store of login tokens from the environment. The default is a file.
pub(crate) fn with_store(config: Config) -> Result<Config, Failure> {
    let store = env::var_os(STORE).unwrap_or_default();
    match store.to_str() {
        Some("" | "file") => Ok(config),
        Some("keyring") => with_keyring(config),
        _ => Err(Failure::Usage(format!(
            "unknown store {store:?} in {STORE}; expected file or keyring"
        ))),
    }
}

#[cfg(feature = "keyring")]
fn with_keyring(config: Config) -> Result<Config, Failure> {
    let store = braincube::auth::store::KeyringStore::new()?;
    Ok(config.with_store(std::sync::Arc::new(store)))
}

/// An error, not a fallback: a token for the keyring must not be written to a file.
#[cfg(not(feature = "keyring"))]
fn with_keyring(_config: Config) -> Result<Config, Failure> {
    Err(Failure::Usage(format!(
        "{STORE}=keyring needs a build with the feature `keyring`; reinstall with `cargo install braincube-cli --features \
         keyring`"
    )))
}
