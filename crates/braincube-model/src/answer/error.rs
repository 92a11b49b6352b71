//! Why an answer cannot be read, and where. None of it repeats what the answer holds.

use std::fmt;

use crate::json::JsonProblem;

/// Why one item cannot be read, and where in the answer it stands.
///
/// Its text names the path, line and column, and what was expected; never what was found there
/// but its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemError {
    pub(super) path: Box<str>,
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) problem: JsonProblem,
}

impl ItemError {
    /// The path of the value at fault, for example `items[3].conditions[0].variable.bcId`; empty
    /// for the whole answer.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The line of the value at fault, counted from 1.
    pub const fn line(&self) -> usize {
        self.line
    }

    /// The column of the value at fault, counted from 1 in bytes. For a value that is missing, it
    /// is that of the object that should have it.
    pub const fn column(&self) -> usize {
        self.column
    }
}

impl fmt::Display for ItemError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let path: &str = if self.path.is_empty() {
            "the answer"
        } else {
            &self.path
        };
        let Self {
            line,
            column,
            problem,
            ..
        } = self;
        write!(f, "{path}, line {line}, column {column}: {problem}")
    }
}

impl std::error::Error for ItemError {}

/// Why an answer cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerError {
    /// The body holds nothing, where something was asked for.
    #[error("the answer is empty")]
    Empty,
    /// The body is not UTF-8.
    #[error("the answer is no UTF-8 text from byte {offset} on")]
    Utf8 {
        /// How many bytes come before the one at fault.
        offset: usize,
    },
    /// The body ends before its JSON document does: it may have been cut on its way.
    #[error("the answer ends too early: line {line}, column {column}")]
    Cut {
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
    },
    /// The body is no JSON document, or has something behind it.
    #[error("the answer is no JSON from line {line}, column {column} on")]
    Syntax {
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
    },
    /// A value is missing or of a wrong kind.
    #[error("the answer has another shape than expected")]
    Shape(#[source] ItemError),
}

impl AnswerError {
    pub(super) const fn empty() -> Self {
        Self::Empty
    }

    pub(super) const fn utf8(offset: usize) -> Self {
        Self::Utf8 { offset }
    }

    pub(super) fn syntax(error: &serde_json::Error, ends_in_number: bool) -> Self {
        let (line, column) = (error.line(), error.column());
        if error.is_eof() || ends_in_number {
            Self::Cut { line, column }
        } else {
            Self::Syntax { line, column }
        }
    }
}

impl From<ItemError> for AnswerError {
    fn from(error: ItemError) -> Self {
        Self::Shape(error)
    }
}
