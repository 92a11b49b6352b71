//! [`Config`]: the addresses of the services and the credential.

mod address;
mod builder;
mod credential;
mod document;
mod environment;
mod error;
mod file;
mod key;
mod origin;
mod problem;
mod proxy;
mod resolve;
mod settings;
mod sources;
mod value;
mod warning;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

pub use self::address::is_loopback_host;
pub use self::builder::ConfigBuilder;
pub use self::environment::Environment;
pub use self::error::{ConfigError, ConfigSearch};
pub use self::origin::{Origin, Setting};
pub use self::problem::ValueProblem;
pub use self::proxy::{ProxyAddress, ProxyChoice};
pub use self::value::parse_duration;
pub use self::warning::ConfigWarning;

use self::key::{Key, PROFILE};
use self::origin::Given;
use self::settings::Settings;
use self::sources::Sources;
use self::value::Value;
use crate::store::SecretStore;

/// The addresses of the SSO service and the API of a site, and the credential to use.
///
/// # Files
///
/// A file is a JSON object, as the Python package `braincube_connector` 2.8.0 reads it:
///
/// ```json
/// {"domain": "mybraincube.com", "api_key": "a personal access token"}
/// ```
///
#[doc = key::key_table!()]
///
/// In a file, `null` and an empty text count as not set. So an empty `api_key` never leads to a request without a
/// credential. A `~` at the start of a path is the home directory, also in an environment variable.
///
/// A file may contain several sites as profiles. A profile does not use the settings outside of it. It is selected by
/// [`ConfigBuilder::profile`], by `BRAINCUBE_PROFILE`, or by `profile` in the file:
///
/// ```json
/// {"profile": "plant-a",
///  "profiles": {"plant-a": {"domain": "a.example", "api_key": "…"},
///               "plant-b": {"domain": "b.example", "api_key": "…"}}}
/// ```
///
/// # Precedence
///
/// 1. the [`ConfigBuilder`];
/// 2. one file: the argument of [`load`](Self::load), otherwise the file in `BRAINCUBE_CONFIG`;
/// 3. the environment variables;
/// 4. one default file, if none is named: `./config.json`, otherwise `~/.braincube/config.json`.
///
/// Each source fills in only what the previous ones left unset. A domain counts as both base URLs, and the two tokens
/// count as one setting.
///
/// A default file may belong to another site. It is not read if a previous source sets an address, a token or a client
/// secret. So a token is sent to an address from another source only if the user named both.
#[derive(Clone, Debug)]
pub struct Config {
    settings: Settings,
    profile: Option<Given<String>>,
    warnings: Vec<ConfigWarning>,
    search: ConfigSearch,
    /// The file in which tokens of logins are stored.
    store_path: Option<PathBuf>,
    /// The store that replaces this file.
    store: Option<Arc<dyn SecretStore>>,
}

impl Config {
    /// Creates a builder.
    pub fn builder() -> ConfigBuilder {
        ConfigBuilder::default()
    }

    /// Loads a configuration from one file alone.
    ///
    /// # Errors
    ///
    /// When the file does not exist, cannot be read or is not a JSON object, a value in it is invalid, or an address is
    /// missing.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        let sources = Sources {
            file: Some(path.as_ref().to_owned()),
            ..Sources::default()
        };
        sources.load()
    }

    /// Loads a configuration from the environment variables and the file in `BRAINCUBE_CONFIG`, without the default files.
    ///
    /// # Errors
    ///
    /// As [`from_file`](Self::from_file), also for the environment variables.
    pub fn from_env() -> Result<Self, ConfigError> {
        let sources = Sources {
            environment: Some(Environment::of_process()),
            ..Sources::default()
        };
        sources.load()
    }

    /// Loads a configuration from all sources; see [Precedence](Self#precedence).
    ///
    /// A named file must exist; no other is read in its place. A missing token is not an error until
    /// [`token_source`](Self::token_source) is called.
    ///
    /// # Errors
    ///
    /// As [`from_env`](Self::from_env).
    pub fn load(explicit_file: Option<&Path>) -> Result<Self, ConfigError> {
        Self::builder().load(explicit_file)
    }

    /// The base URL of the SSO service, without a trailing slash. It may have a path.
    pub fn sso_base_url(&self) -> &str {
        self.settings.text(Key::SsoBaseUrl).expect(RESOLVED)
    }

    /// The base URL of the API, without a trailing slash. It may have a path, and the literal `{braincube-name}` in its
    /// host (except at its end) or path.
    pub fn api_base_url(&self) -> &str {
        self.settings.text(Key::ApiBaseUrl).expect(RESOLVED)
    }

    /// Whether certificates are verified.
    pub fn verify(&self) -> bool {
        self.settings.flag_origin(Key::Verify, false).is_none()
    }

    /// Whether plain `http` to other machines is allowed. The base URLs have been checked against it.
    pub fn allow_http(&self) -> bool {
        self.settings.flag_origin(Key::AllowHttp, true).is_some()
    }

    /// The PEM file of certificates to trust in addition to those of the system, or a directory of such files. It has not
    /// been read.
    pub fn ca_bundle(&self) -> Option<&Path> {
        self.settings.path(Key::CaBundle)
    }

    /// The proxy. `None` if it is not configured: the usual environment variables then apply.
    pub fn proxy(&self) -> Option<&ProxyChoice> {
        match &self.settings.get(Key::Proxy)?.value {
            Value::Proxy(proxy) => Some(proxy),
            _ => None,
        }
    }

    /// The hosts that are reached without the proxy, separated by commas.
    pub fn no_proxy(&self) -> Option<&str> {
        self.settings.text(Key::NoProxy)
    }

    /// How long a failing request is retried, if configured; zero for no retries.
    pub fn retry_for(&self) -> Option<Duration> {
        self.settings.duration(Key::RetryFor)
    }

    /// The maximum duration of one request with its retries and the reading of its response, if configured.
    pub fn timeout(&self) -> Option<Duration> {
        self.settings.duration(Key::Timeout)
    }

    /// The configuration file that was read, if any.
    pub fn file(&self) -> Option<&Path> {
        self.search.read_file.as_deref()
    }

    /// The selected profile.
    pub fn profile(&self) -> Option<&str> {
        self.profile.as_ref().map(|given| given.value.as_str())
    }

    /// The problems of this configuration. They have been logged.
    pub fn warnings(&self) -> &[ConfigWarning] {
        &self.warnings
    }

    /// All settings with a value, in printable form.
    ///
    /// ```
    /// use braincube_auth::{Config, Origin};
    ///
    /// let config = Config::builder()
    ///     .domain("mybraincube.com")
    ///     .api_key("a personal access token")
    ///     .build()?;
    /// let token = config.settings().find(|setting| setting.key() == "api_key");
    /// let token = token.expect("it was set");
    /// assert_eq!(token.value(), "************oken");
    /// assert_eq!(token.origin(), &Origin::Builder);
    /// # Ok::<(), braincube_auth::ConfigError>(())
    /// ```
    pub fn settings(&self) -> impl Iterator<Item = Setting> {
        let profile = self.profile.iter().map(|given| Setting {
            key: PROFILE,
            value: given.value.clone(),
            origin: given.origin.clone(),
        });
        let settings = self.settings.0.iter().map(|(key, given)| Setting {
            key: key.name(),
            value: given.value.to_string(),
            origin: given.origin.clone(),
        });
        profile.chain(settings)
    }
}

/// Why a setting without which no [`Config`] is built has a value.
const RESOLVED: &str = "a configuration without this setting is rejected";
