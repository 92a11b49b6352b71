//! The names of the settings, in files and in the environment.

/// The key of the profile that a file selects.
pub(crate) const PROFILE: &str = "profile";
/// The key of the profiles that a file holds.
pub(crate) const PROFILES: &str = "profiles";

/// The environment variable that names the configuration file.
pub(crate) const CONFIG_VARIABLE: &str = "BRAINCUBE_CONFIG";
/// The environment variable that names the folder of a user's configuration, of the XDG base directories.
pub(crate) const CONFIG_HOME_VARIABLE: &str = "XDG_CONFIG_HOME";
/// The environment variable that selects a profile.
pub(crate) const PROFILE_VARIABLE: &str = "BRAINCUBE_PROFILE";

/// How many slips of the pen apart two keys may be for one to be offered in place of the other.
const NEAR: usize = 2;

/// One setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Domain,
    SsoBaseUrl,
    ApiBaseUrl,
    PersonalAccessToken,
    Oauth2Token,
    ClientId,
    ClientSecret,
    RedirectUri,
    Verify,
    AllowHttp,
    CaBundle,
    Proxy,
    NoProxy,
    RetryFor,
    Timeout,
}

impl Key {
    pub(crate) const ALL: [Self; 15] = [
        Self::Domain,
        Self::SsoBaseUrl,
        Self::ApiBaseUrl,
        Self::PersonalAccessToken,
        Self::Oauth2Token,
        Self::ClientId,
        Self::ClientSecret,
        Self::RedirectUri,
        Self::Verify,
        Self::AllowHttp,
        Self::CaBundle,
        Self::Proxy,
        Self::NoProxy,
        Self::RetryFor,
        Self::Timeout,
    ];

    /// The name in a file: those of the Python package `braincube_connector` 2.8.0, and some more.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Domain => "domain",
            Self::SsoBaseUrl => "sso_base_url",
            Self::ApiBaseUrl => "braincube_base_url",
            Self::PersonalAccessToken => "api_key",
            Self::Oauth2Token => "oauth2_token",
            Self::ClientId => "client_id",
            Self::ClientSecret => "client_secret",
            Self::RedirectUri => "redirect_uri",
            Self::Verify => "verify",
            Self::AllowHttp => "allow_http",
            Self::CaBundle => "ca_bundle",
            Self::Proxy => "proxy",
            Self::NoProxy => "no_proxy",
            Self::RetryFor => "retry_for",
            Self::Timeout => "timeout",
        }
    }

    /// The name of the environment variable.
    pub(crate) const fn variable(self) -> &'static str {
        match self {
            Self::Domain => "BRAINCUBE_DOMAIN",
            Self::SsoBaseUrl => "BRAINCUBE_SSO_BASE_URL",
            Self::ApiBaseUrl => "BRAINCUBE_BASE_URL",
            Self::PersonalAccessToken => "BRAINCUBE_API_KEY",
            Self::Oauth2Token => "BRAINCUBE_OAUTH2_TOKEN",
            Self::ClientId => "BRAINCUBE_CLIENT_ID",
            Self::ClientSecret => "BRAINCUBE_CLIENT_SECRET",
            Self::RedirectUri => "BRAINCUBE_REDIRECT_URI",
            Self::Verify => "BRAINCUBE_VERIFY",
            Self::AllowHttp => "BRAINCUBE_ALLOW_HTTP",
            Self::CaBundle => "BRAINCUBE_CA_BUNDLE",
            Self::Proxy => "BRAINCUBE_PROXY",
            Self::NoProxy => "BRAINCUBE_NO_PROXY",
            Self::RetryFor => "BRAINCUBE_RETRY_FOR",
            Self::Timeout => "BRAINCUBE_TIMEOUT",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.name() == name)
    }

    /// Whether nobody but the service may see the value; of a proxy, nobody but the proxy.
    pub(crate) const fn is_secret(self) -> bool {
        matches!(
            self,
            Self::PersonalAccessToken | Self::Oauth2Token | Self::ClientSecret | Self::Proxy
        )
    }

    /// Whether the value is true or false.
    pub(crate) const fn is_flag(self) -> bool {
        matches!(self, Self::Verify | Self::AllowHttp)
    }
}

/// The known key that an unknown one was probably meant to be.
pub(crate) fn nearest(unknown: &str) -> Option<&'static str> {
    let plain = unknown.to_lowercase().replace('-', "_");
    Key::ALL
        .into_iter()
        .map(Key::name)
        .chain([PROFILE, PROFILES])
        // `profile` inside of a profile is unknown there, and needs no such help.
        .filter(|known| *known != unknown)
        .map(|known| (strsim::osa_distance(&plain, known), known))
        .filter(|(distance, _)| *distance <= NEAR)
        .min()
        .map(|(_, known)| known)
}

/// An unknown key as a person may see it: a long one may be a secret in the wrong place.
pub(crate) fn shown(unknown: &str) -> Box<str> {
    const LONGEST: usize = 24;
    let length = unknown.chars().count();
    if length <= LONGEST {
        unknown.escape_debug().to_string().into()
    } else {
        format!("(a name of {length} characters)").into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c12_a_slip_of_the_pen_finds_the_key_that_was_meant() {
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
    fn a_long_key_is_counted_not_shown() {
        assert_eq!(&*shown("api_\nkey"), "api_\\nkey");
        assert_eq!(&*shown(&"x".repeat(40)), "(a name of 40 characters)");
    }
}
