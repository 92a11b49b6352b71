//! [`Page`]: what one request of a listing brought.

use std::collections::HashSet;
use std::fmt;

use crate::error::Error;

/// One page of a listing.
pub struct Page<T, E = Error> {
    offset: u64,
    received: u64,
    entries: Vec<Entry<T, E>>,
}

struct Entry<T, E> {
    id: Option<Box<str>>,
    item: Result<T, E>,
}

impl<T, E> Page<T, E> {
    /// A page that the server sent `received` items for; push those that the listing should hold.
    pub fn new(received: usize) -> Self {
        Self {
            offset: 0,
            received: received as u64,
            entries: Vec::with_capacity(received),
        }
    }

    /// Adds an item; its id tells it from the others of the listing.
    pub fn push(&mut self, id: impl Into<Box<str>>, item: T) {
        self.entries.push(Entry {
            id: Some(id.into()),
            item: Ok(item),
        });
    }

    /// Adds what stands for an item that could not be read.
    pub fn push_error(&mut self, error: E) {
        self.entries.push(Entry {
            id: None,
            item: Err(error),
        });
    }

    /// How many items the server sent, dropped and unreadable ones included; the one that the page shares with the
    /// page before is not among them.
    pub fn received(&self) -> u64 {
        self.received
    }

    /// Where in the listing the page begins, counted in items.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The items, in the order of the server; an error for each that could not be read.
    pub fn into_items(self) -> Vec<Result<T, E>> {
        self.entries.into_iter().map(|entry| entry.item).collect()
    }

    pub(super) fn set_offset(&mut self, offset: u64) {
        self.offset = offset;
    }

    /// Whether the caller has left nothing out.
    pub(super) fn is_complete(&self) -> bool {
        self.entries.len() as u64 == self.received
    }

    /// Drops the first item, which should have come before; `false` if it has not.
    ///
    /// Where the first item is not here, because the caller left some out or it could not be read, nothing can be
    /// said, and it counts as known.
    pub(super) fn drop_overlap(&mut self, seen: &HashSet<Box<str>>) -> bool {
        if self.received == 0 {
            return false;
        }
        let complete = self.is_complete();
        let known = |entry: &Entry<T, E>| entry.id.as_ref().is_none_or(|id| seen.contains(id));
        let first_known = self.entries.first().is_some_and(known);
        if complete && !first_known {
            return false;
        }
        if first_known && (complete || self.entries[0].id.is_some()) {
            self.entries.remove(0);
        }
        self.received -= 1;
        true
    }

    /// Drops the items whose ids have been seen, and remembers the others; returns how many.
    pub(super) fn drop_seen(&mut self, seen: &mut HashSet<Box<str>>) -> u64 {
        let before = self.entries.len();
        // Nobody asks for an id after this.
        self.entries.retain_mut(|entry| match entry.id.take() {
            None => true,
            Some(id) => seen.insert(id),
        });
        (before - self.entries.len()) as u64
    }

    /// Whether it holds an item that can be told from others, and so has not come before.
    pub(super) fn has_new(&self) -> bool {
        self.entries.iter().any(|entry| entry.id.is_some())
    }

    /// Whether it holds no item.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl<T, E> fmt::Debug for Page<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Page")
            .field("offset", &self.offset)
            .field("received", &self.received)
            .field("items", &self.entries.len())
            .finish()
    }
}
