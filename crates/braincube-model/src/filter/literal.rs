//! [`Literal`]: the value that a variable is compared with, and [`Number`]: a finite number that keeps its digits.

use std::cmp::Ordering;
use std::convert::Infallible;
use std::fmt;

use serde_json::Value;

use super::FilterError;
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

/// A finite number.
///
/// An integer is an integer on the wire, and a float is a float: `0` prints `0`, `2.0` prints `2.0`. A number that neither
/// a 64-bit integer nor a float can represent keeps its digits and is never rounded. NaN and the infinities are excluded,
/// because JSON cannot represent them.
///
/// ```
/// use braincube_model::Filter;
/// use braincube_model::filter::Number;
///
/// assert_eq!(Number::from(2).to_string(), "2");
/// assert_eq!(Number::try_from(2.0)?.to_string(), "2.0");
/// assert!(Number::try_from(f64::NAN).is_err());
///
/// let long = r#"{"LESS":["mb20/d3",18446744073709551617.5]}"#;
/// assert_eq!(Filter::from_json(long)?.to_json(), long);
/// # Ok::<(), braincube_model::filter::FilterError>(())
/// ```
#[derive(Clone)]
pub struct Number(Repr);

#[derive(Clone)]
enum Repr {
    /// From `i64::MIN` to `u64::MAX`, the range of integers in JSON parsers.
    Integer(i128),
    Float(f64),
    /// Any other JSON number, unchanged, and the nearest float.
    Digits(Box<str>, f64),
}

impl Number {
    /// The number as a float, rounded to the nearest one.
    #[allow(
        clippy::cast_precision_loss,
        reason = "documented: rounded to the nearest float"
    )]
    pub const fn as_f64(&self) -> f64 {
        match self.0 {
            Repr::Integer(integer) => integer as f64,
            Repr::Float(float) | Repr::Digits(_, float) => float,
        }
    }

    /// The number as an integer; `None` for a float of any value, and for a number of more than 64 bits.
    pub const fn as_integer(&self) -> Option<i128> {
        match self.0 {
            Repr::Integer(integer) => Some(integer),
            Repr::Float(_) | Repr::Digits(..) => None,
        }
    }

    /// The number rounded by `round`; `None` if the result is not an `i64`.
    #[allow(
        clippy::cast_possible_truncation,
        reason = "the range is checked before the cast"
    )]
    pub(crate) fn rounded(&self, round: fn(f64) -> f64) -> Option<i64> {
        match self.0 {
            Repr::Integer(integer) => integer.try_into().ok(),
            // Below 2⁶², which is later than any date.
            Repr::Float(float) | Repr::Digits(_, float) if float.abs() < 4.6e18 => {
                Some(round(float) as i64)
            }
            Repr::Float(_) | Repr::Digits(..) => None,
        }
    }

    /// Parses a JSON number. `None` for any other text, and for a number that is greater than the greatest float.
    pub(crate) fn parse(token: &str) -> Option<Self> {
        let digits = token.strip_prefix('-').unwrap_or(token);
        // Rust also parses `inf` and `nan`.
        if !digits.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        if digits.bytes().all(|b| b.is_ascii_digit())
            && let Ok(integer) = token.parse::<i128>()
            && (i128::from(i64::MIN)..=i128::from(u64::MAX)).contains(&integer)
        {
            return Some(Self(Repr::Integer(integer)));
        }
        let float = token.parse().ok().filter(|float: &f64| float.is_finite())?;
        Some(Self(match decimal(token) == decimal(&as_json(float)) {
            true => Repr::Float(float),
            false => Repr::Digits(token.into(), float),
        }))
    }

    pub(super) fn compare(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Repr::Integer(a), Repr::Integer(b)) => a.cmp(b),
            // Neither is NaN.
            _ => self.as_f64().total_cmp(&other.as_f64()),
        }
    }
}

