//! How the columns of a Braincube become Arrow: bytes are pushed into a [`FrameDecoder`], which gives
//! a [`Frame`]: an Arrow `RecordBatch` and a [`Report`]. No I/O and no runtime.
//!
//! | declared type | Arrow type | null |
//! |---|---|---|
//! | `NUMERIC` | `Float64`, or see [`Numbers`] | `?`, `nan`, `null`, `NULL`, empty |
//! | `DATETIME` | `Timestamp(Millisecond)`, or see [`Dates`] | `?`, `null`, empty, what is no date |
//! | `DISCRETE`, `DISCRET` | `Dictionary(Int32, Utf8)`, or see [`Discrete`] | `?` |
//! | any other, or none | `Utf8` | `?` |
//!
//! JSON's `null` is a null in every column. What is done to a cell besides is counted in the report,
//! and is an error where [`FrameOptions::with_strict`] asks for that.
//!
//! The types of Arrow in the signatures come from [`arrow_array`] and [`arrow_schema`], which are
//! re-exported in the version used here.

mod array;
mod column;
mod columns;
mod decoder;
mod document;
mod error;
mod expected;
mod frame;
mod mask;
mod options;
mod plain;
mod report;
mod scratch;
mod splitter;
mod tape;

pub use arrow_array;
pub use arrow_schema;

pub use crate::decoder::{FrameDecoder, WholeAnswer, decode};
pub use crate::error::{Error, ErrorKind};
pub use crate::expected::ExpectedColumn;
pub use crate::frame::Frame;
pub use crate::options::{Dates, Discrete, FrameOptions, Nan, Numbers};
pub use crate::report::{ColumnReport, Example, Nulls, Report, Tally};
