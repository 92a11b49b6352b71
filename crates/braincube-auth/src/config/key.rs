//! The table of settings: names, types, defaults and documentation.

use super::value::{Kind, Value};
use crate::RedirectUri;

/// The key of the profile that a file selects.
pub(crate) const PROFILE: &str = "profile";
/// The key of the profiles in a file.
pub(crate) const PROFILES: &str = "profiles";

/// The environment variable with the path of the configuration file.
pub(crate) const CONFIG_VARIABLE: &str = "BRAINCUBE_CONFIG";
/// The environment variable with the user's configuration directory (XDG base directories).
pub(crate) const CONFIG_HOME_VARIABLE: &str = "XDG_CONFIG_HOME";
/// The environment variable that selects a profile.
pub(crate) const PROFILE_VARIABLE: &str = "BRAINCUBE_PROFILE";

/// Maximum edit distance between an unknown key and the one that is suggested.
const MAX_DISTANCE: usize = 2;

/// Defines [`Key`] and the table in the documentation of [`Config`](crate::Config).
macro_rules! keys {
    ($(
        $(#[doc = $doc:literal])+
        $key:ident: $kind:ident, $name:literal, $variable:literal $(, default $default:expr)?;
    )+) => {
        /// A setting.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Key {
            $($(#[doc = $doc])+ $key,)+
        }

        impl Key {
            pub(crate) const ALL: &[Self] = &[$(Self::$key,)+];

            /// The name in a file.
            pub(crate) const fn name(self) -> &'static str {
                match self {
                    $(Self::$key => $name,)+
                }
            }

            /// The name of the environment variable.
            pub(crate) const fn variable(self) -> &'static str {
                match self {
                    $(Self::$key => $variable,)+
                }
            }

            /// The type of the value.
            pub(crate) const fn kind(self) -> Kind {
                match self {
                    $(Self::$key => Kind::$kind,)+
                }
            }

            /// The value if no source sets it.
            pub(crate) fn default_value(self) -> Option<Value> {
                match self {
                    $($(Self::$key => Some($default),)?)+
                    _ => None,
                }
            }
        }

        macro_rules! key_table {
            () => {
                concat!(
                    "| key | environment variable | meaning |\n|---|---|---|\n",
                    $("| `", $name, "` | `", $variable, "` |", $($doc,)+ " |\n",)+
                )
            };
        }
        pub(crate) use key_table;
    };
}

// The names of the Python package `braincube_connector` 2.8.0, and some more.
keys! {
    /// the domain of the site: SSO at `https://{domain}`, API at `https://api.{domain}`
    Domain: Domain, "domain", "BRAINCUBE_DOMAIN";
    /// base URL of the SSO service, if it does not follow from the domain
    SsoBaseUrl: BaseUrl, "sso_base_url", "BRAINCUBE_SSO_BASE_URL";
    /// base URL of the API, if it does not follow from the domain; may contain `{braincube-name}`
    ApiBaseUrl: BaseUrlTemplate, "braincube_base_url", "BRAINCUBE_BASE_URL";
    /// personal access token; takes precedence over `oauth2_token`
    PersonalAccessToken: Token, "api_key", "BRAINCUBE_API_KEY";
    /// OAuth2 access token
    Oauth2Token: Token, "oauth2_token", "BRAINCUBE_OAUTH2_TOKEN";
    /// id of the application that requests OAuth2 tokens
    ClientId: Text, "client_id", "BRAINCUBE_CLIENT_ID";
    /// secret of that application
    ClientSecret: Secret, "client_secret", "BRAINCUBE_CLIENT_SECRET";
    /// URI to which a login redirects the browser, as registered with the application (default
    /// `https://localhost:5000/token`)
    RedirectUri: RedirectUri, "redirect_uri", "BRAINCUBE_REDIRECT_URI",
        default Value::RedirectUri(RedirectUri::default());
    /// `false` accepts any certificate (default `true`); the path of a CA bundle (absolute, starting with `.` or `~`, or
    /// ending in `.pem`, `.crt`, `.cer` or `.ca-bundle`) is used as `ca_bundle`, with a warning
    Verify: Verify, "verify", "BRAINCUBE_VERIFY", default Value::Flag(true);
    /// `true` allows plain `http` to other machines, which exposes the token (default `false`)
    AllowHttp: Flag, "allow_http", "BRAINCUBE_ALLOW_HTTP", default Value::Flag(false);
    /// PEM file of certificates to trust, or a directory of such files; in a file, relative to its directory
    CaBundle: Path, "ca_bundle", "BRAINCUBE_CA_BUNDLE";
    /// proxy, `http://[user:password@]host[:port]`, or `none`; takes precedence over `HTTPS_PROXY` and similar variables
    Proxy: Proxy, "proxy", "BRAINCUBE_PROXY";
    /// hosts that are reached without the proxy, separated by commas or spaces
    NoProxy: Text, "no_proxy", "BRAINCUBE_NO_PROXY";
    /// how long a failing request is retried, such as `15s` or `5m`; `0s` disables retries; units are `s`, `m`, `h`, `d`
    /// and `w` (default `15s`, and `5m` in streams)
    RetryFor: Duration, "retry_for", "BRAINCUBE_RETRY_FOR";
    /// maximum duration of one request with its retries and the reading of its response, such as `2m` (default: none)
    Timeout: PositiveDuration, "timeout", "BRAINCUBE_TIMEOUT";
}

impl Key {
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|key| key.name() == name)
    }
}

/// Returns the known key that is most similar to an unknown one.
pub(crate) fn nearest(unknown: &str) -> Option<&'static str> {
    let plain = unknown.to_lowercase().replace('-', "_");
    let names = Key::ALL.iter().map(|key| key.name());
    names
        .chain([PROFILE, PROFILES])
        // `profile` is unknown within a profile, where a suggestion of `profile` would not help.
        .filter(|known| *known != unknown)
        .map(|known| (strsim::osa_distance(&plain, known), known))
        .filter(|(distance, _)| *distance <= MAX_DISTANCE)
        .min()
        .map(|(_, known)| known)
}

/// Escapes a name from a file. Shows only the length of a long one, which may be a misplaced secret.
pub(crate) fn shown(name: &str) -> Box<str> {
    const MAX_LEN: usize = 24;
    let length = name.chars().count();
    if length <= MAX_LEN {
        name.escape_debug().to_string().into()
    } else {
        format!("(a name of {length} characters)").into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c12_the_known_key_nearest_to_a_misspelled_one_is_suggested() {
        let table = [
            ("api_keyy", Some("api_key")),
            ("apikey", Some("api_key")),
            ("API-KEY", Some("api_key")),
            ("domian", Some("domain")),
            ("sso_baseurl", Some("sso_base_url")),
            ("profils", Some("profile")),
            ("API_KEY", Some("api_key")),
            ("timeuot", Some("timeout")),
            ("wait", None),
            ("", None),
        ];
        for (unknown, expected) in table {
            assert_eq!(nearest(unknown), expected, "{unknown}");
        }
    }

    #[test]
    fn only_the_length_of_a_long_key_is_shown() {
        assert_eq!(&*shown("api_\nkey"), "api_\\nkey");
        assert_eq!(&*shown(&"x".repeat(40)), "(a name of 40 characters)");
    }
}
