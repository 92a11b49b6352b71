//! The errors of responses that cannot be parsed. They contain positions, but no part of the response.

use std::fmt;

use crate::json::JsonProblem;

/// The error of an item that cannot be parsed, with its position in the response.
///
/// The message contains the path, the line, the column and the expected kind of value. Of the value that was found, it
/// contains only the kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemError {
    pub(super) path: Box<str>,
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) problem: JsonProblem,
}

impl ItemError {
    /// The path of the value, for example `items[3].conditions[0].variable.bcId`. Empty for the whole response.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The line of the value, counted from 1.
    pub const fn line(&self) -> usize {
        self.line
    }

    /// The column of the value, counted from 1 in bytes. For a missing value, it is the column of the object.
    pub const fn column(&self) -> usize {
        self.column
    }
}

impl fmt::Display for ItemError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let path: &str = if self.path.is_empty() {
            "the response"
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

/// The error of a response that cannot be parsed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResponseError {
    /// The body is empty, but the request was for one entity.
    #[error("the response is empty")]
    Empty,
    /// The body is not UTF-8.
    #[error("the response is not UTF-8 at byte {offset}")]
    Utf8 {
        /// The number of bytes before the first invalid one.
        offset: usize,
    },
    /// The body ends in the middle of the JSON document. It may have been truncated.
    #[error("the response is truncated at line {line}, column {column}")]
    Truncated {
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
    },
    /// The body is not a JSON document, or continues after its end.
    #[error("the response is not JSON at line {line}, column {column}")]
    Syntax {
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
    },
    /// A value is missing or has the wrong kind.
    #[error("the response does not have the expected structure")]
    Structure(#[from] ItemError),
}

impl ResponseError {
    pub(super) fn syntax(error: &serde_json::Error, ends_in_number: bool) -> Self {
        let (line, column) = (error.line(), error.column());
        if error.is_eof() || ends_in_number {
            Self::Truncated { line, column }
        } else {
            Self::Syntax { line, column }
        }
    }
}
