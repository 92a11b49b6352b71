//! [`BaseUrl`] and [`Domain`]: validated addresses.
//!
//! Requests contain a credential, and their URLs are built by appending to a base URL and replacing its placeholder. So a
//! base URL that could direct a request to another server is rejected.

use std::net::IpAddr;

use http::Uri;
use url::{Host, Url};

use crate::ValueProblem;

/// Replaced by the name of a Braincube (Python package `braincube_connector` 2.8.0).
const PLACEHOLDER: &str = "{braincube-name}";

/// An `https` or `http` URL without a trailing slash: an origin and an optional path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BaseUrl {
    text: String,
    is_exposed: bool,
}

impl BaseUrl {
    /// Parses a URL without a placeholder.
    pub(crate) fn parse(text: &str) -> Result<Self, ValueProblem> {
        if text.contains(['{', '}']) {
            return Err(ValueProblem::Braces);
        }
        parse(text.trim()).map(|url| Self::new(&url))
    }

    /// Parses a URL that may contain `{braincube-name}` in its host or path.
    pub(crate) fn parse_with_placeholder(text: &str) -> Result<Self, ValueProblem> {
        let stand_in = stand_in(text);
        let filled = text.replace(PLACEHOLDER, &stand_in);
        if filled.contains(['{', '}']) {
            return Err(ValueProblem::Braces);
        }
        let url = parse(filled.trim())?;
        check_placeholder(&url, &stand_in)?;
        let mut base = Self::new(&url);
        base.text = base.text.replace(&stand_in, PLACEHOLDER);
        Ok(base)
    }

    fn new(url: &Url) -> Self {
        Self {
            text: url.as_str().trim_end_matches('/').to_owned(),
            is_exposed: url.scheme() == "http" && !url.host_str().is_some_and(is_loopback_host),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the network can read a token sent there: plain `http` to another machine.
    pub(crate) const fn is_exposed(&self) -> bool {
        self.is_exposed
    }
}

/// A domain with an optional port, from which both base URLs are derived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Domain {
    authority: String,
    is_name: bool,
}

impl Domain {
    /// Parses a domain. A leading `https://` and a trailing `/` are removed, as by the Python package 1.x.
    pub(crate) fn parse(text: &str) -> Result<Self, ValueProblem> {
        let text = text.trim();
        let bare = match text.split_once("://") {
            None => text,
            Some((scheme, rest)) if is_http(scheme) => rest,
            Some(_) => return Err(ValueProblem::Scheme),
        };
        let bare = bare.trim_matches('/');
        if bare.is_empty() {
            return Err(ValueProblem::Empty);
        }
        if bare.contains(['{', '}']) {
            return Err(ValueProblem::Braces);
        }
        let url = parse(&format!("https://{bare}"))?;
        if url.path() != "/" {
            return Err(ValueProblem::PathInDomain);
        }
        Ok(Self {
            authority: url.authority().to_owned(),
            is_name: matches!(url.host(), Some(Host::Domain(_))),
        })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.authority
    }

    /// `https://{domain}`
    pub(crate) fn sso_base_url(&self) -> Result<BaseUrl, ValueProblem> {
        BaseUrl::parse(&format!("https://{}", self.authority))
    }

    /// `https://api.{domain}`
    pub(crate) fn api_base_url(&self) -> Result<BaseUrl, ValueProblem> {
        if !self.is_name {
            return Err(ValueProblem::IpAddress);
        }
        BaseUrl::parse(&format!("https://api.{}", self.authority))
    }
}

/// Parses a URL that every parser reads in the same way.
fn parse(text: &str) -> Result<Url, ValueProblem> {
    if text.is_empty() {
        return Err(ValueProblem::Empty);
    }
    // The URL parser drops line breaks and replaces backslashes.
    if text.contains(|c: char| c.is_control() || c.is_whitespace() || c == '\\') {
        return Err(ValueProblem::InvalidUrl);
    }
    let (scheme, rest) = text.split_once("://").ok_or(ValueProblem::Scheme)?;
    if !is_http(scheme) {
        return Err(ValueProblem::Scheme);
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err(ValueProblem::UserInfo);
    }
    if authority.is_empty() {
        return Err(ValueProblem::InvalidUrl);
    }
    let mut url = Url::parse(text).map_err(|_| ValueProblem::InvalidUrl)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(ValueProblem::QueryOrFragment);
    }
    check_host(&mut url)?;
    // The type of the HTTP client has stricter rules.
    Uri::try_from(url.as_str()).map_err(|_| ValueProblem::InvalidUrl)?;
    Ok(url)
}

/// Checks the labels of the host and removes a trailing dot, which certificates do not have.
fn check_host(url: &mut Url) -> Result<(), ValueProblem> {
    let Some(Host::Domain(host)) = url.host() else {
        return Ok(());
    };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let bare = host.strip_suffix('.').unwrap_or(host).to_owned();
    if !bare
        .split('.')
        .all(|label| !label.is_empty() && label.chars().all(is_plain))
    {
        return Err(ValueProblem::InvalidUrl);
    }
    url.set_host(Some(&bare))
        .map_err(|_| ValueProblem::InvalidUrl)
}

/// Rejects a placeholder in the last label of the host, or in an internationalized label, which is encoded as a whole.
fn check_placeholder(url: &Url, stand_in: &str) -> Result<(), ValueProblem> {
    let host = url.host_str().unwrap_or_default();
    for (position, label) in host.rsplit('.').enumerate() {
        if label.contains(stand_in) {
            if position == 0 {
                return Err(ValueProblem::PlaceholderAtEnd);
            }
            if label.starts_with("xn--") {
                return Err(ValueProblem::InvalidUrl);
            }
        }
    }
    Ok(())
}

fn is_http(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
}

/// Whether a host, as in a URL or a `Host` header, is this machine: `localhost` or a loopback IP address.
///
/// A subdomain of `localhost` is not: a resolver may return any address for it.
///
/// ```
/// use braincube_auth::is_loopback_host;
///
/// assert!(["localhost", "127.0.0.1", "::1", "[::1]"].into_iter().all(is_loopback_host));
/// assert!(!["plant.localhost", "10.0.0.1", "127.0.0.1.example"].into_iter().any(is_loopback_host));
/// ```
pub fn is_loopback_host(host: &str) -> bool {
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    match bare.unwrap_or(host).parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host.eq_ignore_ascii_case("localhost"),
    }
}

/// A label to parse in place of the placeholder, because a host must not contain braces.
fn stand_in(text: &str) -> String {
    let text = text.to_lowercase();
    let mut label = "braincube-name".to_owned();
    while text.replace(PLACEHOLDER, "").contains(&label) {
        label.push('x');
    }
    label
}

#[cfg(test)]
mod tests;
