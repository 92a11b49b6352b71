//! [`Config`]: where the services are, and which credential to use.

mod address;
mod builder;
mod credential;
mod document;
mod duration;
mod environment;
mod error;
mod file;
mod hint;
mod key;
mod layer;
mod origin;
mod proxy;
mod raw;
mod resolve;
mod search;
mod setting;
mod sources;
mod surroundings;
mod warning;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

pub use self::builder::ConfigBuilder;
pub use self::duration::parse_duration;
pub use self::error::{ConfigError, ValueProblem};
pub use self::origin::Origin;
pub use self::proxy::{ProxyAddress, ProxyChoice};
pub use self::search::ConfigSearch;
pub use self::setting::Setting;
pub use self::surroundings::Surroundings;
pub use self::warning::ConfigWarning;

use self::address::{BaseUrl, Domain};
use self::key::{Key, PROFILE};
use self::origin::Given;
use crate::store::SecretStore;
use crate::{RedirectUri, secret};

/// Where the two services of a Braincube site are, and which credential to use.
///
/// # Files
///
/// A file is a JSON object, as the Python package `braincube_connector` 2.8.0 reads it:
///
/// ```json
/// {"domain": "mybraincube.com", "api_key": "a personal access token"}
/// ```
///
/// | key | environment variable | meaning |
/// |---|---|---|
/// | `domain` | `BRAINCUBE_DOMAIN` | the site: SSO at `https://{domain}`, API at `https://api.{domain}` |
/// | `sso_base_url` | `BRAINCUBE_SSO_BASE_URL` | the address of the SSO service, if it is another |
/// | `braincube_base_url` | `BRAINCUBE_BASE_URL` | the address of the API, if it is another; may hold `{braincube-name}` |
/// | `api_key` | `BRAINCUBE_API_KEY` | a personal access token; wins over `oauth2_token` |
/// | `oauth2_token` | `BRAINCUBE_OAUTH2_TOKEN` | an OAuth2 access token |
/// | `client_id`, `client_secret` | `BRAINCUBE_CLIENT_ID`, `BRAINCUBE_CLIENT_SECRET` | the application that asks for OAuth2 tokens |
/// | `redirect_uri` | `BRAINCUBE_REDIRECT_URI` | where the browser is sent with the code of a login, as registered with the application (default `https://localhost:5000/token`) |
/// | `verify` | `BRAINCUBE_VERIFY` | `false` accepts any certificate (default `true`); the path of a CA bundle (absolute, beginning with `.` or `~`, or ending in `.pem`, `.crt`, `.cer` or `.ca-bundle`) is taken as `ca_bundle`, with a warning |
/// | `allow_http` | `BRAINCUBE_ALLOW_HTTP` | `true` lets tokens travel in clear to other machines (default `false`) |
/// | `ca_bundle` | `BRAINCUBE_CA_BUNDLE` | a PEM file of certificates to trust, or a directory of such files; in a file, relative to the file's folder |
/// | `proxy` | `BRAINCUBE_PROXY` | the proxy, `http://[user:password@]host[:port]`, or `none`; outweighs `HTTPS_PROXY` and its like |
/// | `no_proxy` | `BRAINCUBE_NO_PROXY` | hosts that are reached directly, separated by commas or blanks |
/// | `retry_for` | `BRAINCUBE_RETRY_FOR` | for how long a failing request is retried, such as `15s`, `5m` or `0s` for not at all; units are `s`, `m`, `h`, `d` and `w` (default `15s`, and `5m` in streams) |
/// | `timeout` | `BRAINCUBE_TIMEOUT` | the longest time for one request with its retries and the reading of its response, such as `2m` (default: none) |
///
/// In a file, `null` and an empty text mean that the key is not given. So an empty `api_key` never leads to a request
/// without a credential: if nothing else gives one, it is the error of a missing one. A path that begins with `~` starts
/// from the home folder, also in an environment variable.
///
/// A file may also hold several sites, each complete in itself. One is selected by
/// [`ConfigBuilder::profile`], by `BRAINCUBE_PROFILE`, or by the file's own `profile`:
///
/// ```json
/// {"profile": "plant-a",
///  "profiles": {"plant-a": {"domain": "a.example", "api_key": "…"},
///               "plant-b": {"domain": "b.example", "api_key": "…"}}}
/// ```
///
/// # Which place is heard
///
/// 1. the [`ConfigBuilder`];
/// 2. one file: the one given to [`load`](Self::load), else the one that `BRAINCUBE_CONFIG` names;
/// 3. the environment variables;
/// 4. one default file, if none is named: `./config.json`, else `~/.braincube/config.json`.
///
/// Each setting is taken from the first place that gives it, so that each fills what those before
/// it leave open; a domain counts as both addresses of its place, and the two tokens as one
/// setting. Places 1 to 3 were named by whoever runs the program and may complete one another. A
/// default file was only found, and may be for another site: it is not read at all when a place
/// before it gives an address, a token or a client secret. So a token never meets an address from
/// another place unless a person named both.
#[derive(Clone, Debug)]
pub struct Config {
    domain: Option<Given<Domain>>,
    sso_base_url: Given<BaseUrl>,
    api_base_url: Given<BaseUrl>,
    api_key: Option<Given<SecretString>>,
    oauth2_token: Option<Given<SecretString>>,
    client_id: Option<Given<String>>,
    client_secret: Option<Given<SecretString>>,
    redirect_uri: Given<RedirectUri>,
    verify: Given<bool>,
    allow_http: Given<bool>,
    ca_bundle: Option<Given<PathBuf>>,
    proxy: Option<Given<ProxyChoice>>,
    no_proxy: Option<Given<String>>,
    retry_for: Option<Given<Duration>>,
    timeout: Option<Given<Duration>>,
    profile: Option<Given<String>>,
    warnings: Vec<ConfigWarning>,
    search: ConfigSearch,
    /// Where the tokens of logins are kept.
    store: Option<PathBuf>,
    /// A store of the program's in the place of that file.
    own_store: Option<Arc<dyn SecretStore>>,
}

