//! [`Integers`]: an array of `Int64` as long as every value is an integer, else of `Float64`.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array};

use super::float::{EXPECTED, Floats, Short, is_nan, is_null};
use super::observer::Observed;
use super::{ColumnDecoder, Fault};
use crate::column::{Cell, Cells, boolean_text};
use crate::options::FrameOptions;
use crate::plain::Plain;
use crate::report::Tally;

/// Decodes a column of numbers to `Int64`, until a value is none.
///
/// The integers read so far then become floats: the same floats that their texts would have
/// given, so nothing is read twice.
#[derive(Debug)]
pub(crate) struct Integers {
    values: Vec<i64>,
    /// The rows with `-0`, an integer like any other and a float of its own.
    negative_zeros: Vec<usize>,
    has_values: bool,
    is_float: bool,
    /// Integers that a float cannot hold, which is to be told if they become floats.
    inexact: Tally,
    /// Holds the nulls and the counts from the start, and the values once they are floats.
    floats: Floats,
}

impl Integers {
    pub(super) fn new(options: &FrameOptions, cells: usize) -> Self {
        Self {
            values: Vec::with_capacity(cells),
            negative_zeros: Vec::new(),
            has_values: false,
            is_float: false,
            inexact: Tally::default(),
            floats: Floats::new(options, 0),
        }
    }

    fn cell(&mut self, cell: Cell<'_>) -> Result<(), Fault> {
        let row = self.values.len();
        match cell {
            Cell::Text(text) | Cell::Number(text) => {
                let text = self.floats.reading.trim(text, row);
                self.text(text, row)?;
            }
            Cell::Null => self.null(),
            Cell::Boolean(truth) => {
                let text = boolean_text(truth);
                self.floats.reading.observer.coercion(EXPECTED, row, text);
                self.value(i64::from(truth));
            }
            Cell::Nested(found) => return Err(Fault::nested(row, EXPECTED, found)),
        }
        Ok(())
    }

    fn text(&mut self, text: &str, row: usize) -> Result<(), Fault> {
        match parse(text) {
            Some(value) => {
                if value == 0 && text.starts_with('-') {
                    self.negative_zeros.push(row);
                }
                if !is_exact(value) {
                    self.inexact.add(row, text);
                }
                self.value(value);
            }
            None if self.is_null(text.trim_ascii()) => self.null(),
            // A null has no type, so a column with a bad cell can still be one of integers.
            None if self.floats.reading.is_bad(text, row) => self.values.push(0),
            None => {
                self.become_float();
                self.floats.cell(Cell::Text(text))?;
            }
        }
        Ok(())
    }

    fn is_null(&self, word: &str) -> bool {
        is_null(word) || (is_nan(word) && !self.floats.reading.keep_nan)
    }

    fn value(&mut self, value: i64) {
        self.values.push(value);
        self.has_values = true;
    }

    fn null(&mut self) {
        self.floats.reading.observer.null_token();
        self.floats.reading.valid.null(self.values.len());
        self.values.push(0);
    }

    #[cold]
    fn become_float(&mut self) {
        self.is_float = true;
        let integers = std::mem::take(&mut self.values);
        let inexact = std::mem::take(&mut self.inexact);
        self.floats.reading.observer.inexact_before(inexact);
        self.floats.values = integers.into_iter().map(to_float).collect();
        for row in &self.negative_zeros {
            if let Some(value) = self.floats.values.get_mut(*row) {
                *value = -0.0;
            }
        }
    }
}

impl ColumnDecoder for Integers {
    fn decode(&mut self, cells: Cells<'_>) -> Result<(), Fault> {
        for cell in cells {
            if self.is_float {
                self.floats.cell(cell)?;
            } else {
                self.cell(cell)?;
            }
        }
        Ok(())
    }

    fn decode_plain(&mut self, cells: &Plain<'_>) -> Result<(), Fault> {
        if self.is_float {
            return self.floats.decode_plain(cells);
        }
        self.values.reserve(cells.len());
        cells.try_each(|cell| {
            if self.is_float {
                self.floats.plain(cells, cell);
                return Ok(());
            }
            match Short::parse(cell).and_then(Short::to_integer) {
                Some(value) => {
                    self.value(value);
                    Ok(())
                }
                None => self.cell(Cell::Text(cells.text(cell.span()))),
            }
        })
    }

    fn finish(mut self) -> (ArrayRef, Observed) {
        if !self.is_float && !self.has_values {
            self.floats.values.resize(self.values.len(), 0.0);
            return self.floats.finish();
        }
        if self.is_float {
            return self.floats.finish();
        }
        self.values.shrink_to_fit();
        let valid = self.floats.reading.valid.finish(self.values.len());
        let array = Int64Array::new(self.values.into(), valid);
        (
            Arc::new(array),
            self.floats.reading.observer.into_observed(),
        )
    }
}

#[allow(
    clippy::cast_precision_loss,
    reason = "rounded to the nearest, as the text would be; what is lost is counted"
)]
const fn to_float(value: i64) -> f64 {
    value as f64
}

/// Whether a float can hold it.
#[allow(
    clippy::cast_possible_truncation,
    reason = "128 bits hold every float that a 64-bit integer is rounded to"
)]
const fn is_exact(value: i64) -> bool {
    to_float(value) as i128 == value as i128
}

/// An integer literal: a sign and ASCII digits; `None` also if it does not fit.
fn parse(text: &str) -> Option<i64> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn an_integer_is_a_sign_and_digits() {
        for (text, expected) in [
            ("4", Some(4)),
            ("+4", Some(4)),
            ("-0", Some(0)),
            ("007", Some(7)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("2.0", None),
            ("1e3", None),
            ("1_000", None),
            (" 7", None),
            ("٣", None),
            ("", None),
            ("-", None),
            ("+", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }
}
