//! [`ProxyOptions`]: through which proxy connections go, if through any.

use std::fmt;
use std::net::IpAddr;

use braincube_auth::{Config, ProxyAddress, ProxyChoice};
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
/// TLS. It is itself reached over plain `http`, or over TLS where its address begins with `https://`; a user and a
/// password in that address are sent to it alone.
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
    Address(ProxyAddress),
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

    /// This proxy, whatever the environment says: `http://[user:password@]host[:port]`, or `https://…`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if it is no such address. It is not repeated in the error, since it
    /// may hold a password.
    pub fn new(proxy: &str) -> Result<Self, Error> {
        let address = ProxyAddress::parse(&proxy.into()).map_err(|_silent| {
            Error::config(
                "the proxy's address should be http://[user:password@]host[:port], or begin with \
                 https://; what is special in an address, such as a slash in a password, has to be \
                 percent-encoded; proxies that are reached over SOCKS are not supported",
            )
        })?;
        Ok(Self {
            source: Source::Address(address),
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

    /// Whether the proxy, if it is configured, is reached over TLS.
    pub(crate) fn is_secure(&self) -> bool {
        matches!(&self.source, Source::Address(proxy) if proxy.as_str().starts_with("https://"))
    }

    /// The rules, with the environment as it is now.
    pub(crate) fn rules(&self) -> ProxyRules {
        let mut credentials = None;
        let matcher = match &self.source {
            Source::Nowhere => None,
            Source::Environment => (!environment_excepts_all()).then(Matcher::from_env),
            Source::Address(proxy) => {
                credentials = proxy.authorization();
                Some(Matcher::builder().all(proxy.as_str()).build())
            }
        };
        let matcher = matcher.filter(|_| !names_all(&self.except));
        // A matcher that lets everything through but the exceptions.
        let except = (!self.except.is_empty()).then(|| {
            Matcher::builder()
                .all("http://proxy.invalid")
                .no(self.except.as_str())
                .build()
        });
        ProxyRules {
            matcher,
            credentials,
            except,
            spares_this_machine: matches!(self.source, Source::Environment),
        }
    }
}

impl From<&Config> for ProxyOptions {
    /// What a configuration says of proxies; where it says nothing, what the environment does.
    fn from(config: &Config) -> Self {
        let source = match config.proxy() {
            Some(ProxyChoice::Direct) => Source::Nowhere,
            Some(ProxyChoice::Through(proxy)) => Source::Address(proxy.clone()),
            _ => Source::Environment,
        };
        Self {
            source,
            except: config.no_proxy().unwrap_or_default().to_owned(),
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
    credentials: Option<HeaderValue>,
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
            credentials: self
                .credentials
                .as_ref()
                .or(intercept.basic_auth())
                .cloned(),
        })
    }
}

/// Whether a list of exceptions has `*` in it. The matcher takes that for all names, and so for no address.
fn names_all(except: &str) -> bool {
    except.split(',').any(|host| host.trim() == "*")
}

fn environment_excepts_all() -> bool {
    let lists = ["NO_PROXY", "no_proxy"].into_iter().map(std::env::var);
    lists.flatten().any(|list| names_all(&list))
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
    use braincube_auth::Config;
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
        for all in ["*", "intern, *"] {
            let options = ProxyOptions::new("proxy").unwrap().except(all);
            for destination in [
                "https://api.example.com",
                "https://10.1.2.3",
                "https://[::2]",
            ] {
                assert_eq!(proxy_to(&options, destination), None, "{destination}");
            }
        }
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
            "ftp://canary@proxy",
            "socks5://canary",
            "http://",
            "",
            "http://canary canary",
            "http://proxy/canary",
            "http://proxy?canary",
            "http://proxy#canary",
            "proxy:99999",
            // A slash in a password that is not escaped: the host would be the user.
            "http://user:12/canary@proxy",
            "http://user:can/ary@proxy",
        ] {
            let error = ProxyOptions::new(bad).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config, "{bad}");
            assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
        }
    }

    #[test]
    fn n15_n16_a_configuration_names_the_proxy_its_credentials_and_the_exceptions() {
        let builder = || Config::builder().domain("example.com");
        let through = builder().proxy("http://canary:canary@proxy:3128");
        let config = through.no_proxy("intern").build().unwrap();
        let options = ProxyOptions::from(&config);
        assert!(!format!("{options:?}").contains("canary"));
        let rules = options.rules();
        let proxy = rules.proxy_to(&"https://api.example.com".parse().unwrap());
        let proxy = proxy.unwrap();
        assert_eq!(proxy.uri, "http://proxy:3128/");
        let credentials = proxy.credentials.unwrap();
        assert_eq!(credentials, "Basic Y2FuYXJ5OmNhbmFyeQ==");
        assert!(credentials.is_sensitive());
        assert_eq!(proxy_to(&options, "https://api.intern"), None);

        let none = builder().proxy("none").build().unwrap();
        assert_eq!(proxy_to(&ProxyOptions::from(&none), "https://a.b"), None);
        let silent = ProxyOptions::from(&builder().build().unwrap());
        assert!(format!("{silent:?}").contains("environment"), "{silent:?}");
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
