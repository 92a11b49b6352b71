//! [`Interner`]: stores distinct labels.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arrow_array::StringArray;
use arrow_buffer::{Buffer, OffsetBuffer};

use super::label_key::{KeySuffix, mix};

/// The initial number of slots.
const MIN_SLOTS: usize = 256;

/// Smaller tables are sparse, because memory matters less than collisions.
const SPARSE_SLOTS: usize = 64 * 1024;

/// Stores distinct labels. The key of a label is its index in the order of appearance.
#[derive(Debug)]
pub(super) struct Interner {
    /// All labels, concatenated.
    text: String,
    /// The start of each label in the text, and the end of the last one.
    offsets: Vec<i32>,
    table: Table,
    /// The last label, because labels often repeat.
    last: usize,
    /// A random seed, so that labels cannot be chosen to collide.
    seed: u64,
}

impl Interner {
    /// An empty interner with a reused table.
    pub(super) fn new(mut table: Table) -> Self {
        table.slots.resize(MIN_SLOTS, 0);
        Self {
            text: String::new(),
            offsets: vec![0],
            table,
            last: 0,
            seed: RandomState::new().hash_one(0u8),
        }
    }

    /// The key of a label, or the slot for it. `label` returns its text.
    #[inline]
    pub(super) fn find<'t>(
        &mut self,
        suffix: KeySuffix,
        label: impl Fn() -> &'t str,
    ) -> Result<usize, Slot> {
        // Up to 16 bytes, the suffix is the whole label.
        let long = if suffix.len() > KeySuffix::BYTES {
            label().as_bytes()
        } else {
            &[]
        };
        if self.equals(self.last, suffix, long) {
            return Ok(self.last);
        }
        let mask = self.table.slots.len() - 1;
        let tag = self.tag(suffix, long);
        let mut at = tag.slot(mask);
        loop {
            let entry = self.table.slots.get(at).copied().unwrap_or_default();
            if entry == 0 {
                return Err(Slot { at, tag });
            }
            // Labels with other tags are not compared.
            if Tag::of(entry) == tag {
                let key = number(entry) - 1;
                if self.equals(key, suffix, long) {
                    self.last = key;
                    return Ok(key);
                }
            }
            at = (at + 1) & mask;
        }
    }

    /// Stores a label that was not found. Returns `None` if the offsets overflow.
    pub(super) fn add(&mut self, suffix: KeySuffix, label: &str, slot: Slot) -> Option<usize> {
        let key = self.table.suffixes.len();
        *self.table.slots.get_mut(slot.at)? = slot.tag.with(key + 1);
        let end = i32::try_from(self.text.len() + label.len()).ok()?;
        self.text.push_str(label);
        self.offsets.push(end);
        self.table.suffixes.push(suffix);
        self.last = key;
        let is_sparse = self.table.slots.len() < SPARSE_SLOTS;
        let limit = self.table.slots.len() / if is_sparse { 8 } else { 2 };
        if self.table.suffixes.len() > limit {
            self.grow();
        }
        Some(key)
    }

    #[cold]
    fn grow(&mut self) {
        let mask = self.table.slots.len() * 4 - 1;
        let Table { slots, spare, .. } = &mut self.table;
        spare.clear();
        spare.resize(mask + 1, 0);
        for entry in slots.iter().filter(|entry| **entry != 0) {
            let mut at = Tag::of(*entry).slot(mask);
            while spare.get(at).is_some_and(|entry| *entry != 0) {
                at = (at + 1) & mask;
            }
            if let Some(slot) = spare.get_mut(at) {
                *slot = *entry;
            }
        }
        std::mem::swap(slots, spare);
    }

    #[inline]
    fn equals(&self, key: usize, suffix: KeySuffix, long: &[u8]) -> bool {
        let known = self.table.suffixes.get(key);
        known.is_some_and(|known| *known == suffix)
            && (long.is_empty() || self.get(key).as_bytes() == long)
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

    /// The number of labels.
    pub(super) const fn len(&self) -> usize {
        self.table.suffixes.len()
    }

    /// The labels in the order of their keys, and the table for reuse.
    pub(super) fn finish(mut self) -> (StringArray, Table) {
        self.text.shrink_to_fit();
        self.offsets.shrink_to_fit();
        let offsets = OffsetBuffer::new(self.offsets.into());
        let text = Buffer::from(self.text.into_bytes());
        let labels = StringArray::try_new(offsets, text, None)
            .expect("labels are text, and the offsets are their ends");
        (labels, self.table)
    }

    #[inline]
    fn tag(&self, suffix: KeySuffix, long: &[u8]) -> Tag {
        let mut hash = suffix.hash(self.seed);
        // The bytes before the suffix, in words that may overlap it.
        let (words, _) = long.as_chunks::<8>();
        let count = long.len().saturating_sub(KeySuffix::BYTES).div_ceil(8);
        for word in words.iter().take(count) {
            hash = mix(hash ^ u64::from_le_bytes(*word));
        }
        Tag::of(hash)
    }
}

