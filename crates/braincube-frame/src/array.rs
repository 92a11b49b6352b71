//! [`Decoder`]: builds the Arrow array of a column of any type.

mod date;
mod dictionary;
mod float;
mod integer;
mod number;
mod number_batch;
mod observer;
mod text;

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_schema::{DataType, TimeUnit};
use braincube_model::VariableType;

use self::date::TimestampDecoder;
use self::dictionary::DictionaryDecoder;
use self::float::FloatDecoder;
use self::integer::IntegerDecoder;
use self::text::{StringDecoder, is_null, is_null_date};
use crate::cell::{Append, Cells, ColumnDecoder, Fault};
use crate::options::{Dates, Discrete, FrameOptions, Numbers};
use crate::report::Observed;

/// Builds the Arrow array of a column of any type.
#[derive(Debug)]
pub(crate) struct Decoder {
    values: Values,
    /// Further texts that are null.
    nulls: Arc<[Box<str>]>,
}

/// The decoder by type. It is not boxed, to save an allocation per column of small responses.
#[derive(Debug)]
enum Values {
    Floats(FloatDecoder),
    Integers(IntegerDecoder),
    Timestamps(TimestampDecoder),
    Dictionary(DictionaryDecoder),
    Strings(StringDecoder),
}

impl Decoder {
    /// The decoder for this type, with capacity for `cells` cells.
    pub(crate) fn new(
        declared: Option<&VariableType>,
        options: &FrameOptions,
        cells: usize,
    ) -> Self {
        let strict = options.strict;
        let values = match data_type(declared, options) {
            DataType::Float64 if options.numbers == Numbers::Infer => {
                Values::Integers(IntegerDecoder::new(options, cells))
            }
            DataType::Float64 => Values::Floats(FloatDecoder::new(options, cells)),
            DataType::Timestamp(..) => Values::Timestamps(TimestampDecoder::new(strict, cells)),
            DataType::Dictionary(..) => Values::Dictionary(DictionaryDecoder::new(strict, cells)),
            _ => {
                let is_date = declared == Some(&VariableType::DateTime);
                let is_null = if is_date { is_null_date } else { is_null };
                Values::Strings(StringDecoder::new(strict, cells, is_null))
            }
        };
        let nulls = Arc::clone(&options.nulls);
        Self { values, nulls }
    }

    /// Appends a chunk of cells.
    pub(crate) fn append(&mut self, cells: Cells<'_>) -> Result<Append, Fault> {
        let cells = match cells {
            Cells::Strings(_) if !self.nulls.is_empty() => return Ok(Append::NeedsTape),
            Cells::Strings(strings) => Cells::Strings(strings),
            Cells::Tape(cells) => Cells::Tape(cells.with_nulls(&self.nulls)),
        };
        match &mut self.values {
            Values::Dictionary(decoder) => decoder.append(cells),
            _ if matches!(&cells, Cells::Strings(strings) if strings.has_escapes()) => {
                Ok(Append::NeedsTape)
            }
            Values::Floats(decoder) => decoder.append(cells),
            Values::Integers(decoder) => decoder.append(cells),
            Values::Timestamps(decoder) => decoder.append(cells),
            Values::Strings(decoder) => decoder.append(cells),
        }
    }

    /// The array and the unusual cells.
    pub(crate) fn finish(self) -> (ArrayRef, Observed) {
        match self.values {
            Values::Floats(decoder) => decoder.finish(),
            Values::Integers(decoder) => decoder.finish(),
            Values::Timestamps(decoder) => decoder.finish(),
            Values::Dictionary(decoder) => decoder.finish(),
            Values::Strings(decoder) => decoder.finish(),
        }
    }
}

/// The Arrow type for this type. With [`Numbers::Infer`], the one of a column without values.
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
