//! [`ProxyRules`]: which proxy is used for which destination.

use std::ffi::OsString;
use std::net::IpAddr;

use braincube_auth::ProxyAddress;
use http::{HeaderValue, Uri};

use super::FORMS;
use super::exceptions::Exceptions;
use crate::error::Error;
use crate::options::DEFAULT_USER_AGENT;

/// Which proxy is used for which destination.
#[derive(Debug)]
pub(crate) struct ProxyRules {
    http: Route,
    https: Route,
    pub(super) except: Exceptions,
    /// The exceptions of the environment.
    no_proxy: Result<Exceptions, Invalid>,
    /// Whether this machine is always connected to directly.
    excepts_loopback: bool,
    pub(crate) user_agent: HeaderValue,
}

/// The route to the hosts of one scheme.
#[derive(Clone, Debug)]
pub(super) enum Route {
    Direct,
    Through(Proxy),
    Invalid(Invalid),
}

/// A proxy that is used.
#[derive(Clone, Debug)]
pub(crate) struct Proxy {
    pub(crate) uri: Uri,
    /// The value of the header `Proxy-Authorization`; marked sensitive, so that `Debug` does not show it.
    pub(crate) credentials: Option<HeaderValue>,
}

impl Proxy {
    pub(super) fn of(address: &ProxyAddress) -> Option<Self> {
        Some(Self {
            uri: address.as_str().parse().ok()?,
            credentials: address.authorization(),
        })
    }

    /// Whether the proxy itself is connected to over TLS.
    pub(crate) fn is_secure(&self) -> bool {
        self.uri.scheme_str() == Some("https")
    }
}

/// An environment variable with an invalid value. The value is not kept, because it may contain a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Invalid {
    variable: &'static str,
    is_unicode: bool,
}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        let name = invalid.variable;
        Self::config(match invalid.is_unicode {
            true => {
                format!("the environment variable {name} is not the address of a proxy; {FORMS}")
            }
            false => format!(
                "the environment variable {name} is not valid UTF-8; percent-encode such bytes"
            ),
        })
    }
}

impl ProxyRules {
    pub(super) fn new(route: Route) -> Self {
        Self {
            http: route.clone(),
            https: route,
            except: Exceptions::default(),
            no_proxy: Ok(Exceptions::default()),
            excepts_loopback: false,
            user_agent: HeaderValue::from_static(DEFAULT_USER_AGENT),
        }
    }

