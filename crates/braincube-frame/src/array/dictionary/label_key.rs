//! [`RecentLabels`]: a cache of labels as a few words, which are compared without branches.

use crate::strings::{CellRef, SHORT};

/// The length of a label and its last 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct KeySuffix {
    len: usize,
    /// The first eight of these bytes, or all of a shorter label.
    first: u64,
    /// The last eight, or 0 for a shorter label.
    last: u64,
}

impl KeySuffix {
    /// The length of the suffix in bytes.
    const BYTES: usize = 16;

    #[inline]
    fn read(cell: CellRef<'_>) -> Self {
        let len = cell.len();
        let first = cell.word(len.min(Self::BYTES));
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
}

/// All bytes of a label of up to [`SHORT`] bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct InlineKey {
    suffix: KeySuffix,
    /// The first 16 bytes, if the label is longer than its suffix.
    front: [u64; 2],
}

impl InlineKey {
    /// A key that is not equal to any label.
    const NONE: Self = Self {
        suffix: KeySuffix {
            len: usize::MAX,
            first: 0,
            last: 0,
        },
        front: [0; 2],
    };

    #[inline]
    pub(super) fn read(cell: CellRef<'_>) -> Self {
        let len = cell.len();
        let front = if len > KeySuffix::BYTES {
            [cell.word(len), cell.word(len.wrapping_sub(8))]
        } else {
            [0; 2]
        };
        let suffix = KeySuffix::read(cell);
        Self { suffix, front }
    }

    /// Whether the key contains all bytes of the label.
    const fn is_complete(self) -> bool {
        self.suffix.len <= SHORT
    }

    /// Compares the keys without branches.
    #[inline]
    const fn equal_to(self, other: Self) -> bool {
        let (a, b) = (self.suffix, other.suffix);
        let ends = (a.first ^ b.first) | (a.last ^ b.last);
        let fronts = (self.front[0] ^ other.front[0]) | (self.front[1] ^ other.front[1]);
        ends | fronts | (a.len ^ b.len) as u64 == 0
    }

    /// The slot of the label among [`RecentLabels::SLOTS`].
    #[inline]
    const fn slot(self) -> usize {
        // The rotations differ, so that the equal words of a label of eight bytes do not cancel each other out. The highest
        // bits of the product depend on all bits.
        let front = self.front[0].rotate_left(11) ^ self.front[1].rotate_left(41);
        let word = self
            .suffix
            .first
            .wrapping_add(self.suffix.last.rotate_left(23))
            ^ front;
        (word.wrapping_mul(ODD) >> 54) as usize % RecentLabels::SLOTS
    }
}

/// An odd number without a pattern.
const ODD: u64 = 0x9E37_79B9_7F4A_7C15;

/// A direct-mapped cache of the keys of recent labels of up to [`SHORT`] bytes.
///
/// Each label has one slot, and later labels replace earlier ones. Colliding labels are only slower, so the hash needs no
/// seed. It saves a third of the instructions for labels (179 instead of 269 per value of the benchmark `disc`).
#[derive(Debug)]
pub(super) struct RecentLabels(Box<[(InlineKey, i32); Self::SLOTS]>);

impl Default for RecentLabels {
    fn default() -> Self {
        Self(Box::new([(InlineKey::NONE, 0); Self::SLOTS]))
    }
}

impl RecentLabels {
    pub(super) const SLOTS: usize = 256;

    #[inline]
    pub(super) fn find(&self, label: InlineKey) -> Option<i32> {
        let (known, key) = &self.0[label.slot()];
        known.equal_to(label).then_some(*key)
    }

    pub(super) fn put(&mut self, label: InlineKey, key: i32) {
        if label.is_complete() {
            self.0[label.slot()] = (label, key);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{InlineKey, RecentLabels};
    use crate::strings::StringScanner;

    /// The keys of these labels as cells.
    fn read(labels: &[String]) -> Vec<InlineKey> {
        let cells = format!("\"{}\"", labels.join("\",\""));
        let mut scanner = StringScanner::default();
        let cells = scanner.scan(cells.as_bytes(), cells.len()).unwrap();
        let mut read = Vec::new();
        let _ = cells.try_each(|cell| {
            read.push(InlineKey::read(cell));
            Ok::<(), ()>(())
        });
        read
    }

    proptest! {
        #[test]
        fn keys_are_equal_if_the_labels_are(
            labels in prop::collection::vec("[ab]{0,3}|[^\"\\\\[:cntrl:]]{0,12}|[ab]x{6,34}[ab]{0,2}|x{0,16}[ab]x{0,15}|x{8}[ab]{8}x{16}", 1..40),
        ) {
            let keys = read(&labels);
            prop_assert_eq!(keys.len(), labels.len());
            for (key, label) in keys.iter().zip(&labels) {
                prop_assert_eq!(key.is_complete(), label.len() <= 32);
                for (other, text) in keys.iter().zip(&labels) {
                    if key.is_complete() && other.is_complete() {
                        prop_assert_eq!(key.equal_to(*other), label == text, "{} {}", label, text);
                        prop_assert!(label != text || key.slot() == other.slot());
                    }
                }
            }
        }
    }

    #[test]
    fn a_recent_label_is_found_until_it_is_replaced() {
        let mut recent = RecentLabels::default();
        let labels: Vec<_> = (0..10_000).map(|at| format!("label {at}")).collect();
        let labels = read(&labels);
        for (label, key) in labels.iter().zip(0..) {
            assert_eq!(recent.find(*label), None, "{key}");
            recent.put(*label, key);
            assert_eq!(recent.find(*label), Some(key));
        }
        let known = labels.iter().zip(0..).filter_map(|(label, key)| {
            let found = recent.find(*label);
            found.map(|found| assert_eq!(found, key))
        });
        assert!((200..=256).contains(&known.count()));
    }

    #[test]
    fn only_labels_of_up_to_32_bytes_are_cached() {
        let mut recent = RecentLabels::default();
        let labels: Vec<_> = (0..40).map(|len| "x".repeat(len)).collect();
        for (label, len) in read(&labels).into_iter().zip(0..) {
            assert_eq!(recent.find(label), None, "{len}");
            recent.put(label, len);
            assert_eq!(recent.find(label), (len <= 32).then_some(len));
        }
    }
}