impl PartialEq for Number {
    /// Compares the form on the wire: an integer never equals a float.
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Repr::Integer(a), Repr::Integer(b)) => a == b,
            (Repr::Float(a), Repr::Float(b)) => a.to_bits() == b.to_bits(),
            (Repr::Digits(a, _), Repr::Digits(b, _)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Number {}

macro_rules! from_integer {
    ($($integer:ty)*) => {$(
        impl From<$integer> for Number {
            fn from(integer: $integer) -> Self {
                Self(Repr::Integer(integer.into()))
            }
        }
    )*};
}

from_integer!(i8 i16 i32 i64 u8 u16 u32 u64);

impl TryFrom<f64> for Number {
    type Error = FilterError;

    /// # Errors
    ///
    /// If the float is NaN or an infinity.
    fn try_from(float: f64) -> Result<Self, FilterError> {
        if float.is_finite() {
            Ok(Self(Repr::Float(float)))
        } else {
            Err(FilterError::NotFinite)
        }
    }
}

/// The shortest digits that parse to the same float, always with a point or an exponent.
fn as_json(float: f64) -> String {
    format!("{float:?}")
}

/// The exact value of a JSON number: the sign, the digits without zeros at either end, and the power of ten of `0.digits`.
///
/// Two numbers have the same result if they have the same value, such as `1e2` and `100.00`.
fn decimal(number: &str) -> (bool, String, i64) {
    let unsigned = number.strip_prefix('-');
    let (mantissa, exponent) = {
        let number = unsigned.unwrap_or(number);
        number.split_once(['e', 'E']).unwrap_or((number, "0"))
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_start_matches('0');
    // No float has an exponent of more than 64 bits, so its exact value does not matter.
    let exponent = exponent.parse().unwrap_or(match exponent.starts_with('-') {
        true => i64::MIN,
        false => i64::MAX,
    });
    let length = |text: &str| i64::try_from(text.len()).unwrap_or(i64::MAX);
    let leading_zeros = length(&digits) - length(significant);
    let power = (length(whole) - leading_zeros).saturating_add(exponent);
    (
        unsigned.is_some(),
        significant.trim_end_matches('0').to_owned(),
        if significant.is_empty() { 0 } else { power },
    )
}

impl fmt::Display for Number {
    /// As JSON.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match &self.0 {
            Repr::Integer(integer) => write!(f, "{integer}"),
            Repr::Float(float) => f.write_str(&as_json(*float)),
            Repr::Digits(digits, _) => f.write_str(digits),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::{Number, decimal};

    /// The number that is sent for a token.
    fn sent(token: &str) -> String {
        Number::parse(token).unwrap().to_string()
    }

    #[test]
    fn a_number_that_an_integer_or_a_float_represents_is_one() {
        for (given, expected) in [
            ("18446744073709551615", "18446744073709551615"),
            ("-9223372036854775808", "-9223372036854775808"),
            ("9007199254740993", "9007199254740993"),
            ("0.10", "0.1"),
            ("1e5", "100000.0"),
            ("12.50E-1", "1.25"),
            ("0e400", "0.0"),
        ] {
            assert_eq!(sent(given), expected);
        }
    }

    #[test]
    fn other_digits_are_sent_unchanged() {
        for token in [
            "18446744073709551616",
            "-9223372036854775809",
            "9007199254740993.0",
            "0.1000000000000000055511151231257827",
            "-1e-400",
            "1e-99999999999999999999",
        ] {
            let number = Number::parse(token).unwrap();
            assert_eq!(number.to_string(), token);
            assert_eq!(number.as_f64(), token.parse::<f64>().unwrap());
        }
        assert!(Number::parse("1e400").is_none());
    }

    #[test]
    fn a_value_in_several_forms_is_the_same_decimal() {
        for (left, right) in [
            ("100", "1e2"),
            ("0.5", "500.0E-3"),
            ("0e99999999999999999999", "0.00"),
            ("-12.30", "-1.23e+1"),
        ] {
            assert_eq!(decimal(left), decimal(right));
        }
    }

    #[test]
    fn different_values_are_different_decimals() {
        for (left, right) in [
            ("1", "-1"),
            ("1", "10"),
            ("0.1", "0.10000000000000001"),
            ("1e-400", "0.0"),
            ("1e-99999999999999999999", "0.0"),
        ] {
            assert_ne!(decimal(left), decimal(right));
        }
    }
}
