//! [`Body`]: the body of a response, parsed as one JSON document.

use std::cell::OnceCell;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::{ItemError, ResponseError};
use crate::json::{JsonError, Object, bytes_outside_strings, elements, elements_under, line_at};

/// A body that is not only white space.
pub(super) struct Body<'a> {
    text: &'a str,
    /// The text with its bare words in quotes, if they made parsing fail. Error positions then refer to this text.
    quoted: OnceCell<String>,
}

/// Parses a JSON document as a `T`.
///
/// A byte order mark is skipped. `NaN`, `Infinity` and `-Infinity` outside quotes, as Python's `json` writes them, are not
/// JSON; each is parsed as the text of that name.
///
/// ```
/// use braincube_model::response;
///
/// let limits: Vec<String> = response::json(br#"["1.5",NaN,-Infinity]"#)?;
/// assert_eq!(limits, ["1.5", "NaN", "-Infinity"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
///
/// If the bytes are not JSON, or not a `T`.
pub fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, serde_json::Error> {
    let bytes = without_byte_order_mark(bytes);
    serde_json::from_slice(bytes).or_else(|error| {
        let text = std::str::from_utf8(bytes).ok();
        match text
            .filter(|_| error.is_syntax())
            .and_then(quote_bare_words)
        {
            Some(quoted) => serde_json::from_str(&quoted),
            None => Err(error),
        }
    })
}

/// The bytes without a leading byte order mark, which some servers write before UTF-8.
///
/// ```
/// use braincube_model::response::without_byte_order_mark;
///
/// assert_eq!(without_byte_order_mark("\u{feff}[]".as_bytes()), b"[]");
/// assert_eq!(without_byte_order_mark(b"[]"), b"[]");
/// ```
pub fn without_byte_order_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

impl<'a> Body<'a> {
    /// The body; `None` if it is only white space.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Option<Self>, ResponseError> {
        let bytes = without_byte_order_mark(bytes);
        let text = std::str::from_utf8(bytes).map_err(|error| ResponseError::Utf8 {
            offset: error.valid_up_to(),
        })?;
        let quoted = OnceCell::new();
        Ok((!text.trim_ascii().is_empty()).then_some(Self { text, quoted }))
    }

    /// Converts the document with `read`.
    pub(super) fn document<'b, T>(
        &'b self,
        read: impl FnOnce(&'b RawValue) -> Result<T, JsonError>,
    ) -> Result<T, ResponseError> {
        let root = serde_json::from_str(self.text)
            .or_else(|error| self.with_bare_words_quoted().unwrap_or(Err(error)))
            .map_err(|error| ResponseError::syntax(&error, ends_in_number(self.text)))?;
        read(root).map_err(|error| self.locate(error).into())
    }

    /// Parses the document with its bare words in quotes; `None` if it has no bare words.
    fn with_bare_words_quoted(&self) -> Option<Result<&RawValue, serde_json::Error>> {
        let quoted = quote_bare_words(self.text)?;
        Some(serde_json::from_str(self.quoted.get_or_init(|| quoted)))
    }

    /// The elements of the list under `key`, unparsed.
    pub(super) fn items(&self, key: &str) -> Result<Vec<&RawValue>, ResponseError> {
        // The single pass over the text fails without a reason, so the slower path finds it.
        match elements_under(key, self.text) {
            Some(items) => Ok(items),
            None => self.document(|root| {
                let object = Object::parse(root)?;
                let items = object.require(key, elements)?;
                object.reports_no_error()?;
                Ok(items)
            }),
        }
    }

    /// Adds the line and the column to an error.
    pub(super) fn locate(&self, error: JsonError) -> ItemError {
        let text = self.quoted.get().map_or(self.text, String::as_str);
        let offset = error.address.saturating_sub(text.as_ptr().addr());
        let (line, before) = line_at(text, offset);
        ItemError {
            path: error.path.into(),
            line,
            column: before.len() + 1,
            problem: error.problem,
        }
    }
}

/// Whether the text ends in the middle of a number, for which the parser reports a syntax error instead of the end.
fn ends_in_number(text: &str) -> bool {
    matches!(
        text.as_bytes(),
        [.., b'-'] | [.., b'0'..=b'9', b'.' | b'e' | b'E'] | [.., b'e' | b'E', b'+']
    )
}

/// The words that Python's `json` writes for floats outside quotes, although they are not JSON. None is a prefix of another.
const BARE_WORDS: [&str; 3] = ["NaN", "Infinity", "-Infinity"];

/// The text with quotes around each bare word that is a whole value; `None` without such words.
///
/// Only called after the parser rejected the text. Does not check that the rest is JSON.
#[cold]
fn quote_bare_words(json: &str) -> Option<String> {
    let mut quoted = String::new();
    let mut copied = 0;
    for (at, byte) in bytes_outside_strings(json) {
        if let (b'N' | b'I' | b'-', Some(word)) = (byte, bare_word(json, at)) {
            quoted.extend([json.get(copied..at)?, "\"", word, "\""]);
            copied = at + word.len();
        }
    }
    quoted.push_str(json.get(copied..)?);
    (copied > 0).then_some(quoted)
}

/// The word at this position, if it is a whole value.
fn bare_word(json: &str, at: usize) -> Option<&'static str> {
    let (before, rest) = (json.get(..at)?, json.get(at..)?);
    let word = BARE_WORDS.into_iter().find(|word| rest.starts_with(word))?;
    let begins = before.is_empty() || before.ends_with(['[', ',', ':', ' ', '\t', '\n', '\r']);
    let after = rest.get(word.len()..)?;
    let ends = after.is_empty() || after.starts_with([']', ',', '}', ' ', '\t', '\n', '\r']);
    let is_key = after.trim_ascii_start().starts_with(':');
    (begins && ends && !is_key).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::quote_bare_words;

    #[test]
    fn j25_bare_words_outside_strings_are_quoted() {
        for (json, expected) in [
            ("NaN", r#""NaN""#),
            (
                r#"{"a":NaN,"b":[ -Infinity,Infinity ],"c":"é, NaN,"}"#,
                r#"{"a":"NaN","b":[ "-Infinity","Infinity" ],"c":"é, NaN,"}"#,
            ),
            (r#"["\\",NaN,"\","]"#, r#"["\\","NaN","\","]"#),
        ] {
            assert_eq!(quote_bare_words(json).as_deref(), Some(expected));
        }
        for json in [
            "",
            "[1]",
            "[nan,NANA,-NaN,+Infinity,NaNs,1NaN,Infinit]",
            r#"["NaN","\",NaN"]"#,
            "{NaN:1}",
            "{ NaN : 1}",
        ] {
            assert_eq!(quote_bare_words(json), None, "{json}");
        }
    }
}
