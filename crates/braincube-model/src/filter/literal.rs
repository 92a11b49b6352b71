//! [`Literal`]: what a variable is compared with.

use std::convert::Infallible;
use std::fmt;

use super::{FilterError, Number};
use crate::DateTime;

/// What a variable is compared with: a number, a date, a text, or a list of modalities.
///
/// Each value has one literal only: a text that reads as a date *is* the date, because on the wire
/// the two are the same.
///
/// ```
/// use braincube_model::DateTime;
/// use braincube_model::filter::Literal;
///
/// let date: DateTime = "20201127_124000".parse()?;
/// assert_eq!(Literal::from("20201127_124000"), Literal::Date(date));
/// assert!(matches!(Literal::from("yesterday"), Literal::Text(_)));
/// # Ok::<(), braincube_model::ParseDateTimeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(
    clippy::exhaustive_enums,
    reason = "what JSON can say between the brackets of a comparison"
)]
pub enum Literal {
    /// A number: `0`, `2.0`.
    Number(Number),
    /// A date with a time of day: `"20201127_124000"` on the wire.
    Date(DateTime),
    /// A text that is no date: `"A"` on the wire.
    Text(Text),
    /// A list of modalities: `["A"]` on the wire. It holds at least one.
    Modalities(Modalities),
}

/// A text that is no date. It is made by [`Literal::from`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Text(Box<str>);

impl Text {
    /// The text, without quotes.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One modality or more: the values of a discrete variable.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Modalities(Box<[Box<str>]>);

impl Modalities {
    /// A list with these modalities.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn new<T: Into<Box<str>>>(
        modalities: impl IntoIterator<Item = T>,
    ) -> Result<Self, FilterError> {
        let list: Box<[Box<str>]> = modalities.into_iter().map(Into::into).collect();
        if list.is_empty() {
            return Err(FilterError::NoModality);
        }
        Ok(Self(list))
    }

    /// A list of a single modality.
    pub fn one(modality: impl Into<Box<str>>) -> Self {
        Self([modality.into()].into())
    }

    /// The modalities, in the order in which they were given.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(|modality| &**modality)
    }
}

impl Literal {
    /// Writes the literal as JSON.
    pub(super) fn write_json(&self, out: &mut String) {
        match self {
            Self::Number(number) => out.push_str(&number.to_string()),
            Self::Date(date) => {
                out.push('"');
                out.push_str(&date.to_string());
                out.push('"');
            }
            Self::Text(text) => write_json_text(text.as_str(), out),
            Self::Modalities(list) => {
                out.push('[');
                for (index, modality) in list.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    write_json_text(modality, out);
                }
                out.push(']');
            }
        }
    }

    /// Whether both are of the same ordered kind and `self` comes after `other`.
    pub(super) fn is_after(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.compare(b).is_gt(),
            (Self::Date(a), Self::Date(b)) => a > b,
            _ => false,
        }
    }
}

/// A text in quotes, with what JSON wants escaped escaped.
pub(super) fn write_json_text(text: &str, out: &mut String) {
    out.push_str(&serde_json::Value::from(text).to_string());
}

impl fmt::Display for Literal {
    /// As JSON.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let mut json = String::new();
        self.write_json(&mut json);
        f.write_str(&json)
    }
}

macro_rules! from_number {
    ($($number:ty)*) => {$(
        impl From<$number> for Literal {
            fn from(number: $number) -> Self {
                Self::Number(number.into())
            }
        }
    )*};
}

from_number!(i8 i16 i32 i64 u8 u16 u32 u64 Number);

impl TryFrom<f64> for Literal {
    type Error = FilterError;

    /// # Errors
    ///
    /// If the float is NaN or an infinity.
    fn try_from(float: f64) -> Result<Self, FilterError> {
        Ok(Self::Number(float.try_into()?))
    }
}

impl From<DateTime> for Literal {
    fn from(date: DateTime) -> Self {
        Self::Date(date)
    }
}

impl From<&str> for Literal {
    fn from(text: &str) -> Self {
        match text.parse() {
            Ok(date) => Self::Date(date),
            Err(_) => Self::Text(Text(text.into())),
        }
    }
}

impl From<String> for Literal {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<Modalities> for Literal {
    fn from(modalities: Modalities) -> Self {
        Self::Modalities(modalities)
    }
}

impl From<Infallible> for FilterError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}
