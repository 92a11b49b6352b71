//! [`DictionaryDecoder`]: decodes labels to `Dictionary(Int32, Utf8)`.

mod interner;
mod label_key;

use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, DictionaryArray, Int32Array};

use self::interner::Interner;
use self::label_key::{InlineKey, RecentLabels};
use super::observer::{Observer, Validity};
use super::text::{ByteBudget, MAX_TEXT_BYTES, is_null, text_of_cell};
use crate::cell::{Append, Cell, Cells, ColumnDecoder, Fault};
use crate::report::Observed;
use crate::splitter::PADDING;
use crate::strings::StringCells;
use crate::tape::TapeParser;

/// Decodes labels. Each distinct label is stored once.
#[derive(Debug)]
pub(super) struct DictionaryDecoder {
    keys: Vec<i32>,
    valid: Validity,
    labels: Interner,
    /// By their JSON text, with escape sequences.
    recent: RecentLabels,
    /// Created with the first escape sequence.
    unescaper: Option<Box<Unescaper>>,
    observer: Observer,
}

/// Why a chunk of strings was not appended.
enum Stop {
    InvalidEscape,
    Fault(Fault),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl DictionaryDecoder {
    pub(super) fn new(strict: bool, cells: usize) -> Self {
        Self {
            keys: Vec::with_capacity(cells),
            valid: Validity::default(),
            labels: Interner::new(ByteBudget::new(MAX_TEXT_BYTES)),
            recent: RecentLabels::default(),
            unescaper: None,
            observer: Observer::new(strict),
        }
    }

    /// The key of a cell; 0 for a null.
    fn cell(&mut self, cell: Cell<'_>, row: usize) -> Result<i32, Fault> {
        match text_of_cell(cell, is_null, row, &mut self.observer)? {
            Some(text) => self.labels.key(text),
            None => {
                self.valid.null(row);
                Ok(0)
            }
        }
    }

    /// The key of a label that is not among the recent ones; 0 for a null.
    #[inline(never)]
    fn look_up(&mut self, inline: InlineKey, json: &str, row: usize) -> Result<i32, Fault> {
        if is_null(json) {
            return self.cell(Cell::Text(json), row);
        }
        let key = self.labels.key(json)?;
        self.recent.put(inline, key);
        Ok(key)
    }

    /// Like [`look_up`](Self::look_up), for the JSON text of a label with escape sequences.
    #[cold]
    fn look_up_escaped(&mut self, inline: InlineKey, json: &str, row: usize) -> Result<i32, Stop> {
        if !json.contains('\\') {
            return Ok(self.look_up(inline, json, row)?);
        }
        let mut unescaper = self.unescaper.take().unwrap_or_default();
        let key = unescaper.unescape(json, |text| {
            let key = self.cell(Cell::Text(text), row);
            if let Ok(key) = key
                && !is_null(text)
            {
                self.recent.put(inline, key);
            }
            key
        });
        self.unescaper = Some(unescaper);
        Ok(key.ok_or(Stop::InvalidEscape)??)
    }

    fn strings(&mut self, cells: &StringCells<'_>) -> Result<(), Stop> {
        let mut keys = std::mem::take(&mut self.keys);
        let appended = if cells.has_escapes() {
            cells.append_to(&mut keys, |cell, row| {
                let inline = InlineKey::read(cell);
                match self.recent.find(inline) {
                    Some(key) => Ok(key),
                    None => self.look_up_escaped(inline, cells.text(cell.span()), row),
                }
            })
        } else {
            cells.append_to(&mut keys, |cell, row| {
                let inline = InlineKey::read(cell);
                match self.recent.find(inline) {
                    Some(key) => Ok(key),
                    None => Ok(self.look_up(inline, cells.text(cell.span()), row)?),
                }
            })
        };
        self.keys = keys;
        appended
    }

    #[cfg(test)]
    pub(super) fn with_budget(mut self, bytes: usize) -> Self {
        self.labels = Interner::new(ByteBudget::new(bytes));
        self
    }
}

impl ColumnDecoder for DictionaryDecoder {
    fn append(&mut self, cells: Cells<'_>) -> Result<Append, Fault> {
        match cells {
            // Unescaping single labels is slower than the tape, unless nearly all of them are recent.
            Cells::Strings(cells)
                if cells.has_escapes() && self.labels.len() > RecentLabels::SLOTS =>
            {
                Ok(Append::NeedsTape)
            }
            Cells::Strings(cells) => {
                let rows = self.keys.len();
                match self.strings(cells) {
                    Ok(()) => Ok(Append::Done),
                    Err(Stop::Fault(fault)) => Err(fault),
                    // The tape parser locates the error.
                    Err(Stop::InvalidEscape) => {
                        self.keys.truncate(rows);
                        Ok(Append::NeedsTape)
                    }
                }
            }
            Cells::Tape(cells) => {
                for cell in cells {
                    let key = self.cell(cell, self.keys.len())?;
                    self.keys.push(key);
                }
                Ok(Append::Done)
            }
        }
    }

    fn finish(mut self) -> (ArrayRef, Observed) {
        self.keys.shrink_to_fit();
        let valid = self.valid.finish(self.keys.len());
        let keys = Int32Array::new(self.keys.into(), valid);
        let array = DictionaryArray::<Int32Type>::try_new(keys, Arc::new(self.labels.finish()))
            .expect("a key is the index of a label, and 0 where it is null");
        (Arc::new(array), self.observer.into_observed())
    }
}

/// Unescapes JSON strings, with reused buffers.
#[derive(Debug, Default)]
struct Unescaper {
    tape: TapeParser,
    buffer: Vec<u8>,
}

impl Unescaper {
    /// Passes the text of a string without its quotes to `read`. Returns `None` if an escape sequence is invalid.
    fn unescape<T>(&mut self, json: &str, read: impl FnOnce(&str) -> T) -> Option<T> {
        self.buffer.clear();
        self.buffer.push(b'"');
        self.buffer.extend_from_slice(json.as_bytes());
        self.buffer.push(b'"');
        let len = self.buffer.len();
        self.buffer.resize(len + PADDING, b' ');
        let parsed = self.tape.parse(
            &mut self.buffer,
            len,
            |at| at as u64,
            |nodes, _| match nodes {
                [simd_json::Node::String(text)] => Ok(Some(read(text))),
                _ => Ok(None),
            },
        );
        parsed.ok().flatten()
    }
}
