//! [`ProxyChoice`]: through which proxy a configuration says that connections go.

use std::fmt;

use http::HeaderValue;
use secrecy::SecretString;
use url::{Host, Url};

use crate::{ValueProblem, secret};

/// Through which proxy a configuration says that connections go.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ProxyChoice {
    /// Through none, whatever the environment says; `none` in a configuration.
    Direct,
    /// Through this one, whatever the environment says.
    Through(ProxyAddress),
}

/// Where a proxy is, and what it wants to be shown.
#[derive(Clone)]
pub struct ProxyAddress {
    address: String,
    /// `user:password`, as they are behind their escapes.
    user: Option<SecretString>,
}

impl ProxyChoice {
    pub(crate) fn parse(given: &SecretString) -> Result<Self, ValueProblem> {
        let (address, user) = secret::without_user(given);
        let address = address.trim();
        if user.is_none() && address.eq_ignore_ascii_case("none") {
            return Ok(Self::Direct);
        }
        if user.is_none() && address.is_empty() {
            return Err(ValueProblem::Empty);
        }
        ProxyAddress::of(address, user).map(Self::Through)
    }

    /// As a person may see it.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Direct => "none".to_owned(),
            Self::Through(proxy) => match proxy.address.split_once("://") {
                Some((scheme, rest)) if proxy.user.is_some() => {
                    format!("{scheme}://{}@{rest}", secret::MASK)
                }
                _ => proxy.address.clone(),
            },
        }
    }

    pub(crate) const fn holds_secret(&self) -> bool {
        matches!(self, Self::Through(ProxyAddress { user: Some(_), .. }))
    }
}

/// `http://host:port` or `https://host:port`, and nothing behind it.
fn check(address: &str) -> Option<String> {
    let odd = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '\\' | '?' | '#' | '@');
    if address.contains(odd) {
        return None;
    }
    let url = match address.contains("://") {
        true => Url::parse(address),
        false => Url::parse(&format!("http://{address}")),
    }
    .ok()?;
    let names_host = match url.host()? {
        Host::Domain(name) => !name.is_empty(),
        Host::Ipv4(_) | Host::Ipv6(_) => true,
    };
    let usable = matches!(url.scheme(), "http" | "https") && names_host && url.path() == "/";
    usable.then(|| url.as_str().trim_end_matches('/').to_owned())
}

impl ProxyAddress {
    /// Reads `http://[user:password@]host[:port]`, or `https://…`; without a scheme it is `http`.
    ///
    /// ```
    /// use braincube_auth::ProxyAddress;
    ///
    /// let proxy = ProxyAddress::parse(&"user:password@proxy.example.com:3128".into())?;
    /// assert_eq!(proxy.as_str(), "http://proxy.example.com:3128");
    /// assert!(proxy.authorization().is_some());
    /// # Ok::<(), braincube_auth::ValueProblem>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ValueProblem::NoProxy`] if it is no such address. It is not repeated in the error, since it may hold a password.
    pub fn parse(given: &SecretString) -> Result<Self, ValueProblem> {
        let (address, user) = secret::without_user(given);
        Self::of(address.trim(), user)
    }

    fn of(address: &str, user: Option<SecretString>) -> Result<Self, ValueProblem> {
        let address = check(address).ok_or(ValueProblem::NoProxy)?;
        Ok(Self { address, user })
    }

    /// `http://host`, with a port unless it is 80; or `https://host` for a proxy that is itself reached over TLS.
    pub fn as_str(&self) -> &str {
        &self.address
    }

    /// What goes into the header `Proxy-Authorization` (RFC 7617), if the configuration names a user.
    pub fn authorization(&self) -> Option<HeaderValue> {
        Some(secret::basic(self.user.as_ref()?))
    }
}

/// Without the user and the password.
impl fmt::Debug for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("ProxyAddress")
            .field("address", &self.address)
            .field("has_user", &self.user.is_some())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{ProxyAddress, ProxyChoice};
    use crate::ValueProblem;

    fn parse(text: &str) -> Result<ProxyChoice, ValueProblem> {
        ProxyChoice::parse(&text.into())
    }

    fn address(text: &str) -> ProxyAddress {
        match parse(text).unwrap() {
            ProxyChoice::Through(address) => address,
            ProxyChoice::Direct => panic!("{text}"),
        }
    }

    #[test]
    fn n16_an_address_or_none() {
        for (text, expected) in [
            ("proxy", "http://proxy"),
            ("proxy.example.com:3128", "http://proxy.example.com:3128"),
            ("http://proxy:3128/", "http://proxy:3128"),
            ("HTTP://Proxy:80", "http://proxy"),
            ("https://proxy:3128", "https://proxy:3128"),
            ("user:pass@proxy:3128", "http://proxy:3128"),
            ("http://user@[::1]:3128", "http://[::1]:3128"),
        ] {
            assert_eq!(address(text).as_str(), expected, "{text}");
        }
        for none in ["none", "None", " none "] {
            assert!(matches!(parse(none), Ok(ProxyChoice::Direct)), "{none}");
        }
    }

    #[test]
    fn n15_what_is_no_proxy_is_refused_without_being_repeated() {
        assert_eq!(parse(" ").unwrap_err(), ValueProblem::Empty);
        for text in [
            "socks5://proxy",
            "ftp://canary@proxy",
            "http://",
            "http://canary@",
            "canary@",
            "proxy:99999",
            "http://proxy/path",
            "http://proxy?canary",
            "http://proxy#canary",
            // A slash in a password that is not escaped.
            "http://user:12/canary@proxy",
            "http://user:can/ary@proxy",
            "pro xy",
            "pro\nxy",
        ] {
            let problem = parse(text).unwrap_err();
            assert_eq!(problem, ValueProblem::NoProxy, "{text}");
            assert!(!problem.to_string().contains("canary"));
        }
    }

    #[test]
    fn n15_user_and_password_go_into_one_header_and_nowhere_else() {
        for (text, expected) in [
            ("http://user:canary@proxy", "Basic dXNlcjpjYW5hcnk="),
            ("user:pass%20word%40@proxy", "Basic dXNlcjpwYXNzIHdvcmRA"),
            // As curl: what is not escaped is taken as it is.
            ("http://user:p@ss@proxy", "Basic dXNlcjpwQHNz"),
            ("http://user@proxy", "Basic dXNlcjo="),
        ] {
            let choice = parse(text).unwrap();
            let address = address(text);
            let header = address.authorization().unwrap();
            assert_eq!(header, expected, "{text}");
            assert!(header.is_sensitive());
            assert_eq!(address.as_str(), "http://proxy");
            assert_eq!(choice.shown(), "http://************@proxy");
            let debug = format!("{choice:?} {address:?}");
            for secret in ["canary", "word", "p@ss", "dXNl"] {
                assert!(!debug.contains(secret), "{debug}");
            }
        }
        assert!(address("proxy").authorization().is_none());
        assert_eq!(parse("proxy").unwrap().shown(), "http://proxy");
    }
}
