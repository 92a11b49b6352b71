//! [`Error`]: what keeps an answer from becoming a frame, and where it stands.

use braincube_model::LongId;

use crate::report::{BadCells, total};

/// How many columns with bad cells an error names; the others are counted.
const LISTED_COLUMNS: usize = 10;

/// How many characters of a cell an error or a report shows.
const EXCERPT_CHARS: usize = 32;

/// The family of an [`Error`]: what a caller decides by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The caller asked for something that has no meaning, or used a decoder after it failed.
    Input,
    /// The answer is empty or no JSON object at all: a login page, a proxy's message.
    NotJson,
    /// The answer ends too early: the transfer was cut, asking again may help.
    Truncated,
    /// The answer is not what the service documents, or a cell is not of its column's type.
    Decode,
    /// The answer is well formed and contradicts itself: columns of different lengths.
    Integrity,
    /// The answer is larger than this decoder or Arrow takes.
    TooLarge,
    /// Only when strict: columns are missing, or columns came that nobody asked for.
    Partial,
}

/// What keeps an answer from becoming a frame.
///
/// Offsets are bytes from the start of the answer, rows count from 0, a cell is shown up to its
/// 32nd character. Nothing else of the answer is ever in the text of an error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The same column, or the same label, was asked for twice.
    #[error("the {what} {name:?} is asked for twice; {}", twice(what))]
    AskedTwice {
        /// `column` or `label`.
        what: &'static str,
        /// The long id or the label.
        name: Box<str>,
    },

    /// The decoder has failed before and takes no more.
    #[error("this decoder has failed before; start a new one for a new answer")]
    Failed,

    /// The answer has no bytes but white space.
    #[error("the answer is empty")]
    Empty,

    /// The answer does not begin as a JSON object.
    #[error("the answer is no JSON object, it begins as {found}")]
    NotJson {
        /// What it looks like.
        found: &'static str,
    },

    /// The answer ends before its JSON does.
    #[error("the answer ends after {offset} bytes, before its JSON is complete")]
    Truncated {
        /// How many bytes came.
        offset: u64,
    },

    /// The answer is no valid JSON.
    #[error("the answer is no valid JSON at byte {offset}: {problem}")]
    Syntax {
        /// Where.
        offset: u64,
        /// What is wrong there.
        problem: &'static str,
    },

    /// The answer is no valid UTF-8.
    #[error("the answer is no valid UTF-8 at byte {offset}")]
    Utf8 {
        /// Where.
        offset: u64,
    },

    /// Arrays and objects are nested too deeply.
    #[error("more than {limit} arrays and objects are nested at byte {offset}")]
    Depth {
        /// Where.
        offset: u64,
        /// How deep is allowed.
        limit: usize,
    },

    /// Something follows the JSON object.
    #[error("something follows the end of the JSON at byte {offset}")]
    Trailing {
        /// Where.
        offset: u64,
    },

    /// A part of the answer is larger than allowed.
    #[error("{what} is larger than {limit} {unit}; ask for fewer columns or rows")]
    TooLarge {
        /// Which part.
        what: Box<str>,
        /// How much is allowed.
        limit: u64,
        /// What the limit counts.
        unit: &'static str,
    },

    /// A key that must be unique stands twice in one object.
    #[error("{path}: the key {key:?} stands there twice")]
    DuplicateKey {
        /// The object.
        path: Box<str>,
        /// The key.
        key: &'static str,
    },

    /// The answer is an object without columns: often an error message of the service.
    ///
    /// What the service says stands in [`Error::detail`].
    #[error("the answer has no {key:?}")]
    Missing {
        /// The key that is missing.
        key: &'static str,
        /// The text under `error` or `message`, if there is one.
        detail: Option<Box<str>>,
    },

    /// The response reports an error beside its columns, which are then not complete.
    ///
    /// The server's message is in [`Error::detail`].
    #[error("the server reports an error beside the data")]
    Reported {
        /// The message under `error` or `errors`, if there is one.
        detail: Option<Box<str>>,
    },

    /// A value of the answer has the wrong JSON type.
    #[error("{path}: expected {expected}, found {found}")]
    Type {
        /// Which value.
        path: Box<str>,
        /// What is expected.
        expected: &'static str,
        /// What stands there: the first characters of a number or a text, or what it is instead.
        found: Box<str>,
    },

    /// The id of a column is no long id of a variable.
    #[error("{path}: {found} is no long id of a variable; one reads \"mb20/d2000034\"")]
    ColumnId {
        /// Which value.
        path: Box<str>,
        /// What stands there.
        found: Box<str>,
    },

    /// The same column came twice.
    #[error("column {column} came twice")]
    DuplicateColumn {
        /// The column.
        column: LongId,
    },

    /// Cells are not of their column's type: every column that has such cells, in the order of the response.
    ///
    /// The text names the first ten columns. With [`OnBadCell::Null`](crate::OnBadCell::Null) such cells are null instead.
    #[error("{}", Bad(columns))]
    BadCells {
        /// The columns, each with its cells.
        columns: Vec<(LongId, BadCells)>,
    },

    /// Two columns differ in length.
    #[error("column {column} has {rows} rows, column {other} has {other_rows}")]
    Length {
        /// The later column.
        column: LongId,
        /// Its rows.
        rows: usize,
        /// The first column with data.
        other: LongId,
        /// Its rows.
        other_rows: usize,
    },

    /// `resultLength` says another number of rows than came.
    #[error("the answer says \"resultLength\": {declared}, its columns have {rows} rows")]
    ResultLength {
        /// What `resultLength` says.
        declared: u64,
        /// The rows that came.
        rows: usize,
    },

    /// Parts of one extraction have different rows: the data changed between them.
    #[error(
        "part {part} of the data has other rows than the first: column {order}, which orders them, differs"
    )]
    OrderDiffers {
        /// The column that orders the rows.
        order: LongId,
        /// The part, counted from 1.
        part: usize,
    },

    /// A part of an extraction lacks the column that would show its rows to be those of the others.
    #[error(
        "column {order}, which orders the rows, came without data: parts of the data cannot be joined"
    )]
    NoOrder {
        /// The column that orders the rows.
        order: LongId,
    },

    /// The column that orders the rows does not tell two of them apart, so that they may change places from one part of
    /// an extraction to the next.
    #[error(
        "column {order} orders the rows but does not tell them apart, for it {}: parts of the data cannot be joined",
        Ambiguity(row, equal_to)
    )]
    OrderAmbiguous {
        /// The column that orders the rows.
        order: LongId,
        /// The first row that has no value in it, or the same as an earlier one; from 0.
        row: usize,
        /// That earlier row.
        equal_to: Option<usize>,
    },

    /// Only where asked for: a column has data, and nobody says of which type.
    #[error("column {column} came without a type")]
    Untyped {
        /// The column.
        column: LongId,
    },

    /// Only when strict: a column that was asked for came without data, or not at all.
    #[error("column {column} came without data")]
    MissingColumn {
        /// The column.
        column: LongId,
    },

    /// Only when strict: a column came that was not asked for.
    #[error("column {column} came and was not asked for")]
    UnaskedColumn {
        /// The column.
        column: LongId,
    },
}

