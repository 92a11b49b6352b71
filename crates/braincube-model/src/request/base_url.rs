//! [`BaseUrl`]: the configured part of a URL.

mod host;

use std::fmt;
use std::str::FromStr;

use http::Uri;
use http::uri::{Authority, Scheme};

use self::host::Host;
use super::RequestError;
use super::error::{BaseUrlError, Reason, Result};
use super::path::{is_dot_segment, segment};
use crate::id::excerpt;

/// The placeholder for the name of the braincube, in a base URL or in the path of a raw request.
pub const PLACEHOLDER: &str = "{braincube-name}";

/// The configured part of a URL: scheme, host, port and path prefix.
///
/// The host or the prefix may contain [`PLACEHOLDER`], which is replaced by the name of the braincube. A base URL is
/// displayed without a trailing slash.
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
    /// Empty, or with a leading slash and no trailing one.
    prefix: Box<str>,
}

impl BaseUrl {
    /// Whether the scheme is `https`, so that requests are encrypted.
    pub fn is_https(&self) -> bool {
        self.scheme == Scheme::HTTPS
    }

    /// Whether the host is this machine: `localhost`, `127.0.0.0/8` or `[::1]`.
    pub fn is_loopback(&self) -> bool {
        self.host.is_loopback()
    }

    /// Whether the host or the path prefix contains [`PLACEHOLDER`].
    pub fn has_placeholder(&self) -> bool {
        self.host.has_placeholder() || self.prefix.contains(PLACEHOLDER)
    }

    /// Whether an absolute URL has the same origin: scheme, host and port. The path does not matter.
    ///
    /// A placeholder in the host matches exactly one DNS label. A URL with a user name never matches.
    pub fn owns(&self, uri: &Uri) -> bool {
        let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
            return false;
        };
        *scheme == self.scheme && self.owns_authority(authority)
    }

    fn owns_authority(&self, authority: &Authority) -> bool {
        if authority.as_str().contains('@') {
            return false;
        }
        let (host, port) = (authority.host(), authority.port_u16());
        // An invalid port is not the default port.
        if port.is_none() && authority.as_str() != host {
            return false;
        }
        let default_port = if self.is_https() { 443 } else { 80 };
        let or_default = |port: Option<u16>| port.unwrap_or(default_port);
        or_default(port) == or_default(self.port) && self.host.matches(host)
    }

    /// The base URL with the placeholder replaced.
    pub(crate) fn fill(&self, braincube: Option<&str>) -> Result<String> {
        let host = match (self.host.has_placeholder(), braincube) {
            (false, _) => self.host.to_string(),
            (true, None) => return Err(RequestError::NoBraincube),
            (true, Some(name)) => {
                let host = self.host.with_label(name);
                host.ok_or_else(|| RequestError::HostLabel {
                    name: excerpt(name),
                    base: self.to_string().into(),
                })?
            }
        };
        let mut url = format!("{}://{host}", self.scheme);
        if let Some(port) = self.port {
            url.push(':');
            url.push_str(&port.to_string());
        }
        url.push_str(&fill(&self.prefix, braincube)?);
        Ok(url)
    }
}

/// `path` with each placeholder replaced by the name, as a part of a segment.
pub(crate) fn fill(path: &str, braincube: Option<&str>) -> Result<String> {
    if !path.contains(PLACEHOLDER) {
        return Ok(path.to_owned());
    }
    let name = braincube.ok_or(RequestError::NoBraincube)?;
    Ok(path.replace(PLACEHOLDER, &segment("braincube", name)?))
}

impl FromStr for BaseUrl {
    type Err = BaseUrlError;

    fn from_str(text: &str) -> Result<Self, BaseUrlError> {
        let (scheme, rest) = parse_scheme(text.trim())?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        if authority.contains('@') {
            return Err(Reason::UserInfo.into());
        }
        let (host, port) = parse_port(authority)?;
        Ok(Self {
            scheme,
            host: Host::parse(host)?,
            port,
            prefix: parse_prefix(path)?,
        })
    }
}

fn parse_scheme(text: &str) -> Result<(Scheme, &str), Reason> {
    let (name, rest) = text.split_once("://").ok_or(Reason::Scheme)?;
    match name.to_ascii_lowercase().as_str() {
        "https" => Ok((Scheme::HTTPS, rest)),
        "http" => Ok((Scheme::HTTP, rest)),
        _ => Err(Reason::Scheme),
    }
}

/// Splits host and port. A colon in brackets is part of an IPv6 address.
fn parse_port(authority: &str) -> Result<(&str, Option<u16>), Reason> {
    if authority.starts_with('[') && !authority.contains(']') {
        return Err(Reason::Host);
    }
    let bracket = authority.rfind(']').map_or(0, |at| at + 1);
    let Some(colon) = authority[bracket..].find(':') else {
        return Ok((authority, None));
    };
    let (host, port) = authority.split_at(bracket + colon);
    let digits = &port[1..];
    let is_number = digits.bytes().all(|b| b.is_ascii_digit());
    match digits.parse() {
        Ok(port) if is_number && port != 0 => Ok((host, Some(port))),
        _ => Err(Reason::Port),
    }
}

fn parse_prefix(path: &str) -> Result<Box<str>, Reason> {
    if path.contains('#') {
        return Err(Reason::Fragment);
    }
    if path.contains('?') {
        return Err(Reason::Query);
    }
    let path = path.trim_matches('/');
    if path.is_empty() {
        return Ok("".into());
    }
    let literal = path.replace(PLACEHOLDER, "x");
    if !literal.bytes().all(is_path_byte) || !path.split('%').skip(1).all(starts_with_hex) {
        return Err(Reason::Path);
    }
    if literal.split('/').any(is_dot_segment) {
        return Err(Reason::DotSegment);
    }
    Ok(format!("/{path}").into())
}

/// Whether RFC 3986 allows the byte in a path: unreserved, sub-delimiters, `:`, `@`, `/` and `%`.
const fn is_path_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'&' | b'\''
                ..=b',' | b';' | b'=' | b':' | b'@' | b'/' | b'%'
        )
}

/// Whether a text starts with two hexadecimal digits, as it must after `%`.
fn starts_with_hex(text: &str) -> bool {
    matches!(text.as_bytes(), [a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit())
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.host)?;
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        f.write_str(&self.prefix)
    }
}

#[cfg(test)]
mod tests;
