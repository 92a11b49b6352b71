//! [`ProxyOptions`]: through which proxy connections go, if through any.

use std::fmt;
use std::net::IpAddr;

use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

use crate::error::Error;

/// Through which proxy connections go.
///
/// By default the one that the environment names, as curl reads it: `HTTPS_PROXY`, `HTTP_PROXY` and `ALL_PROXY`, in
/// capitals or not, with exceptions in `NO_PROXY`. None of them counts where `REQUEST_METHOD` is set, since
/// a CGI program's caller can set `HTTP_PROXY`. This machine itself is never reached through a proxy of the environment.
///
/// A proxy is asked by `CONNECT` for a tunnel, for plain `http` too, so that it never sees a credential that goes over
/// TLS. It is reached over plain `http` itself; a user and a password in its address are sent to it alone.
///
/// ```
/// use braincube_transport::ProxyOptions;
///
/// let ours = ProxyOptions::new("http://user:password@proxy.example.com:3128")?.except("10.0.0.0/8,.intern");
/// let directly = ProxyOptions::none();
/// # Ok::<(), braincube_transport::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct ProxyOptions {
    source: Source,
    except: String,
}

#[derive(Clone, Default)]
enum Source {
    #[default]
    Environment,
    Nowhere,
    Address(String),
}

impl ProxyOptions {
    /// The proxy that the environment names when the transport is built.
    pub fn environment() -> Self {
        Self::default()
    }

    /// No proxy, whatever the environment says.
    pub fn none() -> Self {
        Self {
            source: Source::Nowhere,
            except: String::new(),
        }
    }

    /// This proxy, whatever the environment says: `http://[user:password@]host[:port]`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if it is no such address. It is not repeated in the error, since it
    /// may hold a password.
    pub fn new(proxy: &str) -> Result<Self, Error> {
        let with_scheme = match proxy.contains("://") {
            true => proxy.to_owned(),
            false => format!("http://{proxy}"),
        };
        let uri: Option<Uri> = with_scheme.parse().ok();
        let usable = |uri: &Uri| uri.scheme_str() == Some("http") && uri.host().is_some();
        if !uri.as_ref().is_some_and(usable) {
            return Err(Error::config(
                "the proxy's address should be http://[user:password@]host[:port]; \
                 proxies that are themselves reached over TLS or SOCKS are not supported",
            ));
        }
        Ok(Self {
            source: Source::Address(with_scheme),
            except: String::new(),
        })
    }

    /// Hosts that are reached directly, besides those of `NO_PROXY` if the proxy is the environment's: names with all
    /// below them, addresses and networks, with commas between them; `*` is all of them.
    #[must_use]
    pub fn except(mut self, hosts: impl Into<String>) -> Self {
        self.except = hosts.into();
        self
    }

    /// The rules, with the environment as it is now.
    pub(crate) fn rules(&self) -> ProxyRules {
        let matcher = match &self.source {
            Source::Nowhere => None,
            Source::Environment => Some(Matcher::from_env()),
            Source::Address(address) => Some(Matcher::builder().all(address.as_str()).build()),
        };
        // A matcher that lets everything through but the exceptions.
        let except = (!self.except.is_empty()).then(|| {
            Matcher::builder()
                .all("http://proxy.invalid")
                .no(self.except.as_str())
                .build()
        });
        ProxyRules {
            matcher,
            except,
            spares_this_machine: matches!(self.source, Source::Environment),
        }
    }
}

/// Shows where the proxy comes from, not its address: that may hold a password.
impl fmt::Debug for ProxyOptions {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let source = match self.source {
            Source::Environment => "environment",
            Source::Nowhere => "none",
            Source::Address(_) => "configured",
        };
        f.debug_struct("ProxyOptions")
            .field("source", &source)
            .field("except", &self.except)
            .finish()
    }
}

/// Which proxy leads to which host.
pub(crate) struct ProxyRules {
    matcher: Option<Matcher>,
    except: Option<Matcher>,
    spares_this_machine: bool,
}

/// A proxy on the way.
pub(crate) struct Proxy {
    pub(crate) uri: Uri,
    /// What goes into the header `Proxy-Authorization`.
    pub(crate) credentials: Option<HeaderValue>,
}

impl ProxyRules {
    pub(crate) fn proxy_to(&self, destination: &Uri) -> Option<Proxy> {
        if self.spares_this_machine && destination.host().is_some_and(is_this_machine) {
            return None;
        }
        let excepted = |except: &Matcher| except.intercept(destination).is_none();
        if self.except.as_ref().is_some_and(excepted) {
            return None;
        }
        let intercept: Intercept = self.matcher.as_ref()?.intercept(destination)?;
        Some(Proxy {
            uri: intercept.uri().clone(),
            credentials: intercept.basic_auth().cloned(),
        })
    }
}

fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    match address.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

#[cfg(test)]
mod tests {
    use http::Uri;

    use super::{ProxyOptions, is_this_machine};
    use crate::error::ErrorKind;

    fn proxy_to(options: &ProxyOptions, destination: &str) -> Option<String> {
        let destination: Uri = destination.parse().unwrap();
        let proxy = options.rules().proxy_to(&destination)?;
        Some(proxy.uri.to_string())
    }

    #[test]
    fn n16_a_configured_proxy_leads_everywhere_but_to_the_exceptions() {
        let options = ProxyOptions::new("proxy.example.com:3128")
            .unwrap()
            .except("intern,10.0.0.0/8");
        for (destination, through) in [
            ("https://api.example.com", true),
            ("http://api.example.com", true),
            ("http://127.0.0.1:80", true),
            ("https://api.intern", false),
            ("https://intern", false),
            ("https://notintern", true),
            ("https://10.1.2.3", false),
        ] {
            let expected = through.then(|| "http://proxy.example.com:3128/".to_owned());
            assert_eq!(proxy_to(&options, destination), expected, "{destination}");
        }
        assert_eq!(proxy_to(&ProxyOptions::none(), "https://a.b"), None);
    }

    #[test]
    fn n15_the_credentials_of_a_proxy_are_never_shown() {
        let options = ProxyOptions::new("http://canary:canary@proxy:3128").unwrap();
        assert!(!format!("{options:?}").contains("canary"));
        let proxy = options.rules().proxy_to(&"https://a.b".parse().unwrap());
        let proxy = proxy.unwrap();
        assert!(!proxy.uri.to_string().contains("canary"));
        let credentials = proxy.credentials.unwrap();
        assert_eq!(credentials, "Basic Y2FuYXJ5OmNhbmFyeQ==");
        assert!(credentials.is_sensitive());
        for bad in [
            "https://canary@proxy",
            "socks5://canary",
            "http://",
            "",
            "http://canary canary",
        ] {
            let error = ProxyOptions::new(bad).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config, "{bad}");
            assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
        }
    }

    #[test]
    fn n16_this_machine_is_known_by_its_names() {
        for host in [
            "localhost",
            "a.localhost",
            "127.0.0.1",
            "127.9.9.9",
            "[::1]",
        ] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in ["example.com", "localhost.example.com", "128.0.0.1", "[::2]"] {
            assert!(!is_this_machine(host), "{host}");
        }
    }
}
