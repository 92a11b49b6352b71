//! [`PartialColumn`] and [`ColumnJob`]: columns on their way to an array.

use arrow_array::ArrayRef;
use braincube_model::{LongId, VariableType};

use crate::array::Decoder;
use crate::cell::Fault;
use crate::column::ColumnReader;
use crate::error::Error;
use crate::options::FrameOptions;
use crate::report::Observed;
use crate::splitter::{CellSpan, PADDING};

/// The decoded chunks of a column.
#[derive(Debug, Default)]
pub(super) struct PartialColumn {
    /// `None` if the column is not requested and its cells are only checked.
    decoder: Option<Decoder>,
    rows: usize,
    /// Why decoding stopped. Becomes an error if the column is requested.
    fault: Option<Fault>,
}

impl PartialColumn {
    pub(super) fn new(decoder: Decoder) -> Self {
        Self {
            decoder: Some(decoder),
            rows: 0,
            fault: None,
        }
    }

    /// Decodes the next chunk; see [`ColumnReader::chunk`].
    pub(super) fn append(
        &mut self,
        reader: &mut ColumnReader,
        padded: &[u8],
        offset: u64,
        may_be_empty: bool,
    ) -> Result<(), Error> {
        let decoder = self.decoder.as_mut().filter(|_| self.fault.is_none());
        let read = reader.chunk(padded, offset, may_be_empty, decoder)?;
        self.rows += read.rows;
        if read.fault.is_some() {
            self.fault = read.fault;
        }
        Ok(())
    }
}

/// A complete column whose remaining cells have to be decoded.
#[derive(Debug)]
pub(super) struct ColumnJob {
    pub(super) id: LongId,
    pub(super) declared: Option<VariableType>,
    pub(super) is_requested: bool,
    /// The object, without the chunks that were passed on before.
    pub(super) bytes: Vec<u8>,
    /// The difference between offsets in the response and positions in `bytes`, from the opening bracket of the cells on.
    pub(super) offset: u64,
    pub(super) span: Option<CellSpan>,
    /// For a requested column of which no chunk was passed on before.
    pub(super) decoder: Option<DecoderSpec>,
}

/// The parameters of a decoder. It is created when its column is decoded, so that queued columns need no memory for it.
#[derive(Debug)]
pub(super) struct DecoderSpec {
    pub(super) options: FrameOptions,
    /// The capacity in cells.
    pub(super) cells: usize,
}

/// The result of a column.
#[derive(Debug)]
pub(super) struct DecodedCells {
    pub(super) rows: usize,
    /// The array and the unusual cells, if the column is requested and has data.
    pub(super) data: Option<(ArrayRef, Observed)>,
}

impl ColumnJob {
    /// Decodes the remaining cells.
    pub(super) fn run(
        &mut self,
        mut column: PartialColumn,
        reader: &mut ColumnReader,
    ) -> Result<DecodedCells, Error> {
        if !self.is_requested {
            column.decoder = None;
        } else if let Some(DecoderSpec { options, cells }) = self.decoder.take() {
            column.decoder = Some(Decoder::new(self.declared.as_ref(), &options, cells));
        }
        if let Some(span) = &self.span {
            let may_be_empty = span.cuts.is_empty() && column.rows == 0;
            for (from, to) in span.chunks() {
                let padded = self.bytes.get(from..=to + PADDING).unwrap_or_default();
                let offset = self.offset + from as u64;
                column.append(reader, padded, offset, may_be_empty)?;
            }
            // Invalid JSON takes precedence over faults, regardless of the chunks.
            if let Some(fault) = column.fault.take().filter(|_| self.is_requested) {
                return Err(fault.at(self.id));
            }
        }
        let decoder = column.decoder.filter(|_| self.span.is_some());
        Ok(DecodedCells {
            rows: column.rows,
            data: decoder.map(Decoder::finish),
        })
    }
}
