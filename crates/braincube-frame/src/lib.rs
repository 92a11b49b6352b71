//! How the columns of a Braincube become Arrow: bytes are pushed into a [`FrameDecoder`], which gives
//! a [`Frame`]: an Arrow `RecordBatch` and a [`Report`]. No I/O and no runtime.
//!
//! ```
//! use braincube_frame::arrow_array::cast::AsArray as _;
//! use braincube_frame::arrow_array::types::Float64Type;
//! use braincube_frame::{FrameOptions, decode};
//!
//! // An answer of the service, from wherever it came.
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
//!      column mb20/d2000001: 1 date cannot be read, null; the first in row 2: \"soon\"\n\
//!      column mb20/d2000034: 1 cell without a value"
//! );
//! # Ok::<(), braincube_frame::Error>(())
//! ```
//!
//! A [`FrameDecoder`] takes the bytes as they arrive, and [`ExpectedColumn`] says which columns were
//! asked for, in which order, and what they are called.
//!
//! | declared type | Arrow type | null |
//! |---|---|---|
//! | `NUMERIC` | `Float64`, or see [`Numbers`] | `?`, `nan`, `null`, `NULL`, empty; what is not a number by [`OnBadCell`] |
//! | `DATETIME` | `Timestamp(Millisecond)`, or see [`Dates`] | `?`, `null`, empty, what is no date |
//! | `DISCRETE`, `DISCRET` | `Dictionary(Int32, Utf8)`, or see [`Discrete`] | `?` |
//! | any other, or none | `Utf8` | `?` |
//!
//! Dates that stay text are null only where `?` or `null` stands. JSON's `null` is a null in every
//! column, and so is what [`FrameOptions::with_nulls`] names. ASCII white space around these words does not matter. What is done to a cell besides is counted in the report,
//! and is an error where [`FrameOptions::with_strict`] asks for that; so are infinities. Types are written as the service
//! writes them, in capitals: of a column of any other type the report tells that it is text.
//!
//! A column holds up to 2 GiB of text, which is what the offsets of Arrow's `Utf8` can tell apart; more is
//! [`ErrorKind::TooLarge`]. It takes an answer of so many rows, which are better asked for in several.
//!
//! # Where it differs from the Python package
//!
//! `braincube_connector` 2.8.0 reads the same answers, and cell by cell this crate gives what it
//! gives (`tests/connector.py` compares them), except where that would lose or invent something:
//!
//! | an answer has | the Python package | here |
//! |---|---|---|
//! | `?`, `null`, `NULL`, nothing in `NUMERIC` | fails | null |
//! | `nan` in `NUMERIC` | the float that is no number | null, or that float by [`Nan`] |
//! | integers in `NUMERIC` | integers, of any size; floats if one value is none | floats; [`Numbers::Infer`] gives integers of up to 64 bits |
//! | an integer that a float cannot hold, a number beyond its range | exact; infinite or 0 | rounded, and counted in [`ColumnReport::inexact`] |
//! | decimals outside quotes, `2.5` | 2, in a column of such numbers | 2.5 |
//! | ` 7 `, `1_000`, `٣`, `20201127_124000` in `NUMERIC` | 7, 1000, 3, 20201127124000 | an error that says where, or null by [`OnBadCell`]; [`Spaces`] allows the first |
//! | `Bad Input`, `N/A`, `None` in `NUMERIC` | fails | an error that lists all such columns, or null by [`OnBadCell`] or [`FrameOptions::with_nulls`] |
//! | `NaN`, `Infinity`, `-Infinity` outside quotes | the float | the text of that name |
//! | a date before 1678 or after 2261 | none | the date |
//! | the second 60 or 61 of a minute | the next minute | 60 is the second 59, 61 no date, both counted |
//! | digits of other scripts in a date | the date | none, counted |
//! | `?` as a label | that text | null |
//! | numbers or booleans as labels | numbers or booleans | their text, counted |
//! | a column without data | a warning, and no such column | null in every row, and told in the [`Report`] |
//! | columns of different lengths, a column twice, half a surrogate, a wrong `resultLength` | a table that is wrong | an error |
//!
//! The types of Arrow in the signatures come from [`arrow_array`] and [`arrow_schema`], those that
//! name columns from `braincube-model`; all are re-exported in the version used here.

mod array;
mod assemble;
mod buffer_pool;
mod cell;
mod column;
mod columns;
mod decoder;
mod document;
mod error;
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

pub use crate::decoder::{FrameDecoder, WholeAnswer, decode};
pub use crate::error::{Error, ErrorKind};
pub use crate::expected::ExpectedColumn;
pub use crate::frame::Frame;
pub use crate::options::{Dates, Discrete, FrameOptions, Nan, Numbers, OnBadCell, Spaces};
pub use crate::report::{ColumnReport, Nulls, Report};
pub use crate::tally::{BadCells, Example, Tally};
