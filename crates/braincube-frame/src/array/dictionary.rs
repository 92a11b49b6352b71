//! [`Labels`]: an array of `Dictionary(Int32, Utf8)`.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::StringDictionaryBuilder;
use arrow_array::types::Int32Type;

use super::label::{Room, is_null, label};
use super::observer::{Observed, Observer};
use super::{ColumnDecoder, Fault};
use crate::column::Cells;

/// Decodes a column of modalities, each of which is stored once.
pub(super) struct Labels {
    values: StringDictionaryBuilder<Int32Type>,
    distinct: i32,
    room: Room,
    row: usize,
    observer: Observer,
}

impl Labels {
    pub(super) fn new(strict: bool, cells: usize) -> Self {
        Self {
            values: StringDictionaryBuilder::with_capacity(cells, 0, 0),
            distinct: 0,
            room: Room::new(),
            row: 0,
            observer: Observer::new(strict),
        }
    }

    #[cfg(test)]
    pub(super) fn with_room(mut self, bytes: usize) -> Self {
        self.room = Room::of(bytes);
        self
    }
}

impl ColumnDecoder for Labels {
    fn decode(&mut self, cells: Cells<'_>) -> Result<(), Fault> {
        for cell in cells {
            match label(cell, is_null, self.row, &mut self.observer)? {
                Some(text) => {
                    self.room.check(text)?;
                    // Keys run out last: labels that differ fill the room before.
                    let full = Fault::TooLarge {
                        limit: super::MAX_TEXT_BYTES,
                    };
                    let key = self.values.append(text).map_err(|_| full)?;
                    if key == self.distinct {
                        self.distinct += 1;
                        self.room.take(text);
                    }
                }
                None => self.values.append_null(),
            }
            self.row += 1;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> (ArrayRef, Observed) {
        let array = Arc::new(self.values.finish());
        (array, self.observer.into_observed())
    }
}
