//! [`BadCells`]: the cells of a column that are not of its type.

use std::fmt;

use super::{Example, Tally, count};
use crate::error::excerpt;

/// How many bad cells of a column are kept; the others are only counted.
const MAX_EXAMPLES: usize = 3;

/// The cells of a column that are not of its type: how many there are, and the first three.
///
/// `Display` writes one line: `row 5 and 2 more: expected a number, found "Bad Input"`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BadCells {
    count: usize,
    examples: Vec<Example>,
    expected: &'static str,
    hint: Option<&'static str>,
}

impl BadCells {
    /// Counts a cell.
    pub(crate) fn add(
        &mut self,
        expected: &'static str,
        row: usize,
        text: &str,
        hint: fn(&str) -> Option<&'static str>,
    ) {
        if self.count == 0 {
            self.expected = expected;
            self.hint = hint(text);
        }
        self.count += 1;
        if self.examples.len() < MAX_EXAMPLES {
            let text = excerpt(text);
            self.examples.push(Example { row, text });
        }
    }

    /// Counts cells of earlier rows, of which only the first is known.
    pub(crate) fn add_earlier(&mut self, expected: &'static str, earlier: &Tally) {
        let Some(first) = earlier.first() else {
            return;
        };
        self.count += earlier.count();
        self.examples.push(first.clone());
        self.examples.sort_by_key(Example::row);
        self.examples.truncate(MAX_EXAMPLES);
        if self.examples.first() == Some(first) {
            self.expected = expected;
            self.hint = None;
        }
    }

    /// How many cells there are.
    pub const fn count(&self) -> usize {
        self.count
    }

    /// The first three of them, by row.
    pub fn examples(&self) -> &[Example] {
        &self.examples
    }

    /// What the first of them should have been, such as `a number`; empty if there is none.
    pub const fn expected(&self) -> &'static str {
        self.expected
    }

    /// What may be wrong with the first of them, if that is known.
    pub const fn hint(&self) -> Option<&'static str> {
        self.hint
    }
}

impl fmt::Display for BadCells {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Some(Example { row, text }) = self.examples.first() else {
            return f.write_str("no cells");
        };
        write!(f, "row {row}")?;
        if self.count > 1 {
            write!(f, " and {} more", self.count - 1)?;
        }
        write!(f, ": expected {}, found {text:?}", self.expected)?;
        match self.hint {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}

/// How many cells a list of columns has in all, in words.
pub(crate) fn total<'c>(cells: impl Iterator<Item = &'c BadCells>) -> String {
    count(cells.map(BadCells::count).sum(), "cell")
}
