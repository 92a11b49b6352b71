//! [`AllowedOrigins`]: the origins that requests, and with them the credential, may be sent to.

use std::sync::Arc;

use braincube_model::request::{BaseUrl, BaseUrlError, Endpoints};
use http::Uri;

use crate::error::Error;

/// The origins that requests may be sent to: scheme, host and port.
///
/// A request to another origin is rejected before a credential is requested. The origins are those of the base URLs of a
/// configuration, whose paths do not matter. The placeholder `{braincube-name}` in a host matches a name without a dot.
///
/// ```
/// use braincube_transport::AllowedOrigins;
///
/// let origins = AllowedOrigins::new(["https://example.com", "https://{braincube-name}.example.com/v1"])?;
/// assert!(origins.allows(&"https://example.com/sso-server/ws/user/me".parse()?));
/// assert!(origins.allows(&"https://demo.example.com:443/v1/braincube".parse()?));
/// assert!(!origins.allows(&"http://example.com/sso-server/ws/user/me".parse()?));
/// assert!(!origins.allows(&"https://a.b.example.com/".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct AllowedOrigins {
    base_urls: Arc<[BaseUrl]>,
}

impl AllowedOrigins {
    /// The origins of absolute base URLs, such as `https://api.example.com`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if a text is not a base URL.
    pub fn new<I>(base_urls: I) -> Result<Self, Error>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let parse = |url: I::Item| {
            url.as_ref()
                .parse()
                .map_err(|error: BaseUrlError| Error::config(error.to_string()))
        };
        let base_urls = base_urls.into_iter().map(parse);
        Ok(Self {
            base_urls: base_urls.collect::<Result<_, _>>()?,
        })
    }

    /// Whether a request to this URI may be sent.
    pub fn allows(&self, uri: &Uri) -> bool {
        self.base_urls.iter().any(|own| own.owns(uri))
    }

    /// Rejects plain `http` to other machines.
    pub(crate) fn refuse_plain_http(&self) -> Result<(), Error> {
        let is_plain = |own: &&BaseUrl| !own.is_https() && !own.is_loopback();
        match self.base_urls.iter().find(is_plain) {
            None => Ok(()),
            Some(own) => Err(Error::config(format!(
                "plain http to {own} would send the credential unencrypted; \
                 use https, or allow http explicitly",
            ))),
        }
    }

    /// An address of each origin, with a name instead of the placeholder.
    pub(crate) fn examples(&self) -> impl Iterator<Item = Uri> {
        let example = |own: &BaseUrl| own.to_string().replace("{braincube-name}", "name");
        self.base_urls
            .iter()
            .filter_map(move |own| example(own).parse().ok())
    }
}

impl From<&Endpoints> for AllowedOrigins {
    /// The origins of the two base URLs.
    fn from(endpoints: &Endpoints) -> Self {
        Self {
            base_urls: Arc::new([endpoints.sso().clone(), endpoints.api().clone()]),
        }
    }
}

/// The port of an address, or the default port of its scheme.
pub(crate) fn port_of(uri: &Uri) -> u16 {
    let is_plain = uri.scheme_str() == Some("http");
    uri.port_u16().unwrap_or(if is_plain { 80 } else { 443 })
}

/// The error message for a relative address.
pub(crate) const RELATIVE: &str =
    "the request's address is relative; it must begin with the scheme and the host";

#[cfg(test)]
mod tests {
    use super::AllowedOrigins;

    #[test]
    fn scheme_host_and_port_must_all_match() {
        let origins = AllowedOrigins::new([
            "https://API.example.com/v1",
            "http://127.0.0.1:8080",
            "https://[::1]:8443/x",
        ])
        .unwrap();
        for (uri, expected) in [
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
            assert_eq!(origins.allows(&uri.parse().unwrap()), expected, "{uri}");
        }
    }

    #[test]
    fn c16_the_placeholder_in_a_host_is_one_label() {
        let origins =
            AllowedOrigins::new(["https://{braincube-name}.api.example.com:8443/{braincube-name}"])
                .unwrap();
        for (uri, expected) in [
            ("https://demo.api.example.com:8443/", true),
            ("https://my-site_2.api.example.com:8443/", true),
            ("https://api.example.com:8443/", false),
            ("https://.api.example.com:8443/", false),
            ("https://a.b.api.example.com:8443/", false),
            ("https://demo.api.example.com/", false),
            ("https://evil.com:8443/.api.example.com", false),
        ] {
            assert_eq!(origins.allows(&uri.parse().unwrap()), expected, "{uri}");
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
