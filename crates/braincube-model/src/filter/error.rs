//! The errors of filters: [`FilterError`] for a value, [`ParseFilterError`] for a text.

use super::{Filter, Literal};
use crate::json::line_at;
use crate::{LongId, TimePoint};

/// The error of a filter that cannot be built or sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FilterError {
    /// NaN or an infinity, which JSON cannot represent.
    #[error("cannot compare with NaN or an infinity; expected a finite number")]
    NotFinite,
    /// An empty list of modalities.
    #[error("an empty list of modalities matches nothing: give at least one")]
    NoModality,
    /// A memory base in place of a variable.
    #[error("{0} is a memory base: compare one of its variables, such as {0}/d2000001")]
    NotAVariable(LongId),
    /// A lower bound above the upper one.
    #[error("no value is between {low} and {high}: give the lower bound first")]
    EmptyRange {
        /// The lower bound.
        low: Literal,
        /// The upper bound.
        high: Literal,
    },
    /// A literal that is not a date, compared with a DATETIME variable.
    #[error(
        "cannot compare {variable}, a DATETIME variable, with {value}; expected {}",
        TimePoint::FORMS
    )]
    NotADate {
        /// The variable.
        variable: LongId,
        /// The literal.
        value: Literal,
    },
    /// A literal that is not a number, compared with a NUMERIC variable.
    #[error("cannot compare {variable}, a NUMERIC variable, with {value}; expected a number")]
    NotANumber {
        /// The variable.
        variable: LongId,
        /// The literal.
        value: Literal,
    },
    /// A number or a date, compared by order with a DISCRETE variable.
    #[error(
        "cannot compare {variable}, a DISCRETE variable, by order with {value}; expected = or in, with labels in quotes"
    )]
    NotALabel {
        /// The variable.
        variable: LongId,
        /// The literal.
        value: Literal,
    },
    /// A date with a fraction of a second after `=`.
    #[error(
        "{variable} cannot be equal to {value}, because dates have whole seconds; write a range or leave out the fraction"
    )]
    NotWholeSecond {
        /// The variable.
        variable: LongId,
        /// The literal.
        value: Literal,
    },
    /// More nested gates than are read or sent.
    #[error("the filter is too deep; expected at most {limit} nested gates")]
    TooDeep {
        /// [`Filter::MAX_DEPTH`].
        limit: usize,
    },
    /// A text that cannot be parsed.
    #[error("cannot parse the filter")]
    Parse(#[source] Box<ParseFilterError>),
}

impl FilterError {
    pub(crate) const fn too_deep() -> Self {
        Self::TooDeep {
            limit: Filter::MAX_DEPTH,
        }
    }
}

impl From<ParseFilterError> for FilterError {
    fn from(error: ParseFilterError) -> Self {
        Self::Parse(Box::new(error))
    }
}

/// The error of a text that is not a filter, with its line and column.
///
/// ```
/// use braincube_model::Filter;
///
/// let error = Filter::parse("mb20/d3 >= ten").unwrap_err();
/// assert_eq!(error.column(), 12);
/// assert_eq!(
///     error.to_string(),
///     r#"column 12: expected a number, a date, a text in quotes or a list, found "ten""#
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}column {column}: {reason}", line_prefix(*line))]
pub struct ParseFilterError {
    line: usize,
    column: usize,
    reason: Reason,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Reason {
    #[error("expected {expected}, found {found}")]
    Expected {
        expected: &'static str,
        found: Box<str>,
    },
    #[error("{0}")]
    Message(&'static str),
    #[error(
        "unknown operator {found:?}; expected EQUALS, BETWEEN, LESS, LESS_EQUALS, GREAT, GREAT_EQUALS, NOT, AND or OR"
    )]
    Operator { found: Box<str> },
    #[error("{0}")]
    Filter(FilterError),
}

impl ParseFilterError {
    /// An error at the byte offset `offset` of `text`.
    pub(super) fn at(text: &str, offset: usize, reason: Reason) -> Self {
        let (line, before) = line_at(text, offset);
        Self {
            line,
            column: before.chars().count() + 1,
            reason,
        }
    }

    /// The line, counted from 1.
    pub const fn line(&self) -> usize {
        self.line
    }

    /// The column, counted from 1 in characters.
    pub const fn column(&self) -> usize {
        self.column
    }

    /// Whether the filter is deeper than [`Filter::MAX_DEPTH`].
    pub const fn is_too_deep(&self) -> bool {
        matches!(self.reason, Reason::Filter(FilterError::TooDeep { .. }))
    }
}

/// The line in front of the column, unless it is the first.
fn line_prefix(line: usize) -> String {
    match line {
        1 => String::new(),
        _ => format!("line {line}, "),
    }
}
