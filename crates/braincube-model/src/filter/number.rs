//! [`Number`]: an integer or a finite floating point number, printed as it was given.

use std::cmp::Ordering;
use std::fmt;

use super::FilterError;

/// An integer or a finite floating point number.
///
/// An integer stays an integer on the wire and a float a float: `0` prints `0`, `2.0` prints `2.0`.
/// NaN and the infinities cannot be one, because JSON has no way to write them.
///
/// ```
/// use braincube_model::filter::Number;
///
/// assert_eq!(Number::from(2).to_string(), "2");
/// assert_eq!(Number::try_from(2.0)?.to_string(), "2.0");
/// assert!(Number::try_from(f64::NAN).is_err());
/// # Ok::<(), braincube_model::filter::FilterError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Number(Repr);

#[derive(Clone, Copy)]
enum Repr {
    /// From the least `i64` to the greatest `u64`: what JSON readers take for an integer.
    Integer(i128),
    Float(f64),
}

impl Number {
    /// The number as a float; an integer beyond 2⁵³ is rounded to the nearest.
    #[allow(
        clippy::cast_precision_loss,
        reason = "documented: rounded to the nearest float"
    )]
    pub const fn as_f64(self) -> f64 {
        match self.0 {
            Repr::Integer(integer) => integer as f64,
            Repr::Float(float) => float,
        }
    }

    /// The number as an integer; `None` for a float, whatever its value.
    pub const fn as_integer(self) -> Option<i128> {
        match self.0 {
            Repr::Integer(integer) => Some(integer),
            Repr::Float(_) => None,
        }
    }

    /// The greatest integer that is not above the number; `None` beyond an `i64`.
    pub(crate) fn floor(self) -> Option<i64> {
        self.rounded(f64::floor)
    }

    /// The least integer that is not below the number; `None` beyond an `i64`.
    pub(crate) fn ceil(self) -> Option<i64> {
        self.rounded(f64::ceil)
    }

    #[allow(
        clippy::cast_possible_truncation,
        reason = "the bounds were checked before"
    )]
    fn rounded(self, round: fn(f64) -> f64) -> Option<i64> {
        match self.0 {
            Repr::Integer(integer) => integer.try_into().ok(),
            // 2⁶², far beyond any date.
            Repr::Float(float) if float.abs() < 4.6e18 => Some(round(float) as i64),
            Repr::Float(_) => None,
        }
    }

    /// The number that a JSON token or a word of text stands for.
    ///
    /// Digits that no 64-bit integer holds become the nearest float. `None` for anything that is
    /// no decimal number, and for one that no float holds.
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
        token.parse::<f64>().ok()?.try_into().ok()
    }

    pub(super) fn compare(self, other: Self) -> Ordering {
        match (self.0, other.0) {
            (Repr::Integer(a), Repr::Integer(b)) => a.cmp(&b),
            // Neither is NaN, so there is always an order.
            _ => self.as_f64().total_cmp(&other.as_f64()),
        }
    }
}

impl PartialEq for Number {
    /// An integer never equals a float: they read differently on the wire.
    fn eq(&self, other: &Self) -> bool {
        match (self.0, other.0) {
            (Repr::Integer(a), Repr::Integer(b)) => a == b,
            (Repr::Float(a), Repr::Float(b)) => a.to_bits() == b.to_bits(),
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

impl fmt::Display for Number {
    /// As JSON writes it.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.0 {
            Repr::Integer(integer) => write!(f, "{integer}"),
            // The shortest digits that read back as the same float, always with a point or an
            // exponent.
            Repr::Float(float) => write!(f, "{float:?}"),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
