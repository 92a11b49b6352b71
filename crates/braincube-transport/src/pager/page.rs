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
    /// What tells it from others, until that has been remembered; nothing where it could not be read.
    id: Option<Box<str>>,
    /// Nothing where the listing should not hold it.
    item: Option<Result<T, E>>,
}

/// The most entries that room is made for before there is any.
const MOST_ROOM: usize = 1 << 10;

/// What a page brought besides what had come before.
pub(super) struct Fresh {
    /// How many items had come before.
    pub(super) repeated: u64,
    /// Whether there is an item that can be told from others, and so has not come before.
    pub(super) is_any_new: bool,
}

impl<T, E> Page<T, E> {
    /// A page that the server sent `received` items for. Each of them should follow, in the order of the server:
    /// [pushed](Self::push) where the listing should hold it, [skipped](Self::skip) where not, and as an
    /// [error](Self::push_error) where it could not be read.
    ///
    /// That two pages overlap shows in the ids at their ends. Where some of the items do not follow at all, there may be none to
    /// see, and a listing that loses items while it is read may go unnoticed.
    pub fn new(received: usize) -> Self {
        Self {
            offset: 0,
            received: received as u64,
            entries: Vec::with_capacity(received.min(MOST_ROOM)),
        }
    }

    /// Adds an item; its id tells it from the others of the listing.
    pub fn push(&mut self, id: impl Into<Box<str>>, item: T) {
        self.entries.push(Entry {
            id: Some(id.into()),
            item: Some(Ok(item)),
        });
    }

    /// Leaves an item out of the listing, but not out of what shows that none is missing.
    ///
    /// ```
    /// use braincube_transport::Page;
    ///
    /// let received = [("1", "NUMERIC"), ("2", "DATETIME"), ("3", "NUMERIC")];
    /// let mut page: Page<&str> = Page::new(received.len());
    /// for (id, kind) in received {
    ///     match kind {
    ///         "NUMERIC" => page.push(id, kind),
    ///         _ => page.skip(id),
    ///     }
    /// }
    /// assert_eq!((page.received(), page.into_items().len()), (3, 2));
    /// ```
    pub fn skip(&mut self, id: impl Into<Box<str>>) {
        self.entries.push(Entry {
            id: Some(id.into()),
            item: None,
        });
    }

    /// Adds what stands for an item that could not be read, its id included.
    pub fn push_error(&mut self, error: E) {
        self.entries.push(Entry {
            id: None,
            item: Some(Err(error)),
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
        let items = self.entries.into_iter();
        items.filter_map(|entry| entry.item).collect()
    }

    pub(super) fn set_offset(&mut self, offset: u64) {
        self.offset = offset;
    }

    /// The id of the first item; nothing where it could not be read.
    pub(super) fn first_id(&self) -> Option<&str> {
        self.entries.first()?.id.as_deref()
    }

    /// The id of the last item that follows; nothing where it could not be read.
    pub(super) fn last_id(&self) -> Option<Box<str>> {
        self.entries.last()?.id.clone()
    }

    /// Drops the first item, where it is one that has come before. Whether it was, or `None` where nothing in the page has
    /// come before, so that items may be missing in front of it.
    ///
    /// `last` is the id of the last item of the page before. Where that stands further behind, others have been put in
    /// front of it, and nothing is missing. What could not be read has no id: it is held for the same only where that stood in
    /// its place. Where the caller has left items out, nothing can be said of the first, and it counts as one of them.
    pub(super) fn drop_overlap(
        &mut self,
        last: Option<&str>,
        seen: &HashSet<Box<str>>,
    ) -> Option<bool> {
        if self.received == 0 {
            return None;
        }
        let is_complete = self.entries.len() as u64 == self.received;
        let is_known = match self.entries.first().map(|first| first.id.as_deref()) {
            Some(Some(id)) => seen.contains(id),
            Some(None) => is_complete && last.is_none(),
            None => false,
        };
        if is_known {
            self.entries.remove(0);
        } else if last.is_some() && self.entries.iter().any(|entry| entry.id.as_deref() == last) {
            return Some(false);
        } else if is_complete {
            return None;
        }
        self.received -= 1;
        Some(true)
    }

    /// Drops the items whose ids have been seen, and remembers the others.
    pub(super) fn drop_seen(&mut self, seen: &mut HashSet<Box<str>>) -> Fresh {
        let before = self.entries.len();
        let mut is_any_new = false;
        // Nobody asks for an id after this.
        self.entries.retain_mut(|entry| match entry.id.take() {
            None => true,
            Some(id) => {
                let is_new = seen.insert(id);
                is_any_new |= is_new;
                is_new
            }
        });
        Fresh {
            repeated: (before - self.entries.len()) as u64,
            is_any_new,
        }
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
