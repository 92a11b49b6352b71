//! [`Words`] and [`Whole`]: labels as a few words, which are compared at once.

use crate::plain::{SHORT, Spot};

/// The length and the last 16 bytes of a label: all there is to know of most of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Words {
    len: usize,
    /// The first eight of the bytes, or all there are.
    first: u64,
    /// The last eight; 0 if there are not so many.
    last: u64,
}

impl Words {
    /// Up to how many bytes the words say all.
    pub(super) const ALL: usize = 16;

    /// Of a label.
    pub(super) fn of(label: &[u8]) -> Self {
        let len = label.len();
        let end = label.get(len.saturating_sub(Self::ALL)..);
        let end = end.unwrap_or_default();
        let word = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes);
        let short = || {
            let bytes = label.iter().rev();
            bytes.fold(0, |word, byte| (word << 8) | u64::from(*byte))
        };
        Self {
            len,
            first: end.first_chunk().map_or_else(short, word),
            last: end.last_chunk().map_or(0, word),
        }
    }

    /// Of a cell, the same without a loop.
    #[inline]
    pub(super) fn read(cell: Spot<'_>) -> Self {
        let len = cell.len();
        let first = cell.word(len.min(Self::ALL));
        if len < 8 {
            Self {
                len,
                first: first & !(u64::MAX << (8 * len)),
                last: 0,
            }
        } else {
            Self {
                len,
                first,
                last: cell.word(8),
            }
        }
    }

    #[inline]
    pub(super) const fn len(self) -> usize {
        self.len
    }

    #[inline]
    pub(super) const fn first(self) -> u64 {
        self.first
    }

    #[inline]
    pub(super) const fn last(self) -> u64 {
        self.last
    }
}

/// All there is to know of a label of up to [`SHORT`] bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whole {
    words: Words,
    /// The first 16 bytes, if there are more than the words hold.
    front: [u64; 2],
}

impl Whole {
    /// Of no label.
    pub(super) const NONE: Self = Self {
        words: Words {
            len: usize::MAX,
            first: 0,
            last: 0,
        },
        front: [0; 2],
    };

    /// Of a cell.
    #[inline]
    pub(super) fn read(cell: Spot<'_>) -> Self {
        let len = cell.len();
        let front = if len > Words::ALL {
            [cell.word(len), cell.word(len.wrapping_sub(8))]
        } else {
            [0; 2]
        };
        let words = Words::read(cell);
        Self { words, front }
    }

    #[inline]
    pub(super) const fn words(self) -> Words {
        self.words
    }

    /// Whether the label is short enough that there is nothing else to know.
    pub(super) const fn is_whole(self) -> bool {
        self.words.len <= SHORT
    }

    /// Whether they are the same, without a branch for each word.
    #[inline]
    pub(super) const fn is(self, other: Self) -> bool {
        let (words, others) = (self.words, other.words);
        let ends = (words.first ^ others.first) | (words.last ^ others.last);
        let fronts = (self.front[0] ^ other.front[0]) | (self.front[1] ^ other.front[1]);
        ends | fronts | (words.len ^ others.len) as u64 == 0
    }

    /// One of so many places, a power of two below a thousand.
    #[inline]
    pub(super) const fn place(self, places: usize) -> usize {
        // Each word is turned by another number of bits: those of a label of eight bytes are the
        // same, and would cancel each other out. The highest bits of a product depend on all bits
        // of what is multiplied.
        let front = self.front[0].rotate_left(11) ^ self.front[1].rotate_left(41);
        let word = self
            .words
            .first
            .wrapping_add(self.words.last.rotate_left(23))
            ^ front;
        (word.wrapping_mul(SPREAD) >> 54) as usize % places
    }
}

/// An odd number without a pattern.
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// Spreads each bit over all others: the two halves of a product.
#[inline]
pub(super) const fn mix(word: u64) -> u64 {
    let product = word as u128 * SPREAD as u128;
    #[allow(clippy::cast_possible_truncation, reason = "the lower half is meant")]
    let low = product as u64;
    (product >> 64) as u64 ^ low
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::{Whole, Words};
    use crate::plain::PlainParser;

    /// What is read of each label where it stands as a cell.
    pub(in crate::array::dictionary) fn read(labels: &[String]) -> Vec<Whole> {
        let cells = format!("\"{}\"", labels.join("\",\""));
        let mut parser = PlainParser::default();
        let plain = parser.parse(cells.as_bytes(), cells.len()).unwrap();
        let mut read = Vec::new();
        let _ = plain.try_each(|cell| {
            read.push(Whole::read(cell));
            Ok::<(), ()>(())
        });
        read
    }

    proptest! {
        #[test]
        fn labels_are_the_same_if_their_words_are(
            labels in prop::collection::vec("[ab]{0,3}|[^\"\\\\[:cntrl:]]{0,12}|[ab]x{6,34}[ab]{0,2}", 1..40),
        ) {
            let read = read(&labels);
            prop_assert_eq!(read.len(), labels.len());
            for (whole, label) in read.iter().zip(&labels) {
                prop_assert_eq!(whole.words(), Words::of(label.as_bytes()), "{}", label);
                prop_assert_eq!(whole.is_whole(), label.len() <= 32);
                for (other, text) in read.iter().zip(&labels) {
                    if whole.is_whole() && other.is_whole() {
                        prop_assert_eq!(whole.is(*other), label == text, "{} {}", label, text);
                        prop_assert!(label != text || whole.place(256) == other.place(256));
                    }
                }
            }
        }
    }
}
