//! [`Cells`]: the cells of a chunk, read off the tape.

use simd_json::{Node, StaticNode};

use crate::tape::{describe, width};

/// One cell of a column, as the service wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cell<'a> {
    /// A string, unescaped.
    Text(&'a str),
    /// A number outside quotes, digit for digit.
    Number(&'a str),
    /// A boolean.
    Boolean(bool),
    /// `null`.
    Null,
    /// An array or an object, which no cell may be.
    Nested(&'static str),
}

/// The text of a boolean, as JSON writes it.
pub(crate) const fn boolean_text(truth: bool) -> &'static str {
    if truth { "true" } else { "false" }
}

/// The cell of a number outside quotes; the bare words `NaN`, `Infinity` and `-Infinity` are the texts of these names.
fn number(digits: &str) -> Cell<'_> {
    match digits.as_bytes().last() {
        Some(b'N' | b'y') => Cell::Text(digits),
        _ => Cell::Number(digits),
    }
}

/// The cells of a chunk.
#[derive(Debug)]
pub(crate) struct Cells<'a> {
    nodes: &'a [Node<'a>],
    count: usize,
    /// The position of each cell and comma in the chunk: true up to the first nested cell.
    positions: &'a [u32],
    /// The chunk as it came; empty if no number stands in it outside quotes.
    source: &'a [u8],
    index: usize,
    /// Texts that stand for a null.
    nulls: &'a [Box<str>],
}

impl<'a> Cells<'a> {
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

    /// The same cells, with a null where one of these texts stands.
    pub(crate) const fn with_nulls(self, nulls: &'a [Box<str>]) -> Self {
        Self { nulls, ..self }
    }

    /// How many cells there are in all.
    pub(crate) const fn len(&self) -> usize {
        self.count
    }

    /// The text of the current cell, which is a number.
    fn digits(&self) -> &'a str {
        // Between the bracket and the next comma: the positions are bracket, cell, comma, cell, …
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

impl<'a> Iterator for Cells<'a> {
    type Item = Cell<'a>;

    #[inline]
    fn next(&mut self) -> Option<Cell<'a>> {
        let node = self.nodes.first()?;
        self.nodes = self.nodes.get(width(node)..).unwrap_or_default();
        let cell = match node {
            Node::String(text) => Cell::Text(text),
            Node::Static(StaticNode::Null) => Cell::Null,
            Node::Static(StaticNode::Bool(truth)) => Cell::Boolean(*truth),
            Node::Static(_) => number(self.digits()),
            Node::Array { .. } | Node::Object { .. } => Cell::Nested(describe(node)),
        };
        self.index += 1;
        let is_null = |text: &str| self.nulls.iter().any(|null| **null == *text.trim_ascii());
        match cell {
            Cell::Text(text) | Cell::Number(text) if is_null(text) => Some(Cell::Null),
            Cell::Boolean(truth) if is_null(boolean_text(truth)) => Some(Cell::Null),
            cell => Some(cell),
        }
    }
}
