//! [`Number`]: a number that is sent as it was given.

mod decimal;

use std::cmp::Ordering;
use std::fmt;

use super::FilterError;

/// A finite number.
///
/// An integer stays an integer on the wire and a float a float: `0` prints `0`, `2.0` prints `2.0`. Digits that neither
/// a 64-bit integer nor a float holds are sent as they were given, never rounded in silence.
/// NaN and the infinities cannot be one, because JSON has no way to write them.
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
    /// From the least `i64` to the greatest `u64`: what JSON readers take for an integer.
    Integer(i128),
    Float(f64),
    /// A JSON number that is neither, as it was given, and the nearest float.
    Digits(Box<str>, f64),
}

impl Number {
    /// The number as a float; what no float holds is rounded to the nearest.
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

    /// The number as an integer; `None` for a float, whatever its value, and beyond 64 bits.
    pub const fn as_integer(&self) -> Option<i128> {
        match self.0 {
            Repr::Integer(integer) => Some(integer),
            Repr::Float(_) | Repr::Digits(..) => None,
        }
    }

    /// The greatest integer that is not above the number; `None` beyond an `i64`.
    pub(crate) fn floor(&self) -> Option<i64> {
        self.rounded(f64::floor)
    }

    /// The least integer that is not below the number; `None` beyond an `i64`.
    pub(crate) fn ceil(&self) -> Option<i64> {
        self.rounded(f64::ceil)
    }

    #[allow(
        clippy::cast_possible_truncation,
        reason = "the bounds were checked before"
    )]
    fn rounded(&self, round: fn(f64) -> f64) -> Option<i64> {
        match self.0 {
            Repr::Integer(integer) => integer.try_into().ok(),
            // 2⁶², far beyond any date.
            Repr::Float(float) | Repr::Digits(_, float) if float.abs() < 4.6e18 => {
                Some(round(float) as i64)
            }
            Repr::Float(_) | Repr::Digits(..) => None,
        }
    }

    /// The number that a JSON number, or a word of text in the same form, stands for. `None` for anything else, and
    /// for one beyond the greatest float.
    pub(crate) fn parse(token: &str) -> Option<Self> {
        let digits = token.strip_prefix('-').unwrap_or(token);
        // Rust also reads `inf` and `nan`.
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
        Some(Self(match decimal::are_equal(token, &as_json(float)) {
            true => Repr::Float(float),
            false => Repr::Digits(token.into(), float),
        }))
    }

    pub(super) fn compare(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Repr::Integer(a), Repr::Integer(b)) => a.cmp(b),
            // Neither is NaN, so there is always an order.
            _ => self.as_f64().total_cmp(&other.as_f64()),
        }
    }
}

impl PartialEq for Number {
    /// Only what reads alike on the wire is equal: an integer never equals a float.
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

/// The shortest digits that read back as the same float, always with a point or an exponent.
fn as_json(float: f64) -> String {
    format!("{float:?}")
}

impl fmt::Display for Number {
    /// As JSON writes it.
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
    use super::Number;

    /// What is sent for a number that is read.
    fn sent(token: &str) -> String {
        Number::parse(token).unwrap().to_string()
    }

    #[test]
    fn what_a_float_or_an_integer_holds_is_one() {
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
    fn digits_that_nothing_holds_are_sent_as_they_were_given() {
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
}
