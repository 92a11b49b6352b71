//! [`NumberReader`]: parses numbers like Python's `float()`, except for spaces, underscores and foreign digits.

use super::observer::{Observer, Validity};
use crate::cell::{Cell, Fault, boolean_text};
use crate::options::{FrameOptions, Nan, Spaces};

const EXPECTED: &str = "a number";

/// 2 to the power of 53: all integers below it are exact as `f64`.
const EXACT_BELOW: f64 = 9_007_199_254_740_992.0;

/// Parses numbers one by one, counts the unusual ones and marks the nulls.
#[derive(Debug)]
pub(super) struct NumberReader {
    pub(super) valid: Validity,
    pub(super) observer: Observer,
    keep_nan: bool,
    trims: bool,
}

impl NumberReader {
    pub(super) fn new(options: &FrameOptions) -> Self {
        Self {
            valid: Validity::default(),
            observer: Observer::new(options.strict),
            keep_nan: options.nan == Nan::Keep,
            trims: options.spaces == Spaces::Trim,
        }
    }

    /// The value of a cell; 0 for a null.
    pub(super) fn cell(&mut self, cell: Cell<'_>, row: usize) -> Result<f64, Fault> {
        match cell {
            Cell::Text(text) | Cell::Number(text) => Ok(self.text(text, row)),
            Cell::Null => Ok(self.null(row)),
            Cell::Boolean(value) => {
                self.observer.coercion(EXPECTED, row, boolean_text(value));
                Ok(f64::from(u8::from(value)))
            }
            Cell::Nested(found) => Err(Fault::nested(row, EXPECTED, found)),
        }
    }

    /// The value of a text; 0 for a null.
    pub(super) fn text(&mut self, text: &str, row: usize) -> f64 {
        let text = self.trim(text, row);
        match parse(text) {
            Number::Plain(value) => value,
            Number::Inexact(value) => {
                self.observer.inexact(row, text);
                value
            }
            Number::Infinite(value) => {
                self.observer.infinite(row, text);
                value
            }
            Number::Nan if self.keep_nan => f64::NAN,
            Number::Nan | Number::Null => self.null(row),
            Number::Invalid => self.bad(text, row),
        }
    }

    /// Whether a text is a number other than an integer, so that its column cannot be one of integers.
    pub(super) fn is_float(&self, text: &str) -> bool {
        match parse(text) {
            Number::Nan => self.keep_nan,
            Number::Null | Number::Invalid => false,
            Number::Plain(_) | Number::Inexact(_) | Number::Infinite(_) => true,
        }
    }

    #[cold]
    fn bad(&mut self, text: &str, row: usize) -> f64 {
        self.observer.bad(EXPECTED, row, text, hint);
        self.valid.null(row);
        0.0
    }

    /// Trims a text if the options allow it, and counts it.
    #[inline]
    pub(super) fn trim<'t>(&mut self, text: &'t str, row: usize) -> &'t str {
        if !self.trims {
            return text;
        }
        let trimmed = text.trim_ascii();
        if trimmed.len() < text.len() {
            self.observer.trimmed(row, text);
        }
        trimmed
    }

    fn null(&mut self, row: usize) -> f64 {
        self.observer.null_token();
        self.valid.null(row);
        0.0
    }
}

/// A parsed text of a NUMERIC column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    Plain(f64),
    /// A rounded integer, or a number that became infinite or 0.
    Inexact(f64),
    /// `inf` or `-inf`, in any case.
    Infinite(f64),
    /// `nan`, in any case.
    Nan,
    Null,
    Invalid,
}

/// Parses the text of a NUMERIC cell.
#[inline]
pub(super) fn parse(text: &str) -> Number {
    match fast_float2::parse::<f64, _>(text) {
        Ok(value) if value.abs() < EXACT_BELOW && value != 0.0 => Number::Plain(value),
        Ok(value) => parse_unusual(value, text),
        Err(_) if is_null(text) => Number::Null,
        Err(_) => parse_null_token(text),
    }
}

/// Parses a text that is not a number, without the ASCII white space around it.
#[cold]
fn parse_null_token(text: &str) -> Number {
    match text.trim_ascii() {
        word if is_null(word) => Number::Null,
        word if is_nan(word) => Number::Nan,
        _ => Number::Invalid,
    }
}

#[cold]
fn parse_unusual(value: f64, text: &str) -> Number {
    if value.is_nan() {
        Number::Nan
    } else if is_inexact(value, text) {
        Number::Inexact(value)
    } else if value.is_infinite() {
        Number::Infinite(value)
    } else {
        Number::Plain(value)
    }
}

/// Whether a text is an integer other than `value`, or a number beyond the range of `f64`.
///
/// Decimals do not count, because nearly all of them are rounded.
fn is_inexact(value: f64, text: &str) -> bool {
    let number = text.trim_start_matches(['+', '-']);
    if value.is_infinite() {
        return number.starts_with(|first: char| first == '.' || first.is_ascii_digit());
    }
    if value == 0.0 {
        let digits = number.split(['e', 'E']).next().unwrap_or_default();
        return digits.bytes().any(|digit| matches!(digit, b'1'..=b'9'));
    }
    // `4.0` and `4.` are integers too.
    let integer = match number.split_once('.') {
        Some((integer, zeros)) if zeros.bytes().all(|digit| digit == b'0') => integer,
        _ => number,
    };
    // Formatting an integral `f64` writes all of its digits.
    integer.bytes().all(|digit| digit.is_ascii_digit())
        && integer.trim_start_matches('0') != format!("{:.0}", value.abs())
}

