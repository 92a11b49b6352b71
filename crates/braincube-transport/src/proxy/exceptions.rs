//! [`Exceptions`]: the hosts of a `NO_PROXY` list.

use std::net::IpAddr;

use http::Uri;
use ipnet::IpNet;

use crate::origins::port_of;

/// The hosts that are connected to without a proxy.
#[derive(Debug, Default)]
pub(super) struct Exceptions {
    entries: Vec<Entry>,
}

/// A host or a network, on one port or on all.
#[derive(Debug)]
struct Entry {
    host: Host,
    port: Option<u16>,
}

#[derive(Debug)]
enum Host {
    All,
    /// A name and all names below it, in lower case and without leading and trailing dots.
    Name(String),
    Network(IpNet),
}

impl Exceptions {
    /// Parses a list whose entries are separated by commas or white space.
    ///
    /// An entry that is neither a name nor an address matches no host, as in other programs.
    pub(super) fn parse(list: &str) -> Self {
        let entries = list.split(|c: char| c == ',' || c.is_whitespace());
        Self {
            entries: entries.filter_map(Entry::parse).collect(),
        }
    }

    pub(super) fn contain(&self, destination: &Uri) -> bool {
        let Some(host) = destination.host() else {
            return false;
        };
        let address = parse_address(host);
        let name = without_dots(host).to_ascii_lowercase();
        let port = port_of(destination);
        self.entries
            .iter()
            .filter(|entry| entry.port.is_none_or(|only| only == port))
            .any(|entry| match (&entry.host, address) {
                (Host::All, _) => true,
                (Host::Network(network), Some(address)) => network.contains(&address),
                (Host::Name(own), None) => name
                    .strip_suffix(own)
                    .is_some_and(|below| below.is_empty() || below.ends_with('.')),
                _ => false,
            })
    }
}

impl Entry {
    fn parse(text: &str) -> Option<Self> {
        if let Some(host) = Host::parse(text) {
            return Some(Self { host, port: None });
        }
        let (host, port) = text.rsplit_once(':')?;
        let (host, port) = (Host::parse(host)?, port.parse().ok()?);
        Some(Self {
            host,
            port: Some(port),
        })
    }
}

impl Host {
    fn parse(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::All);
        }
        if let Some(address) = parse_address(text) {
            return Some(Self::Network(address.into()));
        }
        if let Ok(network) = without_brackets(text).parse() {
            return Some(Self::Network(network));
        }
        let name = without_dots(text.strip_prefix("*.").unwrap_or(text));
        let is_name = !name.is_empty() && !name.contains(':');
        is_name.then(|| Self::Name(name.to_ascii_lowercase()))
    }
}

/// An IP address, in brackets or not, with or without the dot at the end of an absolute name.
fn parse_address(host: &str) -> Option<IpAddr> {
    let host = without_brackets(host);
    host.strip_suffix('.').unwrap_or(host).parse().ok()
}

fn without_brackets(host: &str) -> &str {
    let inner = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    inner.unwrap_or(host)
}

fn without_dots(name: &str) -> &str {
    name.trim_matches('.')
}

#[cfg(test)]
mod tests {
    use super::Exceptions;

    #[test]
    fn n19_entries_of_a_no_proxy_list_match_as_written() {
        for (list, destination, expected) in [
            ("example.com", "https://example.com", true),
            ("example.com", "https://api.example.com", true),
            ("example.com", "https://notexample.com", false),
            ("EXAMPLE.com", "https://API.Example.COM", true),
            (".example.com", "https://api.example.com", true),
            (".example.com", "https://example.com", true),
            ("*.test", "https://api.test", true),
            ("*.test", "https://api.a.test", true),
            ("*.test", "https://contest", false),
            ("example.com.", "https://api.example.com", true),
            ("example.com", "https://api.example.com.", true),
            ("a b,c\td, e", "https://b", true),
            ("a b,c\td, e", "https://d", true),
            ("a b,c\td, e", "https://e", true),
            ("a b,c\td, e", "https://f", false),
            ("*", "https://anything", true),
            ("a *", "https://[::2]", true),
            ("api.test:443", "https://api.test", true),
            ("api.test:80", "http://api.test", true),
            ("api.test:443", "https://api.test:8443", false),
            ("api.test:8443", "https://api.test:8443", true),
            ("api.test:x", "https://api.test", false),
            ("10.0.0.0/8", "https://10.1.2.3", true),
            ("10.0.0.0/8", "https://11.1.2.3", false),
            ("10.1.2.3", "https://10.1.2.3:8443", true),
            ("10.1.2.3:443", "https://10.1.2.3:8443", false),
            ("10.0.0.0/99", "https://10.1.2.3", false),
            ("10.1.2.3.", "https://10.1.2.3", true),
            ("10.1.2.3.:443", "https://10.1.2.3", true),
            ("10.1.2.3", "https://10.1.2.3.", true),
            ("10.0.0.0/8", "https://10.1.2.3.", true),
            ("10.1.2.3..", "https://10.1.2.3", false),
            ("[fd00::99]", "https://[fd00::99]", true),
            ("fd00::99", "https://[fd00::99]", true),
            ("fd00:0:0::99", "https://[fd00::99]:8443", true),
            ("[fd00::99]:443", "https://[fd00::99]", true),
            ("[fd00::99]:443", "https://[fd00::99]:8443", false),
            ("fd00::/8", "https://[fd12::1]", true),
            ("fd00::/8", "https://[fe80::1]", false),
            ("3", "https://10.1.2.3", false),
            (",, .", "https://example.com", false),
            ("", "https://example.com", false),
        ] {
            let destination = destination.parse().unwrap();
            let found = Exceptions::parse(list).contain(&destination);
            assert_eq!(found, expected, "{list:?} {destination}");
        }
    }
}
