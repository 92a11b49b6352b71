//! [`Labels`]: an array of `Dictionary(Int32, Utf8)`.

mod interner;
mod recent;
mod spellings;
mod tables;
mod words;

use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, DictionaryArray, Int32Array};

use self::interner::{Interner, Place};
use self::recent::Recent;
use self::spellings::Spellings;
pub(crate) use self::tables::Tables;
use self::words::{Whole, Words};
use super::label::{Room, is_null, label};
use super::observer::{Observed, Observer};
use super::validity::Validity;
use super::{ColumnDecoder, Fault};
use crate::column::{Cell, Cells};
use crate::plain::Plain;

/// Decodes a column of modalities, each of which is stored once.
#[derive(Debug)]
pub(crate) struct Labels {
    keys: Vec<i32>,
    valid: Validity,
    labels: Interner,
    recent: Recent,
    /// The ways in which labels are written, once one has escapes.
    spellings: Option<Box<Spellings>>,
    room: Room,
    observer: Observer,
    tables: Tables,
}

impl Labels {
    pub(super) fn new(strict: bool, cells: usize, tables: &Tables) -> Self {
        Self {
            keys: Vec::with_capacity(cells),
            valid: Validity::default(),
            labels: Interner::new(tables.take()),
            recent: Recent::default(),
            spellings: None,
            room: Room::new(),
            observer: Observer::new(strict),
            tables: tables.clone(),
        }
    }

    /// The key of a cell; 0 for a null.
    fn cell(&mut self, cell: Cell<'_>, row: usize) -> Result<i32, Fault> {
        match label(cell, is_null, row, &mut self.observer)? {
            Some(text) => self.label(Words::of(text.as_bytes()), || text),
            None => {
                self.valid.null(row);
                Ok(0)
            }
        }
    }

    /// The key of a label.
    #[inline]
    fn label<'t>(&mut self, words: Words, text: impl Fn() -> &'t str) -> Result<i32, Fault> {
        let key = match self.labels.find(words, &text) {
            Ok(key) => key,
            Err(place) => self.add(words, text(), place)?,
        };
        Ok(i32::try_from(key).unwrap_or_default())
    }

    /// The key of a label that has not come lately; 0 for a null.
    #[inline(never)]
    fn seldom(&mut self, label: Whole, text: &str, row: usize) -> Result<i32, Fault> {
        if is_null(text) {
            return self.cell(Cell::Text(text), row);
        }
        let key = self.label(label.words(), || text)?;
        self.recent.put(label, key);
        Ok(key)
    }

    #[cold]
    fn add(&mut self, words: Words, text: &str, place: Place) -> Result<usize, Fault> {
        self.room.check(text)?;
        self.room.take(text);
        let full = Fault::TooLarge {
            limit: super::MAX_TEXT_BYTES,
        };
        self.labels.add(words, text, place).ok_or(full)
    }

    /// Turns the keys that stand for nulls, from a row on, into nulls.
    fn settle_nulls(&mut self, first_row: usize) {
        for (key, row) in self.keys.iter_mut().skip(first_row).zip(first_row..) {
            if *key < 0 {
                *key = 0;
                self.observer.null_token();
                self.valid.null(row);
            }
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
            let key = self.cell(cell, self.keys.len())?;
            self.keys.push(key);
        }
        Ok(())
    }

    fn decode_plain(&mut self, cells: &Plain<'_>) -> Result<(), Fault> {
        let mut keys = std::mem::take(&mut self.keys);
        let appended = cells.append_to(&mut keys, |cell, row| {
            let label = Whole::read(cell);
            match self.recent.find(label) {
                Some(key) => Ok(key),
                None => self.seldom(label, cells.text(cell.span()), row),
            }
        });
        self.keys = keys;
        appended
    }

    fn decode_escaped(&mut self, cells: &Plain<'_>) -> Option<Result<(), Fault>> {
        let mut spellings = self.spellings.take().unwrap_or_default();
        let appended = spellings.append(cells, self);
        self.spellings = Some(spellings);
        appended
    }

    fn finish(mut self) -> (ArrayRef, Observed) {
        self.keys.shrink_to_fit();
        let valid = self.valid.finish(self.keys.len());
        let keys = Int32Array::new(self.keys.into(), valid);
        let (labels, table) = self.labels.finish();
        self.tables.leave(table);
        let array = DictionaryArray::<Int32Type>::try_new(keys, Arc::new(labels))
            .expect("a key is the number of a label, and 0 where it is null");
        (Arc::new(array), self.observer.into_observed())
    }
}
