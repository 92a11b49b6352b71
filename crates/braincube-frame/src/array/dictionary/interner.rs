//! [`Interner`]: stores each label once and numbers it.

use std::hash::{BuildHasher as _, RandomState};

/// How many places there are for labels at first.
const FEW_PLACES: usize = 256;

/// From so many places on, more of them may be taken.
const MANY_PLACES: usize = 64 * 1024;

/// Stores each label once and numbers it, in the order of appearance.
#[derive(Debug)]
pub(super) struct Interner {
    /// All labels, one behind the other.
    text: String,
    known: Vec<Known>,
    /// The label that came last: labels often come in runs.
    last: usize,
    /// For each place, 1 + the number of the label there, below its [`Mark`]; or 0. As many places
    /// as a power of two.
    table: Vec<u64>,
    /// Keeps whoever writes the labels from choosing them for one place.
    seed: u64,
}

/// A label that is known.
#[derive(Clone, Copy, Debug)]
struct Known {
    words: Words,
    /// Where it ends in the text of all labels.
    end: usize,
}

impl Interner {
    pub(super) fn new() -> Self {
        Self {
            text: String::new(),
            known: Vec::new(),
            last: 0,
            table: vec![0; FEW_PLACES],
            seed: RandomState::new().hash_one(0u8),
        }
    }

    /// The number of a label that is known. `label` gives the text that `words` were read from.
    #[inline]
    pub(super) fn find<'t>(
        &mut self,
        words: Words,
        label: impl Fn() -> &'t str,
    ) -> Result<usize, Place> {
        if self.is(self.last, words, &label) {
            return Ok(self.last);
        }
        let mask = self.table.len() - 1;
        let mark = self.mark(words, &label);
        let mut at = mark.place(mask);
        loop {
            let taken = self.table.get(at).copied().unwrap_or_default();
            if taken == 0 {
                return Err(Place { at, mark });
            }
            // Hardly another label has the same mark, so a label that is none is not looked at.
            if Mark::of(taken) == mark {
                let key = number(taken) - 1;
                if self.is(key, words, &label) {
                    self.last = key;
                    return Ok(key);
                }
            }
            at = (at + 1) & mask;
        }
    }

    /// Stores a label that was not found; `None` if there are too many.
    pub(super) fn add(&mut self, words: Words, label: &str, place: Place) -> Option<usize> {
        let key = self.known.len();
        i32::try_from(key).ok()?;
        *self.table.get_mut(place.at)? = place.mark.with(key + 1);
        self.text.push_str(label);
        let end = self.text.len();
        self.known.push(Known { words, end });
        self.last = key;
        // With few labels, hardly two want the same place: the first look is the last. With many,
        // that would take too much memory.
        let is_small = self.table.len() < MANY_PLACES;
        let most = self.table.len() / if is_small { 8 } else { 2 };
        if self.known.len() > most {
            self.grow();
        }
        Some(key)
    }

    #[cold]
    fn grow(&mut self) {
        let mask = self.table.len() * 4 - 1;
        let mut table = vec![0; mask + 1];
        for moved in self.table.iter().filter(|taken| **taken != 0) {
            let mut at = Mark::of(*moved).place(mask);
            while table.get(at).is_some_and(|taken| *taken != 0) {
                at = (at + 1) & mask;
            }
            if let Some(place) = table.get_mut(at) {
                *place = *moved;
            }
        }
        self.table = table;
    }

    #[inline]
    fn is<'t>(&self, key: usize, words: Words, label: &impl Fn() -> &'t str) -> bool {
        let is_alike = self
            .known
            .get(key)
            .is_some_and(|known| known.words == words);
        is_alike && (words.len <= Words::ALL || self.get(key) == label())
    }

    fn get(&self, key: usize) -> &str {
        let end = |key: usize| self.known.get(key).map_or(0, |known| known.end);
        let start = key.checked_sub(1).map_or(0, end);
        self.text.get(start..end(key)).unwrap_or_default()
    }

    /// How many labels there are.
    pub(super) const fn len(&self) -> usize {
        self.known.len()
    }

    /// How many bytes the labels have.
    pub(super) const fn bytes(&self) -> usize {
        self.text.len()
    }

    /// The labels in their order.
    pub(super) fn labels(&self) -> impl Iterator<Item = &str> {
        (0..self.known.len()).map(|key| self.get(key))
    }

    #[inline]
    fn mark<'t>(&self, words: Words, label: &impl Fn() -> &'t str) -> Mark {
        let mut hash = mix(mix(self.seed ^ words.first) ^ words.last ^ words.len as u64);
        if words.len > Words::ALL {
            // The words hold the first eight bytes and the last, whatever is left over here too.
            let (middle, _) = label().as_bytes().as_chunks::<8>();
            for word in middle.iter().skip(1) {
                hash = mix(hash ^ u64::from_le_bytes(*word));
            }
        }
        Mark::of(hash)
    }
}

