//! [`StringScanner`]: finds the cells of chunks that contain only strings.
//!
//! For `"a","b","c"`, three bit masks per 64 bytes prove that the syntax is valid and locate the ends of the strings. All
//! other chunks are parsed by [`crate::tape`]. Both paths accept the same texts and return the same cells. Escape sequences
//! are not checked here, but by the decoder of the cells.

use std::ops::Range;

use crate::mask::{BLOCK, Block, escaped, prefix_xor};

/// Finds the cells of chunks that contain only strings, with a reused buffer.
#[derive(Debug, Default)]
pub(crate) struct StringScanner {
    /// Marks the closing quotes, one bit per byte.
    closes: Vec<u64>,
}

/// A chunk of cells that are strings.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StringCells<'a> {
    /// The JSON text of the cells.
    text: &'a str,
    /// The text and the bytes after it.
    padded: &'a [u8],
    closes: &'a [u64],
    count: usize,
    has_escapes: bool,
}

impl StringScanner {
    /// The size of the buffer in bytes.
    pub(crate) const fn capacity(&self) -> usize {
        self.closes.capacity() * size_of::<u64>()
    }

    /// Scans `padded[..len]`, the text between two brackets or commas. Returns `None` if it contains anything but strings.
    pub(crate) fn scan<'a>(&'a mut self, padded: &'a [u8], len: usize) -> Option<StringCells<'a>> {
        let bytes = padded.get(..len)?;
        let State { has_escapes, .. } = self.find_closes(bytes)?;
        let counts = self.closes.iter().map(|mask| mask.count_ones() as usize);
        Some(StringCells {
            text: simdutf8::basic::from_utf8(bytes).ok()?,
            padded,
            closes: &self.closes,
            count: counts.sum(),
            has_escapes,
        })
    }

    fn find_closes(&mut self, bytes: &[u8]) -> Option<State> {
        self.closes.clear();
        let (blocks, rest) = bytes.as_chunks::<BLOCK>();
        let mut state = State::default();
        for block in blocks {
            self.closes.push(state.block(block, u64::MAX)?);
        }
        if !rest.is_empty() {
            let mut block = [b' '; BLOCK];
            block.get_mut(..rest.len())?.copy_from_slice(rest);
            self.closes
                .push(state.block(&block, (1 << rest.len()) - 1)?);
        }
        // The last byte must close a string. Otherwise a trailing comma would be accepted.
        let last = self.closes.last()? >> ((bytes.len() - 1) % BLOCK);
        (last & 1 == 1).then_some(state)
    }
}

/// The state between two blocks.
#[derive(Default)]
struct State {
    /// All bits are set inside a string.
    in_string: u64,
    /// 1 if the previous block ends with a closing quote.
    closed: u64,
    /// Whether the first byte is escaped.
    is_escaped: bool,
    has_escapes: bool,
}

impl State {
    /// Marks the closing quotes of the `valid` bytes. Returns `None` if the block contains anything but strings.
    #[inline]
    fn block(&mut self, bytes: &[u8; BLOCK], valid: u64) -> Option<u64> {
        let block = Block::new(bytes);
        let quotes = if self.is_escaped || block.has_backslash_or_control() {
            self.unescaped_quotes(block)?
        } else {
            block.equal(b'"')
        };
        let inside = prefix_xor(quotes) ^ self.in_string;
        let closes = quotes & !inside;
        let outside = !inside & !quotes & valid;
        // Outside strings, only the byte after each closing quote is allowed, and it must be a comma.
        let after_close = ((closes << 1) | self.closed) & valid;
        let is_valid = outside == after_close && outside & !block.equal(b',') == 0;
        self.in_string = 0u64.wrapping_sub(inside >> 63);
        self.closed = closes >> 63;
        is_valid.then_some(closes)
    }

    /// Marks the quotes that open and close strings. Returns `None` if there is a control character.
    #[cold]
    fn unescaped_quotes(&mut self, block: Block) -> Option<u64> {
        self.has_escapes = true;
        let escaped = escaped(block.equal(b'\\'), &mut self.is_escaped);
        (!block.has_control()).then_some(block.equal(b'"') & !escaped)
    }
}

impl<'a> StringCells<'a> {
    /// The number of cells.
    pub(crate) const fn len(&self) -> usize {
        self.count
    }

    /// Whether there is a backslash, so that the JSON text of a cell may differ from its value.
    pub(crate) const fn has_escapes(&self) -> bool {
        self.has_escapes
    }

