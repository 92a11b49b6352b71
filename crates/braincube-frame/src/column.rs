//! [`ColumnReader`]: parses the header and the cells of columns.

use braincube_model::{LongId, VariableType};
use simd_json::{Node, StaticNode};

use crate::array::Decoder;
use crate::cell::{Append, Cells, Fault, TapeCells};
use crate::error::Error;
use crate::lenient::replace_rejected;
use crate::splitter::{PADDING, RawColumn};
use crate::strings::StringScanner;
use crate::tally::excerpt;
use crate::tape::{TapeParser, describe, entries};

/// Parses the header and the cells of columns, with reused buffers.
#[derive(Debug, Default)]
pub(crate) struct ColumnReader {
    strings: StringScanner,
    tape: TapeParser,
    /// The object of a column without its cells, or a chunk of cells.
    buffer: Vec<u8>,
}

/// The keys of a column except its cells.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) id: LongId,
    /// The `type`, if it is a string.
    pub(crate) declared: Option<VariableType>,
    /// Whether `data` is an array; otherwise it is missing or `null`.
    pub(crate) has_data: bool,
}

/// The result of a chunk.
#[derive(Debug)]
pub(crate) struct ChunkRead {
    /// The number of cells.
    pub(crate) rows: usize,
    /// Why decoding stopped before the end of the chunk.
    pub(crate) fault: Option<Fault>,
}

impl ColumnReader {
    /// The approximate size of the buffers in bytes.
    pub(crate) fn capacity(&self) -> usize {
        self.strings.capacity() + self.buffer.capacity() + self.tape.capacity()
    }

    /// Parses all keys of a column except its cells.
    pub(crate) fn header(&mut self, column: &RawColumn<'_>) -> Result<Header, Error> {
        let object = column.bytes.get(..column.len).unwrap_or_default();
        let (open, close) = match &column.cells {
            Some(cells) => (cells.open + 1, cells.close),
            None => (object.len(), object.len()),
        };
        let head = object.get(..open).unwrap_or_default();
        let offset = |at: usize| {
            let removed = if at < open {
                0
            } else {
                (close - open) as u64 + column.taken
            };
            column.offset + at as u64 + removed
        };
        let tail = object.get(close..).unwrap_or_default();
        self.object(head, tail, offset, |nodes, _| header(nodes, column.index))
    }

