//! [`Error`]: why a response cannot be decoded to a frame.

use std::fmt;

use braincube_model::LongId;

use crate::tally::{BadCells, count};

/// The number of columns with bad cells that the text of an error names.
const LISTED_COLUMNS: usize = 10;

/// The category of an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The expected columns are invalid, or the decoder was used after an error.
    Input,
    /// The response is empty or not a JSON object, such as a login page or an error page of a proxy.
    NotJson,
    /// The response ends before its JSON does. A new request may succeed.
    Interrupted,
    /// The JSON is invalid or not in the documented format, or a cell is not of its column's type.
    Decode,
    /// Parts of the response contradict each other, such as columns of different lengths.
    Integrity,
    /// A limit of the decoder or of Arrow is exceeded.
    TooLarge,
    /// Only in strict mode: a column is missing, or was not requested.
    Partial,
}

/// Why a response cannot be decoded to a frame.
///
/// Offsets are bytes from the start of the response, rows are counted from 0. The text of an error contains at most the
/// first 32 characters of a cell and no other content of the response.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Two expected columns have the same id or label.
    #[error("the {what} {name:?} is requested twice; ids and labels must be distinct")]
    DuplicateExpected {
        /// `column` or `label`.
        what: &'static str,
        /// The long id or the label.
        name: Box<str>,
    },

    /// The decoder was used after an error.
    #[error("this decoder has failed before; use a new one for each response")]
    Failed,

    /// The response is empty or contains only white space.
    #[error("the response is empty")]
    Empty,

    /// The response does not start with a JSON object.
    #[error("the response is not a JSON object; it starts with {found}")]
    NotJson {
        /// The probable content.
        found: &'static str,
    },

    /// The response ends before its JSON does.
    #[error("the response is truncated: it ends after {offset} bytes, before its JSON is complete")]
    Truncated {
        /// The length of the response.
        offset: u64,
    },

    /// The JSON is invalid.
    #[error("invalid JSON at byte {offset}: {problem}")]
    Syntax {
        /// The offset of the error.
        offset: u64,
        /// What is wrong.
        problem: &'static str,
    },

    /// The response is not valid UTF-8.
    #[error("invalid UTF-8 at byte {offset}")]
    Utf8 {
        /// The offset of the first invalid byte.
        offset: u64,
    },

    /// Arrays and objects are nested too deeply.
    #[error("more than {limit} nested arrays and objects at byte {offset}")]
    Depth {
        /// The offset of the bracket.
        offset: u64,
        /// The allowed depth.
        limit: usize,
    },

    /// There are bytes after the JSON object.
    #[error("unexpected data after the end of the JSON at byte {offset}")]
    Trailing {
        /// The offset of the first such byte.
        offset: u64,
    },

    /// A limit is exceeded.
    #[error("{what} is larger than {limit} {unit}; request fewer columns or rows")]
    TooLarge {
        /// What is too large.
        what: Box<str>,
        /// The limit.
        limit: u64,
        /// The unit of the limit.
        unit: &'static str,
    },

    /// An object has a key twice.
    #[error("{path}: duplicate key {key:?}")]
    DuplicateKey {
        /// The object.
        path: Box<str>,
        /// The key.
        key: &'static str,
    },

    /// The response has no columns. It is often an error message of the server, see [`Error::detail`].
    #[error("the response has no {key:?}")]
    MissingKey {
        /// The missing key.
        key: &'static str,
        /// The server's message, if there is one.
        detail: Option<Box<str>>,
    },

    /// The response has columns and an error. The columns are then incomplete.
    ///
    /// [`Error::detail`] is the server's message.
    #[error("the server reports an error beside the data")]
    ServerError {
        /// The server's message, if there is one.
        detail: Option<Box<str>>,
    },

    /// A value has an unexpected JSON type.
    #[error("{path}: expected {expected}, found {found}")]
    UnexpectedType {
        /// The value.
        path: Box<str>,
        /// The expected type.
        expected: &'static str,
        /// An excerpt of the number or text, else the type.
        found: Box<str>,
    },

    /// The id of a column is not the long id of a variable.
    #[error("{path}: expected the long id of a variable, such as \"mb20/d2000034\", found {found}")]
    ColumnId {
        /// The value.
        path: Box<str>,
        /// An excerpt of the text, else the type.
        found: Box<str>,
    },

    /// The response has a column twice.
    #[error("duplicate column {column}")]
    DuplicateColumn {
        /// The column.
        column: LongId,
    },

    /// Cells are not of their column's type.
    ///
    /// The text names the first ten columns. With [`OnBadCell::Null`](crate::OnBadCell::Null) such cells are null instead.
    #[error("{}", BadColumns(columns))]
    BadCells {
        /// All columns with such cells, in the order of the response.
        columns: Vec<(LongId, BadCells)>,
    },

    /// Two columns have different lengths.
    #[error("column {column} has {rows} rows, column {other} has {other_rows}")]
    ColumnLength {
        /// The later column.
        column: LongId,
        /// Its length.
        rows: usize,
        /// The first column with data.
        other: LongId,
        /// Its length.
        other_rows: usize,
    },

    /// `resultLength` differs from the length of the columns.
    #[error("\"resultLength\" is {declared}, but the columns have {rows} rows")]
    ResultLength {
        /// The value of `resultLength`.
        declared: u64,
        /// The length of the columns.
        rows: usize,
    },

    /// The parts of an extraction have different rows, because the data changed between the requests.
    #[error(
        "part {part} of the data has other rows than the first: the order column {order} differs"
    )]
    OrderDiffers {
        /// The order column.
        order: LongId,
        /// The part, counted from 1.
        part: usize,
    },

    /// A part of an extraction has no order column, so its rows cannot be matched with those of the others.
    #[error("the order column {order} has no data: parts of the data cannot be joined")]
    OrderMissing {
        /// The order column.
        order: LongId,
    },

    /// The order column has a null or equal values, so the order of these rows may differ between parts of an extraction.
    #[error(
        "the order column {order} {}: parts of the data cannot be joined",
        Ambiguity(row, equal_to)
    )]
    OrderAmbiguous {
        /// The order column.
        order: LongId,
        /// The first row that has no value, or the value of an earlier row.
        row: usize,
        /// That earlier row.
        equal_to: Option<usize>,
    },

    /// Only with [`FrameDecoder::reject_untyped`](crate::FrameDecoder::reject_untyped): a column with data has no type.
    #[error("column {column} has no type")]
    UntypedColumn {
        /// The column.
        column: LongId,
    },

    /// Only in strict mode: a requested column has no data.
    #[error("column {column} has no data")]
    MissingColumn {
        /// The column.
        column: LongId,
    },

    /// Only in strict mode: a column was not requested.
    #[error("column {column} was not requested")]
    UnrequestedColumn {
        /// The column.
        column: LongId,
    },
}

