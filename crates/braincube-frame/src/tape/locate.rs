//! Where in the answer simd-json found something wrong.

use simd_json::{Error as JsonError, ErrorType};

use crate::error::Error;
use crate::splitter::MAX_DEPTH;

/// Translates an error of simd-json.
///
/// `strings` is how many strings were read before it: they are unescaped in `piece` already, what
/// follows them is untouched.
pub(super) fn locate(
    error: &JsonError,
    piece: &[u8],
    positions: &[u32],
    strings: usize,
    offset: impl Fn(usize) -> u64,
) -> Error {
    let at = error.index().min(piece.len());
    let syntax = |at: usize, problem| Error::Syntax {
        offset: offset(at),
        problem,
    };
    match error.error() {
        // Found before any string is touched, and without a position.
        ErrorType::InvalidUtf8 => Error::Utf8 {
            offset: offset(std::str::from_utf8(piece).map_or_else(|e| e.valid_up_to(), |_| 0)),
        },
        ErrorType::Syntax if error.character().is_none() => match control_character(piece) {
            Some(at) => syntax(at, "a control character that is not escaped"),
            None => syntax(piece.len(), "a string without an end"),
        },
        // The position counts from the string, so the string must be found.
        ErrorType::InvalidEscape | ErrorType::InvalidUnicodeCodepoint => {
            let start = positions
                .iter()
                .map(|position| *position as usize)
                .filter(|position| piece.get(*position) == Some(&b'"'))
                .nth(strings)
                .unwrap_or_default();
            match bad_escape(piece, start + 1) {
                (at, true) => syntax(at, "a surrogate without its other half, or no hex digits"),
                (at, false) => syntax(at, "an escape that JSON does not know"),
            }
        }
        ErrorType::DepthLimitExceeded => Error::Depth {
            offset: offset(at),
            limit: MAX_DEPTH,
        },
        ErrorType::InputTooLarge => Error::TooLarge {
            what: "a piece of the answer".into(),
            limit: u64::from(u32::MAX),
            unit: "bytes",
        },
        ErrorType::InvalidNumber => syntax(
            at,
            "no number as JSON writes it, or none that a 64-bit float can hold",
        ),
        ErrorType::ExpectedArrayContent => syntax(at, "expected a comma or \"]\""),
        ErrorType::ExpectedObjectContent => syntax(at, "expected a key, a comma or \"}\""),
        ErrorType::ExpectedObjectKey => syntax(at, "expected a key"),
        ErrorType::ExpectedObjectColon => syntax(at, "expected a colon"),
        _ => syntax(at, "expected a value"),
    }
}

/// The first control character inside a string.
fn control_character(piece: &[u8]) -> Option<usize> {
    let mut in_string = false;
    let mut escaped = false;
    piece.iter().position(|byte| {
        let is_control = in_string && *byte < b' ';
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            _ => {}
        }
        is_control
    })
}

/// The first escape at or behind `at` that is none, and whether it begins with `\u`.
fn bad_escape(piece: &[u8], mut at: usize) -> (usize, bool) {
    loop {
        match piece.get(at..).unwrap_or_default() {
            [b'\\', b'u', rest @ ..] => match (unit(rest), rest.get(4..6)) {
                (Some(0xD800..=0xDBFF), Some(b"\\u"))
                    if matches!(unit(&rest[6..]), Some(0xDC00..=0xDFFF)) =>
                {
                    at += 12;
                }
                (None | Some(0xD800..=0xDFFF), _) => return (at, true),
                (Some(_), _) => at += 6,
            },
            [
                b'\\',
                b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't',
                ..,
            ] => at += 2,
            [b'\\' | b'"', ..] | [] => return (at, false),
            [_, ..] => at += 1,
        }
    }
}

fn unit(digits: &[u8]) -> Option<u32> {
    let digits = digits.first_chunk::<4>()?;
    digits.iter().try_fold(0, |unit, digit| {
        Some(unit * 16 + char::from(*digit).to_digit(16)?)
    })
}
