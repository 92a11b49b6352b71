//! [`ProxyChoice`]: the proxy setting of a configuration.

use std::fmt;

use http::HeaderValue;
use secrecy::{SecretSlice, SecretString};
use url::{Host, Url};

use crate::{ValueProblem, secret};

/// The proxy setting of a configuration.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ProxyChoice {
    /// No proxy, regardless of the environment; `none` in a configuration.
    Direct,
    /// This proxy, regardless of the environment.
    Through(ProxyAddress),
}

/// The address of a proxy and its credentials.
#[derive(Clone)]
pub struct ProxyAddress {
    address: String,
    /// `user:password` without percent-encoding.
    user: Option<SecretSlice<u8>>,
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
        ProxyAddress::parse(given).map(Self::Through)
    }

    /// The address with user and password masked.
    pub(crate) fn masked(&self) -> String {
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

    pub(crate) const fn has_credentials(&self) -> bool {
        matches!(self, Self::Through(ProxyAddress { user: Some(_), .. }))
    }
}

/// Returns `http://host:port` or `https://host:port`; `None` if the address has more than that.
fn normalized(address: &str) -> Option<String> {
    // The `url` crate removes or accepts characters that a proxy address cannot contain, such as quotation marks.
    let is_invalid = |c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && !"-_.:/[]".contains(c);
    if address.contains(is_invalid) {
        return None;
    }
    let url = match address.contains("://") {
        true => Url::parse(address),
        false => Url::parse(&format!("http://{address}")),
    }
    .ok()?;
    let has_host = match url.host()? {
        Host::Domain(name) => !name.is_empty(),
        Host::Ipv4(_) | Host::Ipv6(_) => true,
    };
    let usable = matches!(url.scheme(), "http" | "https") && has_host && url.path() == "/";
    usable.then(|| url.as_str().trim_end_matches('/').to_owned())
}

impl ProxyAddress {
    /// Parses `[http://][user:password@]host[:port]`, or `https://…` for a proxy that is reached over TLS.
    ///
    /// - The default scheme is `http`. The default port is 80, or 443 for `https`.
    /// - The last `@` ends the password, as in curl: `me:p@ss@host` has the password `p@ss`. User and password may be
    ///   percent-encoded, and must be if they contain a space, `/`, `?` or `#`. Other characters are taken literally, such
    ///   as the backslash of `CORP\me`; non-ASCII characters are sent as UTF-8.
    /// - Leading and trailing spaces and line breaks are removed; quotation marks are not.
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
    /// [`ValueProblem::InvalidProxy`] for any other text, such as one with another scheme (`socks5://`), a path, a query or a
    /// space. The error does not contain the text, which may have a password.
    pub fn parse(given: &SecretString) -> Result<Self, ValueProblem> {
        if secret::has_inner_space(given) {
            return Err(ValueProblem::InvalidProxy);
        }
        let (address, user) = secret::without_user(&secret::trimmed(given));
        let address = normalized(&address).ok_or(ValueProblem::InvalidProxy)?;
        Ok(Self { address, user })
    }

    /// The address without credentials: `http://host` or `https://host`, with the port unless it is the default.
    pub fn as_str(&self) -> &str {
        &self.address
    }

    /// The value of the header `Proxy-Authorization` (RFC 7617), if the address has a user.
    pub fn authorization(&self) -> Option<HeaderValue> {
        Some(secret::basic(self.user.as_ref()?))
    }
}

/// Does not show user and password.
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
    fn n16_a_proxy_is_an_address_or_none() {
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
    fn n15_n18_an_invalid_proxy_address_is_rejected_and_not_shown() {
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
            // An unescaped slash in a password.
            "http://user:12/canary@proxy",
            "http://user:can/ary@proxy",
            "pro xy",
            "pro\nxy",
            "htp://canary@proxy",
            "\"http://canary@proxy\"",
            "'canary@proxy'",
            "http://user:can ary@proxy",
            "http://user:can\tary@proxy",
            "http://user:canary @proxy",
            "http://user:canary@ proxy",
            "http:/canary@proxy",
            "http//canary@proxy",
        ] {
            let problem = parse(text).unwrap_err();
            assert_eq!(problem, ValueProblem::InvalidProxy, "{text}");
            assert!(!problem.to_string().contains("canary"));
        }
    }

    #[test]
    fn n15_n18_user_and_password_occur_only_in_the_header() {
        for (text, expected) in [
            ("http://user:canary@proxy", "Basic dXNlcjpjYW5hcnk="),
            ("user:pass%20word%40@proxy", "Basic dXNlcjpwYXNzIHdvcmRA"),
            // As in curl, unescaped characters are taken literally.
            ("http://user:p@ss@proxy", "Basic dXNlcjpwQHNz"),
            ("http://user@proxy", "Basic dXNlcjo="),
            // A password is bytes, not necessarily UTF-8, without the characters that end an address.
            ("http://user:%ffp@proxy", "Basic dXNlcjr/cA=="),
            ("http://user:\u{e9}@proxy", "Basic dXNlcjrDqQ=="),
            ("CORP\\user:p:w@proxy", "Basic Q09SUFx1c2VyOnA6dw=="),
            (" http://user:pw@proxy\r\n", "Basic dXNlcjpwdw=="),
        ] {
            let choice = parse(text).unwrap();
            let address = address(text);
            let header = address.authorization().unwrap();
            assert_eq!(header, expected, "{text}");
            assert!(header.is_sensitive());
            assert_eq!(address.as_str(), "http://proxy");
            assert_eq!(choice.masked(), "http://************@proxy");
            let debug = format!("{choice:?} {address:?}");
            for secret in ["canary", "word", "p@ss", "dXNl"] {
                assert!(!debug.contains(secret), "{debug}");
            }
        }
        assert!(address("proxy").authorization().is_none());
        assert_eq!(parse("proxy").unwrap().masked(), "http://proxy");
    }
}