impl Error {
    /// The category of the error.
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::DuplicateExpected { .. } | Self::Failed => ErrorKind::Input,
            Self::Empty | Self::NotJson { .. } => ErrorKind::NotJson,
            Self::Truncated { .. } => ErrorKind::Interrupted,
            Self::TooLarge { .. } => ErrorKind::TooLarge,
            Self::ColumnLength { .. }
            | Self::ResultLength { .. }
            | Self::OrderDiffers { .. }
            | Self::OrderAmbiguous { .. }
            | Self::OrderMissing { .. } => ErrorKind::Integrity,
            Self::MissingColumn { .. } | Self::UnrequestedColumn { .. } => ErrorKind::Partial,
            Self::Syntax { .. }
            | Self::Utf8 { .. }
            | Self::Depth { .. }
            | Self::Trailing { .. }
            | Self::DuplicateKey { .. }
            | Self::MissingKey { .. }
            | Self::ServerError { .. }
            | Self::UnexpectedType { .. }
            | Self::ColumnId { .. }
            | Self::DuplicateColumn { .. }
            | Self::UntypedColumn { .. }
            | Self::BadCells { .. } => ErrorKind::Decode,
        }
    }

    /// The server's own message: at most 256 bytes, with control characters escaped.
    ///
    /// It may repeat parts of the request, so `Display` does not contain it.
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::MissingKey { detail, .. } | Self::ServerError { detail } => detail.as_deref(),
            _ => None,
        }
    }
}

/// Lists the bad cells of the first columns.
struct BadColumns<'a>(&'a [(LongId, BadCells)]);

impl fmt::Display for BadColumns<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let cells = self.0.iter().map(|(_, cells)| cells.count()).sum();
        f.write_str(&count(cells, "cell"))?;
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
            more => write!(f, "; and {}", count(more, "more column")),
        }
    }
}

/// Describes a null or a repeated value of the order column.
struct Ambiguity<'a>(&'a usize, &'a Option<usize>);

impl fmt::Display for Ambiguity<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self(row, None) => write!(f, "has no value in row {row}"),
            Self(row, Some(first)) => write!(f, "is the same in rows {first} and {row}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Error;

    #[test]
    fn an_error_is_send_and_small() {
        fn is_send<T: Send + Sync + 'static>() {}
        is_send::<Error>();
        assert!(size_of::<Error>() <= 128, "{}", size_of::<Error>());
    }
}
