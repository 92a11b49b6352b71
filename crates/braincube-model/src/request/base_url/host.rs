//! [`Host`]: the host of a base URL, with or without the placeholder.

use std::borrow::Cow;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use super::PLACEHOLDER;
use super::parse::Reason;
use crate::excerpt::excerpt;

/// The host of a base URL, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Host {
    Fixed(Box<str>),
    /// A host with the placeholder somewhere within one of its labels.
    Template {
        before: Box<str>,
        after: Box<str>,
    },
}

pub(super) enum FillError {
    NoName,
    NoLabel(Box<str>),
}

impl Host {
    pub(super) fn parse(text: &str) -> Result<Self, Reason> {
        match text.split_once(PLACEHOLDER) {
            Some((_, after)) if after.contains(PLACEHOLDER) => Err(Reason::TwoPlaceholders),
            Some((before, after)) => {
                // What is left must be a host whatever label is put in.
                check(&format!("{before}x{after}"))?;
                Ok(Self::Template {
                    before: before.to_ascii_lowercase().into(),
                    after: after.to_ascii_lowercase().into(),
                })
            }
            None => {
                check(text)?;
                Ok(Self::Fixed(text.to_ascii_lowercase().into()))
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

    /// What stands behind the host at the beginning of a text that has it exactly.
    pub(super) fn cut_from<'a>(&self, text: &'a str) -> Option<&'a str> {
        match self {
            Self::Fixed(own) => text.strip_prefix(&**own),
            Self::Template { .. } => None,
        }
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

    pub(super) fn fill(&self, name: Option<&str>) -> Result<Cow<'_, str>, FillError> {
        match self {
            Self::Fixed(host) => Ok(Cow::Borrowed(host)),
            Self::Template { before, after } => {
                let name = name.ok_or(FillError::NoName)?;
                let label = format!("{before}{name}{after}");
                // The name may share its label with literal text: both together must fit.
                let whole = label.split('.').all(|part| part.len() <= 63);
                if is_label(name) && whole {
                    Ok(Cow::Owned(label))
                } else {
                    Err(FillError::NoLabel(excerpt(name)))
                }
            }
        }
    }
}

/// Letters, digits, hyphens and underscores, 1 to 63 of them, no hyphen at either end.
fn is_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.bytes().all(is_label_byte)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

const fn is_label_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

fn check(host: &str) -> Result<(), Reason> {
    if let Some(address) = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')) {
        return match address.parse::<Ipv6Addr>() {
            Ok(_) => Ok(()),
            Err(_) => Err(Reason::Host),
        };
    }
    if host.is_empty() {
        return Err(Reason::NoHost);
    }
    if !host.is_ascii() {
        return Err(Reason::NotAscii);
    }
    // A dot at the end is the root of the DNS, and allowed.
    let labels = host.strip_suffix('.').unwrap_or(host);
    labels
        .split('.')
        .all(is_label)
        .then_some(())
        .ok_or(Reason::Host)
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Fixed(host) => f.write_str(host),
            Self::Template { before, after } => write!(f, "{before}{PLACEHOLDER}{after}"),
        }
    }
}
