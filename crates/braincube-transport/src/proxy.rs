//! [`ProxyOptions`]: the proxy of a transport.

mod exceptions;
mod rules;

use std::fmt;

use braincube_auth::{Config, ProxyAddress, ProxyChoice};
use http::HeaderValue;

use self::exceptions::Exceptions;
use self::rules::Route;
pub(crate) use self::rules::{Proxy, ProxyRules};
use crate::error::Error;

/// The accepted forms of a proxy address, for an error.
const FORMS: &str = "expected [http://][user:password@]host[:port], or the same with https://; percent-encode spaces and \
                     / ? # in the password; SOCKS proxies are not supported";

/// The proxy of a transport.
///
/// By default, it is the one of the environment: `HTTPS_PROXY` or `HTTP_PROXY`, by the scheme of the request, and otherwise
/// `ALL_PROXY`, in upper or lower case. An empty variable counts as unset. The accepted forms are those of
/// [`ProxyAddress::parse`]; any other value of a variable that a request needs is an error before anything is sent. Hosts in
/// `NO_PROXY` are connected to directly, in the forms that [`except`](Self::except) describes, and so is this machine. The
/// variables are ignored if `REQUEST_METHOD` is set, since the caller of a CGI program can set `HTTP_PROXY`.
///
/// The transport opens a tunnel with `CONNECT`, also for plain `http`. The proxy itself is connected to over plain `http`, or
/// over TLS if its address begins with `https://`. The user and the password in its address are sent to the proxy only.
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
    /// The `User-Agent` of `CONNECT`, if it is not the default.
    user_agent: Option<HeaderValue>,
}

#[derive(Clone, Default)]
enum Source {
    #[default]
    Environment,
    Direct,
    Address(ProxyAddress),
}

impl ProxyOptions {
    /// The proxy of the environment, which is read when the transport is built.
    pub fn environment() -> Self {
        Self::default()
    }

    /// No proxy, regardless of the environment.
    pub fn none() -> Self {
        Self::with_source(Source::Direct)
    }

    /// This proxy, regardless of the environment: `[http://][user:password@]host[:port]`, or `https://…`, as accepted by
    /// [`ProxyAddress::parse`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if the address is invalid. The error does not contain it, since it may
    /// contain a password.
    pub fn new(proxy: &str) -> Result<Self, Error> {
        let address = ProxyAddress::parse(&proxy.into()).map_err(|_without_the_address| {
            Error::config(format!("the text is not the address of a proxy; {FORMS}"))
        })?;
        Ok(Self::with_source(Source::Address(address)))
    }

    /// Hosts that are connected to directly, in addition to those of `NO_PROXY` if the proxy is that of the environment.
    ///
    /// The entries are separated by commas or white space:
    ///
    /// | entry | hosts |
    /// |---|---|
    /// | `example.com`, `.example.com`, `*.example.com`, `example.com.` | this name and all names below it |
    /// | `10.1.2.3`, `fd00::99`, `[fd00::99]` | an address |
    /// | `10.0.0.0/8`, `fd00::/8` | the addresses of a network; names are not resolved for this |
    /// | any of these with `:8443` after it, an IPv6 address in brackets | the same, on this port only |
    /// | `*` | all hosts |
    #[must_use]
    pub fn except(mut self, hosts: impl Into<String>) -> Self {
        self.except = hosts.into();
        self
    }

    fn with_source(source: Source) -> Self {
        Self {
            source,
            ..Self::default()
        }
    }

    /// The `User-Agent` of `CONNECT`.
    pub(crate) fn user_agent(mut self, user_agent: HeaderValue) -> Self {
        self.user_agent = Some(user_agent);
        self
    }

    /// The rules with the current environment.
    pub(crate) fn rules(&self) -> ProxyRules {
        let mut rules = match &self.source {
            Source::Environment => ProxyRules::from_environment(std::env::var_os),
            Source::Direct => ProxyRules::new(Route::Direct),
            Source::Address(proxy) => {
                let proxy = Proxy::of(proxy);
                ProxyRules::new(Route::Through(proxy.expect("a checked address is a URI")))
            }
        };
        rules.except = Exceptions::parse(&self.except);
        if let Some(user_agent) = &self.user_agent {
            rules.user_agent = user_agent.clone();
        }
        rules
    }
}

impl From<&Config> for ProxyOptions {
    /// The proxy of a configuration, or that of the environment if the configuration does not set one.
    fn from(config: &Config) -> Self {
        let source = match config.proxy() {
            Some(ProxyChoice::Direct) => Source::Direct,
            Some(ProxyChoice::Through(proxy)) => Source::Address(proxy.clone()),
            _ => Source::Environment,
        };
        Self::with_source(source).except(config.no_proxy().unwrap_or_default())
    }
}

/// Shows the source of the proxy, but not its address, which may contain a password.
impl fmt::Debug for ProxyOptions {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let source = match self.source {
            Source::Environment => "environment",
            Source::Direct => "none",
            Source::Address(_) => "configured",
        };
        f.debug_struct("ProxyOptions")
            .field("source", &source)
            .field("except", &self.except)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use braincube_auth::Config;
    use http::Uri;

    use super::ProxyOptions;
    use crate::error::ErrorKind;

    fn proxy_to(options: &ProxyOptions, destination: &str) -> Option<String> {
        let destination: Uri = destination.parse().unwrap();
        let proxy = options.rules().proxy_to(&destination).unwrap()?;
        Some(proxy.uri.to_string())
    }

    #[test]
    fn n16_a_configured_proxy_is_used_for_all_hosts_except_the_exceptions() {
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
        let proxy = proxy.unwrap().unwrap();
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
            // An unescaped slash in a password: the user would become the host.
            "http://user:12/canary@proxy",
            "http://user:can/ary@proxy",
        ] {
            let error = ProxyOptions::new(bad).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config, "{bad}");
            assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
        }
    }

    #[test]
    fn n15_n16_a_configuration_sets_the_proxy_its_credentials_and_the_exceptions() {
        let builder = || Config::builder().domain("example.com");
        let through = builder().proxy("http://canary:canary@proxy:3128");
        let config = through.no_proxy("intern").build().unwrap();
        let options = ProxyOptions::from(&config);
        assert!(!format!("{options:?}").contains("canary"));
        let rules = options.rules();
        let proxy = rules.proxy_to(&"https://api.example.com".parse().unwrap());
        let proxy = proxy.unwrap().unwrap();
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
}
