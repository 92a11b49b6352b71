//! [`Interner`]: stores distinct labels.

use std::hash::BuildHasher as _;

use arrow_array::StringArray;
use arrow_buffer::{Buffer, OffsetBuffer};
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use crate::array::text::ByteBudget;
use crate::cell::Fault;

/// Stores distinct labels. The key of a label is its index in the order of appearance.
#[derive(Debug)]
pub(super) struct Interner {
    labels: Labels,
    /// The hash and the key of each label.
    table: HashTable<(u64, i32)>,
    /// Has a random seed, so that labels cannot be chosen to collide.
    hasher: RandomState,
}

/// Labels in the format of a [`StringArray`].
#[derive(Debug)]
struct Labels {
    /// All labels, concatenated.
    text: String,
    /// The start of each label in the text, and the end of the last one.
    offsets: Vec<i32>,
    /// The number of bytes that can be added.
    budget: ByteBudget,
}

impl Labels {
    fn get(&self, key: i32) -> Option<&str> {
        let key = usize::try_from(key).ok()?;
        let &[start, end] = self.offsets.get(key..)?.first_chunk()?;
        self.text
            .get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)
    }

    fn push(&mut self, label: &str) -> Result<i32, Fault> {
        self.budget.spend(label)?;
        let key = i32::try_from(self.offsets.len() - 1).unwrap_or(i32::MAX);
        self.text.push_str(label);
        // The budget keeps both in range.
        self.offsets
            .push(i32::try_from(self.text.len()).unwrap_or(i32::MAX));
        Ok(key)
    }
}

impl Interner {
    pub(super) fn new(budget: ByteBudget) -> Self {
        Self {
            labels: Labels {
                text: String::new(),
                offsets: vec![0],
                budget,
            },
            table: HashTable::new(),
            hasher: RandomState::default(),
        }
    }

    /// The key of a label. It is added if it is new.
    pub(super) fn key(&mut self, label: &str) -> Result<i32, Fault> {
        let hash = self.hasher.hash_one(label);
        let labels = &self.labels;
        let is_label =
            |(known, key): &(u64, i32)| *known == hash && labels.get(*key) == Some(label);
        match self.table.entry(hash, is_label, |(hash, _)| *hash) {
            Entry::Occupied(entry) => Ok(entry.get().1),
            Entry::Vacant(entry) => {
                let key = self.labels.push(label)?;
                entry.insert((hash, key));
                Ok(key)
            }
        }
    }

    /// The number of labels.
    pub(super) fn len(&self) -> usize {
        self.table.len()
    }

    /// The labels in the order of their keys.
    pub(super) fn finish(self) -> StringArray {
        let Labels {
            mut text,
            mut offsets,
            ..
        } = self.labels;
        text.shrink_to_fit();
        offsets.shrink_to_fit();
        let offsets = OffsetBuffer::new(offsets.into());
        let text = Buffer::from(text.into_bytes());
        StringArray::try_new(offsets, text, None)
            .expect("labels are text, and the offsets are their ends")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::Interner;
    use crate::array::text::ByteBudget;

    fn check(labels: &[String]) -> Result<(), TestCaseError> {
        let mut interner = Interner::new(ByteBudget::new(usize::MAX));
        let mut known: HashMap<&str, i32> = HashMap::new();
        for label in labels {
            let next = i32::try_from(known.len()).unwrap();
            let expected = *known.entry(label).or_insert(next);
            prop_assert_eq!(interner.key(label), Ok(expected));
        }
        prop_assert_eq!(interner.len(), known.len());
        let mut expected: Vec<_> = known.into_iter().map(|(label, key)| (key, label)).collect();
        expected.sort_unstable();
        let labels = interner.finish();
        let expected = expected.into_iter().map(|(_, label)| Some(label));
        prop_assert!(labels.iter().eq(expected));
        Ok(())
    }

    #[test]
    fn many_and_long_labels_keep_their_keys() {
        let labels: Vec<_> = (0..20_000)
            .map(|at| format!("{}{}", "x".repeat(at % 40), at % 7_000))
            .collect();
        check(&labels).unwrap();
    }

    proptest! {
        #[test]
        fn keys_equal_those_of_a_map(labels in prop::collection::vec("[ab]{0,3}|.{0,12}|x{14}[ab]{1,4}x{8}", 0..300)) {
            check(&labels)?;
        }
    }
}