    /// The JSON text of a cell.
    #[inline]
    pub(crate) fn text(&self, cell: Range<usize>) -> &'a str {
        self.text.get(cell).unwrap_or_default()
    }

    /// Calls `take` for each cell, up to its first error.
    #[inline]
    pub(crate) fn try_each<E>(
        &self,
        mut take: impl FnMut(CellRef<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut edge = [0; size_of::<Window>()];
        let mut start = 1;
        for (block, mask) in self.closes.iter().enumerate() {
            let first = block * BLOCK;
            let window = window(self.padded, first, &mut edge);
            let mut mask = *mask;
            while mask != 0 {
                let close = mask.trailing_zeros() as usize;
                let end = first + close;
                take(CellRef {
                    window,
                    close,
                    start,
                    end,
                })?;
                // After the closing quote, the comma and the opening quote.
                start = end + 3;
                mask &= mask - 1;
            }
        }
        Ok(())
    }

    /// Appends the value that `read` returns for each cell, up to its first error. After an error, the remaining appended
    /// values are arbitrary.
    #[inline]
    pub(crate) fn append_to<T: Copy + Default, E>(
        &self,
        values: &mut Vec<T>,
        mut read: impl FnMut(CellRef<'_>, usize) -> Result<T, E>,
    ) -> Result<(), E> {
        // Resizing once avoids a capacity check for each value.
        let first = values.len();
        values.resize(first + self.count, T::default());
        let slots = values.get_mut(first..).unwrap_or_default();
        let mut slots = slots.iter_mut().zip(first..);
        self.try_each(|cell| {
            if let Some((slot, row)) = slots.next() {
                *slot = read(cell, row)?;
            }
            Ok(())
        })
    }
}

/// The length up to which a [`CellRef`] can read all bytes of its cell.
pub(crate) const SHORT: usize = 32;

/// The bytes of a window before its block: a short cell that ends at the first byte of the block.
const BEFORE: usize = SHORT;

/// The bytes of a window after its block: a word that starts at the last byte of the block.
const AFTER: usize = 8;

/// A block and the bytes around it.
type Window = [u8; BEFORE + BLOCK + AFTER];

/// A cell and the bytes around it, which are read without bounds checks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CellRef<'w> {
    window: &'w Window,
    /// The position of the closing quote in the block.
    close: usize,
    /// The position of the text in the chunk.
    start: usize,
    end: usize,
}

/// The window around the block at `start`. At the edges of `bytes` it is copied to `edge`.
#[inline]
fn window<'w>(bytes: &'w [u8], start: usize, edge: &'w mut Window) -> &'w Window {
    let inside = start.checked_sub(BEFORE).and_then(|at| bytes.get(at..));
    match inside.and_then(<[u8]>::first_chunk) {
        Some(window) => window,
        None => window_at_edge(bytes, start, edge),
    }
}

#[cold]
fn window_at_edge<'w>(bytes: &[u8], start: usize, edge: &'w mut Window) -> &'w Window {
    *edge = [0; size_of::<Window>()];
    let missing = BEFORE.saturating_sub(start);
    let available = bytes.get((start + missing).saturating_sub(BEFORE)..);
    let slots = edge.iter_mut().skip(missing);
    for (slot, byte) in slots.zip(available.unwrap_or_default()) {
        *slot = *byte;
    }
    edge
}

impl CellRef<'_> {
    /// The position of the text in the chunk.
    #[inline]
    pub(crate) const fn span(self) -> Range<usize> {
        self.start..self.end
    }

    /// The length in bytes.
    #[inline]
    pub(crate) const fn len(self) -> usize {
        self.end.wrapping_sub(self.start)
    }

    /// The first byte of a cell of at most [`SHORT`] bytes; the closing quote of an empty one.
    #[inline]
    pub(crate) fn first(self) -> u8 {
        let at = BEFORE + self.close % BLOCK - self.len().min(SHORT);
        self.window.get(at).copied().unwrap_or_default()
    }

    /// The eight bytes that start `len` bytes before the end of the cell, in little-endian order. The value is arbitrary if
    /// `len` exceeds [`SHORT`].
    #[inline]
    pub(crate) fn word(self, len: usize) -> u64 {
        // The minimum and the remainder change nothing; they let the compiler remove the bounds check.
        let at = BEFORE + self.close % BLOCK - len.min(SHORT);
        let word = self.window.get(at..).and_then(<[u8]>::first_chunk);
        u64::from_le_bytes(word.copied().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests;
