//! [`TapeParser`]: simd-json with reused buffers and errors with positions.

use std::fmt;

use simd_json::{Buffers, Error as JsonError, ErrorType, Node, StaticNode, Tape};

use crate::error::Error;
use crate::splitter::{MAX_DEPTH, PADDING};

/// Parses JSON texts to the tape of simd-json, with reused buffers.
pub(crate) struct TapeParser {
    buffers: Buffers,
    tape: Tape<'static>,
    /// The length of the longest text so far.
    longest: usize,
}

impl Default for TapeParser {
    fn default() -> Self {
        Self {
            buffers: Buffers::with_max_depth(0, MAX_DEPTH),
            tape: Tape(Vec::new()),
            longest: 0,
        }
    }
}

impl fmt::Debug for TapeParser {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("TapeParser").finish_non_exhaustive()
    }
}

impl TapeParser {
    /// The approximate size of the buffers in bytes. simd-json copies the text and stores up to one position per byte.
    pub(crate) const fn capacity(&self) -> usize {
        self.longest * 5 + self.tape.0.capacity() * size_of::<Node<'_>>()
    }

    /// Parses `bytes[..len]`, followed by at least [`PADDING`] bytes, and passes the tape to `read`.
    ///
    /// `read` also gets the position of the first byte of each value, colon, comma and closing bracket. `offset` maps
    /// positions to offsets in the response. Strings are unescaped in place, so `bytes` is not valid JSON afterwards.
    pub(crate) fn parse<T>(
        &mut self,
        bytes: &mut [u8],
        len: usize,
        offset: impl Fn(usize) -> u64,
        read: impl FnOnce(&[Node<'_>], &[u32]) -> Result<T, Error>,
    ) -> Result<T, Error> {
        debug_assert!(bytes.len() >= len + PADDING, "no padding");
        self.longest = self.longest.max(len);
        let mut tape = std::mem::replace(&mut self.tape, Tape(Vec::new())).reset();
        let parsed = simd_json::fill_tape_padded(&mut *bytes, len, &mut self.buffers, &mut tape);
        let positions = self.buffers.structural_indexes();
        match parsed {
            Ok(()) => {
                let result = read(&tape.0, positions);
                self.tape = tape.reset();
                result
            }
            Err(error) => {
                let is_string = |node: &&Node<'_>| matches!(node, Node::String(_));
                let strings = tape.0.iter().filter(is_string).count();
                self.tape = tape.reset();
                let text = bytes.get(..len).unwrap_or_default();
                Err(convert_error(&error, text, positions, strings, offset))
            }
        }
    }
}

/// The number of nodes of a value on the tape.
pub(crate) const fn width(node: &Node<'_>) -> usize {
    match node {
        Node::Array { count, .. } | Node::Object { count, .. } => *count + 1,
        Node::String(_) | Node::Static(_) => 1,
    }
}

/// The JSON type of a value, for errors.
pub(crate) const fn describe(node: &Node<'_>) -> &'static str {
    match node {
        Node::String(_) => "a string",
        Node::Object { .. } => "an object",
        Node::Array { .. } => "an array",
        Node::Static(StaticNode::Null) => "null",
        Node::Static(StaticNode::Bool(_)) => "a boolean",
        Node::Static(_) => "a number",
    }
}

/// The entries of the object at the start of `nodes`: each key and the index of its value.
pub(crate) fn entries<'t>(nodes: &[Node<'t>]) -> impl Iterator<Item = (&'t str, usize)> {
    let len = match nodes.first() {
        Some(Node::Object { len, .. }) => *len,
        _ => 0,
    };
    let mut at = 1;
    (0..len).map_while(move |_| {
        let Some(Node::String(key)) = nodes.get(at) else {
            return None;
        };
        let value = at + 1;
        at = value + width(nodes.get(value)?);
        Some((*key, value))
    })
}

/// The elements of the array at the start of `nodes`, each with all nodes after it.
pub(crate) fn elements<'n, 't>(nodes: &'n [Node<'t>]) -> impl Iterator<Item = &'n [Node<'t>]> {
    let len = match nodes.first() {
        Some(Node::Array { len, .. }) => *len,
        _ => 0,
    };
    let mut at = 1;
    (0..len).map_while(move |_| {
        let element = nodes.get(at..)?;
        at += width(element.first()?);
        Some(element)
    })
}

/// Converts an error of simd-json, with its position.
///
/// `strings` is the number of strings before the error. They are unescaped in `text`; the bytes after them are unchanged.
fn convert_error(
    error: &JsonError,
    text: &[u8],
    positions: &[u32],
    strings: usize,
    offset: impl Fn(usize) -> u64,
) -> Error {
    let at = error.index().min(text.len());
    let syntax = |at: usize, problem| Error::Syntax {
        offset: offset(at),
        problem,
    };
    match error.error() {
        // Found before any string is unescaped, and without a position.
        ErrorType::InvalidUtf8 => Error::Utf8 {
            offset: offset(std::str::from_utf8(text).map_or_else(|e| e.valid_up_to(), |_| 0)),
        },
        ErrorType::Syntax if error.character().is_none() => match control_character(text) {
            Some(at) => syntax(at, "unescaped control character"),
            None => syntax(text.len(), "unterminated string"),
        },
        // The position is relative to the string.
        ErrorType::InvalidEscape | ErrorType::InvalidUnicodeCodepoint => {
            let start = positions
                .iter()
                .map(|position| *position as usize)
                .filter(|position| text.get(*position) == Some(&b'"'))
                .nth(strings)
                .unwrap_or_default();
            match bad_escape(text, start + 1) {
                (at, true) => syntax(at, "unpaired surrogate or invalid hex digits"),
                (at, false) => syntax(at, "unknown escape sequence"),
            }
        }
        ErrorType::DepthLimitExceeded => Error::Depth {
            offset: offset(at),
            limit: MAX_DEPTH,
        },
        ErrorType::InputTooLarge => Error::TooLarge {
            what: "a part of the response".into(),
            limit: u64::from(u32::MAX),
            unit: "bytes",
        },
        ErrorType::InvalidNumber => {
            syntax(at, "invalid number, or beyond the range of a 64-bit float")
        }
        ErrorType::ExpectedArrayContent => syntax(at, "expected a comma or \"]\""),
        ErrorType::ExpectedObjectContent => syntax(at, "expected a key, a comma or \"}\""),
        ErrorType::ExpectedObjectKey => syntax(at, "expected a key"),
        ErrorType::ExpectedObjectColon => syntax(at, "expected a colon"),
        _ => syntax(at, "expected a value"),
    }
}

/// The position of the first control character in a string.
fn control_character(text: &[u8]) -> Option<usize> {
    let mut in_string = false;
    let mut escaped = false;
    text.iter().position(|byte| {
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

/// The position of the first invalid escape sequence from `at` on, and whether it starts with `\u`.
fn bad_escape(text: &[u8], mut at: usize) -> (usize, bool) {
    loop {
        match text.get(at..).unwrap_or_default() {
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

/// Parses the four hex digits of a UTF-16 unit.
fn unit(digits: &[u8]) -> Option<u32> {
    let digits = digits.first_chunk::<4>()?;
    digits.iter().try_fold(0, |unit, digit| {
        Some(unit * 16 + char::from(*digit).to_digit(16)?)
    })
}
