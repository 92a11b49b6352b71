//! [`AllowedOrigins`]: where requests, and with them the credentials, may go.

use std::net::IpAddr;
use std::sync::Arc;

use http::Uri;
use http::uri::{Authority, Scheme};

use crate::error::Error;

/// What stands for the name of a braincube in a base URL.
const PLACEHOLDER: &str = "{braincube-name}";

/// The origins that a client talks to: scheme, host and port, nothing else.
///
/// A request to any other origin is refused before a credential is asked for. Made from the base
/// URLs of a configuration; their paths do not matter here. Where a host holds the placeholder
/// `{braincube-name}`, a name without a dot stands in its place.
///
/// ```
/// use braincube_transport::AllowedOrigins;
///
/// let origins = AllowedOrigins::new(["https://example.com", "https://{braincube-name}.example.com/v1"])?;
/// assert!(origins.owns(&"https://example.com/sso-server/ws/user/me".parse()?));
/// assert!(origins.owns(&"https://demo.example.com:443/v1/braincube".parse()?));
/// assert!(!origins.owns(&"http://example.com/sso-server/ws/user/me".parse()?));
/// assert!(!origins.owns(&"https://a.b.example.com/".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct AllowedOrigins {
    origins: Arc<[Origin]>,
}

#[derive(Debug)]
struct Origin {
    secure: bool,
    host: HostPattern,
    port: u16,
}

/// A host in lower case, or what stands before and behind the placeholder in one.
#[derive(Debug)]
enum HostPattern {
    Exact(Box<str>),
    Around(Box<str>, Box<str>),
}

impl AllowedOrigins {
    /// The origins of absolute base URLs, such as `https://api.example.com`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if a text is no absolute `http` or `https`
    /// URL, or holds a user or a password.
    pub fn new<I>(base_urls: I) -> Result<Self, Error>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let origins = base_urls.into_iter().map(|url| parse(url.as_ref()));
        Ok(Self {
            origins: origins.collect::<Result<_, _>>()?,
        })
    }

    /// Whether a request to this URI may be sent.
    pub fn owns(&self, uri: &Uri) -> bool {
        let secure = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            Some(scheme) if *scheme == Scheme::HTTP => false,
            _ => return false,
        };
        let Some(authority) = uri.authority() else {
            return false;
        };
        if authority.as_str().contains('@') {
            return false;
        }
        let Some(port) = port_of(authority, secure) else {
            return false;
        };
        let host = authority.host().to_ascii_lowercase();
        self.origins
            .iter()
            .any(|own| own.secure == secure && own.port == port && own.host.matches(&host))
    }

    /// Refuses plain `http` to anywhere but this machine.
    pub(crate) fn refuse_plain_http(&self) -> Result<(), Error> {
        match self
            .origins
            .iter()
            .find(|own| !own.secure && !own.host.is_loopback())
        {
            None => Ok(()),
            Some(own) => Err(Error::config(format!(
                "plain http to {} would send the credential in the clear; \
                 use https, or allow http explicitly",
                own.host.show(),
            ))),
        }
    }

    /// Whether any origin is reached over TLS.
    pub(crate) fn any_secure(&self) -> bool {
        self.origins.iter().any(|own| own.secure)
    }
}

impl HostPattern {
    fn matches(&self, host: &str) -> bool {
        match self {
            Self::Exact(own) => **own == *host,
            Self::Around(before, behind) => host
                .strip_prefix(&**before)
                .and_then(|rest| rest.strip_suffix(&**behind))
                .is_some_and(is_label),
        }
    }

    fn is_loopback(&self) -> bool {
        match self {
            Self::Exact(host) if &**host == "localhost" || host.ends_with(".localhost") => true,
            Self::Exact(host) => {
                let address = host.trim_start_matches('[').trim_end_matches(']');
                address
                    .parse::<IpAddr>()
                    .is_ok_and(|address| address.is_loopback())
            }
            Self::Around(_, behind) => behind.ends_with(".localhost"),
        }
    }

    fn show(&self) -> String {
        match self {
            Self::Exact(host) => host.to_string(),
            Self::Around(before, behind) => format!("{before}{PLACEHOLDER}{behind}"),
        }
    }
}

/// One label of a host name, or a part of one.
fn is_label(text: &str) -> bool {
    let valid = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=63).contains(&text.len()) && text.bytes().all(valid)
}

/// The port of an authority without a user; none if what stands behind the colon is no port.
fn port_of(authority: &Authority, secure: bool) -> Option<u16> {
    match authority.port_u16() {
        Some(port) => Some(port),
        None if authority.as_str() != authority.host() => None,
        None if secure => Some(443),
        None => Some(80),
    }
}

