//! [`Body`]: the bytes of an answer, which should be one JSON document.

use serde_json::value::RawValue;

use super::{AnswerError, ItemError};
use crate::json::object::{elements, elements_under};
use crate::json::{JsonError, Object};

/// A body that holds more than white space.
pub(super) struct Body<'a> {
    text: &'a str,
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
        Ok((!text.trim_ascii().is_empty()).then_some(Self { text }))
    }

    /// What `read` makes of the document.
    pub(super) fn document<T>(
        &self,
        read: impl FnOnce(&'a RawValue) -> Result<T, JsonError>,
    ) -> Result<T, AnswerError> {
        let root: &RawValue = serde_json::from_str(self.text)
            .map_err(|error| AnswerError::syntax(&error, ends_in_number(self.text)))?;
        read(root).map_err(|error| self.locate(error).into())
    }

    /// The elements of the list under `key`, not looked into.
    pub(super) fn items(&self, key: &str) -> Result<Vec<&'a RawValue>, AnswerError> {
        // In one pass over the text, as long as all is well; what is wrong is found step by step.
        match elements_under(key, self.text) {
            Some(items) => Ok(items),
            None => self.document(|root| Object::parse(root)?.require(key, elements)),
        }
    }

    /// Where in the body an error is.
    pub(super) fn locate(&self, error: JsonError) -> ItemError {
        let offset = error.address.saturating_sub(self.text.as_ptr().addr());
        let before = &self.text.as_bytes()[..offset.min(self.text.len())];
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
