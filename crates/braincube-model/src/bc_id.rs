//! [`BcId`]: the id of an entity within its parent.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::excerpt::excerpt;

/// The id of an entity within its parent: a number or a text on the wire, both occur.
///
/// It is kept as it came, digit for digit, and serializes back into the form that it came in. Two
/// ids are equal when they read the same, whichever form they came in: the service writes the id
/// of one group as `10` in one answer and as `"10"` in another.
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
/// A caller writes one as a number or a text. One that no entity can have, such as a negative number or an empty text, is
/// kept as it is: a request for it is refused before it is sent.
///
/// ```
/// use braincube_model::BcId;
///
/// assert_eq!(BcId::from(573), BcId::from("573"));
/// ```
///
/// Like every type here that keeps what the service sent, it is read and written by `serde_json`
/// alone: another format cannot hand over a number as it was written.
#[derive(Clone)]
pub struct BcId {
    text: Box<str>,
    form: Form,
}

#[derive(Clone, Copy)]
enum Form {
    Number,
    Text,
}

/// A text that is no id: nothing at all, or one with control characters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{text:?} is no bcId: one is a number or a text, neither empty nor with control characters"
)]
pub struct ParseBcIdError {
    text: Box<str>,
}

/// An id that is no number, where only a number will do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("bcId {text:?} is no number from 0 to 18446744073709551615, so it has no long id")]
pub struct BcIdRangeError {
    text: Box<str>,
}

impl BcId {
    /// The id as text, without quotes.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The id as a number, as a [`LongId`](crate::LongId) needs it.
    ///
    /// # Errors
    ///
    /// If the id is anything but decimal digits without a leading zero, or more than a `u64` holds.
    pub fn number(&self) -> Result<u64, BcIdRangeError> {
        crate::long_id::number(&self.text).ok_or_else(|| BcIdRangeError {
            text: excerpt(&self.text),
        })
    }

    /// The id that a JSON token stands for; `None` for a token that is neither number nor text, or
    /// a text that is no id.
    pub(crate) fn from_json(token: &RawValue) -> Option<Self> {
        let token = token.get();
        if token.starts_with('"') {
            return serde_json::from_str::<String>(token).ok()?.parse().ok();
        }
        let number = token.starts_with(|c: char| c == '-' || c.is_ascii_digit());
        number.then(|| Self {
            text: token.into(),
            form: Form::Number,
        })
    }
}

macro_rules! from_caller {
    ($($id:ty: $form:ident),*) => {$(
        impl From<$id> for BcId {
            fn from(id: $id) -> Self {
                Self {
                    text: id.to_string().into(),
                    form: Form::$form,
                }
            }
        }
    )*};
}

from_caller! { u64: Number, u32: Number, i32: Number, &str: Text, String: Text, &String: Text }

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
            form: Form::Text,
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
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for BcId {
    /// By the text, character by character: so `10` comes before `9`.
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.text.cmp(&other.text)
    }
}

impl fmt::Debug for BcId {
    /// As the service writes it: `BcId(10)` or `BcId("10")`.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.form {
            Form::Number => write!(f, "BcId({})", self.text),
            Form::Text => write!(f, "BcId({:?})", self.text),
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
        match self.form {
            Form::Text => serializer.serialize_str(&self.text),
            Form::Number => RawValue::from_string(self.text.to_string())
                .map_err(S::Error::custom)?
                .serialize(serializer),
        }
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

#[cfg(test)]
mod tests;