fn parse(url: &str) -> Result<Origin, Error> {
    let refuse = |why: &str| {
        Error::config(format!(
            "a base URL {why}; one reads https://api.example.com"
        ))
    };
    let (scheme, rest) = url
        .split_once("://")
        .ok_or_else(|| refuse("has no scheme"))?;
    let secure = match scheme.to_ascii_lowercase().as_str() {
        "https" => true,
        "http" => false,
        _ => return Err(refuse("is neither https nor http")),
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err(refuse("holds a user or a password"));
    }
    // The placeholder is no valid host, its name alone is.
    let plain: Authority = authority
        .replacen(PLACEHOLDER, "x", 1)
        .parse()
        .map_err(|_| refuse("has no valid host"))?;
    if plain.host().is_empty() {
        return Err(refuse("has no host"));
    }
    let port = port_of(&plain, secure).ok_or_else(|| refuse("has no valid port"))?;
    let own_host = authority
        .rsplit_once(':')
        .filter(|_| plain.port().is_some());
    let host = own_host.map_or(authority, |(host, _)| host);
    let host = match host.split_once(PLACEHOLDER) {
        None => HostPattern::Exact(host.to_ascii_lowercase().into()),
        Some((before, behind)) => HostPattern::Around(
            before.to_ascii_lowercase().into(),
            behind.to_ascii_lowercase().into(),
        ),
    };
    Ok(Origin { secure, host, port })
}

#[cfg(test)]
mod tests {
    use super::AllowedOrigins;

    #[test]
    fn only_scheme_host_and_port_together_are_owned() {
        let origins = AllowedOrigins::new([
            "https://API.example.com/v1",
            "http://127.0.0.1:8080",
            "https://[::1]:8443/x",
        ])
        .unwrap();
        for (uri, owned) in [
            ("https://api.example.com/", true),
            ("https://Api.Example.COM:443/a?b", true),
            ("https://api.example.com:8443/", false),
            ("https://api.example.com:99999/", false),
            ("http://api.example.com/", false),
            ("http://api.example.com:443/", false),
            ("https://api.example.com.evil.com/", false),
            ("https://evil-api.example.com/", false),
            ("https://api.example.com./", false),
            ("https://user@api.example.com/", false),
            ("https://api.example.com@evil.com/", false),
            ("http://127.0.0.1:8080/", true),
            ("http://127.0.0.1/", false),
            ("http://localhost:8080/", false),
            ("https://[::1]:8443/", true),
            ("https://[::1]/", false),
            ("/relative", false),
            ("ftp://api.example.com/", false),
        ] {
            assert_eq!(origins.owns(&uri.parse().unwrap()), owned, "{uri}");
        }
    }

    #[test]
    fn c16_the_placeholder_in_a_host_is_one_label() {
        let origins =
            AllowedOrigins::new(["https://{braincube-name}.api.example.com:8443/{braincube-name}"])
                .unwrap();
        for (uri, owned) in [
            ("https://demo.api.example.com:8443/", true),
            ("https://my-site_2.api.example.com:8443/", true),
            ("https://api.example.com:8443/", false),
            ("https://.api.example.com:8443/", false),
            ("https://a.b.api.example.com:8443/", false),
            ("https://demo.api.example.com/", false),
            ("https://evil.com:8443/.api.example.com", false),
        ] {
            assert_eq!(origins.owns(&uri.parse().unwrap()), owned, "{uri}");
        }
    }

    #[test]
    fn what_is_no_base_url_is_refused_without_being_echoed() {
        for url in [
            "",
            "api.example.com",
            "ftp://example.com",
            "https://",
            "https://u:canary@example.com",
            "https://a b",
            "https://a:99999",
        ] {
            let error = AllowedOrigins::new([url]).expect_err(url);
            assert_eq!(error.kind(), crate::ErrorKind::Config);
            assert!(!error.to_string().contains("canary"), "{error}");
        }
    }

    #[test]
    fn t6_plain_http_is_for_this_machine() {
        for (url, allowed) in [
            ("https://example.com", true),
            ("http://127.0.0.1:8080", true),
            ("http://127.9.9.9", true),
            ("http://[::1]:80", true),
            ("http://localhost:3000/x", true),
            ("http://{braincube-name}.localhost", true),
            ("http://example.com", false),
            ("http://localhost.example.com", false),
            ("http://10.0.0.1", false),
            ("http://{braincube-name}.example.com", false),
        ] {
            let origins = AllowedOrigins::new([url]).unwrap();
            assert_eq!(origins.refuse_plain_http().is_ok(), allowed, "{url}");
        }
    }
}
