//! The text of a cell, for the columns whose cells are text.

use super::observer::Observer;
use super::{Fault, MAX_TEXT_BYTES};
use crate::column::{Cell, boolean_text};

const EXPECTED: &str = "a text";

/// Which text stands for a value that is not there.
///
/// `?` is how the service writes "no value" to its Power BI connector; `NaN`, `null` and the empty
/// text are labels, as they are to the Python package `braincube_connector` 2.8.0. White space around it does not matter.
pub(super) fn is_null(text: &str) -> bool {
    text.trim_ascii() == "?"
}

/// As [`is_null`], in a column of dates that stay text.
pub(super) fn is_null_date(text: &str) -> bool {
    matches!(text.trim_ascii(), "?" | "null")
}

/// The text of a cell; `None` if the cell is null.
pub(super) fn label<'c>(
    cell: Cell<'c>,
    is_null: fn(&str) -> bool,
    row: usize,
    observer: &mut Observer,
) -> Result<Option<&'c str>, Fault> {
    match cell {
        Cell::Text(text) if is_null(text) => {
            observer.null_token();
            Ok(None)
        }
        Cell::Text(text) => Ok(Some(text)),
        Cell::Null => {
            observer.null_token();
            Ok(None)
        }
        Cell::Number(digits) => {
            observer.coercion(EXPECTED, row, digits);
            Ok(Some(digits))
        }
        Cell::Boolean(truth) => {
            observer.coercion(EXPECTED, row, boolean_text(truth));
            Ok(Some(boolean_text(truth)))
        }
        Cell::Nested(found) => Err(Fault::nested(row, EXPECTED, found)),
    }
}

/// How many bytes of text an array may still take.
#[derive(Debug)]
pub(super) struct Room {
    left: usize,
    limit: usize,
}

impl Room {
    pub(super) const fn new() -> Self {
        Self::of(MAX_TEXT_BYTES)
    }

    pub(super) const fn of(limit: usize) -> Self {
        Self { left: limit, limit }
    }

    /// Whether there is room for `text`.
    pub(super) const fn check(&self, text: &str) -> Result<(), Fault> {
        if text.len() > self.left {
            return Err(Fault::TooLarge { limit: self.limit });
        }
        Ok(())
    }

    /// Takes the room of `text`, which has been checked.
    pub(super) const fn take(&mut self, text: &str) {
        self.left -= text.len();
    }
}