impl Error {
    /// The family of the error.
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::AskedTwice { .. } | Self::Failed => ErrorKind::Input,
            Self::Empty | Self::NotJson { .. } => ErrorKind::NotJson,
            Self::Truncated { .. } => ErrorKind::Truncated,
            Self::TooLarge { .. } => ErrorKind::TooLarge,
            Self::Length { .. }
            | Self::ResultLength { .. }
            | Self::OrderDiffers { .. }
            | Self::OrderAmbiguous { .. }
            | Self::NoOrder { .. } => ErrorKind::Integrity,
            Self::MissingColumn { .. } | Self::UnaskedColumn { .. } => ErrorKind::Partial,
            Self::Syntax { .. }
            | Self::Utf8 { .. }
            | Self::Depth { .. }
            | Self::Trailing { .. }
            | Self::DuplicateKey { .. }
            | Self::Missing { .. }
            | Self::Reported { .. }
            | Self::Type { .. }
            | Self::ColumnId { .. }
            | Self::DuplicateColumn { .. }
            | Self::Untyped { .. }
            | Self::BadCells { .. } => ErrorKind::Decode,
        }
    }

    /// What the service itself says of the failure: a piece of the answer, at most 256 bytes,
    /// control characters escaped.
    ///
    /// It is the service's text and may repeat what was sent, so it is in no `Display`.
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::Missing { detail, .. } | Self::Reported { detail } => detail.as_deref(),
            _ => None,
        }
    }
}

/// The first characters of a cell, for errors and reports.
pub(crate) fn excerpt(text: &str) -> Box<str> {
    text.chars().take(EXCERPT_CHARS).collect()
}

/// What to do about something that is asked for twice.
fn twice(what: &str) -> &'static str {
    match what {
        "label" => "give one of the two columns another",
        _ => "ask for it once",
    }
}

/// Writes which cells of which columns are bad, as far as it is sensible in one message.
struct Bad<'a>(&'a [(LongId, BadCells)]);

impl std::fmt::Display for Bad<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str(&total(self.0.iter().map(|(_, cells)| cells)))?;
        if self.0.len() > 1 {
            write!(f, " in {} columns", self.0.len())?;
        }
        f.write_str(" cannot be read (rows count from 0)")?;
        let (listed, others) = self.0.split_at(self.0.len().min(LISTED_COLUMNS));
        for (number, (column, cells)) in listed.iter().enumerate() {
            let separator = if number == 0 { ":" } else { ";" };
            write!(f, "{separator} column {column}, {cells}")?;
        }
        match others.len() {
            0 => Ok(()),
            1 => f.write_str("; and 1 more column"),
            more => write!(f, "; and {more} more columns"),
        }
    }
}

/// Writes what keeps a column from telling rows apart: a row without a value, or one equal to an earlier.
struct Ambiguity<'a>(&'a usize, &'a Option<usize>);

impl std::fmt::Display for Ambiguity<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Self(row, None) => write!(f, "has no value in row {row}"),
            Self(row, Some(first)) => write!(f, "is the same in rows {first} and {row}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Error, excerpt};

    #[test]
    fn an_error_travels_and_stays_small() {
        fn travels<T: Send + Sync + 'static>() {}
        travels::<Error>();
        assert!(size_of::<Error>() <= 128, "{}", size_of::<Error>());
    }

    #[test]
    fn an_excerpt_counts_characters() {
        assert_eq!(excerpt(&"é".repeat(40)).chars().count(), 32);
        assert_eq!(&*excerpt("7"), "7");
    }
}
