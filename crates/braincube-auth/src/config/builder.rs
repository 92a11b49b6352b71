//! [`ConfigBuilder`]: settings given by the program itself.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use secrecy::SecretString;

use super::duration;
use super::key::Key;
use super::layer::Layer;
use super::origin::Given;
use super::raw::RawValue;
use super::sources::Sources;
use crate::{Config, ConfigError, Origin, Surroundings};

/// Settings given by the program itself: they outweigh all others.
///
/// [`build`](Self::build) uses them alone, [`load`](Self::load) fills what they leave open.
/// Nothing is checked before.
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
    surroundings: Option<Surroundings>,
}

impl ConfigBuilder {
    /// The domain of the site, such as `mybraincube.com`: the SSO service is there, and the API
    /// at `api.` in front of it.
    pub fn domain(self, domain: impl Into<String>) -> Self {
        self.text(Key::Domain, domain.into())
    }

    /// The address of the SSO service, in the place of the one that follows from the domain. It
    /// may have a path.
    pub fn sso_base_url(self, address: impl Into<String>) -> Self {
        self.text(Key::SsoBaseUrl, address.into())
    }

    /// The address of the API, in the place of the one that follows from the domain. It may have
    /// a path, and `{braincube-name}` in its host or path.
    pub fn api_base_url(self, address: impl Into<String>) -> Self {
        self.text(Key::ApiBaseUrl, address.into())
    }

    /// A personal access token. It wins over an OAuth2 token.
    pub fn api_key(self, token: impl Into<SecretString>) -> Self {
        self.secret(Key::PersonalAccessToken, token.into())
    }

    /// An OAuth2 access token, from which a session is opened.
    pub fn oauth2_token(self, token: impl Into<SecretString>) -> Self {
        self.secret(Key::Oauth2Token, token.into())
    }

    /// The id of the application that asks for OAuth2 tokens.
    pub fn client_id(self, id: impl Into<String>) -> Self {
        self.text(Key::ClientId, id.into())
    }

    /// The secret of the application that asks for OAuth2 tokens.
    pub fn client_secret(self, secret: impl Into<SecretString>) -> Self {
        self.secret(Key::ClientSecret, secret.into())
    }

    /// Where the browser is sent with the code of a login: as it is registered with the application.
    pub fn redirect_uri(self, address: impl Into<String>) -> Self {
        self.text(Key::RedirectUri, address.into())
    }

    /// Whether certificates are verified (default: yes). `false` lets anybody on the way read the
    /// token and the data; a private authority belongs into [`ca_bundle`](Self::ca_bundle).
    pub fn verify(self, verify: bool) -> Self {
        self.with(Key::Verify, RawValue::Flag(verify))
    }

    /// Whether the token may travel in clear, over plain `http` to another machine (default: no).
    pub fn allow_http(self, allow: bool) -> Self {
        self.with(Key::AllowHttp, RawValue::Flag(allow))
    }

    /// A file of PEM certificates, or a directory of such files, that are trusted in addition to those of the system. A `~`
    /// at its beginning stands for the home folder.
    pub fn ca_bundle(self, path: impl AsRef<Path>) -> Self {
        let raw = match path.as_ref().to_str() {
            Some(path) => RawValue::Text(path.to_owned()),
            None => RawValue::Other("a path that is no Unicode text"),
        };
        self.with(Key::CaBundle, raw)
    }

    /// Through which proxy connections go, whatever the environment says: `http://[user:password@]host[:port]`, the same with
    /// `https://`, or `none`.
    pub fn proxy(self, address: impl Into<SecretString>) -> Self {
        self.secret(Key::Proxy, address.into())
    }

    /// Hosts that are reached directly: names with all below them, addresses and networks, with commas between them; `*` is
    /// all of them.
    pub fn no_proxy(self, hosts: impl Into<String>) -> Self {
        self.text(Key::NoProxy, hosts.into())
    }

    /// For how long a failing request is retried; zero for no retries. Whole seconds, rounded up.
    pub fn retry_for(self, time: Duration) -> Self {
        self.text(Key::RetryFor, duration::text(time))
    }

    /// The longest time for one request with its retries and the reading of its response. Whole seconds, rounded up; not
    /// zero.
    pub fn timeout(self, limit: Duration) -> Self {
        self.text(Key::Timeout, duration::text(limit))
    }

    /// The profile to take from the file that is loaded.
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profile = Some(name.into());
        self
    }

    /// Where [`load`](Self::load) looks, in the place of the process.
    pub fn surroundings(mut self, surroundings: Surroundings) -> Self {
        self.surroundings = Some(surroundings);
        self
    }

    /// A configuration of these settings alone.
    ///
    /// # Errors
    ///
    /// When a value makes no sense, when an address is missing, or when a profile was asked for.
    pub fn build(self) -> Result<Config, ConfigError> {
        self.sources()?.gather()
    }

    /// A configuration of these settings, and of what [`Config::load`] finds where they leave
    /// something open.
    ///
    /// # Errors
    ///
    /// As [`Config::load`].
    pub fn load(mut self, explicit_file: Option<&Path>) -> Result<Config, ConfigError> {
        let surroundings = self.surroundings.take();
        let surroundings = surroundings.unwrap_or_else(Surroundings::of_process);
        self.sources()?
            .file(explicit_file)
            .environment(surroundings)
            .default_places()
            .gather()
    }

    pub(crate) fn sources(self) -> Result<Sources, ConfigError> {
        let mut layer = Layer::default();
        for (key, raw) in self.settings {
            layer
                .put(key, raw, &Origin::Builder)
                .map_err(|problem| ConfigError::InvalidValue {
                    key: key.name(),
                    origin: Origin::Builder,
                    line: None,
                    problem,
                })?;
        }
        let profile = self.profile.map(|name| Given::new(name, Origin::Builder));
        Ok(Sources::new(layer, profile))
    }

    fn text(self, key: Key, text: String) -> Self {
        self.with(key, RawValue::Text(text))
    }

    fn secret(self, key: Key, secret: SecretString) -> Self {
        self.with(key, RawValue::Secret(secret))
    }

    fn with(mut self, key: Key, raw: RawValue) -> Self {
        self.settings.insert(key, raw);
        self
    }
}
