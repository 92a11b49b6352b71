//! [`Splitter`]: finds the columns of an answer while its bytes arrive.
//!
//! It looks at quotes, brackets, colons and commas only. Whether the pieces are valid JSON is
//! for [`crate::tape`] to say, piece by piece: each column when it is complete, and the document
//! around them, in which `{}` stands for every column, at the end.

mod cells;
mod key;
mod piece;
mod scan;
mod start;
mod store;

use crate::error::Error;
use crate::mask::BLOCK;

use self::key::Key;
pub(crate) use self::piece::{CellSpan, Chunk, Document, Loose, RawColumn};
use self::start::Start;
use self::store::{Place, Store};

/// How many arrays and objects may be nested.
pub(crate) const MAX_DEPTH: usize = 64;

/// About how many bytes of cells are decoded at once: few enough that they stay in the cache.
const CHUNK_BYTES: usize = 32 * 1024;

/// Bytes behind the end of a piece that simd-json may read.
pub(crate) const PADDING: usize = simd_json::INPUT_PADDING;

/// The depth inside the document's object, where `datadefs` stands.
const IN_DOCUMENT: usize = 1;
/// The depth inside the array `datadefs`.
const IN_COLUMNS: usize = 2;
/// The depth inside a column's object, where `data` stands.
const IN_COLUMN: usize = 3;
/// The depth inside the array `data`.
const IN_CELLS: usize = 4;

/// Takes what the [`Splitter`] finds.
pub(crate) trait Sink {
    /// Whether the cells of a column can be taken before the rest of it comes. `head` is the column
    /// as far as the opening bracket of its cells.
    fn begin(&mut self, head: &[u8]) -> bool;

