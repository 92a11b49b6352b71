//! [`Body`]: the bytes of a response, which should be one JSON document.

use std::cell::OnceCell;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::{AnswerError, ItemError};
use crate::json::object::{elements, elements_under};
use crate::json::{JsonError, Object, quote_bare_words};

/// A body that holds more than white space.
pub(super) struct Body<'a> {
    text: &'a str,
    /// The text with its bare words in quotes, once they have kept it from being read. Columns of errors are those of this
    /// text.
    quoted: OnceCell<String>,
}

/// Reads a JSON document as a `T`.
///
/// A byte order mark is skipped. Where the document is not JSON because `NaN`, `Infinity` or `-Infinity` stands in it
/// outside quotes, as Python's `json` writes them, each is read as the text of that name.
///
/// ```
/// use braincube_model::answer;
///
/// let limits: Vec<String> = answer::json(br#"["1.5",NaN,-Infinity]"#)?;
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

/// The bytes behind the byte order mark that some servers put in front of UTF-8; all of them where
/// there is none.
///
/// ```
/// use braincube_model::answer::without_byte_order_mark;
///
/// assert_eq!(without_byte_order_mark("\u{feff}[]".as_bytes()), b"[]");
/// assert_eq!(without_byte_order_mark(b"[]"), b"[]");
/// ```
pub fn without_byte_order_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

impl<'a> Body<'a> {
    /// The body; `None` if there is nothing but white space.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Option<Self>, AnswerError> {
        let bytes = without_byte_order_mark(bytes);
        let text =
            std::str::from_utf8(bytes).map_err(|error| AnswerError::utf8(error.valid_up_to()))?;
        let quoted = OnceCell::new();
        Ok((!text.trim_ascii().is_empty()).then_some(Self { text, quoted }))
    }

    /// What `read` makes of the document.
    pub(super) fn document<'b, T>(
        &'b self,
        read: impl FnOnce(&'b RawValue) -> Result<T, JsonError>,
    ) -> Result<T, AnswerError> {
        let root = serde_json::from_str(self.text)
            .or_else(|error| self.with_bare_words_quoted().unwrap_or(Err(error)))
            .map_err(|error| AnswerError::syntax(&error, ends_in_number(self.text)))?;
        read(root).map_err(|error| self.locate(error).into())
    }

    /// The document with its bare words in quotes, or what else keeps it from being JSON; `None` without such words.
    fn with_bare_words_quoted(&self) -> Option<Result<&RawValue, serde_json::Error>> {
        let quoted = quote_bare_words(self.text)?;
        Some(serde_json::from_str(self.quoted.get_or_init(|| quoted)))
    }

    /// The elements of the list under `key`, not looked into.
    pub(super) fn items(&self, key: &str) -> Result<Vec<&RawValue>, AnswerError> {
        // In one pass over the text, as long as all is well; what is wrong is found step by step.
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

    /// Where in the body an error is.
    pub(super) fn locate(&self, error: JsonError) -> ItemError {
        let text = self.quoted.get().map_or(self.text, String::as_str);
        let offset = error.address.saturating_sub(text.as_ptr().addr());
        let before = &text.as_bytes()[..offset.min(text.len())];
        let line_start = before
            .iter()
            .rposition(|b| *b == b'\n')
            .map_or(0, |at| at + 1);
        ItemError {
            path: error.path.into(),
            line: before.iter().filter(|b| **b == b'\n').count() + 1,
            column: before.len() - line_start + 1,
            problem: error.problem,
        }
    }
}

/// Whether the text ends in the middle of a number, which the parser takes for a mistake rather
/// than for an end.
fn ends_in_number(text: &str) -> bool {
    matches!(
        text.as_bytes(),
        [.., b'-'] | [.., b'0'..=b'9', b'.' | b'e' | b'E'] | [.., b'e' | b'E', b'+']
    )
}
