//! [`MoreNulls`]: texts that the caller takes for values that are not there.

use std::sync::Arc;

use arrow_array::ArrayRef;

use super::observer::Observed;
use super::{ColumnDecoder, Decoder, Fault};
use crate::column::Cells;
use crate::plain::Plain;

/// Shows another decoder nulls where certain texts stand.
#[derive(Debug)]
pub(crate) struct MoreNulls {
    decoder: Box<Decoder>,
    texts: Arc<[Box<str>]>,
}

impl MoreNulls {
    pub(super) fn new(decoder: Decoder, texts: Arc<[Box<str>]>) -> Self {
        let decoder = Box::new(decoder);
        Self { decoder, texts }
    }
}

impl ColumnDecoder for MoreNulls {
    fn decode(&mut self, cells: Cells<'_>) -> Result<(), Fault> {
        self.decoder.cells().decode(cells.with_nulls(&self.texts))
    }

    fn decode_plain(&mut self, cells: &Plain<'_>) -> Result<(), Fault> {
        self.decoder.cells().decode_plain(cells)
    }

    /// Plain cells can be told from others only one by one, which is what the slow path does.
    fn takes_plain(&self) -> bool {
        false
    }

    fn finish(self) -> (ArrayRef, Observed) {
        self.decoder.finish()
    }
}
