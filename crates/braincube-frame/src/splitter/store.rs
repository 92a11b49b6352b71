//! [`Store`]: where the bytes of an answer are kept until they are complete.

use super::Document;
use crate::error::Error;

/// Which of the interesting brackets are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// None, or the document's object and whatever is no column in it.
    Document,
    /// The array `datadefs`.
    Columns,
    /// A column's object.
    Column,
    /// A column's array `data`.
    Cells,
}

/// The document around the columns, and the column that is open now, as far as they came.
#[derive(Debug)]
pub(super) struct Store {
    pub(super) document: Document,
    pub(super) column: Vec<u8>,
    /// How many bytes of cells have been taken out of `column` already.
    pub(super) taken: u64,
    size_limit: usize,
}

impl Store {
    pub(super) const fn new(size_limit: usize, document: Document, column: Vec<u8>) -> Self {
        Self {
            document,
            column,
            taken: 0,
            size_limit,
        }
    }

    /// Moves `bytes[copied..end]` to where the bytes of this place are kept.
    pub(super) fn copy(
        &mut self,
        place: Place,
        bytes: &[u8],
        copied: &mut usize,
        end: usize,
    ) -> Result<(), Error> {
        let piece = bytes.get(*copied..end).unwrap_or_default();
        self.check(place, piece.len())?;
        let buffer = match place {
            Place::Column | Place::Cells => &mut self.column,
            Place::Document | Place::Columns => &mut self.document.bytes,
        };
        buffer.extend_from_slice(piece);
        *copied = end;
        Ok(())
    }

    /// Passes over cells that are taken without being kept.
    pub(super) fn pass(&mut self, copied: &mut usize, end: usize) -> Result<(), Error> {
        let len = end.saturating_sub(*copied);
        self.check(Place::Cells, len)?;
        self.taken += len as u64;
        *copied = end;
        Ok(())
    }

    /// Whether so many bytes more are not too many.
    fn check(&self, place: Place, more: usize) -> Result<(), Error> {
        let (what, len) = match place {
            Place::Column | Place::Cells => ("a column", self.column_len()),
            Place::Document | Place::Columns => {
                let len = self.document.bytes.len() as u64;
                ("what stands around the columns", len)
            }
        };
        if more as u64 > (self.size_limit as u64).saturating_sub(len) {
            return Err(Error::TooLarge {
                what: what.into(),
                limit: self.size_limit as u64,
                unit: "bytes",
            });
        }
        Ok(())
    }

    /// How long the column is that is open now, as far as it came.
    pub(super) fn column_len(&self) -> u64 {
        self.column.len() as u64 + self.taken
    }

    /// Where the byte at `at`, of which all before `copied` are kept already, stands or will stand.
    pub(super) fn position(&self, place: Place, at: usize, copied: usize) -> usize {
        let buffer = match place {
            Place::Column | Place::Cells => &self.column,
            Place::Document | Place::Columns => &self.document.bytes,
        };
        buffer.len() + (at - copied)
    }
}
