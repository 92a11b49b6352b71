//! Scans the cells of a column, 64 bytes at a time, and cuts them into chunks.

use super::buffers::Level;
use super::{CHUNK_BYTES, Chunk, ChunkBytes, PADDING, Sink, Splitter};
use crate::error::Error;
use crate::mask::{BLOCK, Block, escaped, prefix_xor};

impl Splitter {
    /// Scans `bytes` in blocks, up to the first bracket or the last full block. Returns where it stopped. The caller scans
    /// the rest byte by byte.
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
            // Most blocks are not cut and contain only strings and commas: the parity of their quotes is sufficient.
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

    /// The position in the pushed bytes from which on the next comma between cells ends a chunk.
    ///
    /// The chunks do not depend on the parts in which a response is pushed, so neither does the error of an invalid one.
    pub(super) fn next_cut(&self, copied: usize) -> usize {
        let Some(cells) = &self.cells else {
            return usize::MAX;
        };
        let last = cells.cuts.last().copied().unwrap_or(cells.open);
        let buffered = self.buffers.column.len();
        (last + CHUNK_BYTES + copied).saturating_sub(buffered)
    }

    /// Ends a chunk of cells at a comma.
    pub(super) fn cut(
        &mut self,
        bytes: &[u8],
        at: usize,
        copied: &mut usize,
        sink: &mut impl Sink,
    ) -> Result<(), Error> {
        let comma = self.buffers.position(self.level, at, *copied);
        let Some(cells) = &mut self.cells else {
            return Ok(());
        };
        let open = cells.open;
        if cells.is_streamed.is_none() {
            let end = *copied + (open + 1).saturating_sub(self.buffers.column.len());
            self.buffers.copy(Level::Cells, bytes, copied, end)?;
            let head = self.buffers.column.get(..=open).unwrap_or_default();
            cells.is_streamed = Some(sink.begin(head));
        }
        if cells.is_streamed != Some(true) {
            cells.cuts.push(comma);
            return Ok(());
        }
        let offset = self.column_offset + open as u64 + self.buffers.taken;
        // Cells that were pushed in one part are decoded in place.
        let start = copied.checked_sub(1);
        let start = start.filter(|_| self.buffers.column.len() == open + 1);
        let pushed = start.and_then(|start| bytes.get(start..=at + PADDING));
        if let Some(pushed) = pushed {
            self.buffers.skip(copied, at + 1)?;
            let bytes = ChunkBytes::Pushed(pushed);
            return sink.chunk(Chunk { bytes, offset });
        }
        self.buffers.copy(Level::Cells, bytes, copied, at + 1)?;
        let column = &mut self.buffers.column;
        let len = column.len();
        column.resize(len + PADDING, b' ');
        let bytes = ChunkBytes::Buffered {
            buffer: &mut *column,
            open,
        };
        sink.chunk(Chunk { bytes, offset })?;
        // The bracket now represents the comma.
        column.truncate(open + 1);
        self.buffers.taken += (comma - open) as u64;
        Ok(())
    }
}