impl Config {
    /// A builder without any setting.
    pub fn builder() -> ConfigBuilder {
        ConfigBuilder::default()
    }

    /// The configuration of one file, and of nothing else.
    ///
    /// # Errors
    ///
    /// When the file does not exist or cannot be read, when it is no JSON object, when a value in
    /// it makes no sense, or when an address is missing.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        let sources = Self::builder().sources()?;
        sources.file(Some(path.as_ref())).gather()
    }

    /// The configuration of the environment variables and the file that `BRAINCUBE_CONFIG` names,
    /// without the default places.
    ///
    /// # Errors
    ///
    /// As [`from_file`](Self::from_file), also for the values of the variables.
    pub fn from_env() -> Result<Self, ConfigError> {
        let sources = Self::builder().sources()?;
        sources.environment(Surroundings::of_process()).gather()
    }

    /// The configuration of all places, as described [above](Self#which-place-is-heard).
    ///
    /// A file that is named, here or by `BRAINCUBE_CONFIG`, must be there: no other is read in its
    /// place. A missing token is no error before a [`token_source`](Self::token_source) is asked
    /// for.
    ///
    /// # Errors
    ///
    /// As [`from_env`](Self::from_env).
    pub fn load(explicit_file: Option<&Path>) -> Result<Self, ConfigError> {
        Self::builder().load(explicit_file)
    }

    /// The address of the SSO service, without a slash at its end. It may have a path.
    pub fn sso_base_url(&self) -> &str {
        self.sso_base_url.value.as_str()
    }

    /// The address of the API, without a slash at its end. It may have a path, and the literal
    /// `{braincube-name}` in its host (not at the end of it) or path.
    pub fn api_base_url(&self) -> &str {
        self.api_base_url.value.as_str()
    }

    /// Whether certificates are verified.
    pub const fn verify(&self) -> bool {
        self.verify.value
    }

    /// Whether plain `http` to another machine is allowed. The base URLs have been held to it.
    pub const fn allow_http(&self) -> bool {
        self.allow_http.value
    }

    /// A PEM file of certificates to trust in addition to those of the system, or a directory of such files. It has not
    /// been read.
    pub fn ca_bundle(&self) -> Option<&Path> {
        self.ca_bundle.as_ref().map(|given| given.value.as_path())
    }

    /// Through which proxy connections go; where it is not configured, the environment's habits decide.
    pub fn proxy(&self) -> Option<&ProxyChoice> {
        self.proxy.as_ref().map(|given| &given.value)
    }

    /// Hosts that are reached directly, with commas between them.
    pub fn no_proxy(&self) -> Option<&str> {
        self.no_proxy.as_ref().map(|given| given.value.as_str())
    }

    /// For how long a failing request is retried, where it is configured; zero for no retries.
    pub fn retry_for(&self) -> Option<Duration> {
        self.retry_for.as_ref().map(|given| given.value)
    }

    /// The longest time for one request with its retries and the reading of its response, where it is configured.
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout.as_ref().map(|given| given.value)
    }

    /// The configuration file that was read, if any was.
    pub fn file(&self) -> Option<&Path> {
        self.search.read_file.as_deref()
    }

    /// The profile that was selected.
    pub fn profile(&self) -> Option<&str> {
        self.profile.as_ref().map(|given| given.value.as_str())
    }

    /// What a person should know of this configuration. It has been logged.
    pub fn warnings(&self) -> &[ConfigWarning] {
        &self.warnings
    }

    /// All settings that have a value, as a person may see them.
    ///
    /// ```
    /// use braincube_auth::{Config, Origin};
    ///
    /// let config = Config::builder()
    ///     .domain("mybraincube.com")
    ///     .api_key("a personal access token")
    ///     .build()?;
    /// let token = config.settings().find(|setting| setting.key() == "api_key");
    /// let token = token.expect("it was given");
    /// assert_eq!(token.value(), "************oken");
    /// assert_eq!(token.origin(), &Origin::Builder);
    /// # Ok::<(), braincube_auth::ConfigError>(())
    /// ```
    pub fn settings(&self) -> impl Iterator<Item = Setting> {
        let text = |value: &String| value.clone();
        let path = |value: &PathBuf| value.display().to_string();
        let address = |value: &BaseUrl| value.as_str().to_owned();
        let time = |value: &Duration| duration::text(*value);
        let (sso, api) = (Some(&self.sso_base_url), Some(&self.api_base_url));
        let settings = [
            shown(PROFILE, self.profile.as_ref(), text),
            shown(Key::Domain.name(), self.domain.as_ref(), |domain| {
                domain.as_str().to_owned()
            }),
            shown(Key::SsoBaseUrl.name(), sso, address),
            shown(Key::ApiBaseUrl.name(), api, address),
            shown(
                Key::PersonalAccessToken.name(),
                self.api_key.as_ref(),
                secret::masked,
            ),
            shown(
                Key::Oauth2Token.name(),
                self.oauth2_token.as_ref(),
                secret::masked,
            ),
            shown(Key::ClientId.name(), self.client_id.as_ref(), text),
            shown(
                Key::ClientSecret.name(),
                self.client_secret.as_ref(),
                secret::masked,
            ),
            shown(Key::RedirectUri.name(), Some(&self.redirect_uri), |uri| {
                uri.as_str().to_owned()
            }),
            shown(Key::Verify.name(), Some(&self.verify), bool::to_string),
            shown(
                Key::AllowHttp.name(),
                Some(&self.allow_http),
                bool::to_string,
            ),
            shown(Key::CaBundle.name(), self.ca_bundle.as_ref(), path),
            shown(Key::Proxy.name(), self.proxy.as_ref(), ProxyChoice::shown),
            shown(Key::NoProxy.name(), self.no_proxy.as_ref(), text),
            shown(Key::RetryFor.name(), self.retry_for.as_ref(), time),
            shown(Key::Timeout.name(), self.timeout.as_ref(), time),
        ];
        settings.into_iter().flatten()
    }
}

fn shown<T>(
    key: &'static str,
    given: Option<&Given<T>>,
    show: impl Fn(&T) -> String,
) -> Option<Setting> {
    given.map(|given| Setting::new(key, show(&given.value), &given.origin))
}
