//! [`ColumnReader`]: from a column's object to its header and its cells.

mod cells;
mod header;

use braincube_model::VariableType;
use simd_json::Node;

use crate::array::{ColumnDecoder, Fault};
use crate::error::Error;
use crate::plain::PlainParser;
use crate::splitter::{PADDING, RawColumn};
use crate::tape::{TapeParser, replace_refused};

pub(crate) use self::cells::{Cell, Cells, boolean_text};
pub(crate) use self::header::Header;

/// Reads columns one after the other, in memory that is used again.
#[derive(Debug, Default)]
pub(crate) struct ColumnReader {
    plain: PlainParser,
    tape: TapeParser,
    /// A column's object without its cells, or a chunk of cells.
    scratch: Vec<u8>,
}

/// What a chunk brought.
#[derive(Debug)]
pub(crate) struct ChunkRead {
    /// How many cells stand in it.
    pub(crate) rows: usize,
    /// What kept a cell from being decoded; the cells behind it were not tried.
    pub(crate) fault: Option<Fault>,
}

impl ColumnReader {
    /// About how many bytes of memory it keeps.
    pub(crate) fn capacity(&self) -> usize {
        self.plain.capacity() + self.scratch.capacity() + self.tape.capacity()
    }

    /// Reads all of a column but its cells, in whatever order its keys stand.
    pub(crate) fn header(&mut self, column: &RawColumn<'_>) -> Result<Header, Error> {
        let object = column.bytes.get(..column.len).unwrap_or_default();
        let (open, close) = match &column.cells {
            Some(cells) => (cells.open + 1, cells.close),
            None => (object.len(), object.len()),
        };
        let head = object.get(..open).unwrap_or_default();
        let offset = |at: usize| {
            let cut_out = if at < open {
                0
            } else {
                (close - open) as u64 + column.taken
            };
            column.offset + at as u64 + cut_out
        };
        let tail = object.get(close..).unwrap_or_default();
        self.object(head, tail, offset, |nodes, _| {
            header::read(nodes, column.index)
        })
    }

    /// Reads an object that stands in two parts; see [`TapeParser::parse`].
    pub(crate) fn object<T>(
        &mut self,
        head: &[u8],
        tail: &[u8],
        offset: impl Fn(usize) -> u64,
        read: impl Fn(&[Node<'_>], &[u32]) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let len = self.fill(head, tail);
        let object = self.tape.parse(&mut self.scratch, len, &offset, &read);
        let Err(Error::Syntax { .. }) = object else {
            return object;
        };
        let len = self.fill(head, tail);
        match self.scratch.get_mut(..len).is_some_and(replace_refused) {
            true => self.tape.parse(&mut self.scratch, len, offset, read),
            false => object,
        }
    }

    /// The type that a column says before its cells, if it does; `head` ends with their bracket.
    pub(crate) fn declared(&mut self, head: &[u8]) -> Option<VariableType> {
        let offset = |at: usize| at as u64;
        let declared = self.object(head, b"]}", offset, |nodes, _| Ok(header::declared(nodes)));
        declared.ok().flatten()
    }

    /// Puts two texts into the scratch memory, one behind the other; gives their length.
    fn fill(&mut self, head: &[u8], tail: &[u8]) -> usize {
        self.scratch.clear();
        self.scratch.extend_from_slice(head);
        self.scratch.extend_from_slice(tail);
        let len = self.scratch.len();
        self.scratch.resize(len + PADDING, b' ');
        len
    }

    /// Reads the cells between two brackets or commas, the first and the last of the bytes but the
    /// padding, into `decoder`; without one, only checks that they are JSON.
    pub(crate) fn chunk(
        &mut self,
        padded: &[u8],
        offset: u64,
        may_be_empty: bool,
        decoder: Option<&mut (dyn ColumnDecoder + 'static)>,
    ) -> Result<ChunkRead, Error> {
        let len = padded.len().saturating_sub(PADDING);
        let inside = padded.get(1..).unwrap_or_default();
        let takes_plain = decoder.as_deref().is_none_or(ColumnDecoder::takes_plain);
        let plain = takes_plain.then(|| self.plain.parse(inside, len.saturating_sub(2)));
        let Some(cells) = plain.flatten() else {
            return self.slow_chunk(padded, len, offset, may_be_empty, decoder);
        };
        let rows = cells.len();
        let decoded = match decoder {
            None if !cells.has_escapes() => Ok(()),
            Some(decoder) if !cells.has_escapes() => decoder.decode_plain(&cells),
            None => return self.slow_chunk(padded, len, offset, may_be_empty, None),
            Some(decoder) => match decoder.decode_escaped(&cells) {
                Some(decoded) => decoded,
                None => return self.slow_chunk(padded, len, offset, may_be_empty, Some(decoder)),
            },
        };
        let fault = decoded.err();
        Ok(ChunkRead { rows, fault })
    }

    fn slow_chunk(
        &mut self,
        padded: &[u8],
        len: usize,
        offset: u64,
        may_be_empty: bool,
        decoder: Option<&mut (dyn ColumnDecoder + 'static)>,
    ) -> Result<ChunkRead, Error> {
        self.fill_chunk(padded, len);
        let place = |at: usize| offset + at as u64;
        let mut decoder = decoder;
        let mut read = |nodes: &[Node<'_>], positions: &[u32]| {
            let cells = Cells::new(nodes, positions, padded);
            let rows = cells.len();
            if rows == 0 && !may_be_empty {
                return Err(Error::Syntax {
                    offset: place(len - 1),
                    problem: "expected a value",
                });
            }
            let decoded = decoder.as_deref_mut().map(|decoder| decoder.decode(cells));
            let fault = decoded.and_then(Result::err);
            Ok(ChunkRead { rows, fault })
        };
        let chunk = self.tape.parse(&mut self.scratch, len, place, &mut read);
        let Err(Error::Syntax { .. }) = chunk else {
            return chunk;
        };
        self.fill_chunk(padded, len);
        match self.scratch.get_mut(..len).is_some_and(replace_refused) {
            true => self.tape.parse(&mut self.scratch, len, place, read),
            false => chunk,
        }
    }

    /// Puts a chunk into the scratch memory, as an array of its own: the commas around it turn into brackets.
    fn fill_chunk(&mut self, padded: &[u8], len: usize) {
        self.scratch.clear();
        self.scratch.extend_from_slice(padded);
        if let [first, .., last] = self.scratch.get_mut(..len).unwrap_or_default() {
            *first = b'[';
            *last = b']';
        }
    }
}
