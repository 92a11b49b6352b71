//! [`Splitter`]: splits a response into columns and chunks of cells while it is received.
//!
//! It only looks at quotes, brackets, colons and commas. The parts are validated by their parsers: each chunk and column when
//! it is complete, and the document, with `{}` in place of each column, at the end.

mod buffers;
mod cells;
mod lexical;

use memchr::memchr2;

use crate::error::Error;
use crate::mask::BLOCK;

use self::buffers::{Buffers, Level};
pub(crate) use self::buffers::{CellSpan, Chunk, ChunkBytes, Document, RawColumn};
use self::lexical::{Key, Start};

/// The maximum depth of nested arrays and objects.
pub(crate) const MAX_DEPTH: usize = 64;

/// The usual size of a chunk of cells. It fits into the cache of a core.
const CHUNK_BYTES: usize = 32 * 1024;

/// The number of bytes after a text that simd-json may read.
pub(crate) const PADDING: usize = simd_json::INPUT_PADDING;

/// The depth of the keys of the document, such as `datadefs`.
const IN_DOCUMENT: usize = 1;
/// The depth of the columns.
const IN_COLUMNS: usize = 2;
/// The depth of the keys of a column, such as `data`.
const IN_COLUMN: usize = 3;
/// The depth of the cells.
const IN_CELLS: usize = 4;

/// Receives the parts of a response.
pub(crate) trait Sink {
    /// Starts a column with more than one chunk of cells. `head` is the column up to the opening bracket of its cells. Returns
    /// whether the cells are to be passed on as chunks, before the column is complete.
    fn begin(&mut self, head: &[u8]) -> bool;

