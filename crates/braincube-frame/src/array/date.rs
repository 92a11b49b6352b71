//! [`Timestamps`]: an array of `Timestamp(Millisecond)`.

mod parse;

use std::sync::Arc;

use arrow_array::{ArrayRef, TimestampMillisecondArray};

use self::parse::{Date, parse};
use super::observer::{Observed, Observer};
use super::validity::Validity;
use super::{ColumnDecoder, Fault};
use crate::column::{Cell, Cells, boolean_text};
use crate::plain::Plain;

/// Decodes a column of dates; what is no date becomes a null that is counted.
#[derive(Debug)]
pub(crate) struct Timestamps {
    values: Vec<i64>,
    valid: Validity,
    observer: Observer,
}

impl Timestamps {
    pub(super) fn new(strict: bool, cells: usize) -> Self {
        Self {
            values: Vec::with_capacity(cells),
            valid: Validity::default(),
            observer: Observer::new(strict),
        }
    }

    fn text(&mut self, text: &str) {
        let row = self.values.len();
        match parse(text.as_bytes()) {
            Some(Date { millis, leap }) => {
                if leap {
                    self.observer.coercion("a second below 60", row, text);
                }
                self.values.push(millis);
            }
            None if matches!(text.trim_ascii(), "null" | "?" | "") => self.null(),
            None => {
                self.observer.unparsable_date(row, text);
                self.valid.null(row);
                self.values.push(0);
            }
        }
    }

    fn null(&mut self) {
        self.observer.null_token();
        self.valid.null(self.values.len());
        self.values.push(0);
    }
}

impl ColumnDecoder for Timestamps {
    fn decode(&mut self, cells: Cells<'_>) -> Result<(), Fault> {
        for cell in cells {
            match cell {
                Cell::Text(text) | Cell::Number(text) => self.text(text),
                Cell::Null => self.null(),
                Cell::Boolean(truth) => self.text(boolean_text(truth)),
                Cell::Nested(found) => {
                    return Err(Fault::nested(self.values.len(), "a date", found));
                }
            }
        }
        Ok(())
    }

    fn decode_plain(&mut self, cells: &Plain<'_>) -> Result<(), Fault> {
        self.values.reserve(cells.len());
        cells.try_each(|cell| {
            self.text(cells.text(cell.span()));
            Ok(())
        })
    }

    fn finish(mut self) -> (ArrayRef, Observed) {
        self.values.shrink_to_fit();
        let valid = self.valid.finish(self.values.len());
        let array = TimestampMillisecondArray::new(self.values.into(), valid);
        (Arc::new(array), self.observer.into_observed())
    }
}