/// The upper half of a label's hash: says where in the table it belongs, and tells it from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark(u64);

impl Mark {
    const BITS: u64 = 0xFFFF_FFFF_0000_0000;

    const fn of(word: u64) -> Self {
        Self(word & Self::BITS)
    }

    /// The mark above the number of a label.
    const fn with(self, number: usize) -> u64 {
        self.0 | number as u64
    }

    #[allow(clippy::cast_possible_truncation, reason = "the mask leaves what fits")]
    const fn place(self, mask: usize) -> usize {
        (self.0 >> 32) as usize & mask
    }
}

/// The number below a mark.
#[allow(clippy::cast_possible_truncation, reason = "it came from a `usize`")]
const fn number(taken: u64) -> usize {
    (taken & !Mark::BITS) as usize
}

/// The length and both ends of a label: all there is to know of one of up to 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Words {
    len: usize,
    first: u64,
    /// 0 below eight bytes.
    last: u64,
}

impl Words {
    /// Up to how many bytes the words say all.
    const ALL: usize = 16;

    /// Of a label.
    pub(super) fn of(label: &[u8]) -> Self {
        let word = |bytes: Option<&[u8; 8]>| bytes.map(|bytes| u64::from_le_bytes(*bytes));
        let short = || {
            let bytes = label.iter().rev();
            bytes.fold(0, |word, byte| (word << 8) | u64::from(*byte))
        };
        Self {
            len: label.len(),
            first: word(label.first_chunk()).unwrap_or_else(short),
            last: word(label.last_chunk()).unwrap_or_default(),
        }
    }

    /// Of `bytes[start..end]`, the same without a loop, if eight bytes stand at its start.
    #[inline]
    pub(super) fn read(bytes: &[u8], start: usize, end: usize) -> Option<Self> {
        let len = end.checked_sub(start)?;
        let first = u64::from_le_bytes(*bytes.get(start..)?.first_chunk()?);
        Some(if len < 8 {
            Self {
                len,
                first: first & !(u64::MAX << (8 * len)),
                last: 0,
            }
        } else {
            let last = bytes.get(end - 8..)?.first_chunk()?;
            Self {
                len,
                first,
                last: u64::from_le_bytes(*last),
            }
        })
    }
}

/// Where a label that is not known belongs; true until the next label is added.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    at: usize,
    mark: Mark,
}

/// Spreads each bit over all others: the two halves of a product.
#[inline]
const fn mix(word: u64) -> u64 {
    let product = word as u128 * 0x9E37_79B9_7F4A_7C15_u128;
    #[allow(clippy::cast_possible_truncation, reason = "the lower half is meant")]
    let low = product as u64;
    (product >> 64) as u64 ^ low
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::{Interner, Words};

    fn check(labels: &[String]) -> Result<(), TestCaseError> {
        let mut interner = Interner::new();
        let mut known: HashMap<&str, usize> = HashMap::new();
        for label in labels {
            let next = known.len();
            let expected = *known.entry(label).or_insert(next);
            let words = Words::of(label.as_bytes());
            let padded = format!("{label}12345678");
            let read = Words::read(padded.as_bytes(), 0, label.len());
            prop_assert_eq!(read, Some(words), "{}", label);
            let key = match interner.find(words, || label.as_str()) {
                Ok(key) => key,
                Err(place) => {
                    prop_assert_eq!(expected, next, "{} is known", label);
                    interner.add(words, label, place).unwrap()
                }
            };
            prop_assert_eq!(key, expected);
        }
        let mut expected: Vec<_> = known.into_iter().map(|(label, key)| (key, label)).collect();
        expected.sort_unstable();
        prop_assert!(
            interner
                .labels()
                .eq(expected.into_iter().map(|(_, label)| label))
        );
        Ok(())
    }

    #[test]
    fn many_labels_and_long_ones_keep_their_numbers() {
        let labels: Vec<_> = (0..20_000)
            .map(|at| format!("{}{}", "x".repeat(at % 40), at % 7_000))
            .collect();
        check(&labels).unwrap();
    }

    proptest! {
        #[test]
        fn labels_are_numbered_as_a_map_would(labels in prop::collection::vec("[ab]{0,3}|.{0,12}|x{14}[ab]{1,4}x{8}", 0..300)) {
            check(&labels)?;
        }
    }
}
