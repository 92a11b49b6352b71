//! [`Timestamps`]: an array of `Timestamp(Millisecond)`.

mod parse;

use std::sync::Arc;

use arrow_array::{ArrayRef, TimestampMillisecondArray};
use arrow_buffer::NullBufferBuilder;

use self::parse::{Date, parse};
use super::observer::{Observed, Observer};
use super::{ColumnDecoder, Fault};
use crate::column::{Cell, Cells, boolean_text};

/// Decodes a column of dates; what is no date becomes a null that is counted.
#[derive(Debug)]
pub(super) struct Timestamps {
    values: Vec<i64>,
    valid: NullBufferBuilder,
    observer: Observer,
}

impl Timestamps {
    pub(super) fn new(strict: bool, cells: usize) -> Self {
        Self {
            values: Vec::with_capacity(cells),
            valid: NullBufferBuilder::new(cells),
            observer: Observer::new(strict),
        }
    }

    fn text(&mut self, text: &str) -> Result<(), Fault> {
        let row = self.values.len();
        match parse(text.as_bytes()) {
            Some(Date { millis, leap }) => {
                if leap {
                    self.observer.coercion("a second below 60", row, text)?;
                }
                self.values.push(millis);
                self.valid.append_non_null();
            }
            None if matches!(text, "null" | "?" | "") => self.null(),
            None => {
                self.observer.unparsable_date(row, text)?;
                self.values.push(0);
                self.valid.append_null();
            }
        }
        Ok(())
    }

    fn null(&mut self) {
        self.observer.null_token();
        self.values.push(0);
        self.valid.append_null();
    }
}

impl ColumnDecoder for Timestamps {
    fn decode(&mut self, cells: Cells<'_>) -> Result<(), Fault> {
        for cell in cells {
            match cell {
                Cell::Text(text) | Cell::Number(text) => self.text(text)?,
                Cell::Null => self.null(),
                Cell::Boolean(truth) => self.text(boolean_text(truth))?,
                Cell::Nested(found) => {
                    return Err(Fault::cell(self.values.len(), "a date", found));
                }
            }
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> (ArrayRef, Observed) {
        let array = TimestampMillisecondArray::new(self.values.into(), self.valid.finish());
        (Arc::new(array), self.observer.into_observed())
    }
}
