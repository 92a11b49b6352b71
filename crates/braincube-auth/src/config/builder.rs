//! [`ConfigBuilder`]: settings of the program.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use secrecy::SecretString;

use super::key::Key;
use super::origin::{Given, Origin};
use super::settings::Settings;
use super::sources::Sources;
use super::value::{RawValue, duration_text};
use crate::{Config, ConfigError, Environment};

/// Builds a [`Config`]. Its settings take precedence over all other sources.
///
/// [`build`](Self::build) uses them alone; [`load`](Self::load) takes what is not set from files and the environment.
/// The values are checked by these two methods.
///
/// ```
/// use braincube_auth::Config;
///
/// let config = Config::builder()
///     .sso_base_url("https://sso.plant.example/v1.0/")
///     .api_base_url("https://{braincube-name}.plant.example")
///     .api_key("a personal access token")
///     .build()?;
/// assert_eq!(config.sso_base_url(), "https://sso.plant.example/v1.0");
/// assert_eq!(config.api_base_url(), "https://{braincube-name}.plant.example");
/// # Ok::<(), braincube_auth::ConfigError>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a builder does nothing before it is built"]
pub struct ConfigBuilder {
    settings: BTreeMap<Key, RawValue>,
    profile: Option<String>,
    environment: Option<Environment>,
}

impl ConfigBuilder {
    /// Sets the domain of the site, such as `mybraincube.com`. The SSO service is at `https://{domain}`, the API at
    /// `https://api.{domain}`.
    pub fn domain(self, domain: impl Into<String>) -> Self {
        self.text(Key::Domain, domain)
    }

    /// Sets the base URL of the SSO service, in place of the one derived from the domain. It may have a path.
    pub fn sso_base_url(self, url: impl Into<String>) -> Self {
        self.text(Key::SsoBaseUrl, url)
    }

    /// Sets the base URL of the API, in place of the one derived from the domain. It may have a path, and
    /// `{braincube-name}` in its host or path.
    pub fn api_base_url(self, url: impl Into<String>) -> Self {
        self.text(Key::ApiBaseUrl, url)
    }

    /// Sets a personal access token. It takes precedence over an OAuth2 token.
    pub fn api_key(self, token: impl Into<SecretString>) -> Self {
        self.set(Key::PersonalAccessToken, RawValue::Secret(token.into()))
    }

    /// Sets an OAuth2 access token, with which a session is opened.
    pub fn oauth2_token(self, token: impl Into<SecretString>) -> Self {
        self.set(Key::Oauth2Token, RawValue::Secret(token.into()))
    }

    /// Sets the id of the application that requests OAuth2 tokens.
    pub fn client_id(self, id: impl Into<String>) -> Self {
        self.text(Key::ClientId, id)
    }

    /// Sets the secret of the application that requests OAuth2 tokens.
    pub fn client_secret(self, secret: impl Into<SecretString>) -> Self {
        self.set(Key::ClientSecret, RawValue::Secret(secret.into()))
    }

    /// Sets the URI to which a login redirects the browser, as registered with the application.
    pub fn redirect_uri(self, uri: impl Into<String>) -> Self {
        self.text(Key::RedirectUri, uri)
    }

    /// Sets whether certificates are verified (default: `true`).
    ///
    /// With `false`, an attacker in the network can read the token and the data. For a private certificate authority, use
    /// [`ca_bundle`](Self::ca_bundle).
    pub fn verify(self, verify: bool) -> Self {
        self.set(Key::Verify, RawValue::Flag(verify))
    }

    /// Sets whether plain `http` to other machines is allowed, which exposes the token (default: `false`).
    pub fn allow_http(self, allow: bool) -> Self {
        self.set(Key::AllowHttp, RawValue::Flag(allow))
    }

    /// Sets a PEM file of certificates to trust in addition to those of the system, or a directory of such files. A `~` at
    /// the start of the path is the home directory.
    pub fn ca_bundle(self, path: impl AsRef<Path>) -> Self {
        let raw = match path.as_ref().to_str() {
            Some(path) => RawValue::Text(path.to_owned()),
            None => RawValue::Other("a path that is not Unicode"),
        };
        self.set(Key::CaBundle, raw)
    }

    /// Sets the proxy, which takes precedence over the environment: `http://[user:password@]host[:port]`, the same with
    /// `https://`, or `none`.
    pub fn proxy(self, address: impl Into<SecretString>) -> Self {
        self.set(Key::Proxy, RawValue::Secret(address.into()))
    }

    /// Sets the hosts that are reached without the proxy, separated by commas: names (with all their subdomains), IP
    /// addresses and networks, or `*` for all hosts.
    pub fn no_proxy(self, hosts: impl Into<String>) -> Self {
        self.text(Key::NoProxy, hosts)
    }

    /// Sets how long a failing request is retried; zero disables retries. Rounded up to whole seconds.
    pub fn retry_for(self, time: Duration) -> Self {
        self.text(Key::RetryFor, duration_text(time))
    }

    /// Sets the maximum duration of one request with its retries and the reading of its response. Must not be zero.
    /// Rounded up to whole seconds.
    pub fn timeout(self, limit: Duration) -> Self {
        self.text(Key::Timeout, duration_text(limit))
    }

    /// Selects a profile of the loaded file.
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profile = Some(name.into());
        self
    }

    /// Sets the environment that [`load`](Self::load) uses in place of that of the process.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = Some(environment);
        self
    }

    /// Builds a configuration of these settings alone.
    ///
    /// # Errors
    ///
    /// When a value is invalid, an address is missing, or a profile was selected.
    pub fn build(self) -> Result<Config, ConfigError> {
        self.sources()?.load()
    }

    /// Builds a configuration of these settings, and takes what is not set from the sources of [`Config::load`].
    ///
    /// # Errors
    ///
    /// As [`Config::load`].
    pub fn load(mut self, explicit_file: Option<&Path>) -> Result<Config, ConfigError> {
        let environment = self.environment.take();
        let sources = Sources {
            file: explicit_file.map(Path::to_owned),
            environment: Some(environment.unwrap_or_else(Environment::of_process)),
            uses_defaults: true,
            ..self.sources()?
        };
        sources.load()
    }

    /// Checks the values.
    fn sources(self) -> Result<Sources, ConfigError> {
        let mut settings = Settings::default();
        for (key, raw) in self.settings {
            settings
                .put(key, raw, &Origin::Builder)
                .map_err(|problem| ConfigError::invalid(key.name(), Origin::Builder, problem))?;
        }
        Ok(Sources {
            builder: settings,
            profile: self.profile.map(|name| Given::new(name, Origin::Builder)),
            ..Sources::default()
        })
    }

    fn text(self, key: Key, text: impl Into<String>) -> Self {
        self.set(key, RawValue::Text(text.into()))
    }

    fn set(mut self, key: Key, raw: RawValue) -> Self {
        self.settings.insert(key, raw);
        self
    }
}
