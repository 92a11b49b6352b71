//! [`BaseUrl`] and [`Domain`]: addresses that have been looked at closely.
//!
//! Requests are made by appending to a base URL and by replacing the placeholder in it, and they
//! carry a credential. So whatever could send one astray is refused here, before any is made.

use http::Uri;
use url::{Host, Url};

use crate::ValueProblem;

/// What the name of a Braincube takes the place of (Python package `braincube_connector` 2.8.0).
const PLACEHOLDER: &str = "{braincube-name}";

/// An `https` or `http` address without a slash at its end: an origin, perhaps a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BaseUrl {
    text: String,
    exposes: bool,
}

impl BaseUrl {
    /// An address without a placeholder.
    pub(crate) fn parse(text: &str) -> Result<Self, ValueProblem> {
        if text.contains(['{', '}']) {
            return Err(ValueProblem::Braces);
        }
        parse(text.trim()).map(|url| Self::new(&url))
    }

    /// An address that may hold `{braincube-name}`, in its host or in its path.
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
            exposes: url.scheme() == "http" && !is_loopback(url),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a token sent there can be read on the way: plain `http` to another machine.
    pub(crate) const fn exposes(&self) -> bool {
        self.exposes
    }
}

/// A domain, perhaps with a port: both base URLs follow from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Domain {
    authority: String,
    is_name: bool,
}

impl Domain {
    /// A domain, with or without `https://` in front and `/` behind, as the Python package 1.x
    /// accepts it.
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
            return Err(ValueProblem::NoSubdomain);
        }
        BaseUrl::parse(&format!("https://api.{}", self.authority))
    }
}

/// An address that goes where it says it goes.
fn parse(text: &str) -> Result<Url, ValueProblem> {
    if text.is_empty() {
        return Err(ValueProblem::Empty);
    }
    // A URL parser drops line breaks and turns backslashes: what is read must be what is meant.
    if text.contains(|c: char| c.is_control() || c.is_whitespace() || c == '\\') {
        return Err(ValueProblem::NoAddress);
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
        return Err(ValueProblem::NoAddress);
    }
    let mut url = Url::parse(text).map_err(|_| ValueProblem::NoAddress)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(ValueProblem::QueryOrFragment);
    }
    check_host(&mut url)?;
    // The crate that sends requests has rules of its own.
    Uri::try_from(url.as_str()).map_err(|_| ValueProblem::NoAddress)?;
    Ok(url)
}

/// A host of plain labels. The dot that may end one is dropped: certificates have none.
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
        return Err(ValueProblem::NoAddress);
    }
    url.set_host(Some(&bare))
        .map_err(|_| ValueProblem::NoAddress)
}

/// A placeholder in a host leaves at least the last label to the configuration, and stands in no
/// label that is encoded as a whole.
fn check_placeholder(url: &Url, stand_in: &str) -> Result<(), ValueProblem> {
    let host = url.host_str().unwrap_or_default();
    for (position, label) in host.rsplit('.').enumerate() {
        if label.contains(stand_in) {
            if position == 0 {
                return Err(ValueProblem::PlaceholderIsHost);
            }
            if label.starts_with("xn--") {
                return Err(ValueProblem::NoAddress);
            }
        }
    }
    Ok(())
}

fn is_http(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
}

/// Whether the host is this machine. A name below `localhost` is asked of a resolver, which may
/// say anything.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// A label to parse in the place of the placeholder, whose braces no host may have.
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