    /// Receives a chunk of cells of the open column.
    fn chunk(&mut self, chunk: Chunk<'_>) -> Result<(), Error>;

    /// Receives a complete column, without the cells that were passed on as chunks.
    fn column(&mut self, column: RawColumn<'_>) -> Result<(), Error>;
}

/// Splits a response into columns and chunks of cells while it is received.
#[derive(Debug)]
pub(crate) struct Splitter {
    start: Start,
    level: Level,
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// The start and end of the last string in its buffer, at the depths of the keys.
    string: (usize, usize),
    /// The key of the next value, if it is one of the two.
    key: Option<Key>,
    seen_columns: bool,
    finished: bool,
    /// The number of bytes of the previous calls.
    received: u64,
    buffers: Buffers,
    column_offset: u64,
    column_index: usize,
    cells: Option<CellSpan>,
    /// The position up to which the pushed bytes are scanned byte by byte, because a block contains a bracket.
    bytewise_until: usize,
}

impl Splitter {
    /// A splitter with reused buffers and a limit for the size of a column, and of the document without its columns.
    pub(crate) fn new(size_limit: usize, document: Document, column: Vec<u8>) -> Self {
        Self {
            start: Start::Mark(0),
            level: Level::Document,
            depth: 0,
            in_string: false,
            escaped: false,
            string: (0, 0),
            key: None,
            seen_columns: false,
            finished: false,
            received: 0,
            buffers: Buffers::new(size_limit, document, column),
            column_offset: 0,
            column_index: 0,
            cells: None,
            bytewise_until: 0,
        }
    }

    /// The number of bytes received.
    pub(crate) const fn received(&self) -> u64 {
        self.received
    }

    /// Processes the next bytes and passes the parts that they complete to `sink`.
    pub(crate) fn push(&mut self, bytes: &[u8], sink: &mut impl Sink) -> Result<(), Error> {
        let Some(mut at) = self.start.skip(bytes)? else {
            self.received += bytes.len() as u64;
            return Ok(());
        };
        if self.depth == 0 && !self.finished {
            self.buffers.document.start = self.offset(at);
        }
        // The bytes before `copied` are in a buffer or have been passed on.
        let mut copied = at;
        self.bytewise_until = 0;
        while at < bytes.len() {
            if self.level == Level::Cells && self.depth == IN_CELLS && at >= self.bytewise_until {
                at = self.skip_cells(bytes, at, &mut copied, sink)?;
                self.bytewise_until = at + BLOCK;
                continue;
            }
            if self.in_string {
                at = self.skip_string(bytes, at, copied);
                continue;
            }
            match bytes[at] {
                b' ' | b'\n' | b'\r' | b'\t' => {}
                _ if self.finished => return Err(self.trailing(at)),
                b'"' => {
                    self.in_string = true;
                    self.string.0 = self.buffers.position(self.level, at + 1, copied);
                }
                b',' => self.comma(bytes, at, &mut copied, sink)?,
                b':' if self.holds_keys() => {
                    self.buffers.copy(self.level, bytes, &mut copied, at)?;
                    self.colon()?;
                }
                open @ (b'{' | b'[') => self.open(open, bytes, at, &mut copied)?,
                close @ (b'}' | b']') => self.close(close, bytes, at, &mut copied, sink)?,
                b'\\' => return Err(self.syntax(at, "backslash outside a string")),
                _ => {}
            }
            at += 1;
        }
        self.buffers
            .copy(self.level, bytes, &mut copied, bytes.len())?;
        self.received += bytes.len() as u64;
        Ok(())
    }

    /// Whether the document is complete.
    pub(crate) const fn is_finished(&self) -> bool {
        self.finished
    }

    /// The document without its columns, and the buffer for columns. Fails if the document is not complete.
    pub(crate) fn finish(self) -> Result<(Document, Vec<u8>), Error> {
        if self.finished {
            Ok((self.buffers.document, self.buffers.column))
        } else if self.start.is_empty() {
            Err(Error::Empty)
        } else {
            Err(Error::Truncated {
                offset: self.received,
            })
        }
    }

    /// Skips the rest of a string. Returns the position after its closing quote, or the end of `bytes`.
    fn skip_string(&mut self, bytes: &[u8], mut at: usize, copied: usize) -> usize {
        loop {
            if self.escaped && at < bytes.len() {
                self.escaped = false;
                at += 1;
            }
            let rest = bytes.get(at..).unwrap_or_default();
            at = memchr2(b'"', b'\\', rest).map_or(bytes.len(), |found| at + found);
            match bytes.get(at) {
                None => return bytes.len(),
                Some(b'"') => {
                    self.in_string = false;
                    self.string.1 = self.buffers.position(self.level, at, copied);
                    return at + 1;
                }
                Some(_) => {
                    self.escaped = true;
                    at += 1;
                }
            }
        }
    }

    /// Whether a string before a colon can be one of the two keys.
    fn holds_keys(&self) -> bool {
        match self.level {
            Level::Document => self.depth == IN_DOCUMENT,
            Level::Column => self.depth == IN_COLUMN,
            Level::Columns | Level::Cells => false,
        }
    }

    fn colon(&mut self) -> Result<(), Error> {
        let (key, buffer) = match self.level {
            Level::Column => (Key::Cells, &self.buffers.column),
            _ => (Key::Columns, &self.buffers.document.bytes),
        };
        let (start, end) = self.string;
        let is_key = buffer.get(start..end).is_some_and(|json| key.matches(json));
        self.key = is_key.then_some(key);
        if self.key == Some(Key::Columns) && std::mem::replace(&mut self.seen_columns, true) {
            return Err(Error::DuplicateKey {
                path: "the response".into(),
                key: "datadefs",
            });
        }
        Ok(())
    }

    fn comma(
        &mut self,
        bytes: &[u8],
        at: usize,
        copied: &mut usize,
        sink: &mut impl Sink,
    ) -> Result<(), Error> {
        match self.level {
            Level::Cells if self.depth == IN_CELLS && at >= self.next_cut(*copied) => {
                self.cut(bytes, at, copied, sink)?;
            }
            Level::Document | Level::Column if self.holds_keys() => self.key = None,
            _ => {}
        }
        Ok(())
    }

    fn open(
        &mut self,
        bracket: u8,
        bytes: &[u8],
        at: usize,
        copied: &mut usize,
    ) -> Result<(), Error> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Error::Depth {
                offset: self.offset(at),
                limit: MAX_DEPTH,
            });
        }
        match (self.level, self.depth, bracket, self.key) {
            (Level::Document, IN_COLUMNS, b'[', Some(Key::Columns)) => {
                self.level = Level::Columns;
            }
            (Level::Columns, IN_COLUMN, b'{', _) => {
                self.buffers.copy(self.level, bytes, copied, at)?;
                self.level = Level::Column;
                self.buffers.column.clear();
                self.buffers.taken = 0;
                self.column_offset = self.offset(at);
                self.cells = None;
            }
            (Level::Column, IN_CELLS, b'[', Some(Key::Cells)) if self.cells.is_none() => {
                self.level = Level::Cells;
                self.cells = Some(CellSpan::open(
                    self.buffers.position(self.level, at, *copied),
                ));
            }
            _ => {}
        }
        self.key = None;
        Ok(())
    }

    fn close(
        &mut self,
        bracket: u8,
        bytes: &[u8],
        at: usize,
        copied: &mut usize,
        sink: &mut impl Sink,
    ) -> Result<(), Error> {
        let (expected, level) = match (self.level, self.depth) {
            (_, 0) => return Err(self.trailing(at)),
            (Level::Document, IN_DOCUMENT) => (b'}', Level::Document),
            (Level::Columns, IN_COLUMNS) => (b']', Level::Document),
            (Level::Column, IN_COLUMN) => (b'}', Level::Columns),
            (Level::Cells, IN_CELLS) => (b']', Level::Column),
            (level, _) => (bracket, level),
        };
        if bracket != expected {
            return Err(self.syntax(at, "mismatched closing bracket"));
        }
        self.depth -= 1;
        self.finished = self.depth == 0;
        match (self.level, level) {
            (Level::Cells, Level::Column) => {
                let position = self.buffers.position(self.level, at, *copied);
                if let Some(cells) = &mut self.cells {
                    cells.close = position;
                }
            }
            (Level::Column, Level::Columns) => {
                self.buffers.copy(self.level, bytes, copied, at + 1)?;
                self.finish_column(sink)?;
            }
            _ => {}
        }
        self.level = level;
        Ok(())
    }

    fn finish_column(&mut self, sink: &mut impl Sink) -> Result<(), Error> {
        self.buffers
            .document
            .replace_column(self.buffers.column_len());
        let len = self.buffers.column.len();
        self.buffers.column.resize(len + PADDING, b' ');
        let index = self.column_index;
        self.column_index += 1;
        sink.column(RawColumn {
            bytes: &mut self.buffers.column,
            len,
            offset: self.column_offset,
            taken: self.buffers.taken,
            index,
            cells: self.cells.take(),
        })
    }

    const fn offset(&self, at: usize) -> u64 {
        self.received + at as u64
    }

    const fn trailing(&self, at: usize) -> Error {
        Error::Trailing {
            offset: self.offset(at),
        }
    }

    const fn syntax(&self, at: usize, problem: &'static str) -> Error {
        Error::Syntax {
            offset: self.offset(at),
            problem,
        }
    }
}

#[cfg(test)]
mod tests;
