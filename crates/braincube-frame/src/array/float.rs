//! [`FloatDecoder`]: decodes numbers to `Float64`.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array};

use super::number::NumberReader;
use super::number_batch::NumberBatch;
use crate::cell::{Append, Cell, Cells, ColumnDecoder, Fault};
use crate::options::FrameOptions;
use crate::report::Observed;
use crate::strings::StringCells;

/// Decodes numbers to `Float64`.
#[derive(Debug)]
pub(super) struct FloatDecoder {
    pub(super) values: Vec<f64>,
    pub(super) reader: NumberReader,
}

impl FloatDecoder {
    pub(super) fn new(options: &FrameOptions, cells: usize) -> Self {
        Self {
            values: Vec::with_capacity(cells),
            reader: NumberReader::new(options),
        }
    }

    pub(super) fn cell(&mut self, cell: Cell<'_>) -> Result<(), Fault> {
        let value = self.reader.cell(cell, self.values.len())?;
        self.values.push(value);
        Ok(())
    }

    pub(super) fn batch(&mut self, batch: &NumberBatch, cells: &StringCells<'_>) {
        let first = self.values.len();
        let parsed = batch.parse();
        self.values.extend_from_slice(parsed.values());
        for at in parsed.others() {
            let value = self.reader.text(cells.text(batch.span(at)), first + at);
            if let Some(slot) = self.values.get_mut(first + at) {
                *slot = value;
            }
        }
    }
}

impl ColumnDecoder for FloatDecoder {
    fn append(&mut self, cells: Cells<'_>) -> Result<Append, Fault> {
        match cells {
            Cells::Strings(cells) => {
                self.values.reserve(cells.len());
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

    fn finish(mut self) -> (ArrayRef, Observed) {
        self.values.shrink_to_fit();
        let valid = self.reader.valid.finish(self.values.len());
        let array = Float64Array::new(self.values.into(), valid);
        (Arc::new(array), self.reader.observer.into_observed())
    }
}
