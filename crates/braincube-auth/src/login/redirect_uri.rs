//! [`RedirectUri`]: the URI to which the service redirects the browser.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

use crate::{ValueProblem, is_loopback_host};

/// The URI to which the service redirects the browser with the authorization code: `https`, or plain
/// `http` on this machine. It must be registered with the application.
///
/// ```
/// use braincube_auth::RedirectUri;
///
/// // The URI of applications for the Python package. No program needs to listen on it.
/// assert_eq!(RedirectUri::default().as_str(), "https://localhost:5000/token");
/// assert!(!RedirectUri::default().is_plain_loopback());
///
/// let own = RedirectUri::parse("http://127.0.0.1:0/callback")?;
/// assert!(own.is_plain_loopback());
/// assert_eq!(own.with_port(49_152).as_str(), "http://127.0.0.1:49152/callback");
/// assert!(RedirectUri::parse("http://elsewhere.example/callback").is_err());
/// # Ok::<(), braincube_auth::ValueProblem>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectUri {
    url: Url,
    text: String,
}

/// The redirect URI of the Python package `braincube-token-getter` 0.0.2.
impl Default for RedirectUri {
    fn default() -> Self {
        Self::parse("https://localhost:5000/token").expect("it is an https address")
    }
}

impl RedirectUri {
    /// Parses a redirect URI as it is registered with the application.
    ///
    /// # Errors
    ///
    /// When it is not a URL, is plain `http` to another machine, or has a part that a callback cannot
    /// match: a user name, a query or a fragment.
    pub fn parse(text: &str) -> Result<Self, ValueProblem> {
        if text.is_empty() {
            return Err(ValueProblem::Empty);
        }
        if text.contains(|c: char| c.is_control() || c.is_whitespace() || c == '\\') {
            return Err(ValueProblem::InvalidUrl);
        }
        let url = Url::parse(text).map_err(|_| ValueProblem::InvalidUrl)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(ValueProblem::UserInfo);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(ValueProblem::QueryOrFragment);
        }
        match url.scheme() {
            "https" => {}
            "http" if url.host_str().is_some_and(is_loopback_host) => {}
            "http" => return Err(ValueProblem::InsecureRedirect),
            _ => return Err(ValueProblem::Scheme),
        }
        // Kept as written: the service compares it byte by byte with the registered one.
        let text = text.to_owned();
        Ok(Self { url, text })
    }

    /// The URI as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a program on this machine can listen there without a certificate.
    pub fn is_plain_loopback(&self) -> bool {
        self.url.scheme() == "http"
    }

    /// Whether the host is this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback_host(self.host())
    }

    /// The host as written in the URI; an IPv6 address has brackets.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// The IP address, if the host is one.
    pub fn ip_address(&self) -> Option<IpAddr> {
        match self.url.host()? {
            Host::Ipv4(address) => Some(address.into()),
            Host::Ipv6(address) => Some(address.into()),
            Host::Domain(_) => None,
        }
    }

    /// The port to listen on. `None` if it is 0 or missing: any free port is used, as RFC 8252 allows
    /// for loopback addresses.
    pub fn port(&self) -> Option<u16> {
        self.url.port().filter(|port| *port != 0)
    }

    /// The path, with its leading slash.
    pub fn path(&self) -> &str {
        self.url.path()
    }

    /// The same URI with this port.
    #[must_use]
    pub fn with_port(&self, port: u16) -> Self {
        let mut url = self.url.clone();
        // Cannot fail: the URI has a host, and its scheme is http or https.
        let _ = url.set_port(Some(port));
        let text = url.as_str().to_owned();
        Self { url, text }
    }

    /// Whether a URL equals this one, ignoring its query.
    pub(super) fn matches(&self, other: &Url) -> bool {
        self.url.scheme() == other.scheme()
            && self.url.host() == other.host()
            && self.url.port_or_known_default() == other.port_or_known_default()
            && self.url.path() == other.path()
            && other.username().is_empty()
            && other.password().is_none()
    }
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_comparable_redirect_uris_are_accepted() {
        let table = [
            ("https://localhost:5000/token", None),
            ("https://plant.example/callback", None),
            ("http://localhost:8080/", None),
            ("http://[::1]/callback", None),
            ("", Some(ValueProblem::Empty)),
            ("localhost:5000/token", Some(ValueProblem::Scheme)),
            ("/token", Some(ValueProblem::InvalidUrl)),
            ("http://127.0.0.1/a\tb", Some(ValueProblem::InvalidUrl)),
            ("ftp://localhost/", Some(ValueProblem::Scheme)),
            (
                "http://localhost.example/",
                Some(ValueProblem::InsecureRedirect),
            ),
            ("http://10.0.0.1/", Some(ValueProblem::InsecureRedirect)),
            ("https://a:b@localhost/", Some(ValueProblem::UserInfo)),
            ("https://localhost/?x", Some(ValueProblem::QueryOrFragment)),
            ("https://localhost/#x", Some(ValueProblem::QueryOrFragment)),
        ];
        for (text, problem) in table {
            assert_eq!(RedirectUri::parse(text).err(), problem, "{text}");
        }
    }

    #[test]
    fn port_0_or_no_port_means_any_port() {
        for (text, port) in [
            ("http://127.0.0.1/x", None),
            ("http://127.0.0.1:0/x", None),
            ("http://127.0.0.1:81/x", Some(81)),
        ] {
            assert_eq!(RedirectUri::parse(text).unwrap().port(), port, "{text}");
        }
    }
}
