//! [`BcId`]: the id of an entity within its parent, and [`LongId`]: the name of a memory base or a variable in the data
//! service.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// The id of an entity within its parent. On the wire it is a number or a text.
///
/// An id keeps its digits and serializes in its original form. Two ids are equal if their texts are equal: the service
/// writes the id of the same group as `10` in one response and as `"10"` in another.
///
/// ```
/// use braincube_model::BcId;
///
/// let number: BcId = serde_json::from_str("10")?;
/// let text: BcId = serde_json::from_str(r#""10""#)?;
/// assert_eq!(number, text);
/// assert_eq!(serde_json::to_string(&[number, text])?, r#"[10,"10"]"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// An id converts from a number or a text. The conversion accepts ids that no entity has, such as a negative number or an
/// empty text; building a request with such an id is an error.
///
/// ```
/// use braincube_model::BcId;
///
/// assert_eq!(BcId::from(573), BcId::from("573"));
/// ```
///
/// Serialization and deserialization work with `serde_json` only, because other formats do not keep the digits of a number.
#[derive(Clone)]
pub struct BcId {
    text: Box<str>,
    is_number: bool,
}

/// The error of a text that is not an id: it is empty or contains control characters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{text:?} is not a bcId; expected a number or a text that is not empty and has no control characters"
)]
pub struct ParseBcIdError {
    text: Box<str>,
}

/// The error of an id that must be a number and is not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("bcId {text:?} is not a number from 0 to 18446744073709551615, so it has no long id")]
pub struct BcIdRangeError {
    text: Box<str>,
}

impl BcId {
    /// The id as text, without quotes.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The id as a number, for a [`LongId`].
    ///
    /// # Errors
    ///
    /// If the id is not a decimal number without leading zeros, or greater than `u64::MAX`.
    pub fn number(&self) -> Result<u64, BcIdRangeError> {
        parse_number(&self.text).ok_or_else(|| BcIdRangeError {
            text: excerpt(&self.text),
        })
    }

    /// The id in a JSON token; `None` if the token is neither a number nor a text that is an id.
    pub(crate) fn from_json(token: &RawValue) -> Option<Self> {
        let token = token.get();
        if token.starts_with('"') {
            return serde_json::from_str::<String>(token).ok()?.parse().ok();
        }
        let is_number = token.starts_with(|c: char| c == '-' || c.is_ascii_digit());
        is_number.then(|| Self {
            text: token.into(),
            is_number,
        })
    }
}

macro_rules! impl_from {
    ($is_number:literal: $($id:ty)*) => {$(
        impl From<$id> for BcId {
            fn from(id: $id) -> Self {
                Self {
                    text: id.to_string().into(),
                    is_number: $is_number,
                }
            }
        }
    )*};
}

impl_from!(true: u64 u32 i32);
impl_from!(false: &str String &String);

impl From<&Self> for BcId {
    fn from(id: &Self) -> Self {
        id.clone()
    }
}

impl FromStr for BcId {
    type Err = ParseBcIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() || text.contains(char::is_control) {
            return Err(ParseBcIdError {
                text: excerpt(text),
            });
        }
        Ok(Self {
            text: text.into(),
            is_number: false,
        })
    }
}

impl PartialEq for BcId {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for BcId {}

impl Hash for BcId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl PartialOrd for BcId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for BcId {
    /// Compares the texts, so `10` is less than `9`.
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl fmt::Debug for BcId {
    /// In the form of the service: `BcId(10)` or `BcId("10")`.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.is_number {
            true => write!(f, "BcId({})", self.text),
            false => write!(f, "BcId({:?})", self.text),
        }
    }
}

impl fmt::Display for BcId {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for BcId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !self.is_number {
            return serializer.serialize_str(&self.text);
        }
        RawValue::from_string(self.text.to_string())
            .map_err(S::Error::custom)?
            .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for BcId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let token = Box::<RawValue>::deserialize(deserializer)?;
        Self::from_json(&token).ok_or_else(|| {
            D::Error::custom("expected a bcId: a number or a text that is not empty")
        })
    }
}

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
                return Some(Self::memory_base(parse_number(rest)?));
            };
            Some(Self::variable(
                parse_number(memory_base)?,
                parse_number(variable)?,
            ))
        };
        parse().ok_or_else(|| ParseLongIdError {
            text: excerpt(text),
        })
    }
}

/// Parses decimal digits without a leading zero, so that the number is displayed as it was written.
pub(crate) fn parse_number(digits: &str) -> Option<u64> {
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
        let text = Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

/// The first 64 characters of a text, for an error message.
pub(crate) fn excerpt(text: &str) -> Box<str> {
    text.chars().take(64).collect()
}

#[cfg(test)]
mod tests;
