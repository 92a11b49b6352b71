//! [`Recent`]: a log of limited length.

use std::collections::VecDeque;

/// The newest items of a log, which numbers its items from 0.
#[derive(Debug)]
pub(crate) struct Recent<T> {
    limit: usize,
    count: u64,
    items: VecDeque<T>,
}

impl<T: Clone> Recent<T> {
    /// Creates a log that keeps the newest `limit` items.
    pub(crate) fn with_limit(limit: usize) -> Self {
        Self {
            limit,
            count: 0,
            items: VecDeque::new(),
        }
    }

    /// Adds an item and returns its number.
    pub(crate) fn push(&mut self, item: T) -> u64 {
        if self.items.len() == self.limit {
            self.items.pop_front();
        }
        if self.limit > 0 {
            self.items.push_back(item);
        }
        self.count += 1;
        self.count - 1
    }

    /// Returns an item by its number, if it is still in the log.
    pub(crate) fn get_mut(&mut self, number: u64) -> Option<&mut T> {
        let first = self.count - self.items.len() as u64;
        let index = usize::try_from(number.checked_sub(first)?).ok()?;
        self.items.get_mut(index)
    }

    /// The number of all items, including those that are no longer in the log.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// The items in the log, oldest first.
    pub(crate) fn to_vec(&self) -> Vec<T> {
        self.items.iter().cloned().collect()
    }
}