    /// Parses an object in two parts; see [`TapeParser::parse`].
    pub(crate) fn object<T>(
        &mut self,
        head: &[u8],
        tail: &[u8],
        offset: impl Fn(usize) -> u64,
        read: impl FnMut(&[Node<'_>], &[u32]) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let fill = |buffer: &mut Vec<u8>| {
            buffer.extend_from_slice(head);
            buffer.extend_from_slice(tail);
            let len = buffer.len();
            buffer.resize(len + PADDING, b' ');
            len
        };
        self.parse(fill, offset, read)
    }

    /// Fills the buffer with JSON text and parses it. If it has invalid syntax, parses it again with the tokens replaced that
    /// only simd-json rejects.
    fn parse<T>(
        &mut self,
        fill: impl Fn(&mut Vec<u8>) -> usize,
        offset: impl Fn(usize) -> u64,
        mut read: impl FnMut(&[Node<'_>], &[u32]) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let Self { tape, buffer, .. } = self;
        buffer.clear();
        let len = fill(buffer);
        let parsed = tape.parse(buffer, len, &offset, &mut read);
        let Err(Error::Syntax { .. }) = parsed else {
            return parsed;
        };
        buffer.clear();
        let len = fill(buffer);
        match buffer.get_mut(..len).is_some_and(replace_rejected) {
            true => tape.parse(buffer, len, offset, read),
            false => parsed,
        }
    }

    /// The type of a column, if it precedes the cells. `head` ends with their bracket.
    pub(crate) fn declared(&mut self, head: &[u8]) -> Option<VariableType> {
        let offset = |at: usize| at as u64;
        let declared = self.object(head, b"]}", offset, |nodes, _| Ok(declared_type(nodes)));
        declared.ok().flatten()
    }

    /// Decodes a chunk of cells; without a decoder, only checks their syntax.
    ///
    /// The bytes are a bracket or comma, the cells, a bracket or comma, and [`PADDING`] bytes.
    pub(crate) fn chunk(
        &mut self,
        padded: &[u8],
        offset: u64,
        may_be_empty: bool,
        mut decoder: Option<&mut Decoder>,
    ) -> Result<ChunkRead, Error> {
        let len = padded.len().saturating_sub(PADDING);
        let inside = padded.get(1..).unwrap_or_default();
        if let Some(cells) = self.strings.scan(inside, len.saturating_sub(2)) {
            let rows = cells.len();
            let appended = match &mut decoder {
                Some(decoder) => decoder.append(Cells::Strings(&cells)),
                None if cells.has_escapes() => Ok(Append::NeedsTape),
                None => Ok(Append::Done),
            };
            if appended != Ok(Append::NeedsTape) {
                let fault = appended.err();
                return Ok(ChunkRead { rows, fault });
            }
        }
        self.tape_chunk(padded, len, offset, may_be_empty, decoder)
    }

    fn tape_chunk(
        &mut self,
        padded: &[u8],
        len: usize,
        offset: u64,
        may_be_empty: bool,
        mut decoder: Option<&mut Decoder>,
    ) -> Result<ChunkRead, Error> {
        let fill = |buffer: &mut Vec<u8>| {
            buffer.extend_from_slice(padded);
            if let [first, .., last] = buffer.get_mut(..len).unwrap_or_default() {
                *first = b'[';
                *last = b']';
            }
            len
        };
        let offset = |at: usize| offset + at as u64;
        self.parse(fill, offset, |nodes, positions| {
            let cells = TapeCells::new(nodes, positions, padded);
            let rows = cells.len();
            if rows == 0 && !may_be_empty {
                return Err(Error::Syntax {
                    offset: offset(len - 1),
                    problem: "expected a value",
                });
            }
            let appended = decoder
                .as_deref_mut()
                .map(|decoder| decoder.append(Cells::Tape(cells)));
            let fault = appended.and_then(Result::err);
            Ok(ChunkRead { rows, fault })
        })
    }
}

/// Reads the object of a column, whose array `data` has been emptied.
fn header(nodes: &[Node<'_>], index: usize) -> Result<Header, Error> {
    let mut id = None;
    let mut declared = None;
    let mut data = None;
    for (key, at) in entries(nodes) {
        let (slot, key) = match key {
            "id" => (&mut id, "id"),
            "type" => (&mut declared, "type"),
            "data" => (&mut data, "data"),
            _ => continue,
        };
        let value = nodes.get(at);
        if std::mem::replace(slot, value).is_some() {
            return Err(Error::DuplicateKey {
                path: format!("datadefs[{index}]").into(),
                key,
            });
        }
    }
    Ok(Header {
        id: column_id(id, index)?,
        declared: match declared {
            Some(Node::String(name)) => Some(VariableType::from(*name)),
            _ => None,
        },
        has_data: match data {
            Some(Node::Array { .. }) => true,
            None | Some(Node::Static(StaticNode::Null)) => false,
            Some(other) => {
                return Err(Error::UnexpectedType {
                    path: format!("datadefs[{index}].data").into(),
                    expected: "an array",
                    found: describe(other).into(),
                });
            }
        },
    })
}

/// The `type` of an object, if the key is unique and its value a string.
fn declared_type(nodes: &[Node<'_>]) -> Option<VariableType> {
    let mut types = entries(nodes).filter(|(key, _)| *key == "type");
    match (types.next().map(|(_, at)| nodes.get(at)), types.next()) {
        (Some(Some(Node::String(name))), None) => Some(VariableType::from(*name)),
        _ => None,
    }
}

fn column_id(node: Option<&Node<'_>>, index: usize) -> Result<LongId, Error> {
    let found = match node {
        Some(Node::String(text)) => {
            let id = text.parse::<LongId>().ok();
            if let Some(id) = id.filter(|id| id.variable_id().is_some()) {
                return Ok(id);
            }
            format!("{:?}", excerpt(text)).into()
        }
        Some(other) => describe(other).into(),
        None => "nothing".into(),
    };
    Err(Error::ColumnId {
        path: format!("datadefs[{index}].id").into(),
        found,
    })
}
