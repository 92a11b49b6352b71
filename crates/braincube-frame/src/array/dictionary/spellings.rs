//! [`Spellings`]: labels by the way they are written, escapes and all.

use super::interner::{Interner, Place};
use super::recent::Recent;
use super::tables::Table;
use super::words::{Whole, Words};
use super::{Labels, is_null};
use crate::array::Fault;
use crate::plain::Plain;
use crate::splitter::PADDING;
use crate::tape::TapeParser;

/// How many bytes of spellings are kept: columns with few labels are the ones that gain.
const MOST_BYTES: usize = 1024 * 1024;

/// How many spellings are kept.
const MOST_SPELLINGS: usize = 32 * 1024;

/// Stands for a null among the keys, until its row is known to stay.
const NULL: i32 = -1;

/// Labels by the way they are written, escapes and all.
///
/// Each spelling is unescaped once, and whatever is written the same way is the same label.
#[derive(Debug)]
pub(super) struct Spellings {
    known: Interner,
    recent: Recent,
    /// The key of each, or [`NULL`].
    keys: Vec<i32>,
    tape: TapeParser,
    scratch: Vec<u8>,
}

impl Default for Spellings {
    fn default() -> Self {
        Self {
            known: Interner::new(Table::default()),
            recent: Recent::default(),
            keys: Vec::new(),
            tape: TapeParser::default(),
            scratch: Vec::new(),
        }
    }
}

/// Why a cell gets no key.
enum Refusal {
    /// It is no string as JSON writes it.
    NotJson,
    Fault(Fault),
}

impl Spellings {
    /// Appends cells to `labels`; `None`, and nothing is appended, if one of them is not JSON, or
    /// if there are too many spellings to keep them.
    pub(super) fn append(
        &mut self,
        cells: &Plain<'_>,
        labels: &mut Labels,
    ) -> Option<Result<(), Fault>> {
        if self.known.len() > MOST_SPELLINGS || self.known.bytes() > MOST_BYTES {
            return None;
        }
        let mut keys = std::mem::take(&mut labels.keys);
        let first_row = keys.len();
        let appended = cells.append_to(&mut keys, |cell, _| {
            let spelling = Whole::read(cell);
            match self.recent.find(spelling) {
                Some(key) => Ok(key),
                None => self.seldom(spelling, cells.text(cell.span()), labels),
            }
        });
        labels.keys = keys;
        match appended {
            Ok(()) => {
                labels.settle_nulls(first_row);
                Some(Ok(()))
            }
            Err(Refusal::Fault(fault)) => Some(Err(fault)),
            Err(Refusal::NotJson) => {
                labels.keys.truncate(first_row);
                None
            }
        }
    }

    /// The key of a label that has not been written like this lately.
    #[inline(never)]
    fn seldom(&mut self, spelling: Whole, text: &str, labels: &mut Labels) -> Result<i32, Refusal> {
        let key = match self.known.find(spelling.words(), || text) {
            Ok(known) => self.keys.get(known).copied().unwrap_or(NULL),
            Err(place) => self.add(spelling.words(), text, place, labels)?,
        };
        self.recent.put(spelling, key);
        Ok(key)
    }

    /// Keeps a label that is written like this, and gives its key.
    #[cold]
    fn add(
        &mut self,
        words: Words,
        spelling: &str,
        place: Place,
        labels: &mut Labels,
    ) -> Result<i32, Refusal> {
        let key = self.key(spelling, labels)?;
        let full = Fault::TooLarge {
            limit: super::super::MAX_TEXT_BYTES,
        };
        let added = self.known.add(words, spelling, place);
        added.ok_or(Refusal::Fault(full))?;
        self.keys.push(key);
        Ok(key)
    }

    /// The key of a label that is written like this.
    fn key(&mut self, spelling: &str, labels: &mut Labels) -> Result<i32, Refusal> {
        self.scratch.clear();
        self.scratch.push(b'"');
        self.scratch.extend_from_slice(spelling.as_bytes());
        self.scratch.push(b'"');
        let len = self.scratch.len();
        self.scratch.resize(len + PADDING, b' ');
        let parsed = self.tape.parse(
            &mut self.scratch,
            len,
            |at| at as u64,
            |nodes, _| {
                Ok(match nodes {
                    [simd_json::Node::String(text)] if is_null(text) => Ok(NULL),
                    [simd_json::Node::String(text)] => {
                        labels.label(Words::of(text.as_bytes()), || text)
                    }
                    _ => Ok(NULL),
                })
            },
        );
        match parsed {
            Ok(key) => key.map_err(Refusal::Fault),
            Err(_) => Err(Refusal::NotJson),
        }
    }
}
