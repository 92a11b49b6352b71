//! What the [`super::Splitter`] cuts an answer into.

/// A column's object, complete, and not yet known to be valid JSON.
#[derive(Debug)]
pub(crate) struct RawColumn<'a> {
    /// The object, and [`PADDING`](super::PADDING) bytes behind it.
    pub(crate) bytes: &'a mut Vec<u8>,
    /// How many of the bytes are the object.
    pub(crate) len: usize,
    /// Where the object begins in the answer.
    pub(crate) offset: u64,
    /// How many bytes behind the opening bracket of its cells were taken before.
    pub(crate) taken: u64,
    /// Its place in `datadefs`.
    pub(crate) index: usize,
    /// Its array `data`, if it has one.
    pub(crate) cells: Option<CellSpan>,
}

/// Where the array `data` stands in a column's object, and where it can be cut.
#[derive(Debug)]
pub(crate) struct CellSpan {
    /// The opening bracket.
    pub(crate) open: usize,
    /// The closing bracket.
    pub(crate) close: usize,
    /// Commas between two cells, at least a chunk apart.
    pub(crate) cuts: Vec<usize>,
    /// Whether cells are taken as they come; not known before the first cut.
    pub(super) is_taken: Option<bool>,
}

/// Cells that are taken before their column is complete.
#[derive(Debug)]
pub(crate) struct Chunk<'a> {
    pub(crate) cells: Loose<'a>,
    /// Where the bracket or comma before the cells stands in the answer.
    pub(crate) offset: u64,
}

/// The bracket or comma before some cells, these, the comma behind them, and [`PADDING`](super::PADDING) bytes.
#[derive(Debug)]
pub(crate) enum Loose<'a> {
    /// As they were pushed.
    Pushed(&'a [u8]),
    /// As they were kept, because they were pushed in several pieces.
    Kept {
        /// The column up to the bracket that opens its cells, or a comma in its place; then the
        /// rest. Whoever keeps them puts others in their place that begin in the same way.
        bytes: &'a mut Vec<u8>,
        /// Where the bracket or comma stands in `bytes`.
        open: usize,
    },
}

impl Chunk<'_> {
    /// The bracket or comma before the cells, and all that follows.
    pub(crate) fn padded(&self) -> &[u8] {
        match &self.cells {
            Loose::Pushed(bytes) => bytes,
            Loose::Kept { bytes, open } => bytes.get(*open..).unwrap_or_default(),
        }
    }
}

impl CellSpan {
    pub(super) const fn open(position: usize) -> Self {
        Self {
            open: position,
            close: position,
            cuts: Vec::new(),
            is_taken: None,
        }
    }

    /// The chunks: from the bracket or comma before the cells to the one behind, both included.
    pub(crate) fn chunks(&self) -> impl Iterator<Item = (usize, usize)> {
        let starts = std::iter::once(self.open).chain(self.cuts.iter().copied());
        let ends = self.cuts.iter().copied().chain([self.close]);
        starts.zip(ends)
    }
}

/// The document without its columns: `{}` stands for each.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub(crate) bytes: Vec<u8>,
    /// Where the document begins in the answer.
    pub(super) start: u64,
    /// For each column, the position behind its `{}` and by how much all columns up to it are
    /// longer than their `{}`.
    shifts: Vec<(usize, u64)>,
}

impl Document {
    pub(super) fn replace_column(&mut self, len: u64) {
        self.bytes.extend_from_slice(b"{}");
        let before = self.shifts.last().map_or(0, |(_, shift)| *shift);
        let shift = before + len.saturating_sub(2);
        self.shifts.push((self.bytes.len(), shift));
    }

    /// Forgets everything but its memory.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.shifts.clear();
        self.start = 0;
    }

    /// How many bytes it could hold.
    pub(crate) const fn capacity(&self) -> usize {
        self.bytes.capacity() + self.shifts.capacity() * size_of::<(usize, u64)>()
    }

    /// Where a byte of the document stands in the answer.
    pub(crate) fn offset(&self, position: usize) -> u64 {
        let before = self.shifts.partition_point(|(end, _)| *end <= position);
        let shift = before.checked_sub(1).and_then(|at| self.shifts.get(at));
        self.start + position as u64 + shift.map_or(0, |(_, shift)| *shift)
    }
}
