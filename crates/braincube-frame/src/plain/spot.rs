//! [`Spot`]: a cell and the bytes around it, which can be read without asking whether they are there.

use std::ops::Range;

use crate::mask::BLOCK;

/// A cell of up to so many bytes stands in its window as a whole.
pub(crate) const SHORT: usize = 32;

/// How many bytes stand in a window in front of its block: a short cell that ends at its first byte.
pub(super) const BEFORE: usize = SHORT;

/// How many bytes stand in a window behind its block: those that a word takes in that begins in it.
const BEHIND: usize = 8;

/// A block and what stands around it.
pub(super) type Window = [u8; BEFORE + BLOCK + BEHIND];

/// A cell and the bytes around it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spot<'w> {
    window: &'w Window,
    /// Which byte of the block closes the cell.
    close: usize,
    /// Where the cell starts and ends among the cells.
    start: usize,
    end: usize,
}

/// The window around `bytes[start..]`, a block; at the edges, in memory of the caller.
#[inline]
pub(super) fn window<'w>(bytes: &'w [u8], start: usize, edge: &'w mut Window) -> &'w Window {
    let inside = start.checked_sub(BEFORE).and_then(|at| bytes.get(at..));
    match inside.and_then(<[u8]>::first_chunk) {
        Some(window) => window,
        None => at_edge(bytes, start, edge),
    }
}

/// A window of which a part is not there.
#[cold]
fn at_edge<'w>(bytes: &[u8], start: usize, edge: &'w mut Window) -> &'w Window {
    *edge = [0; size_of::<Window>()];
    let missing = BEFORE.saturating_sub(start);
    let there = bytes.get((start + missing).saturating_sub(BEFORE)..);
    let places = edge.iter_mut().skip(missing);
    for (place, byte) in places.zip(there.unwrap_or_default()) {
        *place = *byte;
    }
    edge
}

impl<'w> Spot<'w> {
    #[inline]
    pub(super) const fn new(window: &'w Window, close: usize, start: usize, end: usize) -> Self {
        Self {
            window,
            close,
            start,
            end,
        }
    }

    /// Where the cell starts and ends among the cells.
    #[inline]
    pub(crate) const fn span(self) -> Range<usize> {
        self.start..self.end
    }

    /// How many bytes it has.
    #[inline]
    pub(crate) const fn len(self) -> usize {
        self.end.wrapping_sub(self.start)
    }

    /// Its first byte, if it is not longer than [`SHORT`]; the quote behind it, if it is empty.
    #[inline]
    pub(crate) fn first(self) -> u8 {
        let at = BEFORE + self.close % BLOCK - self.len().min(SHORT);
        self.window.get(at).copied().unwrap_or_default()
    }

    /// The eight bytes from `len` bytes in front of its end on, the first the lowest; nothing that
    /// matters if that is more than [`SHORT`].
    #[inline]
    pub(crate) fn word(self, len: usize) -> u64 {
        // Both are in these bounds already; the compiler sees that the word is in the window.
        let at = BEFORE + self.close % BLOCK - len.min(SHORT);
        let word = self.window.get(at..).and_then(<[u8]>::first_chunk);
        u64::from_le_bytes(word.copied().unwrap_or_default())
    }
}
