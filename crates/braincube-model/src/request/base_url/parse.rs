//! Reads a [`BaseUrl`] out of text. An error says what is wrong and never repeats the text, which
//! may hold a password.

use super::host::Host;
use super::{BaseUrl, PLACEHOLDER, Scheme};

/// Why a text is no base URL. It does not repeat the text, which may hold a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a base URL: {reason}; one reads \"https://api.mybraincube.com\"")]
pub struct BaseUrlError {
    reason: Reason,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Reason {
    #[error("it does not begin with https:// or http://")]
    Scheme,
    #[error("it has no host")]
    NoHost,
    #[error("its host is no host name and no address")]
    Host,
    #[error("its host is not ASCII: write an international name in its \"xn--\" form")]
    NotAscii,
    #[error("its port is no number from 1 to 65535")]
    Port,
    #[error("it holds a user name or password: those belong into the credentials")]
    UserInfo,
    #[error("it has a query")]
    Query,
    #[error("it has a fragment")]
    Fragment,
    #[error("its path holds a character that an address cannot")]
    Path,
    #[error("its path holds \".\" or \"..\"")]
    DotSegment,
    #[error("it holds the placeholder {{braincube-name}} twice in the host")]
    TwoPlaceholders,
    #[error("it holds the placeholder {{braincube-name}}, which the SSO server knows nothing of")]
    SsoPlaceholder,
}

impl From<Reason> for BaseUrlError {
    fn from(reason: Reason) -> Self {
        Self { reason }
    }
}

impl BaseUrlError {
    pub(crate) fn sso_placeholder() -> Self {
        Reason::SsoPlaceholder.into()
    }
}

pub(super) fn parse(text: &str) -> Result<BaseUrl, BaseUrlError> {
    let (scheme, rest) = scheme(text.trim())?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    if authority.contains('@') {
        return Err(Reason::UserInfo.into());
    }
    let (host, port) = split_port(authority)?;
    Ok(BaseUrl {
        scheme,
        host: Host::parse(host)?,
        port,
        prefix: prefix(path)?,
    })
}

fn scheme(text: &str) -> Result<(Scheme, &str), Reason> {
    let (name, rest) = text.split_once("://").ok_or(Reason::Scheme)?;
    match name.to_ascii_lowercase().as_str() {
        "https" => Ok((Scheme::Https, rest)),
        "http" => Ok((Scheme::Http, rest)),
        _ => Err(Reason::Scheme),
    }
}

/// A colon within brackets belongs to the address, not to the port.
fn split_port(authority: &str) -> Result<(&str, Option<u16>), Reason> {
    if authority.starts_with('[') && !authority.contains(']') {
        return Err(Reason::Host);
    }
    let bracket = authority.rfind(']').map_or(0, |at| at + 1);
    match authority[bracket..].find(':') {
        None => Ok((authority, None)),
        Some(colon) => {
            let (host, port) = authority.split_at(bracket + colon);
            let digits = &port[1..];
            let number = digits.bytes().all(|b| b.is_ascii_digit());
            match digits.parse() {
                Ok(port) if number && port != 0 => Ok((host, Some(port))),
                _ => Err(Reason::Port),
            }
        }
    }
}

fn prefix(path: &str) -> Result<Box<str>, Reason> {
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
    if !literal.bytes().all(is_path_byte) || !path.split('%').skip(1).all(begins_with_hex) {
        return Err(Reason::Path);
    }
    if literal.split('/').any(is_dot_segment) {
        return Err(Reason::DotSegment);
    }
    Ok(format!("/{path}").into())
}

/// What RFC 3986 allows in a path: unreserved, sub-delimiters, `:`, `@`, `/` and `%`.
const fn is_path_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'&' | b'\''
                ..=b',' | b';' | b'=' | b':' | b'@' | b'/' | b'%'
        )
}

/// Whether two hexadecimal digits come first, as behind a `%`.
fn begins_with_hex(text: &str) -> bool {
    matches!(text.as_bytes(), [a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit())
}

/// Whether a segment reads `.` or `..` once its dots are decoded.
pub(crate) fn is_dot_segment(segment: &str) -> bool {
    let decoded = segment.to_ascii_lowercase().replace("%2e", ".");
    matches!(decoded.as_str(), "." | "..")
}
