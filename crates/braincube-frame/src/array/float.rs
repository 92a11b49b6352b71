//! [`Floats`]: an array of `Float64`.

mod batch;
mod parse;
mod reading;
mod swar;

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array};

use self::batch::{Batch, CELLS};
pub(super) use self::parse::{is_nan, is_null};
use self::reading::Reading;
pub(super) use self::swar::Short;
use super::observer::Observed;
use super::{ColumnDecoder, Fault};
use crate::column::{Cell, Cells};
use crate::options::FrameOptions;
use crate::plain::{Plain, Spot};

pub(super) const EXPECTED: &str = "a number";

/// Decodes a column of numbers.
#[derive(Debug)]
pub(crate) struct Floats {
    pub(super) values: Vec<f64>,
    pub(super) reading: Reading,
}

impl Floats {
    pub(super) fn new(options: &FrameOptions, cells: usize) -> Self {
        Self {
            values: Vec::with_capacity(cells),
            reading: Reading::new(options),
        }
    }

    /// Appends a cell.
    pub(super) fn cell(&mut self, cell: Cell<'_>) -> Result<(), Fault> {
        let value = self.reading.cell(cell, self.values.len())?;
        self.values.push(value);
        Ok(())
    }

    /// Appends so many cells of a batch.
    fn batch(&mut self, batch: &Batch, count: usize, cells: &Plain<'_>) {
        let first = self.values.len();
        let numbers = batch.read(count);
        self.values.extend_from_slice(numbers.values(count));
        for at in numbers.unknown(count) {
            let text = cells.text(batch.span(at));
            let value = self.reading.text(text, first + at);
            if let Some(place) = self.values.get_mut(first + at) {
                *place = value;
            }
        }
    }

    /// Appends a string without escapes.
    pub(super) fn plain(&mut self, cells: &Plain<'_>, cell: Spot<'_>) {
        let value = match Short::parse(cell) {
            Some(number) => number.to_float(),
            None => self
                .reading
                .text(cells.text(cell.span()), self.values.len()),
        };
        self.values.push(value);
    }
}

impl ColumnDecoder for Floats {
    fn decode(&mut self, cells: Cells<'_>) -> Result<(), Fault> {
        for cell in cells {
            self.cell(cell)?;
        }
        Ok(())
    }

    fn decode_plain(&mut self, cells: &Plain<'_>) -> Result<(), Fault> {
        self.values.reserve(cells.len());
        let (mut batch, mut count) = (Batch::default(), 0);
        cells.try_each(|cell| {
            batch.put(count, cell);
            count += 1;
            if count == CELLS {
                self.batch(&batch, std::mem::take(&mut count), cells);
            }
            Ok(())
        })?;
        self.batch(&batch, count, cells);
        Ok(())
    }

    fn finish(mut self) -> (ArrayRef, Observed) {
        self.values.shrink_to_fit();
        let valid = self.reading.valid.finish(self.values.len());
        let array = Float64Array::new(self.values.into(), valid);
        (Arc::new(array), self.reading.observer.into_observed())
    }
}
