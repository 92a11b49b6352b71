//! [`Tables`]: memory for the tables of labels, left by one column to the next.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::words::Words;

/// How many columns may leave their memory.
const MOST_LEFT: usize = 4;

/// What has grown larger than this is given back to the system.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// Memory for the tables of labels, left by one column to the next.
///
/// Where hardly a label comes twice, to ask the system for it and to give it back takes about as
/// long as to use it; and where there are several threads, each has to hear of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tables(Arc<Mutex<Vec<Table>>>);

/// What is known of labels, but their text.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// What is known of each label, in the order of appearance.
    pub(super) known: Vec<Words>,
    /// Where each label is found; see [`Interner`](super::interner::Interner).
    pub(super) places: Vec<u64>,
    /// Memory for the places when there must be more of them.
    pub(super) more: Vec<u64>,
}

impl Tables {
    fn lock(&self) -> MutexGuard<'_, Vec<Table>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Memory that another column has left, or new.
    pub(super) fn take(&self) -> Table {
        self.lock().pop().unwrap_or_default()
    }

    /// Leaves memory to the next column.
    pub(super) fn leave(&self, mut table: Table) {
        let places = table.places.capacity() + table.more.capacity();
        let bytes = table.known.capacity() * size_of::<Words>() + places * size_of::<u64>();
        table.known.clear();
        table.places.clear();
        let mut left = self.lock();
        if bytes <= MOST_BYTES && left.len() < MOST_LEFT {
            left.push(table);
        }
    }

    /// Gives all memory back.
    pub(crate) fn clear(&self) {
        self.lock().clear();
    }
}
