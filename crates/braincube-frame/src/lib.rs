//! Decodes the columns of Braincube responses to Arrow: bytes are pushed into a [`FrameDecoder`], which returns a
//! [`Frame`], an Arrow `RecordBatch` with a [`Report`]. Performs no I/O and needs no runtime.
//!
//! ```
//! use braincube_frame::arrow_array::cast::AsArray as _;
//! use braincube_frame::arrow_array::types::Float64Type;
//! use braincube_frame::{FrameOptions, decode};
//!
//! let body = br#"{"resultLength": 3, "datadefs": [
//!     {"id": "mb20/d2000001", "type": "DATETIME", "data": ["20201127_124000", "null", "soon"]},
//!     {"id": "mb20/d2000034", "type": "NUMERIC", "data": ["1.5", "nan", "2"]}]}"#;
//! let frame = decode(body, Vec::new(), FrameOptions::default())?;
//!
//! let speed = frame.batch()["2000034"].as_primitive::<Float64Type>();
//! assert_eq!(speed.iter().collect::<Vec<_>>(), [Some(1.5), None, Some(2.0)]);
//! assert_eq!(
//!     frame.report().to_string(),
//!     "3 rows, 2 columns, from 205 bytes\n\
//!      column mb20/d2000001: 1 cell without a value\n\
//!      column mb20/d2000001: 1 date cannot be parsed, null; the first in row 2: \"soon\"\n\
//!      column mb20/d2000034: 1 cell without a value"
//! );
//! # Ok::<(), braincube_frame::Error>(())
//! ```
//!
//! A [`FrameDecoder`] decodes the response while it is received. An [`ExpectedColumn`] is a requested column, with its label.
//!
//! | declared type | Arrow type | null |
//! |---|---|---|
//! | `NUMERIC` | `Float64`, see [`Numbers`] | `?`, `nan`, `null`, `NULL`, empty; other texts by [`OnBadCell`] |
//! | `DATETIME` | `Timestamp(Millisecond)`, see [`Dates`] | `?`, `null`, empty, and texts that are not dates |
//! | `DISCRETE`, `DISCRET` | `Dictionary(Int32, Utf8)`, see [`Discrete`] | `?` |
//! | other, or none | `Utf8` | `?` |
//!
//! With [`Dates::Text`], `?` and `null` are null. In all columns, JSON's `null` and the texts of [`FrameOptions::with_nulls`]
//! are null. ASCII white space around null tokens is ignored. The report counts all other changes to cells, and
//! infinities; they are errors with [`FrameOptions::with_strict`]. Types are upper case, as the service sends them. Columns
//! of any other type are text, and the report lists them.
//!
//! A column can have up to 2 GiB of text, the range of the offsets of Arrow's `Utf8`; more is [`ErrorKind::TooLarge`].
//! Request so many rows in several responses.
//!
//! # Differences to the Python package
//!
//! The cells are those of `braincube_connector` 2.8.0 (`tests/connector.py` compares them), except where data would be lost
//! or invented:
//!
//! | a response has | the Python package | this crate |
//! |---|---|---|
//! | `?`, `null`, `NULL` or an empty text in `NUMERIC` | fails | null |
//! | `nan` in `NUMERIC` | NaN | null, or NaN with [`Nan::Keep`] |
//! | integers in `NUMERIC` | integers of any size; floats if one value is missing | floats; 64-bit integers with [`Numbers::Infer`] |
//! | an integer that a float cannot hold, a number beyond its range | exact; infinite or 0 | rounded, and counted as [`ColumnReport::inexact`] |
//! | decimals outside quotes, `2.5` | 2, in a column of such numbers | 2.5 |
//! | ` 7 `, `1_000`, `٣`, `20201127_124000` in `NUMERIC` | 7, 1000, 3, 20201127124000 | an error with the row, or null by [`OnBadCell`]; [`Spaces`] allows the first |
//! | `Bad Input`, `N/A`, `None` in `NUMERIC` | fails | an error that lists all such columns, or null by [`OnBadCell`] or [`FrameOptions::with_nulls`] |
//! | `NaN`, `Infinity`, `-Infinity` outside quotes | the float | like the text of that name |
//! | a date before 1678 or after 2261 | missing | the date |
//! | second 60 or 61 of a minute | the next minute | 60 becomes 59, 61 is not a date; both are counted |
//! | digits of other scripts in a date | the date | not a date, counted |
//! | `?` as a label | that text | null |
//! | numbers or booleans as labels | numbers or booleans | their text, counted |
//! | a column without data | a warning, and no such column | null in every row, and in the [`Report`] |
//! | columns of different lengths, a duplicate column, an unpaired surrogate, a wrong `resultLength` | a wrong table | an error |
//!
//! [`arrow_array`], [`arrow_schema`] and the types of `braincube-model` in the signatures are re-exported.

mod array;
mod assemble;
mod buffer_pool;
mod cell;
mod column;
mod columns;
mod decoder;
mod document;
mod error;
mod evaluate;
mod expected;
mod frame;
mod lenient;
mod mask;
mod options;
mod report;
mod splitter;
mod strings;
mod tally;
mod tape;

pub use arrow_array;
pub use arrow_schema;
#[doc(no_inline)]
pub use braincube_model::{LongId, NameKey, VariableType};

pub use crate::decoder::{DecodedResponse, FrameDecoder, decode};
pub use crate::error::{Error, ErrorKind};
pub use crate::evaluate::{EvaluateError, EvaluateFilter};
pub use crate::expected::ExpectedColumn;
pub use crate::frame::Frame;
pub use crate::options::{Dates, Discrete, FrameOptions, Nan, Numbers, OnBadCell, Spaces};
pub use crate::report::{ColumnReport, Nulls, Report};
pub use crate::tally::{BadCells, Example, Tally};
