//! Reading short numbers eight bytes at a time, exactly.

use crate::plain::Spot;

/// The most bytes of a cell that is read here: a minus and eight others.
const MOST_BYTES: usize = 9;

/// A decimal number: `digits` divided by 10 to the power of `decimals`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::array) struct Short {
    digits: u32,
    decimals: usize,
    is_negative: bool,
    has_point: bool,
}

/// Turns ASCII digits into their values, and no other byte into 0 to 9.
const ZEROS: u64 = u64::from_le_bytes([b'0'; 8]);
/// What that makes of a point.
const POINTS: u64 = u64::from_le_bytes([b'.' ^ b'0'; 8]);
const LOW_BITS: u64 = u64::from_le_bytes([0x7F; 8]);
const HIGH_BITS: u64 = u64::from_le_bytes([0x80; 8]);

/// 10 to the power of the index.
const POWERS: [f64; 8] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7];

impl Short {
    /// Reads a cell that is at most eight digits and a point, behind a minus or not. `None` says
    /// nothing of its text.
    #[inline]
    pub(in crate::array) fn parse(cell: Spot<'_>) -> Option<Self> {
        if cell.len() > MOST_BYTES {
            return None;
        }
        let is_negative = cell.word(cell.len()).to_le_bytes()[0] == b'-';
        let len = cell.len().wrapping_sub(usize::from(is_negative));
        if len.wrapping_sub(1) > 7 {
            return None;
        }
        // The text moves to the high bytes; the bytes below it are the digit 0.
        let word = (cell.word(len) ^ ZEROS) << (64 - 8 * len);
        let points = zero_bytes(word ^ POINTS);
        if points == 0 {
            return Some(Self {
                digits: eight_digits(word)?,
                decimals: 0,
                is_negative,
                has_point: false,
            });
        }
        if len == 1 {
            return None;
        }
        // All bits up to the first point's highest; a second one is no digit below.
        let up_to = points ^ (points - 1);
        // The digits before the point move up over it.
        let digits = (word & !up_to) | ((word & (up_to >> 8)) << 8);
        Some(Self {
            digits: eight_digits(digits)?,
            decimals: (points.leading_zeros() / 8) as usize,
            is_negative,
            has_point: true,
        })
    }

    /// The nearest `f64`: both the digits and the power of ten are exact, and a division of two
    /// exact numbers is rounded once.
    #[inline]
    pub(in crate::array) fn to_float(self) -> f64 {
        let value = f64::from(self.digits) / POWERS.get(self.decimals).copied().unwrap_or(1.0);
        // Which of many numbers are negative cannot be foreseen, and a branch would try to.
        f64::from_bits(value.to_bits() | (u64::from(self.is_negative) << 63))
    }

    /// The integer, if the text is one that is not negative: `-0` is for the slow path to tell.
    #[inline]
    pub(in crate::array) fn to_integer(self) -> Option<i64> {
        (!self.has_point && !self.is_negative).then_some(i64::from(self.digits))
    }
}

/// Marks the bytes that are zero by their highest bit.
const fn zero_bytes(word: u64) -> u64 {
    !((word & LOW_BITS).wrapping_add(LOW_BITS) | word) & HIGH_BITS
}

/// The number that eight digits write, each the value of a byte.
#[inline]
fn eight_digits(digits: u64) -> Option<u32> {
    // 10 and more, up to 127, carry into the highest bit; what is above has that bit itself, and
    // only such a byte can carry into the next.
    const CARRY: u64 = u64::from_le_bytes([0x80 - 10; 8]);
    if (digits.wrapping_add(CARRY) | digits) & HIGH_BITS != 0 {
        return None;
    }
    // Two neighbours at a time become one number: digits, pairs, fours.
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let first = (pairs & 0x0000_00FF_0000_00FF).wrapping_mul(100 + (1_000_000 << 32));
    let second = ((pairs >> 16) & 0x0000_00FF_0000_00FF).wrapping_mul(1 + (10_000 << 32));
    u32::try_from(first.wrapping_add(second) >> 32).ok()
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::Short;
    use crate::array::float::parse::{Number, parse};
    use crate::plain::PlainParser;

    fn check(text: &str) -> Result<bool, TestCaseError> {
        let cells = format!("\"{text}\"");
        let mut parser = PlainParser::default();
        let mut short = None;
        let plain = parser.parse(cells.as_bytes(), cells.len());
        let Some(plain) = plain.filter(|plain| plain.len() == 1 && !plain.has_escapes()) else {
            return Ok(false);
        };
        let _ = plain.try_each(|cell| {
            short = Short::parse(cell);
            Ok::<(), ()>(())
        });
        let Some(short) = short else {
            return Ok(false);
        };
        let slow = match parse(text) {
            Number::Plain(value) => value,
            other => return Err(TestCaseError::fail(format!("{text:?} {other:?}"))),
        };
        prop_assert_eq!(short.to_float().to_bits(), slow.to_bits(), "{}", text);
        if let Some(value) = short.to_integer() {
            prop_assert_eq!(text.parse(), Ok(value), "{}", text);
        }
        Ok(true)
    }

    /// Numbers that need no slow path, whichever fast one they take.
    pub(in crate::array::float) const USUAL: &[&str] = &[
        "0",
        "-0",
        "1.",
        ".5",
        "-.5",
        "007",
        "99999999",
        "-1234.567",
        "0.000001",
        "1.25",
    ];

    /// Texts that do.
    pub(in crate::array::float) const OTHERS: &[&str] = &[
        "",
        "-",
        ".",
        "-.",
        "+1",
        "1e3",
        "nan",
        "?",
        "1.2.3",
        "..",
        "123456789",
        " 1",
        "1/2",
        "1:2",
        "٣",
    ];

    #[test]
    fn the_usual_numbers_are_short() {
        for text in USUAL {
            assert!(check(text).unwrap(), "{text}");
        }
        for text in OTHERS {
            assert!(!check(text).unwrap(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn decimals_are_read_as_the_slow_path_does(text in "-?[0-9]{0,8}\\.?[0-9]{0,8}") {
            check(&text)?;
        }

        #[test]
        fn arbitrary_texts_are_read_as_the_slow_path_does(text in "[-+0-9./:ea,\\x00\\x7f]{0,10}|.{0,6}") {
            check(&text)?;
        }
    }
}
