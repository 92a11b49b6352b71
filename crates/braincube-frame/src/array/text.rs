//! [`Texts`]: an array of `Utf8`.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::StringBuilder;

use super::label::{Room, label};
use super::observer::{Observed, Observer};
use super::{ColumnDecoder, Fault};
use crate::column::{Cell, Cells};
use crate::plain::Plain;

/// Decodes a column to `Utf8`.
#[derive(Debug)]
pub(crate) struct Texts {
    values: StringBuilder,
    is_null: fn(&str) -> bool,
    room: Room,
    row: usize,
    observer: Observer,
}

impl Texts {
    pub(super) fn new(strict: bool, cells: usize, is_null: fn(&str) -> bool) -> Self {
        Self {
            values: StringBuilder::with_capacity(cells, 0),
            is_null,
            room: Room::new(),
            row: 0,
            observer: Observer::new(strict),
        }
    }

    #[inline]
    fn cell(&mut self, cell: Cell<'_>) -> Result<(), Fault> {
        match label(cell, self.is_null, self.row, &mut self.observer)? {
            Some(text) => {
                self.room.check(text)?;
                self.room.take(text);
                self.values.append_value(text);
            }
            None => self.values.append_null(),
        }
        self.row += 1;
        Ok(())
    }

    #[cfg(test)]
    pub(super) fn with_room(mut self, bytes: usize) -> Self {
        self.room = Room::of(bytes);
        self
    }
}

impl ColumnDecoder for Texts {
    fn decode(&mut self, cells: Cells<'_>) -> Result<(), Fault> {
        for cell in cells {
            self.cell(cell)?;
        }
        Ok(())
    }

    fn decode_plain(&mut self, cells: &Plain<'_>) -> Result<(), Fault> {
        cells.try_each(|cell| self.cell(Cell::Text(cells.text(cell.span()))))
    }

    fn finish(mut self) -> (ArrayRef, Observed) {
        let array = Arc::new(self.values.finish());
        (array, self.observer.into_observed())
    }
}
