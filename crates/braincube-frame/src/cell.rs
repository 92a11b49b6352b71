//! Cells of a column as the parsers return them, and the trait of the decoders that take them.

use arrow_array::ArrayRef;
use braincube_model::LongId;
use simd_json::{Node, StaticNode};

use crate::error::Error;
use crate::report::Observed;
use crate::strings::StringCells;
use crate::tape::{describe, width};

/// A cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cell<'a> {
    /// A string, unescaped.
    Text(&'a str),
    /// The digits of a number.
    Number(&'a str),
    Boolean(bool),
    /// JSON's `null`.
    Null,
    /// An array or an object, which is not allowed in a cell.
    Nested(&'static str),
}

/// The JSON text of a boolean.
pub(crate) const fn boolean_text(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

/// A chunk of cells.
#[derive(Debug)]
pub(crate) enum Cells<'a> {
    /// Only strings, found by bit masks.
    Strings(&'a StringCells<'a>),
    /// Cells of any type, parsed by simd-json.
    Tape(TapeCells<'a>),
}

/// What a decoder did with a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Append {
    Done,
    /// Nothing was appended: the decoder needs the chunk as [`Cells::Tape`].
    NeedsTape,
}

/// Builds the array of one column, chunk by chunk.
pub(crate) trait ColumnDecoder {
    fn append(&mut self, cells: Cells<'_>) -> Result<Append, Fault>;

    fn finish(self) -> (ArrayRef, Observed);
}

/// Why a column cannot be decoded. Cells that are only of another type are counted instead, as [`Observed::bad`].
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A cell is an array or an object.
    Nested {
        row: usize,
        expected: &'static str,
        found: &'static str,
    },
    /// The text of the column exceeds the offsets of the array.
    TooLarge { limit: usize },
}

impl Fault {
    pub(crate) const fn nested(row: usize, expected: &'static str, found: &'static str) -> Self {
        Self::Nested {
            row,
            expected,
            found,
        }
    }

    /// The error for this column.
    pub(crate) fn at(self, column: LongId) -> Error {
        match self {
            Self::Nested {
                row,
                expected,
                found,
            } => Error::UnexpectedType {
                path: format!("column {column}, row {row} (counted from 0)").into(),
                expected,
                found: found.into(),
            },
            Self::TooLarge { limit } => Error::TooLarge {
                what: format!("the text of column {column}").into(),
                limit: limit as u64,
                unit: "bytes",
            },
        }
    }
}

/// Iterates over the cells of a chunk on a tape of simd-json.
#[derive(Debug)]
pub(crate) struct TapeCells<'a> {
    nodes: &'a [Node<'a>],
    count: usize,
    /// The positions of all cells and commas in the chunk. Valid up to the first nested cell.
    positions: &'a [u32],
    /// The JSON text of the chunk.
    source: &'a [u8],
    index: usize,
    /// Texts that are null.
    nulls: &'a [Box<str>],
}

impl<'a> TapeCells<'a> {
    pub(crate) fn new(nodes: &'a [Node<'a>], positions: &'a [u32], source: &'a [u8]) -> Self {
        let (count, nodes) = match nodes {
            [Node::Array { len, .. }, nodes @ ..] => (*len, nodes),
            _ => (0, nodes),
        };
        Self {
            nodes,
            count,
            positions,
            source,
            index: 0,
            nulls: &[],
        }
    }

    /// Replaces cells with one of these texts by nulls.
    pub(crate) const fn with_nulls(self, nulls: &'a [Box<str>]) -> Self {
        Self { nulls, ..self }
    }

    /// The number of cells in the chunk.
    pub(crate) const fn len(&self) -> usize {
        self.count
    }

    /// The text of the current cell, which is a number.
    fn digits(&self) -> &'a str {
        // The positions are those of the bracket, a cell, a comma, a cell, and so on.
        let position = |at: usize| self.positions.get(at).map(|position| *position as usize);
        let (start, end) = (position(2 * self.index + 1), position(2 * self.index + 2));
        start
            .zip(end)
            .and_then(|(start, end)| self.source.get(start..end))
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .unwrap_or_default()
            .trim_ascii_end()
    }
}

/// A number outside quotes. `NaN`, `Infinity` and `-Infinity` outside quotes are read as texts.
fn number(digits: &str) -> Cell<'_> {
    match digits.as_bytes().last() {
        Some(b'N' | b'y') => Cell::Text(digits),
        _ => Cell::Number(digits),
    }
}

impl<'a> Iterator for TapeCells<'a> {
    type Item = Cell<'a>;

    #[inline]
    fn next(&mut self) -> Option<Cell<'a>> {
        let node = self.nodes.first()?;
        self.nodes = self.nodes.get(width(node)..).unwrap_or_default();
        let cell = match node {
            Node::String(text) => Cell::Text(text),
            Node::Static(StaticNode::Null) => Cell::Null,
            Node::Static(StaticNode::Bool(value)) => Cell::Boolean(*value),
            Node::Static(_) => number(self.digits()),
            Node::Array { .. } | Node::Object { .. } => Cell::Nested(describe(node)),
        };
        self.index += 1;
        let is_null = |text: &str| self.nulls.iter().any(|null| **null == *text.trim_ascii());
        match cell {
            Cell::Text(text) | Cell::Number(text) if is_null(text) => Some(Cell::Null),
            Cell::Boolean(value) if is_null(boolean_text(value)) => Some(Cell::Null),
            cell => Some(cell),
        }
    }
}