    /// Takes cells of the column that has begun.
    fn chunk(&mut self, chunk: Chunk<'_>) -> Result<(), Error>;

    /// Takes a column, or what is left of the one that has begun.
    fn column(&mut self, column: RawColumn<'_>) -> Result<(), Error>;
}

/// Finds the columns of an answer while its bytes arrive.
#[derive(Debug)]
pub(crate) struct Splitter {
    start: Start,
    place: Place,
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// Where the last string began and ended, in the current buffer; kept where keys may stand.
    string: (usize, usize),
    /// What the value comes to that is next, if its key is one of the two.
    key: Option<Key>,
    seen_columns: bool,
    finished: bool,
    /// How many bytes came before the piece that is pushed now.
    before: u64,
    store: Store,
    column_offset: u64,
    column_index: usize,
    cells: Option<CellSpan>,
    /// Up to where the pushed bytes are not read in blocks, because there is something in a block
    /// that only the loop over bytes understands.
    slow_until: usize,
}

impl Splitter {
    /// A splitter that keeps at most `size_limit` bytes of a column, or of the document around, in
    /// the memory that is given.
    pub(crate) fn new(size_limit: usize, document: Document, column: Vec<u8>) -> Self {
        Self {
            start: Start::default(),
            place: Place::Document,
            depth: 0,
            in_string: false,
            escaped: false,
            string: (0, 0),
            key: None,
            seen_columns: false,
            finished: false,
            before: 0,
            store: Store::new(size_limit, document, column),
            column_offset: 0,
            column_index: 0,
            cells: None,
            slow_until: 0,
        }
    }

    /// How many bytes came.
    pub(crate) const fn received(&self) -> u64 {
        self.before
    }

    /// Takes the next bytes; `sink` gets what they complete.
    pub(crate) fn push(&mut self, bytes: &[u8], sink: &mut impl Sink) -> Result<(), Error> {
        let Some(mut at) = self.start.skip(bytes)? else {
            self.before += bytes.len() as u64;
            return Ok(());
        };
        if self.depth == 0 && !self.finished {
            self.store.document.start = self.offset(at);
        }
        // The bytes before `copied` are in a buffer already.
        let mut copied = at;
        self.slow_until = 0;
        while at < bytes.len() {
            if self.place == Place::Cells && self.depth == IN_CELLS && at >= self.slow_until {
                at = self.skip_cells(bytes, at, &mut copied, sink)?;
                self.slow_until = at + BLOCK;
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
                    self.string.0 = self.store.position(self.place, at + 1, copied);
                }
                b',' => self.comma(bytes, at, &mut copied, sink)?,
                b':' if self.holds_keys() => {
                    self.store.copy(self.place, bytes, &mut copied, at)?;
                    self.colon()?;
                }
                open @ (b'{' | b'[') => self.open(open, bytes, at, &mut copied)?,
                close @ (b'}' | b']') => self.close(close, bytes, at, &mut copied, sink)?,
                b'\\' => return Err(self.syntax(at, "a backslash outside a string")),
                _ => {}
            }
            at += 1;
        }
        self.store
            .copy(self.place, bytes, &mut copied, bytes.len())?;
        self.before += bytes.len() as u64;
        Ok(())
    }

    /// Whether the document has come to its end.
    pub(crate) const fn is_finished(&self) -> bool {
        self.finished
    }

    /// The document without its columns, once all bytes came, and memory for a column.
    pub(crate) fn finish(self) -> Result<(Document, Vec<u8>), Error> {
        if self.finished {
            Ok((self.store.document, self.store.column))
        } else if self.start.is_empty() {
            Err(Error::Empty)
        } else {
            Err(Error::Truncated {
                offset: self.before,
            })
        }
    }

    /// Goes on in a string, to the byte behind its closing quote or to the end of `bytes`.
    fn skip_string(&mut self, bytes: &[u8], mut at: usize, copied: usize) -> usize {
        loop {
            if self.escaped && at < bytes.len() {
                self.escaped = false;
                at += 1;
            }
            at = scan::quote_or_backslash(bytes, at);
            match bytes.get(at) {
                None => return bytes.len(),
                Some(b'"') => {
                    self.in_string = false;
                    self.string.1 = self.store.position(self.place, at, copied);
                    return at + 1;
                }
                Some(_) => {
                    self.escaped = true;
                    at += 1;
                }
            }
        }
    }

    /// Whether a string in front of a colon may be one of the two keys here.
    fn holds_keys(&self) -> bool {
        match self.place {
            Place::Document => self.depth == IN_DOCUMENT,
            Place::Column => self.depth == IN_COLUMN,
            Place::Columns | Place::Cells => false,
        }
    }

    fn colon(&mut self) -> Result<(), Error> {
        let (key, buffer) = match self.place {
            Place::Column => (Key::Cells, &self.store.column),
            _ => (Key::Columns, &self.store.document.bytes),
        };
        let (start, end) = self.string;
        let is_spelled = buffer
            .get(start..end)
            .is_some_and(|raw| key.is_spelled(raw));
        self.key = is_spelled.then_some(key);
        if self.key == Some(Key::Columns) && std::mem::replace(&mut self.seen_columns, true) {
            return Err(Error::DuplicateKey {
                path: "the answer".into(),
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
        match self.place {
            Place::Cells if self.depth == IN_CELLS && at >= self.next_cut(*copied) => {
                self.cut(bytes, at, copied, sink)?;
            }
            Place::Document | Place::Column if self.holds_keys() => self.key = None,
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
        match (self.place, self.depth, bracket, self.key) {
            (Place::Document, IN_COLUMNS, b'[', Some(Key::Columns)) => {
                self.place = Place::Columns;
            }
            (Place::Columns, IN_COLUMN, b'{', _) => {
                self.store.copy(self.place, bytes, copied, at)?;
                self.place = Place::Column;
                self.store.column.clear();
                self.store.taken = 0;
                self.column_offset = self.offset(at);
                self.cells = None;
            }
            (Place::Column, IN_CELLS, b'[', Some(Key::Cells)) if self.cells.is_none() => {
                self.place = Place::Cells;
                self.cells = Some(CellSpan::open(self.store.position(self.place, at, *copied)));
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
        let (expected, place) = match (self.place, self.depth) {
            (_, 0) => return Err(self.trailing(at)),
            (Place::Document, IN_DOCUMENT) => (b'}', Place::Document),
            (Place::Columns, IN_COLUMNS) => (b']', Place::Document),
            (Place::Column, IN_COLUMN) => (b'}', Place::Columns),
            (Place::Cells, IN_CELLS) => (b']', Place::Column),
            (place, _) => (bracket, place),
        };
        if bracket != expected {
            return Err(self.syntax(at, "a closing bracket that does not match"));
        }
        self.depth -= 1;
        self.finished = self.depth == 0;
        match (self.place, place) {
            (Place::Cells, Place::Column) => {
                let position = self.store.position(self.place, at, *copied);
                if let Some(cells) = &mut self.cells {
                    cells.close = position;
                }
            }
            (Place::Column, Place::Columns) => {
                self.store.copy(self.place, bytes, copied, at + 1)?;
                self.hand_over(sink)?;
            }
            _ => {}
        }
        self.place = place;
        Ok(())
    }

    fn hand_over(&mut self, sink: &mut impl Sink) -> Result<(), Error> {
        self.store.document.replace_column(self.store.column_len());
        let len = self.store.column.len();
        self.store.column.resize(len + PADDING, b' ');
        let index = self.column_index;
        self.column_index += 1;
        sink.column(RawColumn {
            bytes: &mut self.store.column,
            len,
            offset: self.column_offset,
            taken: self.store.taken,
            index,
            cells: self.cells.take(),
        })
    }

    const fn offset(&self, at: usize) -> u64 {
        self.before + at as u64
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
