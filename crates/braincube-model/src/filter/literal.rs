//! [`Literal`]: the value that a variable is compared with.

use std::convert::Infallible;
use std::fmt;

use serde_json::Value;

use super::{FilterError, Number};
use crate::DateTime;

/// The value that a variable is compared with: a number, a date, a text, or a list of modalities.
///
/// A text in the form of a date *is* the date, because the two are the same on the wire. So each value has exactly one
/// literal.
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
    reason = "these are all kinds of values in a comparison"
)]
pub enum Literal {
    /// A number: `0`, `2.0`.
    Number(Number),
    /// A date with a time of day: `"20201127_124000"` on the wire.
    Date(DateTime),
    /// A text that is not a date: `"A"` on the wire.
    Text(Text),
    /// A list of modalities: `["A"]` on the wire. It is not empty.
    Modalities(Modalities),
}

/// A text that is not a date. [`Literal::from`] makes one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Text(Box<str>);

impl Text {
    /// The text, without quotes.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One or more modalities: values of a discrete variable.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Modalities(Box<[Box<str>]>);

impl Modalities {
    /// A list of modalities.
    ///
    /// # Errors
    ///
    /// If the list is empty.
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
    /// Whether both are numbers or both are dates, and `self` is greater than `other`.
    pub(super) fn is_after(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.compare(b).is_gt(),
            (Self::Date(a), Self::Date(b)) => a > b,
            _ => false,
        }
    }
}

impl fmt::Display for Literal {
    /// As JSON.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Date(date) => write!(f, "\"{date}\""),
            Self::Text(text) => write!(f, "{}", Value::from(text.as_str())),
            Self::Modalities(list) => write!(f, "{}", list.iter().collect::<Value>()),
        }
    }
}

impl<N: Into<Number>> From<N> for Literal {
    fn from(number: N) -> Self {
        Self::Number(number.into())
    }
}

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
