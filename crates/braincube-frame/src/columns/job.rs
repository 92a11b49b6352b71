//! [`Job`]: a complete column that is to be decoded.

use arrow_array::ArrayRef;
use braincube_model::{LongId, VariableType};

use crate::array::{Decoder, Fault, Observed, Tables, make_decoder};
use crate::column::ColumnReader;
use crate::error::Error;
use crate::options::FrameOptions;
use crate::splitter::{CellSpan, PADDING};

/// What has been decoded of a column.
#[derive(Debug, Default)]
pub(super) struct Begun {
    /// `None` if the cells are only checked, because nobody asked for them.
    decoder: Option<Decoder>,
    rows: usize,
    /// What kept a cell from being decoded. It is told once the column is known to be asked for.
    fault: Option<Fault>,
}

impl Begun {
    pub(super) fn new(decoder: Decoder) -> Self {
        Self {
            decoder: Some(decoder),
            rows: 0,
            fault: None,
        }
    }

    /// Reads the next cells; see [`ColumnReader::chunk`].
    pub(super) fn read(
        &mut self,
        reader: &mut ColumnReader,
        padded: &[u8],
        offset: u64,
        may_be_empty: bool,
    ) -> Result<(), Error> {
        let decoder = self.decoder.as_mut().filter(|_| self.fault.is_none());
        let read = reader.chunk(padded, offset, may_be_empty, decoder.map(Decoder::cells))?;
        self.rows += read.rows;
        if read.fault.is_some() {
            self.fault = read.fault;
        }
        Ok(())
    }
}

/// A complete column that is to be decoded.
#[derive(Debug)]
pub(crate) struct Job {
    pub(super) id: LongId,
    pub(super) declared: Option<VariableType>,
    pub(super) is_asked: bool,
    /// The object, without the cells that have been taken.
    pub(super) bytes: Vec<u8>,
    /// What to add to a place in `bytes`, behind the opening bracket, to have it in the answer.
    pub(super) offset: u64,
    pub(super) span: Option<CellSpan>,
    /// For a column that is asked for and of which no cells have been taken.
    pub(super) plan: Option<Plan>,
}

/// What a decoder is made of once its column is decoded: while the column waits, it takes no memory.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) options: FrameOptions,
    /// For how many cells there is to be room.
    pub(super) cells: usize,
    pub(super) tables: Tables,
}

impl Plan {
    fn decoder(&self, declared: Option<&VariableType>) -> Decoder {
        make_decoder(declared, &self.options, self.cells, &self.tables)
    }
}

/// What a column has become.
#[derive(Debug)]
pub(crate) struct Decoded {
    pub(super) rows: usize,
    /// The array, and what happened to it, if the column is asked for and has data.
    pub(super) data: Option<(ArrayRef, Observed)>,
}

impl Job {
    /// Decodes the cells that are left behind those that have been taken.
    pub(super) fn run(
        &mut self,
        begun: Begun,
        reader: &mut ColumnReader,
    ) -> Result<Decoded, Error> {
        let bytes = std::mem::take(&mut self.bytes);
        let decoded = self.run_on(&bytes, begun, reader);
        self.bytes = bytes;
        decoded
    }

    /// As [`run`](Self::run), where the same bytes stand elsewhere too.
    pub(super) fn run_on(
        &mut self,
        bytes: &[u8],
        mut begun: Begun,
        reader: &mut ColumnReader,
    ) -> Result<Decoded, Error> {
        if !self.is_asked {
            begun.decoder = None;
        } else if let Some(plan) = self.plan.take() {
            begun.decoder = Some(plan.decoder(self.declared.as_ref()));
        }
        if let Some(span) = &self.span {
            let may_be_empty = span.cuts.is_empty() && begun.rows == 0;
            for (from, to) in span.chunks() {
                let padded = bytes.get(from..=to + PADDING).unwrap_or_default();
                let offset = self.offset + from as u64;
                begun.read(reader, padded, offset, may_be_empty)?;
            }
            // What is no JSON outweighs what is no cell, wherever the chunks were cut.
            if let Some(fault) = begun.fault.take().filter(|_| self.is_asked) {
                return Err(fault.at(self.id));
            }
        }
        let decoder = begun.decoder.filter(|_| self.span.is_some());
        Ok(Decoded {
            rows: begun.rows,
            data: decoder.map(Decoder::finish),
        })
    }
}
