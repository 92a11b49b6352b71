//! [`ColumnDecoder`]: from cells to one Arrow array, by the declared type of the column.

mod date;
mod dictionary;
mod float;
mod integer;
mod kind;
mod label;
mod nulls;
mod observer;
mod text;
mod validity;

use std::fmt::Debug;
use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_schema::{DataType, TimeUnit};
use braincube_model::{LongId, VariableType};

use crate::column::Cells;
use crate::error::Error;
use crate::options::{Dates, Discrete, FrameOptions, Numbers};
use crate::plain::Plain;

pub(crate) use self::dictionary::Tables;
pub(crate) use self::kind::Decoder;
pub(crate) use self::observer::Observed;

/// The offsets of Arrow's `Utf8` are `i32`: no column of text can hold more bytes.
const MAX_TEXT_BYTES: usize = i32::MAX as usize;

/// Turns the cells of one column into one array, chunk by chunk.
pub(crate) trait ColumnDecoder: Debug + Send {
    /// Appends the cells of a chunk.
    fn decode(&mut self, cells: Cells<'_>) -> Result<(), Fault>;

    /// Appends strings without escapes: the fast twin of [`decode`](Self::decode).
    fn decode_plain(&mut self, cells: &Plain<'_>) -> Result<(), Fault>;

    /// Whether [`decode_plain`](Self::decode_plain) may be called.
    fn takes_plain(&self) -> bool {
        true
    }

    /// Appends strings some of which have escapes, another fast twin. `None`, and nothing is
    /// appended, if there is no fast way, or if the tape has to say which escape is none.
    fn decode_escaped(&mut self, _: &Plain<'_>) -> Option<Result<(), Fault>> {
        None
    }

    /// The array, and what happened on the way.
    fn finish(self) -> (ArrayRef, Observed)
    where
        Self: Sized;
}

/// Why the cells of a column cannot be decoded at all; becomes an [`Error`] once the column is known. A cell that is only
/// not of the column's type is counted by [`observer::Observer`] instead.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The cell is an array or an object.
    Nested {
        row: usize,
        expected: &'static str,
        found: &'static str,
    },
    /// The column has too much text.
    TooLarge { limit: usize },
}

impl Fault {
    const fn nested(row: usize, expected: &'static str, found: &'static str) -> Self {
        Self::Nested {
            row,
            expected,
            found,
        }
    }

    /// The error of a column.
    pub(crate) fn at(self, column: LongId) -> Error {
        match self {
            Self::Nested {
                row,
                expected,
                found,
            } => Error::Type {
                path: format!("column {column}, row {row} (counted from 0)").into(),
                expected,
                found: found.into(),
            },
            Self::TooLarge { limit } => Error::TooLarge {
                what: format!("the text of column {column}").into(),
                limit: limit as u64,
                unit: "bytes",
            },
        }
    }
}

/// The decoder of a column of this type, with room for so many cells.
pub(crate) fn make_decoder(
    declared: Option<&VariableType>,
    options: &FrameOptions,
    cells: usize,
    tables: &Tables,
) -> Decoder {
    let decoder = decoder_of_type(declared, options, cells, tables);
    if options.nulls.is_empty() {
        return decoder;
    }
    Decoder::MoreNulls(nulls::MoreNulls::new(decoder, Arc::clone(&options.nulls)))
}

fn decoder_of_type(
    declared: Option<&VariableType>,
    options: &FrameOptions,
    cells: usize,
    tables: &Tables,
) -> Decoder {
    let strict = options.strict;
    match (data_type(declared, options), declared) {
        (DataType::Float64, _) if options.numbers == Numbers::Infer => {
            Decoder::Integers(integer::Integers::new(options, cells))
        }
        (DataType::Float64, _) => Decoder::Floats(float::Floats::new(options, cells)),
        (DataType::Timestamp(..), _) => Decoder::Timestamps(date::Timestamps::new(strict, cells)),
        (DataType::Dictionary(..), _) => {
            Decoder::Labels(dictionary::Labels::new(strict, cells, tables))
        }
        (_, Some(VariableType::DateTime)) => {
            Decoder::Texts(text::Texts::new(strict, cells, label::is_null_date))
        }
        _ => Decoder::Texts(text::Texts::new(strict, cells, label::is_null)),
    }
}

/// The Arrow type of a column of this type; with [`Numbers::Infer`], that of one without values.
pub(crate) fn data_type(declared: Option<&VariableType>, options: &FrameOptions) -> DataType {
    match declared {
        Some(VariableType::Numeric) => DataType::Float64,
        Some(VariableType::DateTime) if options.dates == Dates::Timestamp => {
            DataType::Timestamp(TimeUnit::Millisecond, None)
        }
        Some(kind) if kind.is_discrete() && options.discrete == Discrete::Dictionary => {
            DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
        }
        _ => DataType::Utf8,
    }
}

#[cfg(test)]
mod tests;
