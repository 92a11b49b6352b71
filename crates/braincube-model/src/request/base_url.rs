//! [`BaseUrl`]: the part of an address that comes from the configuration.

mod host;
mod parse;

use std::fmt;
use std::str::FromStr;

use http::Uri;
use http::uri::Authority;

use self::host::Host;
pub use self::parse::BaseUrlError;
pub(crate) use self::parse::is_dot_segment;
use super::RequestError;
use super::path::segment;

/// What stands for the name of the braincube in a base URL or in a path given by hand.
pub const PLACEHOLDER: &str = "{braincube-name}";

/// The part of an address that comes from the configuration: scheme, host, port, path prefix.
///
/// The host or the prefix may hold [`PLACEHOLDER`], which is replaced by the name of the braincube
/// addressed. It prints without a trailing slash.
///
/// ```
/// use braincube_model::request::BaseUrl;
///
/// let base: BaseUrl = "https://{braincube-name}.example.com/v1.0/".parse()?;
/// assert!(base.has_placeholder());
/// assert_eq!(base.to_string(), "https://{braincube-name}.example.com/v1.0");
/// assert!(base.owns(&"https://demo.example.com/elsewhere".parse()?));
/// assert!(!base.owns(&"https://demo.evil.org/v1.0".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BaseUrl {
    scheme: Scheme,
    host: Host,
    port: Option<u16>,
    /// Empty, or with a slash in front and none behind.
    prefix: Box<str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Scheme {
    Http,
    Https,
}

impl Scheme {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    const fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

impl BaseUrl {
    /// Whether the scheme is `https`, so that what is sent cannot be read on its way.
    pub const fn is_https(&self) -> bool {
        matches!(self.scheme, Scheme::Https)
    }

    /// Whether the host is this machine: `localhost`, `127.0.0.0/8` or `[::1]`.
    pub fn is_loopback(&self) -> bool {
        self.host.is_loopback()
    }

    /// Whether the host or the path prefix holds [`PLACEHOLDER`].
    pub fn has_placeholder(&self) -> bool {
        self.host.has_placeholder() || self.prefix.contains(PLACEHOLDER)
    }

    /// Whether an absolute address is on this server: same scheme, same host, same port.
    ///
    /// A placeholder in the host stands for exactly one DNS label. The path does not matter. An
    /// address with a user name in it is on no server of ours.
    pub fn owns(&self, uri: &Uri) -> bool {
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return false;
        };
        // Asked before every request: what was made from this base URL is known at a glance.
        scheme.eq_ignore_ascii_case(self.scheme.as_str())
            && (self.is_written_as(authority.as_str()) || self.is_server_of(authority))
    }

    /// Whether this is host and port as a request of our own has them.
    fn is_written_as(&self, authority: &str) -> bool {
        match (self.host.cut_from(authority), self.port) {
            (Some(rest), None) => rest.is_empty(),
            (Some(rest), Some(port)) => rest.strip_prefix(':').is_some_and(|digits| {
                digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.parse() == Ok(port)
            }),
            (None, _) => false,
        }
    }

    fn is_server_of(&self, authority: &Authority) -> bool {
        if authority.as_str().contains('@') {
            return false;
        }
        let (host, port) = (authority.host(), authority.port_u16());
        // What stands behind the colon may be no port at all: that is nobody's default.
        if port.is_none() && authority.as_str() != host {
            return false;
        }
        let or_default = |given: Option<u16>| given.unwrap_or(self.scheme.default_port());
        or_default(port) == or_default(self.port) && self.host.matches(host)
    }

    /// The base URL as text, with the placeholder filled.
    pub(crate) fn fill(&self, braincube: Option<&str>) -> Result<String, RequestError> {
        let host = self.host.fill(braincube).map_err(|error| match error {
            host::FillError::NoName => RequestError::NoBraincube,
            host::FillError::NoLabel(name) => RequestError::HostLabel {
                name,
                base: self.to_string().into(),
            },
        })?;
        let mut text = format!("{}://{host}", self.scheme.as_str());
        if let Some(port) = self.port {
            text.push(':');
            text.push_str(&port.to_string());
        }
        text.push_str(&fill(&self.prefix, braincube)?);
        Ok(text)
    }
}

/// `path` with each placeholder replaced by the name, as a part of a segment.
pub(crate) fn fill(path: &str, braincube: Option<&str>) -> Result<String, RequestError> {
    if !path.contains(PLACEHOLDER) {
        return Ok(path.to_owned());
    }
    let name = braincube.ok_or(RequestError::NoBraincube)?;
    Ok(path.replace(PLACEHOLDER, &segment("braincube", name)?))
}

impl FromStr for BaseUrl {
    type Err = BaseUrlError;

    fn from_str(text: &str) -> Result<Self, BaseUrlError> {
        parse::parse(text)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}://{}", self.scheme.as_str(), self.host)?;
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        f.write_str(&self.prefix)
    }
}

#[cfg(test)]
mod tests;
