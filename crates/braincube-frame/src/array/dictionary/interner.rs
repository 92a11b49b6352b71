//! [`Interner`]: stores each label once and numbers it.

use std::hash::{BuildHasher as _, RandomState};

use arrow_array::StringArray;
use arrow_buffer::{Buffer, OffsetBuffer};

use super::tables::Table;
use super::words::{Words, mix};

/// How many places there are for labels at first.
const FEW_PLACES: usize = 256;

/// From so many places on, more of them may be taken.
const MANY_PLACES: usize = 64 * 1024;

/// Stores each label once and numbers it, in the order of appearance.
#[derive(Debug)]
pub(super) struct Interner {
    /// All labels, one behind the other.
    text: String,
    /// Where each label starts in the text, and where the last one ends.
    offsets: Vec<i32>,
    /// The labels' words, and where they are found: for each place, 1 + the number of the label
    /// there, below its [`Mark`]; or 0. As many places as a power of two.
    table: Table,
    /// The label that came last: labels often come in runs.
    last: usize,
    /// Keeps whoever writes the labels from choosing them for one place.
    seed: u64,
}

impl Interner {
    /// Without labels, in the memory that is given.
    pub(super) fn new(mut table: Table) -> Self {
        table.places.resize(FEW_PLACES, 0);
        Self {
            text: String::new(),
            offsets: vec![0],
            table,
            last: 0,
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
        // Where the words say all, nobody looks at the text.
        let long = if words.len() > Words::ALL {
            label().as_bytes()
        } else {
            &[]
        };
        if self.is(self.last, words, long) {
            return Ok(self.last);
        }
        let mask = self.table.places.len() - 1;
        let mark = self.mark(words, long);
        let mut at = mark.place(mask);
        loop {
            let taken = self.table.places.get(at).copied().unwrap_or_default();
            if taken == 0 {
                return Err(Place { at, mark });
            }
            // Hardly another label has the same mark, so a label that is none is not looked at.
            if Mark::of(taken) == mark {
                let key = number(taken) - 1;
                if self.is(key, words, long) {
                    self.last = key;
                    return Ok(key);
                }
            }
            at = (at + 1) & mask;
        }
    }

    /// Stores a label that was not found; `None` if there are too many.
    pub(super) fn add(&mut self, words: Words, label: &str, place: Place) -> Option<usize> {
        let key = self.table.known.len();
        *self.table.places.get_mut(place.at)? = place.mark.with(key + 1);
        let end = i32::try_from(self.text.len() + label.len()).ok()?;
        self.text.push_str(label);
        self.offsets.push(end);
        self.table.known.push(words);
        self.last = key;
        // With few labels, hardly two want the same place: the first look is the last. With many,
        // that would take too much memory.
        let is_small = self.table.places.len() < MANY_PLACES;
        let most = self.table.places.len() / if is_small { 8 } else { 2 };
        if self.table.known.len() > most {
            self.grow();
        }
        Some(key)
    }

    #[cold]
    fn grow(&mut self) {
        let mask = self.table.places.len() * 4 - 1;
        let Table { places, more, .. } = &mut self.table;
        more.clear();
        more.resize(mask + 1, 0);
        for moved in places.iter().filter(|taken| **taken != 0) {
            let mut at = Mark::of(*moved).place(mask);
            while more.get(at).is_some_and(|taken| *taken != 0) {
                at = (at + 1) & mask;
            }
            if let Some(place) = more.get_mut(at) {
                *place = *moved;
            }
        }
        std::mem::swap(places, more);
    }

    #[inline]
    fn is(&self, key: usize, words: Words, long: &[u8]) -> bool {
        let is_alike = self
            .table
            .known
            .get(key)
            .is_some_and(|known| *known == words);
        is_alike && (long.is_empty() || self.get(key).as_bytes() == long)
    }

    fn get(&self, key: usize) -> &str {
        let offset = |key: usize| {
            let offset = self.offsets.get(key).copied().unwrap_or_default();
            usize::try_from(offset).unwrap_or_default()
        };
        self.text
            .get(offset(key)..offset(key + 1))
            .unwrap_or_default()
    }

    /// How many labels there are.
    pub(super) const fn len(&self) -> usize {
        self.table.known.len()
    }

    /// How many bytes the labels have.
    pub(super) const fn bytes(&self) -> usize {
        self.text.len()
    }

    /// The labels in their order, and the memory for those of another column.
    pub(super) fn finish(mut self) -> (StringArray, Table) {
        self.text.shrink_to_fit();
        self.offsets.shrink_to_fit();
        let offsets = OffsetBuffer::new(self.offsets.into());
        let text = Buffer::from(self.text.into_bytes());
        let labels = StringArray::try_new(offsets, text, None)
            .expect("each label is text, and the offsets are where labels end");
        (labels, self.table)
    }

    #[inline]
    fn mark(&self, words: Words, long: &[u8]) -> Mark {
        let mut hash = mix(mix(self.seed ^ words.first()) ^ words.last() ^ words.len() as u64);
        // What the words leave out: the bytes in front of the last [`Words::ALL`], and a few of those.
        let (left_out, _) = long.as_chunks::<8>();
        let count = long.len().saturating_sub(Words::ALL).div_ceil(8);
        for word in left_out.iter().take(count) {
            hash = mix(hash ^ u64::from_le_bytes(*word));
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

/// Where a label that is not known belongs; true until the next label is added.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    at: usize,
    mark: Mark,
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::{Interner, Table};
    use crate::array::dictionary::words::Words;

    fn check(labels: &[String]) -> Result<(), TestCaseError> {
        let mut interner = Interner::new(Table::default());
        let mut known: HashMap<&str, usize> = HashMap::new();
        for label in labels {
            let next = known.len();
            let expected = *known.entry(label).or_insert(next);
            let words = Words::of(label.as_bytes());
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
        let (labels, _) = interner.finish();
        prop_assert!(
            labels
                .iter()
                .eq(expected.into_iter().map(|(_, label)| Some(label)))
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
