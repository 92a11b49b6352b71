//! [`Interner`]: stores each label once and numbers it.

use std::hash::{BuildHasher as _, RandomState};

/// Stores each label once and numbers it, in the order of appearance.
#[derive(Debug)]
pub(super) struct Interner {
    /// All labels, one behind the other.
    text: String,
    /// Where each label ends in `text`.
    ends: Vec<usize>,
    /// The label that came last: labels often come in runs.
    last: usize,
    /// For each place, 1 + the number of the label there, or 0. As many places as a power of two,
    /// at most half of them taken.
    table: Vec<u32>,
    /// Keeps whoever writes the labels from choosing them for one place.
    seed: u64,
}

impl Interner {
    pub(super) fn new() -> Self {
        Self {
            text: String::new(),
            ends: Vec::new(),
            last: 0,
            table: vec![0; 64],
            seed: RandomState::new().hash_one(0u8),
        }
    }

    /// The number of a label that is known.
    #[inline]
    pub(super) fn find(&mut self, label: &str) -> Result<usize, Place> {
        if self.get(self.last) == Some(label) {
            return Ok(self.last);
        }
        let mask = self.table.len() - 1;
        let mut at = self.hash(label.as_bytes()) & mask;
        loop {
            let key = self.table.get(at).copied().unwrap_or_default() as usize;
            if key == 0 {
                return Err(Place(at));
            }
            if self.get(key - 1) == Some(label) {
                self.last = key - 1;
                return Ok(self.last);
            }
            at = (at + 1) & mask;
        }
    }

    /// Stores a label that was not found; `None` if there are too many.
    pub(super) fn add(&mut self, label: &str, place: Place) -> Option<usize> {
        let key = self.ends.len();
        i32::try_from(key).ok()?;
        let number = u32::try_from(key + 1).ok()?;
        *self.table.get_mut(place.0)? = number;
        self.text.push_str(label);
        self.ends.push(self.text.len());
        self.last = key;
        if self.ends.len() * 2 > self.table.len() {
            self.grow();
        }
        Some(key)
    }

    #[cold]
    fn grow(&mut self) {
        let mask = self.table.len() * 4 - 1;
        let mut table = vec![0; mask + 1];
        for (key, number) in (0..self.ends.len()).zip(1..) {
            let mut at = self.hash(self.get(key).unwrap_or_default().as_bytes()) & mask;
            while table.get(at).is_some_and(|taken| *taken != 0) {
                at = (at + 1) & mask;
            }
            if let Some(place) = table.get_mut(at) {
                *place = number;
            }
        }
        self.table = table;
    }

    #[inline]
    fn get(&self, key: usize) -> Option<&str> {
        let end = *self.ends.get(key)?;
        let start = match key.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.text.get(start..end)
    }

    /// The labels in their order.
    pub(super) fn labels(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|key| self.get(key).unwrap_or_default())
    }

    #[inline]
    fn hash(&self, label: &[u8]) -> usize {
        let mut hash = self.seed ^ label.len() as u64;
        let (words, rest) = label.as_chunks::<8>();
        for word in words {
            hash = mix(hash ^ u64::from_le_bytes(*word));
        }
        let mut tail = 0;
        for byte in rest {
            tail = tail << 8 | u64::from(*byte);
        }
        #[allow(clippy::cast_possible_truncation, reason = "any bits will do")]
        let hash = mix(hash ^ tail) as usize;
        hash
    }
}

/// Where a label that is not known belongs; true until the next label is added.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place(usize);

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

    use super::Interner;

    fn check(labels: &[String]) -> Result<(), TestCaseError> {
        let mut interner = Interner::new();
        let mut known: HashMap<&str, usize> = HashMap::new();
        for label in labels {
            let next = known.len();
            let expected = *known.entry(label).or_insert(next);
            let key = match interner.find(label) {
                Ok(key) => key,
                Err(place) => {
                    prop_assert_eq!(expected, next, "{} is known", label);
                    interner.add(label, place).unwrap()
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
        fn labels_are_numbered_as_a_map_would(labels in prop::collection::vec("[ab]{0,3}|.{0,12}", 0..300)) {
            check(&labels)?;
        }
    }
}
