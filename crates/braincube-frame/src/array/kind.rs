//! [`Decoder`]: the decoder of a column, whatever its type.

use arrow_array::ArrayRef;

use super::ColumnDecoder;
use super::date::Timestamps;
use super::dictionary::Labels;
use super::float::Floats;
use super::integer::Integers;
use super::nulls::MoreNulls;
use super::observer::Observed;
use super::text::Texts;

/// The decoder of a column, whatever its type; not in a box, which a small answer would pay for
/// with each of its columns.
#[derive(Debug)]
pub(crate) enum Decoder {
    Floats(Floats),
    Integers(Integers),
    Timestamps(Timestamps),
    Labels(Labels),
    Texts(Texts),
    MoreNulls(MoreNulls),
}

impl Decoder {
    /// What takes the cells.
    pub(crate) const fn cells(&mut self) -> &mut (dyn ColumnDecoder + 'static) {
        match self {
            Self::Floats(decoder) => decoder,
            Self::Integers(decoder) => decoder,
            Self::Timestamps(decoder) => decoder,
            Self::Labels(decoder) => decoder,
            Self::Texts(decoder) => decoder,
            Self::MoreNulls(decoder) => decoder,
        }
    }

    /// The array, and what happened on the way.
    pub(crate) fn finish(self) -> (ArrayRef, Observed) {
        match self {
            Self::Floats(decoder) => decoder.finish(),
            Self::Integers(decoder) => decoder.finish(),
            Self::Timestamps(decoder) => decoder.finish(),
            Self::Labels(decoder) => decoder.finish(),
            Self::Texts(decoder) => decoder.finish(),
            Self::MoreNulls(decoder) => decoder.finish(),
        }
    }
}
