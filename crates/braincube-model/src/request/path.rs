//! Names and ids as segments of a path, percent-encoded so that each is exactly one segment.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::RequestError;
use super::error::Result;
use crate::id::excerpt;

/// Every character except the unreserved ones of RFC 3986, section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Encodes `text` as one segment of a path. `what` names it in the error.
pub(crate) fn segment<'a>(what: &'static str, text: &'a str) -> Result<Cow<'a, str>> {
    let refuse = |reason| {
        Err(RequestError::Segment {
            what,
            text: excerpt(text),
            reason,
        })
    };
    match text {
        "" => refuse("it is empty"),
        // Encoding does not help: `%2E%2E` is the same as `..` (RFC 3986, section 6.2.2.2).
        "." | ".." => refuse("in a path it means this or the parent directory"),
        _ if is_negative(text) && what != "braincube" => refuse("an id cannot be negative"),
        _ if text.contains(char::is_control) => refuse("it contains control characters"),
        _ => Ok(utf8_percent_encode(text, RESERVED).into()),
    }
}

fn is_negative(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a segment is `.` or `..` after its dots are decoded.
pub(crate) fn is_dot_segment(segment: &str) -> bool {
    let decoded = segment.to_ascii_lowercase().replace("%2e", ".");
    matches!(decoded.as_str(), "." | "..")
}

/// The template with each `{…}` replaced by the next of `values`, percent-encoded. `None` if their numbers differ.
///
/// A `{` in a value is not a placeholder.
pub(crate) fn expand(template: &'static str, values: &[&str]) -> Result<Option<String>> {
    let mut path = String::with_capacity(template.len() + 16);
    let mut values = values.iter();
    let mut rest = template;
    while let Some((before, (name, after))) = rest
        .split_once('{')
        .and_then(|(before, tail)| Some((before, tail.split_once('}')?)))
    {
        let Some(value) = values.next() else {
            return Ok(None);
        };
        path.push_str(before);
        path.push_str(&segment(name, value)?);
        rest = after;
    }
    path.push_str(rest);
    Ok(values.next().is_none().then_some(path))
}