    /// Reads the proxy variables. An empty one counts as unset, so that it does not hide the same name in lower case.
    pub(crate) fn from_environment(variable: impl Fn(&'static str) -> Option<OsString>) -> Self {
        let first = |names: &[&'static str]| {
            let set = |&name: &&'static str| {
                let value = variable(name).filter(|value| !value.is_empty())?;
                Some((name, value))
            };
            names.iter().find_map(set)
        };
        let route = |names: &[&'static str]| match first(names) {
            Some((name, address)) => {
                let proxy = text(name, address).and_then(|address| parse(name, address));
                proxy.map_or_else(Route::Invalid, Route::Through)
            }
            None => Route::Direct,
        };
        let mut rules = Self::new(Route::Direct);
        rules.excepts_loopback = true;
        if let Some((name, list)) = first(&["NO_PROXY", "no_proxy"]) {
            rules.no_proxy = text(name, list).map(|list| Exceptions::parse(&list));
        }
        // The caller of a CGI program can set HTTP_PROXY by a header of the request.
        if variable("REQUEST_METHOD").is_none() {
            rules.http = route(&["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]);
            rules.https = route(&["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]);
        }
        rules
    }

    /// The proxy for a destination, if one is used.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if the environment variable that decides it is invalid.
    pub(crate) fn proxy_to(&self, destination: &Uri) -> Result<Option<Proxy>, Error> {
        let route = match destination.scheme_str() {
            Some("http") => &self.http,
            _ => &self.https,
        };
        let is_loopback = destination.host().is_some_and(is_loopback);
        if matches!(route, Route::Direct)
            || self.excepts_loopback && is_loopback
            || self.except.contain(destination)
        {
            return Ok(None);
        }
        let no_proxy = self.no_proxy.as_ref().map_err(|invalid| *invalid)?;
        if no_proxy.contain(destination) {
            return Ok(None);
        }
        match route {
            Route::Direct => Ok(None),
            Route::Through(proxy) => Ok(Some(proxy.clone())),
            Route::Invalid(invalid) => Err((*invalid).into()),
        }
    }
}

fn text(variable: &'static str, value: OsString) -> Result<String, Invalid> {
    value.into_string().map_err(|_not_utf8| Invalid {
        variable,
        is_unicode: false,
    })
}

fn parse(variable: &'static str, address: String) -> Result<Proxy, Invalid> {
    let address = ProxyAddress::parse(&address.into()).ok();
    address.as_ref().and_then(Proxy::of).ok_or(Invalid {
        variable,
        is_unicode: true,
    })
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    match address.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use http::Uri;

    use super::{ProxyRules, is_loopback};
    use crate::error::ErrorKind;

    fn rules(variables: &[(&'static str, OsString)]) -> ProxyRules {
        let value = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| value.clone())
        };
        ProxyRules::from_environment(value)
    }

    /// The proxy for a destination and its credentials.
    fn through(rules: &ProxyRules, destination: &str) -> Option<(String, Option<String>)> {
        let destination: Uri = destination.parse().unwrap();
        let proxy = rules.proxy_to(&destination).unwrap()?;
        let credentials = proxy.credentials.map(|it| it.to_str().unwrap().to_owned());
        Some((proxy.uri.to_string(), credentials))
    }

    #[test]
    fn n18_proxy_variables_accept_the_forms_that_curl_accepts() {
        for (value, uri, credentials) in [
            ("proxy:3128", "http://proxy:3128/", None),
            ("http://proxy:3128/", "http://proxy:3128/", None),
            ("https://proxy", "https://proxy/", None),
            ("http://proxy:3128 ", "http://proxy:3128/", None),
            ("\thttp://proxy:3128\r\n", "http://proxy:3128/", None),
            ("http://me:pw@proxy:1", "http://proxy:1/", Some("bWU6cHc=")),
            ("me:p%40ss@proxy:1", "http://proxy:1/", Some("bWU6cEBzcw==")),
            ("me:p@ss@proxy:1", "http://proxy:1/", Some("bWU6cEBzcw==")),
            (
                "http://CORP\\me:pw@proxy:1",
                "http://proxy:1/",
                Some("Q09SUFxtZTpwdw=="),
            ),
            ("http://me:%ff@proxy:1", "http://proxy:1/", Some("bWU6/w==")),
            (
                "http://me:\u{e9}@proxy:1",
                "http://proxy:1/",
                Some("bWU6w6k="),
            ),
        ] {
            let credentials = credentials.map(|it| format!("Basic {it}"));
            let expected = Some((uri.to_owned(), credentials));
            for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
                let rules = rules(&[(name, value.into())]);
                assert_eq!(through(&rules, "https://a.b"), expected, "{value}");
            }
        }
    }

    #[test]
    fn n18_the_error_for_an_invalid_proxy_variable_names_it_but_not_its_value() {
        let mut values: Vec<OsString> = [
            "htp://canary@proxy",
            "socks5://canary@proxy",
            "\"http://canary@proxy\"",
            "http://me:can ary@proxy",
            "http://proxy/canary",
            "http://canary@",
            "canary:99999",
            " ",
        ]
        .map(Into::into)
        .to_vec();
        #[cfg(unix)]
        values.push(std::os::unix::ffi::OsStringExt::from_vec(
            b"http://me:canary\xff@proxy".to_vec(),
        ));
        for value in values {
            for (name, destination) in [
                ("HTTPS_PROXY", "https://a.b"),
                ("https_proxy", "https://a.b"),
                ("HTTP_PROXY", "http://a.b"),
                ("http_proxy", "http://a.b"),
                ("ALL_PROXY", "http://a.b"),
                ("all_proxy", "https://a.b"),
            ] {
                let rules = rules(&[(name, value.clone())]);
                let error = rules.proxy_to(&destination.parse().unwrap()).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Config);
                let shown = format!("{error} {error:?} {rules:?}");
                assert!(shown.contains(name), "{shown}");
                assert!(!shown.contains("can"), "{shown}");
                // Destinations without a proxy are not affected.
                for destination in ["https://localhost:1", "http://[::1]"] {
                    assert!(
                        rules
                            .proxy_to(&destination.parse().unwrap())
                            .unwrap()
                            .is_none()
                    );
                }
            }
        }
    }

    #[test]
    fn n18_an_empty_variable_and_one_for_the_other_scheme_are_ignored() {
        let proxy = |variables: &[(&'static str, &str)]| {
            let variables: Vec<(&str, OsString)> = variables
                .iter()
                .map(|&(name, value)| (name, value.into()))
                .collect();
            through(&rules(&variables), "https://a.b").map(|(uri, _)| uri)
        };
        let other = || Some("http://other/".to_owned());
        assert_eq!(
            proxy(&[("HTTPS_PROXY", ""), ("https_proxy", "other")]),
            other()
        );
        assert_eq!(
            proxy(&[("https_proxy", ""), ("ALL_PROXY", "other")]),
            other()
        );
        assert_eq!(
            proxy(&[("HTTPS_PROXY", "other"), ("ALL_PROXY", "socks5://x")]),
            other()
        );
        assert_eq!(proxy(&[("HTTP_PROXY", "socks5://x")]), None);
        assert_eq!(
            proxy(&[("HTTPS_PROXY", "other"), ("REQUEST_METHOD", "GET")]),
            None
        );
    }

    #[test]
    fn n19_hosts_in_no_proxy_are_connected_to_directly() {
        let variables = [
            ("ALL_PROXY", "socks5://unusable".into()),
            ("NO_PROXY", "".into()),
            ("no_proxy", "a.test b.test:8443".into()),
        ];
        let rules = rules(&variables);
        for (destination, is_direct) in [
            ("https://a.test", true),
            ("https://b.test:8443", true),
            ("https://b.test", false),
        ] {
            let proxy = rules.proxy_to(&destination.parse().unwrap());
            assert_eq!(matches!(proxy, Ok(None)), is_direct, "{destination}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn n19_a_no_proxy_list_that_is_not_utf_8_is_an_error_if_there_is_a_proxy() {
        let list: OsString = std::os::unix::ffi::OsStringExt::from_vec(b"a.test\xff".to_vec());
        let destination: Uri = "https://a.test".parse().unwrap();
        let with = rules(&[("ALL_PROXY", "proxy".into()), ("NO_PROXY", list.clone())]);
        let error = with.proxy_to(&destination).unwrap_err();
        assert!(error.to_string().contains("NO_PROXY"), "{error}");
        let without = rules(&[("NO_PROXY", list)]);
        assert!(without.proxy_to(&destination).unwrap().is_none());
    }

    #[test]
    fn n16_loopback_hosts_are_recognized() {
        for host in [
            "localhost",
            "a.localhost",
            "127.0.0.1",
            "127.9.9.9",
            "[::1]",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["example.com", "localhost.example.com", "128.0.0.1", "[::2]"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
