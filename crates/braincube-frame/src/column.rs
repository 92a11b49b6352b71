//! [`ColumnReader`]: from a column's object to its header and its cells.

mod cells;
mod header;

use braincube_model::LongId;

use crate::array::ColumnDecoder;
use crate::error::Error;
use crate::splitter::{CellSpan, PADDING, RawColumn};
use crate::tape::TapeParser;

pub(crate) use self::cells::{Cell, Cells, boolean_text};
pub(crate) use self::header::Header;

/// Reads columns one after the other, in memory that is used again.
#[derive(Debug, Default)]
pub(crate) struct ColumnReader {
    parser: TapeParser,
    /// A column's object without its cells, or a chunk of cells.
    scratch: Vec<u8>,
}

impl ColumnReader {
    /// Reads all of a column but its cells, in whatever order its keys stand.
    pub(crate) fn header(&mut self, column: &RawColumn<'_>) -> Result<Header, Error> {
        let object = column.bytes.get(..column.len).unwrap_or_default();
        let (open, close) = match &column.cells {
            Some(cells) => (cells.open + 1, cells.close),
            None => (object.len(), object.len()),
        };
        self.scratch.clear();
        self.scratch
            .extend_from_slice(object.get(..open).unwrap_or_default());
        self.scratch
            .extend_from_slice(object.get(close..).unwrap_or_default());
        let len = self.scratch.len();
        self.scratch.resize(len + PADDING, b' ');
        let offset = |at: usize| {
            let cut_out = if at < open { 0 } else { close - open };
            column.offset + (at + cut_out) as u64
        };
        self.parser
            .parse(&mut self.scratch, len, offset, |nodes, _| {
                header::read(nodes, column.index)
            })
    }

    /// Reads the cells into `decoder`, or only checks that they are JSON; gives their number.
    pub(crate) fn cells(
        &mut self,
        column: &mut RawColumn<'_>,
        span: &CellSpan,
        id: LongId,
        mut decoder: Option<&mut dyn ColumnDecoder>,
    ) -> Result<usize, Error> {
        let is_whole = span.cuts.is_empty();
        let mut rows = 0;
        for (from, to) in span.chunks() {
            let chunk_offset = column.offset + from as u64;
            let Some(padded) = column.bytes.get_mut(from..=to + PADDING) else {
                break;
            };
            // A chunk becomes an array of its own: the commas around it turn into brackets.
            let len = to + 1 - from;
            padded[0] = b'[';
            padded[len - 1] = b']';
            let (parsed, source): (&mut [u8], &[u8]) = if span.has_numbers {
                self.scratch.clear();
                self.scratch.extend_from_slice(padded);
                (&mut self.scratch, padded)
            } else {
                (padded, &[])
            };
            let offset = |at: usize| chunk_offset + at as u64;
            rows += self.parser.parse(parsed, len, offset, |nodes, positions| {
                let cells = Cells::new(nodes, positions, source);
                let count = cells.len();
                if count == 0 && !is_whole {
                    return Err(Error::Syntax {
                        offset: offset(len - 1),
                        problem: "expected a value",
                    });
                }
                if let Some(decoder) = &mut decoder {
                    decoder.decode(cells).map_err(|fault| fault.at(id))?;
                }
                Ok(count)
            })?;
        }
        Ok(rows)
    }
}