fn is_null(text: &str) -> bool {
    matches!(text, "?" | "" | "null" | "NULL")
}

fn is_nan(text: &str) -> bool {
    text.trim_start_matches(['+', '-'])
        .eq_ignore_ascii_case("nan")
}

/// The probable cause why a text is not a number.
fn hint(text: &str) -> Option<&'static str> {
    if text.trim() != text {
        Some("spaces around a number are not dropped")
    } else if text.contains(',') {
        Some("is that a decimal comma? The service writes a point")
    } else if text.contains('_') {
        Some("underscores between digits are not dropped")
    } else if text.contains(|digit: char| digit.is_numeric() && !digit.is_ascii()) {
        Some("only the digits 0 to 9 are read")
    } else if text.trim_start_matches(['+', '-']).starts_with("0x") {
        Some("hexadecimal numbers are not read")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Number, hint, parse};

    #[test]
    fn v9_numbers_that_python_parses_are_parsed() {
        for (text, expected) in [
            ("0", 0.0),
            ("1.1", 1.1),
            ("1e3", 1000.0),
            ("1E3", 1000.0),
            ("1e+3", 1000.0),
            ("1e-3", 0.001),
            ("+1", 1.0),
            ("-1", -1.0),
            ("1.", 1.0),
            (".5", 0.5),
            ("-.5e1", -5.0),
            ("007", 7.0),
            ("1.e2", 100.0),
            ("0.1000000000000000055511151231257827", 0.1),
            ("9007199254740991", 9_007_199_254_740_991.0),
            ("9007199254740992", 9_007_199_254_740_992.0),
            ("9007199254740994", 9_007_199_254_740_994.0),
            ("000009007199254740994", 9_007_199_254_740_994.0),
            ("1e22", 1e22),
            ("0e5", 0.0),
            ("0.000000000000", 0.0),
            ("5e-324", 5e-324),
            ("9007199254740994.0", 9_007_199_254_740_994.0),
            ("123456789012345678.5", 123_456_789_012_345_678.5),
        ] {
            assert_eq!(parse(text), Number::Plain(expected), "{text}");
        }
        let Number::Plain(zero) = parse("-0") else {
            panic!("-0 is a number");
        };
        assert!(zero == 0.0 && zero.is_sign_negative());
    }

    #[test]
    fn v9_v4_v5_invalid_numbers_are_rejected() {
        for text in [
            "0x10", "1,5", "1_000", " 7", "7 ", "٣", "1e", "e1", ".", "-", "+", "--1", "+-1",
            "1.2.3", "1e3.5", "nan(1)", "infin", "none", "NAN?", "1f", "1d", "½", "?1", "??",
            "Null", "true",
        ] {
            assert_eq!(parse(text), Number::Invalid, "{text}");
        }
        for (text, word) in [
            ("1,5", "comma"),
            (" 7 ", "spaces"),
            ("1_000", "underscores"),
            ("٣", "digits"),
            ("-0x10", "hexadecimal"),
        ] {
            assert!(hint(text).is_some_and(|hint| hint.contains(word)), "{text}");
        }
        assert_eq!(hint("abc"), None);
    }

    #[test]
    fn v1_v2_v3_null_tokens_nan_and_infinities_are_recognized() {
        for text in ["?", "", "null", "NULL", "  ", " ?", "\tnull "] {
            assert_eq!(parse(text), Number::Null, "{text}");
        }
        for text in ["nan", "NaN", "NAN", "-nan", "+nan"] {
            assert_eq!(parse(text), Number::Nan, "{text}");
            assert!(super::is_nan(text));
            assert_eq!(parse(&format!(" {text} ")), Number::Nan, "{text}");
        }
        for text in ["inf", "Infinity", "+inf", "INF"] {
            assert_eq!(parse(text), Number::Infinite(f64::INFINITY), "{text}");
        }
        assert_eq!(parse("-inf"), Number::Infinite(f64::NEG_INFINITY));
    }

    #[test]
    fn v6_v8_numbers_beyond_the_range_or_precision_of_f64_are_inexact() {
        for (text, expected) in [
            ("9007199254740993", 9_007_199_254_740_992.0),
            ("-9007199254740993", -9_007_199_254_740_992.0),
            ("9223372036854775807", 9_223_372_036_854_775_808.0),
            ("99999999999999999999999", 99_999_999_999_999_991_611_392.0),
            ("1e400", f64::INFINITY),
            ("-1e400", f64::NEG_INFINITY),
            ("1e-400", 0.0),
            ("-0.000001e-400", -0.0),
            ("9007199254740993.0", 9_007_199_254_740_992.0),
            ("9007199254740993.", 9_007_199_254_740_992.0),
        ] {
            assert_eq!(parse(text), Number::Inexact(expected), "{text}");
        }
    }

    proptest! {
        #[test]
        fn written_floats_are_parsed_to_the_same_bits(value in any::<f64>().prop_filter("finite", |v| v.is_finite())) {
            let read = match parse(&format!("{value:e}")) {
                Number::Plain(read) => read,
                other => return Err(TestCaseError::fail(format!("{other:?}"))),
            };
            prop_assert_eq!(read.to_bits(), value.to_bits());
        }

        #[test]
        fn an_integer_is_inexact_if_it_is_rounded(value in any::<i128>()) {
            #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation,
                reason = "the test is about the loss")]
            let is_exact = (value as f64) as i128 == value && value != i128::MAX;
            let is_plain = matches!(parse(&value.to_string()), Number::Plain(_));
            prop_assert_eq!(is_plain, is_exact);
        }
    }
}
