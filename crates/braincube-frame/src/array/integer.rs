//! [`IntegerDecoder`]: decodes numbers to `Int64` if all are integers, else to `Float64`.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array};

use super::float::FloatDecoder;
use super::number_batch::NumberBatch;
use crate::cell::{Append, Cell, Cells, ColumnDecoder, Fault};
use crate::options::FrameOptions;
use crate::report::Observed;
use crate::strings::StringCells;
use crate::tally::Tally;

/// Decodes numbers to `Int64` if all are integers, else to `Float64`.
///
/// All values are stored as floats until the end; integers that are not exact as floats are stored as well.
#[derive(Debug)]
pub(super) struct IntegerDecoder {
    floats: FloatDecoder,
    /// Whether there is a number other than an integer.
    is_float: bool,
    has_values: bool,
    /// The rows and values of integers that are not exact as floats.
    large: Vec<(usize, i64)>,
    /// The same integers, which are reported if the column has floats.
    inexact: Tally,
}

impl IntegerDecoder {
    pub(super) fn new(options: &FrameOptions, cells: usize) -> Self {
        Self {
            floats: FloatDecoder::new(options, cells),
            is_float: false,
            has_values: false,
            large: Vec::new(),
            inexact: Tally::default(),
        }
    }

    fn cell(&mut self, cell: Cell<'_>) -> Result<(), Fault> {
        let row = self.floats.values.len();
        match cell {
            Cell::Text(text) | Cell::Number(text) => {
                let value = self.text(text, row);
                self.floats.values.push(value);
                Ok(())
            }
            cell => {
                self.has_values |= matches!(cell, Cell::Boolean(_));
                self.floats.cell(cell)
            }
        }
    }

    /// The value of a text as a float; 0 for a null.
    fn text(&mut self, text: &str, row: usize) -> f64 {
        if self.is_float {
            return self.floats.reader.text(text, row);
        }
        let text = self.floats.reader.trim(text, row);
        let Ok(integer) = text.parse::<i64>() else {
            if self.floats.reader.is_float(text) {
                self.become_float();
            }
            return self.floats.reader.text(text, row);
        };
        self.has_values = true;
        if !is_exact(integer) {
            self.inexact.add(row, text);
            self.large.push((row, integer));
        }
        match to_float(integer) {
            0.0 if text.starts_with('-') => -0.0,
            float => float,
        }
    }

    fn batch(&mut self, batch: &NumberBatch, cells: &StringCells<'_>) {
        if self.is_float {
            return self.floats.batch(batch, cells);
        }
        let parsed = batch.parse();
        let first = self.floats.values.len();
        self.floats.values.extend_from_slice(parsed.values());
        if parsed.has_point {
            // Usually the column becomes one of floats here, so this happens once.
            (0..parsed.values().len()).for_each(|at| self.replace(at, first, batch, cells));
        } else {
            self.has_values |= parsed.others().count() < parsed.values().len();
            parsed
                .others()
                .for_each(|at| self.replace(at, first, batch, cells));
        }
    }

    /// Replaces the value of a cell of the batch by the one of its text.
    fn replace(&mut self, at: usize, first: usize, batch: &NumberBatch, cells: &StringCells<'_>) {
        let value = self.text(cells.text(batch.span(at)), first + at);
        if let Some(slot) = self.floats.values.get_mut(first + at) {
            *slot = value;
        }
    }

    #[cold]
    fn become_float(&mut self) {
        self.is_float = true;
        let inexact = std::mem::take(&mut self.inexact);
        self.floats.reader.observer.inexact_before(inexact);
    }
}

impl ColumnDecoder for IntegerDecoder {
    fn append(&mut self, cells: Cells<'_>) -> Result<Append, Fault> {
        match cells {
            Cells::Strings(cells) => {
                self.floats.values.reserve(cells.len());
                NumberBatch::for_each(cells, |batch| self.batch(batch, cells));
            }
            Cells::Tape(cells) => {
                for cell in cells {
                    self.cell(cell)?;
                }
            }
        }
        Ok(Append::Done)
    }

    fn finish(self) -> (ArrayRef, Observed) {
        let mut floats = self.floats;
        if self.is_float || !self.has_values {
            return floats.finish();
        }
        floats.values.shrink_to_fit();
        let mut values: Vec<i64> = floats.values.into_iter().map(to_integer).collect();
        for (row, integer) in self.large {
            if let Some(slot) = values.get_mut(row) {
                *slot = integer;
            }
        }
        let valid = floats.reader.valid.finish(values.len());
        let array = Int64Array::new(values.into(), valid);
        (Arc::new(array), floats.reader.observer.into_observed())
    }
}

#[allow(
    clippy::cast_precision_loss,
    reason = "rounded to the nearest float, like the text would be; rounded integers are counted"
)]
const fn to_float(integer: i64) -> f64 {
    integer as f64
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "the float is an integer, or is replaced by the exact integer"
)]
const fn to_integer(float: f64) -> i64 {
    float as i64
}

/// Whether a float can hold the integer. `i64::MAX` is rounded up to a float that is converted back to `i64::MAX`.
const fn is_exact(integer: i64) -> bool {
    to_integer(to_float(integer)) == integer && integer != i64::MAX
}
