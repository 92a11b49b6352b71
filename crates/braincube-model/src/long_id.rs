//! [`LongId`]: the name of a memory base (`mb20`) or a variable (`mb20/d2000034`) in the data service.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::bc_id::excerpt;

/// The long id of a memory base (`mb20`) or of one of its variables (`mb20/d2000034`).
///
/// ```
/// use braincube_model::LongId;
///
/// let speed: LongId = "mb20/d2000034".parse()?;
/// assert_eq!(speed, LongId::variable(20, 2_000_034));
/// assert_eq!(speed.memory_base_id(), 20);
/// assert_eq!(speed.variable_id(), Some(2_000_034));
/// assert_eq!(LongId::memory_base(20).to_string(), "mb20");
/// # Ok::<(), braincube_model::ParseLongIdError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LongId {
    memory_base: u64,
    variable: Option<u64>,
}

impl LongId {
    /// The long id of a memory base: `mb{memory_base}`.
    pub const fn memory_base(memory_base: u64) -> Self {
        Self {
            memory_base,
            variable: None,
        }
    }

    /// The long id of a variable: `mb{memory_base}/d{variable}`.
    pub const fn variable(memory_base: u64, variable: u64) -> Self {
        Self {
            memory_base,
            variable: Some(variable),
        }
    }

    /// The bcId of the memory base: the number after `mb`.
    pub const fn memory_base_id(self) -> u64 {
        self.memory_base
    }

    /// The bcId of the variable: the number after `/d`; `None` for a memory base.
    pub const fn variable_id(self) -> Option<u64> {
        self.variable
    }
}

impl fmt::Display for LongId {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.variable {
            None => write!(f, "mb{}", self.memory_base),
            Some(variable) => write!(f, "mb{}/d{variable}", self.memory_base),
        }
    }
}

/// The error of a text that is not a long id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{text:?} is not a long id; expected \"mb20\" (memory base) or \"mb20/d2000034\" (variable)"
)]
pub struct ParseLongIdError {
    text: Box<str>,
}

impl FromStr for LongId {
    type Err = ParseLongIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let rest = text.strip_prefix("mb")?;
            let Some((memory_base, variable)) = rest.split_once("/d") else {
                return Some(Self::memory_base(number(rest)?));
            };
            Some(Self::variable(number(memory_base)?, number(variable)?))
        };
        parse().ok_or_else(|| ParseLongIdError {
            text: excerpt(text),
        })
    }
}

/// Parses decimal digits without a leading zero, so that the number is displayed as it was written.
pub(crate) fn number(digits: &str) -> Option<u64> {
    let canonical = digits.bytes().all(|b| b.is_ascii_digit())
        && (digits.len() == 1 || !digits.starts_with('0'));
    canonical.then(|| digits.parse().ok()).flatten()
}

impl Serialize for LongId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for LongId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::LongId;

    #[test]
    fn j12_invalid_long_ids_are_errors() {
        for text in [
            "",
            "x",
            "mb",
            "mb1/dabc",
            "mb1/d",
            "mb1/d2/d3",
            "mb1/2",
            "mb-1",
            "mb+1",
            "mb01",
            "mb1/d02",
            "MB1",
            " mb1",
            "mb1 ",
            "mb99999999999999999999",
            "mb٣",
        ] {
            let error = text.parse::<LongId>().expect_err(text);
            assert!(error.to_string().contains(&format!("{text:?}")), "{error}");
        }
    }

    #[test]
    fn a_parsed_long_id_is_displayed_unchanged() {
        for text in [
            "mb0",
            "mb20",
            "mb20/d0",
            "mb20/d2000034",
            "mb18446744073709551615/d1",
        ] {
            assert_eq!(text.parse::<LongId>().unwrap().to_string(), text);
        }
    }
}
