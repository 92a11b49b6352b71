//! [`Host`]: the host of a base URL, with or without the placeholder.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use super::PLACEHOLDER;
use crate::request::error::Reason;

/// The host of a base URL, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Host {
    Fixed(Box<str>),
    /// A host with the placeholder in one of its labels.
    Template {
        before: Box<str>,
        after: Box<str>,
    },
}

impl Host {
    pub(super) fn parse(text: &str) -> Result<Self, Reason> {
        let host = text.to_ascii_lowercase();
        match host.split_once(PLACEHOLDER) {
            Some((_, after)) if after.contains(PLACEHOLDER) => Err(Reason::TwoPlaceholders),
            Some((before, after)) => {
                // The result must be a host for every label.
                check(&format!("{before}x{after}"))?;
                Ok(Self::Template {
                    before: before.into(),
                    after: after.into(),
                })
            }
            None => {
                check(&host)?;
                Ok(Self::Fixed(host.into()))
            }
        }
    }

    pub(super) const fn has_placeholder(&self) -> bool {
        matches!(self, Self::Template { .. })
    }

    pub(super) fn is_loopback(&self) -> bool {
        let Self::Fixed(host) = self else {
            return false;
        };
        let address = host.trim_start_matches('[').trim_end_matches(']');
        **host == *"localhost" || address.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
    }

    pub(super) fn matches(&self, host: &str) -> bool {
        match self {
            Self::Fixed(own) => host.eq_ignore_ascii_case(own),
            Self::Template { before, after } => host
                .to_ascii_lowercase()
                .strip_prefix(&**before)
                .and_then(|rest| rest.strip_suffix(&**after))
                .is_some_and(is_label),
        }
    }

    /// The host with the placeholder replaced; `None` if the result is not a host.
    pub(super) fn with_label(&self, name: &str) -> Option<String> {
        let Self::Template { before, after } = self else {
            return Some(self.to_string());
        };
        let host = format!("{before}{name}{after}");
        // The name and the text around it are one label, which must not be too long.
        let fits = host.split('.').all(|label| label.len() <= MAX_LABEL_LEN);
        (is_label(name) && fits).then_some(host)
    }
}

/// The longest label in the DNS (RFC 1035, section 2.3.4).
const MAX_LABEL_LEN: usize = 63;

/// Whether a text has 1 to 63 letters, digits, hyphens and underscores, and no hyphen at either end.
fn is_label(text: &str) -> bool {
    (1..=MAX_LABEL_LEN).contains(&text.len())
        && text.bytes().all(is_label_byte)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

const fn is_label_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

fn check(host: &str) -> Result<(), Reason> {
    let is_valid = match host.strip_prefix('[').and_then(|h| h.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None if host.is_empty() => return Err(Reason::NoHost),
        None if !host.is_ascii() => return Err(Reason::NotAscii),
        // A trailing dot is the root of the DNS.
        None => host
            .strip_suffix('.')
            .unwrap_or(host)
            .split('.')
            .all(is_label),
    };
    is_valid.then_some(()).ok_or(Reason::Host)
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Fixed(host) => f.write_str(host),
            Self::Template { before, after } => write!(f, "{before}{PLACEHOLDER}{after}"),
        }
    }
}