/// The upper half of the hash of a label. Determines the slot, and is compared before the label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Tag(u64);

impl Tag {
    const BITS: u64 = 0xFFFF_FFFF_0000_0000;

    const fn of(word: u64) -> Self {
        Self(word & Self::BITS)
    }

    /// An entry: the tag, and a number in the lower half.
    const fn with(self, number: usize) -> u64 {
        self.0 | number as u64
    }

    #[allow(clippy::cast_possible_truncation, reason = "the mask fits")]
    const fn slot(self, mask: usize) -> usize {
        (self.0 >> 32) as usize & mask
    }
}

/// The number in the lower half of an entry.
#[allow(clippy::cast_possible_truncation, reason = "it was a `usize`")]
const fn number(entry: u64) -> usize {
    (entry & !Tag::BITS) as usize
}

/// The slot for a label that was not found. Valid until the next label is added.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    at: usize,
    tag: Tag,
}

/// The hash table of an [`Interner`].
#[derive(Debug, Default)]
pub(super) struct Table {
    /// The suffix of each label, by key.
    suffixes: Vec<KeySuffix>,
    /// A power of two of slots: 0, or the [`Tag`] of a label and its key + 1.
    slots: Vec<u64>,
    /// The buffer for more slots.
    spare: Vec<u64>,
}

/// The number of tables that are kept.
const MAX_TABLES: usize = 4;

/// Larger tables are not kept.
const MAX_TABLE_BYTES: usize = 8 * 1024 * 1024;

/// Tables that are reused from column to column.
///
/// Allocating and freeing large tables is slow, above all with several threads, which are all interrupted when memory is
/// unmapped.
#[derive(Clone, Debug, Default)]
pub(crate) struct TablePool(Arc<Mutex<Vec<Table>>>);

impl TablePool {
    fn lock(&self) -> MutexGuard<'_, Vec<Table>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn take(&self) -> Table {
        self.lock().pop().unwrap_or_default()
    }

    pub(super) fn put(&self, mut table: Table) {
        let slots = table.slots.capacity() + table.spare.capacity();
        let suffixes = table.suffixes.capacity();
        let bytes = suffixes * size_of::<KeySuffix>() + slots * size_of::<u64>();
        table.suffixes.clear();
        table.slots.clear();
        let mut tables = self.lock();
        if bytes <= MAX_TABLE_BYTES && tables.len() < MAX_TABLES {
            tables.push(table);
        }
    }

    /// Frees all tables.
    pub(crate) fn clear(&self) {
        self.lock().clear();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::{Interner, Table};
    use crate::array::dictionary::label_key::KeySuffix;

    fn check(labels: &[String]) -> Result<(), TestCaseError> {
        let mut interner = Interner::new(Table::default());
        let mut known: HashMap<&str, usize> = HashMap::new();
        for label in labels {
            let next = known.len();
            let expected = *known.entry(label).or_insert(next);
            let suffix = KeySuffix::of(label.as_bytes());
            let key = match interner.find(suffix, || label.as_str()) {
                Ok(key) => key,
                Err(slot) => {
                    prop_assert_eq!(expected, next, "{} is known", label);
                    interner.add(suffix, label, slot).unwrap()
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
