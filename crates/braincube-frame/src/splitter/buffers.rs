//! The parts of a response that are kept until they are complete.

use crate::error::Error;

/// The object of a column. Its syntax has not been checked.
#[derive(Debug)]
pub(crate) struct RawColumn<'a> {
    /// The object and [`PADDING`](super::PADDING) bytes.
    pub(crate) bytes: &'a mut Vec<u8>,
    /// The length of the object.
    pub(crate) len: usize,
    /// The offset of the object in the response.
    pub(crate) offset: u64,
    /// The number of bytes of cells that were passed on as chunks, from the opening bracket on.
    pub(crate) taken: u64,
    /// The index in `datadefs`.
    pub(crate) index: usize,
    /// The array `data`, if there is one.
    pub(crate) cells: Option<CellSpan>,
}

/// The position of the array `data` in the object of a column, and where it can be cut.
#[derive(Debug)]
pub(crate) struct CellSpan {
    /// The opening bracket.
    pub(crate) open: usize,
    /// The closing bracket.
    pub(crate) close: usize,
    /// Commas between cells, at least a chunk apart.
    pub(crate) cuts: Vec<usize>,
    /// Whether cells are passed on as chunks; `None` before the first cut.
    pub(super) is_streamed: Option<bool>,
}

/// Cells that are passed on before their column is complete.
#[derive(Debug)]
pub(crate) struct Chunk<'a> {
    pub(crate) bytes: ChunkBytes<'a>,
    /// The offset of the bracket or comma before the cells in the response.
    pub(crate) offset: u64,
}

/// A bracket or comma, cells, a comma, and [`PADDING`](super::PADDING) bytes.
#[derive(Debug)]
pub(crate) enum ChunkBytes<'a> {
    /// A part of the pushed bytes.
    Pushed(&'a [u8]),
    /// Copied, because the cells were pushed in several parts.
    Buffered {
        /// The column up to the opening bracket, or a comma in its place, and the rest of the chunk. A buffer that replaces
        /// it must have the same start.
        buffer: &'a mut Vec<u8>,
        /// The position of the bracket or comma in `buffer`.
        open: usize,
    },
}

impl Chunk<'_> {
    /// The bytes from the bracket or comma before the cells on.
    pub(crate) fn padded(&self) -> &[u8] {
        match &self.bytes {
            ChunkBytes::Pushed(bytes) => bytes,
            ChunkBytes::Buffered { buffer, open } => buffer.get(*open..).unwrap_or_default(),
        }
    }
}

impl CellSpan {
    pub(super) const fn open(position: usize) -> Self {
        Self {
            open: position,
            close: position,
            cuts: Vec::new(),
            is_streamed: None,
        }
    }

    /// The chunks, each from the bracket or comma before the cells to the one after them, inclusive.
    pub(crate) fn chunks(&self) -> impl Iterator<Item = (usize, usize)> {
        let starts = std::iter::once(self.open).chain(self.cuts.iter().copied());
        let ends = self.cuts.iter().copied().chain([self.close]);
        starts.zip(ends)
    }
}

/// The document with `{}` in place of each column.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub(crate) bytes: Vec<u8>,
    /// The offset of the document in the response.
    pub(super) start: u64,
    /// For each column, the position after its `{}`, and the number of bytes removed up to it.
    shifts: Vec<(usize, u64)>,
}

impl Document {
    pub(super) fn replace_column(&mut self, len: u64) {
        self.bytes.extend_from_slice(b"{}");
        let before = self.shifts.last().map_or(0, |(_, shift)| *shift);
        let shift = before + len.saturating_sub(2);
        self.shifts.push((self.bytes.len(), shift));
    }

    /// Clears the document and keeps its capacity.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.shifts.clear();
        self.start = 0;
    }

    /// The size of the buffers in bytes.
    pub(crate) const fn capacity(&self) -> usize {
        self.bytes.capacity() + self.shifts.capacity() * size_of::<(usize, u64)>()
    }

    /// The offset of a position in the response.
    pub(crate) fn offset(&self, position: usize) -> u64 {
        let before = self.shifts.partition_point(|(end, _)| *end <= position);
        let shift = before.checked_sub(1).and_then(|at| self.shifts.get(at));
        self.start + position as u64 + shift.map_or(0, |(_, shift)| *shift)
    }
}

/// The innermost open bracket that matters to the splitter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// The object of the document, or none.
    Document,
    /// The array `datadefs`.
    Columns,
    /// The object of a column.
    Column,
    /// The array `data` of a column.
    Cells,
}

/// The document and the open column, as far as they were received.
#[derive(Debug)]
pub(super) struct Buffers {
    pub(super) document: Document,
    pub(super) column: Vec<u8>,
    /// The number of bytes of cells that were removed from `column`.
    pub(super) taken: u64,
    size_limit: usize,
}

impl Buffers {
    pub(super) const fn new(size_limit: usize, document: Document, column: Vec<u8>) -> Self {
        Self {
            document,
            column,
            taken: 0,
            size_limit,
        }
    }

    /// Copies `bytes[copied..end]` to the buffer of this level.
    pub(super) fn copy(
        &mut self,
        level: Level,
        bytes: &[u8],
        copied: &mut usize,
        end: usize,
    ) -> Result<(), Error> {
        let part = bytes.get(*copied..end).unwrap_or_default();
        self.check(level, part.len())?;
        let buffer = match level {
            Level::Column | Level::Cells => &mut self.column,
            Level::Document | Level::Columns => &mut self.document.bytes,
        };
        buffer.extend_from_slice(part);
        *copied = end;
        Ok(())
    }

    /// Skips cells that are passed on without a copy.
    pub(super) fn skip(&mut self, copied: &mut usize, end: usize) -> Result<(), Error> {
        let len = end.saturating_sub(*copied);
        self.check(Level::Cells, len)?;
        self.taken += len as u64;
        *copied = end;
        Ok(())
    }

    /// Checks the size limit for this number of further bytes.
    fn check(&self, level: Level, more: usize) -> Result<(), Error> {
        let (what, len) = match level {
            Level::Column | Level::Cells => ("a column", self.column_len()),
            Level::Document | Level::Columns => {
                let len = self.document.bytes.len() as u64;
                ("the document without its columns", len)
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

    /// The length of the open column so far.
    pub(super) fn column_len(&self) -> u64 {
        self.column.len() as u64 + self.taken
    }

    /// The position that the byte at `at` has or will have in its buffer; the bytes before `copied` have been copied.
    pub(super) fn position(&self, level: Level, at: usize, copied: usize) -> usize {
        let buffer = match level {
            Level::Column | Level::Cells => &self.column,
            Level::Document | Level::Columns => &self.document.bytes,
        };
        buffer.len() + (at - copied)
    }
}
