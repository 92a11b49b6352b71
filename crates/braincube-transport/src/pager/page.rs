//! [`Page`]: the items of one response of a list.

use crate::error::Error;

/// The items of one response of a list, in the order of the server.
///
/// Every item that the server sent must be in it, because the pager counts positions: an item that the caller does not
/// want is filtered out of the stream, not out of the page.
#[derive(Debug)]
pub struct Page<T, E = Error> {
    pub(super) entries: Vec<Entry<T, E>>,
}

#[derive(Debug)]
pub(super) struct Entry<T, E> {
    /// `None` if the item could not be read, and after the id has been moved into the set of ids.
    pub(super) id: Option<Box<str>>,
    pub(super) item: Result<T, E>,
}

impl<T, E> Page<T, E> {
    /// An empty page with capacity for `items` items.
    pub fn with_capacity(items: usize) -> Self {
        let entries = Vec::with_capacity(items);
        Self { entries }
    }

    /// Adds an item; its id is unique within the list.
    pub fn push(&mut self, id: impl Into<Box<str>>, item: T) {
        let (id, item) = (Some(id.into()), Ok(item));
        self.entries.push(Entry { id, item });
    }

    /// Adds the error for an item that could not be read. It takes a position of its own: it never counts as a
    /// repetition of another item.
    pub fn push_error(&mut self, error: E) {
        let (id, item) = (None, Err(error));
        self.entries.push(Entry { id, item });
    }

    pub(super) fn len(&self) -> u64 {
        self.entries.len() as u64
    }

    /// The ids in the order of the server.
    pub(super) fn ids(&self) -> impl DoubleEndedIterator<Item = Option<&str>> {
        self.entries.iter().map(|entry| entry.id.as_deref())
    }
}
