//! [`StringDecoder`]: decodes text to `Utf8`.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::StringBuilder;

use super::observer::Observer;
use crate::cell::{Append, Cell, Cells, ColumnDecoder, Fault, boolean_text};
use crate::report::Observed;

/// The maximum length of the text of a column: the offsets of Arrow's `Utf8` are `i32`.
pub(super) const MAX_TEXT_BYTES: usize = i32::MAX as usize;

const EXPECTED: &str = "a text";

/// Whether a text or label is null. White space around it is ignored.
///
/// The service writes `?` for "no value" to its Power BI connector. `NaN`, `null` and the empty text are labels, as in
/// the Python package `braincube_connector` 2.8.0.
pub(super) fn is_null(text: &str) -> bool {
    text.trim_ascii() == "?"
}

/// Like [`is_null`], in a column of dates that stay text.
pub(super) fn is_null_date(text: &str) -> bool {
    matches!(text.trim_ascii(), "?" | "null")
}

/// The text of a cell; `None` for a null.
pub(super) fn text_of_cell<'c>(
    cell: Cell<'c>,
    is_null: fn(&str) -> bool,
    row: usize,
    observer: &mut Observer,
) -> Result<Option<&'c str>, Fault> {
    match cell {
        Cell::Text(text) if !is_null(text) => Ok(Some(text)),
        Cell::Text(_) | Cell::Null => {
            observer.null_token();
            Ok(None)
        }
        Cell::Number(text) => {
            observer.coercion(EXPECTED, row, text);
            Ok(Some(text))
        }
        Cell::Boolean(value) => {
            observer.coercion(EXPECTED, row, boolean_text(value));
            Ok(Some(boolean_text(value)))
        }
        Cell::Nested(found) => Err(Fault::nested(row, EXPECTED, found)),
    }
}

/// The number of bytes that can still be added to the text of an array.
#[derive(Debug)]
pub(super) struct ByteBudget {
    left: usize,
    limit: usize,
}

impl ByteBudget {
    pub(super) const fn new(limit: usize) -> Self {
        Self { left: limit, limit }
    }

    /// Subtracts the length of `text`.
    pub(super) const fn spend(&mut self, text: &str) -> Result<(), Fault> {
        match self.left.checked_sub(text.len()) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(Fault::TooLarge { limit: self.limit }),
        }
    }
}

/// Decodes text to `Utf8`.
#[derive(Debug)]
pub(super) struct StringDecoder {
    values: StringBuilder,
    is_null: fn(&str) -> bool,
    budget: ByteBudget,
    row: usize,
    observer: Observer,
}

impl StringDecoder {
    pub(super) fn new(strict: bool, cells: usize, is_null: fn(&str) -> bool) -> Self {
        Self {
            values: StringBuilder::with_capacity(cells, 0),
            is_null,
            budget: ByteBudget::new(MAX_TEXT_BYTES),
            row: 0,
            observer: Observer::new(strict),
        }
    }

    #[inline]
    fn cell(&mut self, cell: Cell<'_>) -> Result<(), Fault> {
        match text_of_cell(cell, self.is_null, self.row, &mut self.observer)? {
            Some(text) => {
                self.budget.spend(text)?;
                self.values.append_value(text);
            }
            None => self.values.append_null(),
        }
        self.row += 1;
        Ok(())
    }

    #[cfg(test)]
    pub(super) fn with_budget(mut self, bytes: usize) -> Self {
        self.budget = ByteBudget::new(bytes);
        self
    }
}

impl ColumnDecoder for StringDecoder {
    fn append(&mut self, cells: Cells<'_>) -> Result<Append, Fault> {
        match cells {
            Cells::Strings(cells) => {
                cells.try_each(|cell| self.cell(Cell::Text(cells.text(cell.span()))))?;
            }
            Cells::Tape(cells) => {
                for cell in cells {
                    self.cell(cell)?;
                }
            }
        }
        Ok(Append::Done)
    }

    fn finish(mut self) -> (ArrayRef, Observed) {
        let array = Arc::new(self.values.finish());
        (array, self.observer.into_observed())
    }
}
