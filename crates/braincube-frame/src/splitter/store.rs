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
    size_limit: usize,
}

impl Store {
    pub(super) fn new(size_limit: usize) -> Self {
        Self {
            document: Document::default(),
            column: Vec::new(),
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
        let (what, buffer) = match place {
            Place::Column | Place::Cells => ("a column", &mut self.column),
            Place::Document | Place::Columns => {
                ("what stands around the columns", &mut self.document.bytes)
            }
        };
        if piece.len() > self.size_limit.saturating_sub(buffer.len()) {
            return Err(Error::TooLarge {
                what: what.into(),
                limit: self.size_limit as u64,
                unit: "bytes",
            });
        }
        buffer.extend_from_slice(piece);
        *copied = end;
        Ok(())
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
