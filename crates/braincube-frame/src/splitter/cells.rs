//! Going through the cells of a column, 64 bytes at a time, and cutting them into chunks.

use super::store::Place;
use super::{CHUNK_BYTES, Chunk, Loose, PADDING, Sink, Splitter};
use crate::error::Error;
use crate::mask::{BLOCK, Block, escaped, prefix_xor};

impl Splitter {
    /// Goes through `bytes` in blocks while nothing but strings and what may stand between them
    /// comes; gives where it stopped. The loop over bytes does the same for the rest.
    pub(super) fn skip_cells(
        &mut self,
        bytes: &[u8],
        mut at: usize,
        copied: &mut usize,
        sink: &mut impl Sink,
    ) -> Result<usize, Error> {
        let mut next_cut = self.next_cut(*copied);
        while let Some(block) = bytes.get(at..).and_then(<[u8]>::first_chunk::<BLOCK>) {
            let block = Block::new(block);
            // Most blocks are neither cut nor hold more than strings and commas: that the number of
            // quotes is even or odd is all there is to know of them.
            if at + BLOCK <= next_cut && !self.escaped && !block.has_brackets() {
                self.in_string ^= block.is_odd(b'"');
                at += BLOCK;
                continue;
            }
            let brackets = block.brackets();
            let mut is_escaped = self.escaped;
            let quotes = if brackets == 0 && !is_escaped {
                block.equal(b'"')
            } else {
                block.equal(b'"') & !escaped(block.equal(b'\\'), &mut is_escaped)
            };
            let before = if self.in_string { u64::MAX } else { 0 };
            let inside = prefix_xor(quotes) ^ before;
            if brackets & !inside != 0 {
                break;
            }
            self.escaped = is_escaped;
            self.in_string = inside >> 63 == 1;
            if at + BLOCK > next_cut {
                let later = u64::MAX << next_cut.saturating_sub(at);
                let commas = block.equal(b',') & !inside & !quotes & later;
                if commas != 0 {
                    let comma = at + commas.trailing_zeros() as usize;
                    self.cut(bytes, comma, copied, sink)?;
                    next_cut = self.next_cut(*copied);
                }
            }
            at += BLOCK;
        }
        Ok(at)
    }

    /// From which place in the pushed bytes on a comma between cells ends a chunk.
    pub(super) fn next_cut(&self, copied: usize) -> usize {
        let Some(cells) = &self.cells else {
            return usize::MAX;
        };
        let last = cells.cuts.last().copied().unwrap_or(cells.open);
        let kept = self.store.column.len();
        (last + CHUNK_BYTES + copied).saturating_sub(kept)
    }

    /// Ends a chunk of cells at a comma.
    pub(super) fn cut(
        &mut self,
        bytes: &[u8],
        at: usize,
        copied: &mut usize,
        sink: &mut impl Sink,
    ) -> Result<(), Error> {
        let comma = self.store.position(self.place, at, *copied);
        let Some(cells) = &mut self.cells else {
            return Ok(());
        };
        let open = cells.open;
        if cells.is_taken.is_none() {
            let end = *copied + (open + 1).saturating_sub(self.store.column.len());
            self.store.copy(Place::Cells, bytes, copied, end)?;
            let head = self.store.column.get(..=open).unwrap_or_default();
            cells.is_taken = Some(sink.begin(head));
        }
        if cells.is_taken != Some(true) {
            cells.cuts.push(comma);
            return Ok(());
        }
        let offset = self.column_offset + open as u64 + self.store.taken;
        // What was pushed in one piece is decoded where it stands.
        let start = copied.checked_sub(1);
        let start = start.filter(|_| self.store.column.len() == open + 1);
        let pushed = start.and_then(|start| bytes.get(start..=at + PADDING));
        if let Some(pushed) = pushed {
            self.store.pass(copied, at + 1)?;
            let cells = Loose::Pushed(pushed);
            return sink.chunk(Chunk { cells, offset });
        }
        self.store.copy(Place::Cells, bytes, copied, at + 1)?;
        let column = &mut self.store.column;
        let len = column.len();
        column.resize(len + PADDING, b' ');
        let cells = Loose::Kept {
            bytes: &mut *column,
            open,
        };
        sink.chunk(Chunk { cells, offset })?;
        // What is left is the column up to the bracket, which stands for the comma now.
        column.truncate(open + 1);
        self.store.taken += (comma - open) as u64;
        Ok(())
    }
}
