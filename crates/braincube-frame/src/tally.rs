//! Counts of unusual cells with the first examples, as reports and errors show them.

use std::fmt;

/// The length of an excerpt of a cell, in characters.
const EXCERPT_CHARS: usize = 32;

/// The number of bad cells of a column that are kept as examples.
const MAX_EXAMPLES: usize = 3;

/// The first characters of a text.
pub(crate) fn excerpt(text: &str) -> Box<str> {
    text.chars().take(EXCERPT_CHARS).collect()
}

/// A number and its noun, in the plural where needed.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// The number of cells of a kind in a column, and the first of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    count: usize,
    first: Option<Example>,
}

impl Tally {
    pub(crate) fn add(&mut self, row: usize, text: &str) {
        self.count += 1;
        self.first.get_or_insert_with(|| Example::new(row, text));
    }

    /// The number of cells.
    pub const fn count(&self) -> usize {
        self.count
    }

    /// The first cell.
    pub const fn first(&self) -> Option<&Example> {
        self.first.as_ref()
    }
}

/// A cell: its row and an excerpt of its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    row: usize,
    text: Box<str>,
}

impl Example {
    fn new(row: usize, text: &str) -> Self {
        let text = excerpt(text);
        Self { row, text }
    }

    /// The row, counted from 0.
    pub const fn row(&self) -> usize {
        self.row
    }

    /// The first 32 characters of the text of the cell.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// The cells of a column that are not of its type: their number and the first three.
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
            self.examples.push(Example::new(row, text));
        }
    }

    /// Adds cells of earlier rows, of which only the first is known.
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

    /// The number of cells.
    pub const fn count(&self) -> usize {
        self.count
    }

    /// The first three cells, by row.
    pub fn examples(&self) -> &[Example] {
        &self.examples
    }

    /// What the first cell was expected to be, such as `a number`; empty if there are no cells.
    pub const fn expected(&self) -> &'static str {
        self.expected
    }

    /// The probable cause for the first cell, if one is known.
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

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn an_excerpt_counts_characters() {
        assert_eq!(excerpt(&"é".repeat(40)).chars().count(), 32);
        assert_eq!(&*excerpt("7"), "7");
    }
}
