//! [`PlainParser`]: cells that are nothing but strings, as the service writes them.
//!
//! `"a","b","c"` needs no general parser: three masks for each 64 bytes prove that it is right, and
//! say where the strings end. Whatever looks otherwise goes through [`crate::tape`], the slow twin,
//! which accepts the same texts and gives the same cells. Strings with escapes are found as well,
//! but not read: whether an escape is one that JSON knows is for the reader of the cells to say.

mod spot;

use std::ops::Range;

use crate::mask::{BLOCK, Block, escaped, prefix_xor};

pub(crate) use self::spot::{SHORT, Spot};
use self::spot::{Window, window};

/// Recognizes plain cells, chunk after chunk in the same memory.
#[derive(Debug, Default)]
pub(crate) struct PlainParser {
    /// The closing quotes, a bit for each byte.
    closes: Vec<u64>,
}

/// Cells that are nothing but strings.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plain<'a> {
    /// The cells as JSON writes them.
    text: &'a str,
    /// The text, and the bytes behind it.
    padded: &'a [u8],
    closes: &'a [u64],
    count: usize,
    has_escapes: bool,
}

impl PlainParser {
    /// How many bytes of memory it keeps.
    pub(crate) const fn capacity(&self) -> usize {
        self.closes.capacity() * size_of::<u64>()
    }

    /// Reads `padded[..len]`, which stands between a bracket or comma and another; `None` if any of
    /// it is not plain.
    pub(crate) fn parse<'a>(&'a mut self, padded: &'a [u8], len: usize) -> Option<Plain<'a>> {
        let bytes = padded.get(..len)?;
        let State { has_escapes, .. } = self.find_closes(bytes)?;
        Some(Plain {
            text: simdutf8::basic::from_utf8(bytes).ok()?,
            padded,
            closes: &self.closes,
            count: self
                .closes
                .iter()
                .map(|mask| mask.count_ones() as usize)
                .sum(),
            has_escapes,
        })
    }

    /// Finds the closing quotes.
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
        // The last byte must close a string, or a comma without a cell would go unseen.
        let last = self.closes.last()? >> ((bytes.len() - 1) % BLOCK);
        (last & 1 == 1).then_some(state)
    }
}

/// What one block tells the next.
#[derive(Default)]
struct State {
    /// All bits if a string is open, else none.
    in_string: u64,
    /// 1 if the block before ended with a closing quote.
    closed: u64,
    /// Whether a backslash escapes the first byte.
    is_escaped: bool,
    has_escapes: bool,
}

impl State {
    /// The closing quotes among the bytes that are `valid`; `None` if they are not plain.
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
        let between = !inside & !quotes & valid;
        // One byte behind every closing quote, no other byte outside the strings, and that a comma.
        let behind = ((closes << 1) | self.closed) & valid;
        let is_plain = between == behind && between & !block.equal(b',') == 0;
        self.in_string = 0u64.wrapping_sub(inside >> 63);
        self.closed = closes >> 63;
        is_plain.then_some(closes)
    }

    /// The quotes that begin and end strings; `None` if there is a control character.
    #[cold]
    fn unescaped_quotes(&mut self, block: Block) -> Option<u64> {
        self.has_escapes = true;
        let escaped = escaped(block.equal(b'\\'), &mut self.is_escaped);
        (!block.has_control()).then_some(block.equal(b'"') & !escaped)
    }
}

impl<'a> Plain<'a> {
    /// How many cells there are.
    pub(crate) const fn len(&self) -> usize {
        self.count
    }

    /// Whether a backslash stands in any of them, so that their texts are not what they say.
    pub(crate) const fn has_escapes(&self) -> bool {
        self.has_escapes
    }

    /// The text of a cell, as JSON writes it.
    #[inline]
    pub(crate) fn text(&self, cell: Range<usize>) -> &'a str {
        self.text.get(cell).unwrap_or_default()
    }

    /// Calls `take` with each cell, up to its first error.
    #[inline]
    pub(crate) fn try_each<E>(
        &self,
        mut take: impl FnMut(Spot<'_>) -> Result<(), E>,
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
                take(Spot::new(window, close, start, end))?;
                // Behind the quote, the comma and the next quote.
                start = end + 3;
                mask &= mask - 1;
            }
        }
        Ok(())
    }

    /// Appends to `values`, of which there is one for each row, what `read` makes of each cell, up
    /// to its first error; what stands in the rows behind that does not matter.
    #[inline]
    pub(crate) fn append_to<T: Copy + Default, E>(
        &self,
        values: &mut Vec<T>,
        mut read: impl FnMut(Spot<'_>, usize) -> Result<T, E>,
    ) -> Result<(), E> {
        // The places are made at once, so that none has to be asked for.
        let first = values.len();
        values.resize(first + self.count, T::default());
        let places = values.get_mut(first..).unwrap_or_default();
        let mut places = places.iter_mut().zip(first..);
        self.try_each(|cell| {
            if let Some((place, row)) = places.next() {
                *place = read(cell, row)?;
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests;
