//! [`Reading`]: one pass over a list. Decides what to request next, and whether the pass is complete.

use std::collections::HashSet;

use super::Page;
use crate::error::{Error, ErrorKind};

/// How many pages of equal length in a row show the server's page cap. After two, the list may end, and a window of pages
/// would be requested unnecessarily.
const EQUAL_PAGES: u32 = 3;

/// How often a list is read before an error is returned because no reading was complete.
pub(super) const READINGS: u32 = 3;

/// The options of a reading, the same for every reading of a list except for the page size.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Plan {
    pub(super) size: u64,
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) max_items: u64,
    pub(super) expected: u64,
}

/// A page to request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PageRequest {
    pub(super) offset: u64,
    pub(super) size: u64,
}

/// What to do after a page.
pub(super) enum Next {
    Request,
    /// End the list here if the next page, which has been requested already, is empty.
    Confirm,
    ReadAgain(Error),
    Fail(Error),
    End,
}

/// One pass over a list.
#[derive(Default)]
pub(super) struct Reading {
    pub(super) plan: Plan,
    /// The offset after the last item that this reading has read, counted in items.
    pub(super) position: u64,
    pub(super) pages: u64,
    /// The number of items read, without the overlaps of pages.
    positions: u64,
    seen: HashSet<Box<str>>,
    unparsed: u64,
    /// What earlier readings have yielded: the ids, and the number of items without one.
    earlier: (HashSet<Box<str>>, u64),
    /// The ids of the last positions, as many as the next page may repeat.
    tail: Vec<Option<Box<str>>>,
    /// How many of the last positions the next page must begin with.
    overlap: u64,
    /// Whether the latest page was shorter than requested.
    is_short: bool,
    full_page_seen: bool,
    /// Whether an earlier reading found nothing after its short first page, not even the overlap.
    ended_without_overlap: bool,
    /// The expected length of a page: as requested, until the server has shown a cap.
    length: u64,
    /// Whether more pages of that length are expected.
    is_steady: bool,
    /// The length of the latest page, and the number of pages in a row with this length.
    equal: (u64, u32),
}

impl Reading {
    pub(super) fn new(plan: Plan) -> Self {
        Self {
            position: plan.start,
            length: plan.size,
            plan,
            ..Self::default()
        }
    }

    /// Begins again with pages of `size` items, to yield the items that have not been yielded yet, or all if `yields_all`.
    pub(super) fn restart(&mut self, size: u64, yields_all: bool) {
        let plan = Plan { size, ..self.plan };
        let last = std::mem::replace(self, Self::new(plan));
        self.ended_without_overlap = last.ended_without_overlap;
        if !yields_all {
            let (mut ids, unparsed) = last.earlier;
            ids.extend(last.seen);
            self.earlier = (ids, unparsed.max(last.unparsed));
        }
    }

    /// Whether this is probably the last page.
    pub(super) fn is_short<T, E>(&self, page: &Page<T, E>) -> bool {
        page.len() < self.length
    }

    /// The page after all that have been accepted.
    pub(super) fn next(&self) -> PageRequest {
        self.request(self.position - self.overlap)
    }

    /// The page after one that has not arrived, if one is expected there.
    pub(super) fn after(&self, page: PageRequest) -> Option<PageRequest> {
        // Pages of one item do not overlap; each is requested when the one before is known.
        if self.length < 2 {
            return None;
        }
        let offset = page.offset.saturating_add(self.length - 1);
        let is_expected = self.is_steady || self.pages == 0 && offset < self.plan.expected;
        is_expected.then(|| self.request(offset))
    }

    fn request(&self, offset: u64) -> PageRequest {
        let left = self.plan.end.saturating_sub(offset).max(1);
        PageRequest {
            offset,
            size: self.plan.size.min(left),
        }
    }

    /// Accepts the page that [`next`](Self::next) requested. Leaves the items in it that are to be yielded.
    pub(super) fn accept<T, E>(&mut self, requested: PageRequest, page: &mut Page<T, E>) -> Next {
        let is_first = self.pages == 0;
        let known = self.position - requested.offset;
        if known == 0 && !is_first {
            // Without an overlap, no more than one item can be verified by the next request.
            page.entries.truncate(1);
        }
        let sent = page.len();
        if let Some(end) = self.end_after_first_page(requested, page) {
            page.entries.clear();
            return end;
        }
        let is_continued = self.drop_overlap(known, page);
        let fresh = page.len();
        self.pages += 1;
        self.positions = self.positions.saturating_add(fresh);
        if self.positions > self.plan.max_items {
            return Next::Fail(endless(self.plan.max_items));
        }
        self.remember_tail(is_first, known, sent, page);
        let is_distinct = self.drop_repeated(page);
        if !is_continued || !is_distinct {
            return Next::ReadAgain(self.incomplete((!is_continued).then_some(requested.offset)));
        }
        self.position = self.position.saturating_add(fresh);
        self.is_short = sent < requested.size;
        self.full_page_seen |= !self.is_short;
        self.update_length(sent);
        let is_verified = known > 0 || is_first;
        let is_end = fresh == 0 && (known == 1 || is_first) || self.position >= self.plan.end;
        match is_verified {
            true if is_end => Next::End,
            true if self.is_short && self.full_page_seen => Next::Confirm,
            _ => Next::Request,
        }
    }

    /// What to do if the request for the last item of a short first page returned nothing: read again, and end the list if the
    /// result is the same. Some servers send all items for offset 0 and none for any other offset; on others it is temporary.
    fn end_without_overlap(&mut self, offset: u64) -> Next {
        if !std::mem::replace(&mut self.ended_without_overlap, true) {
            return Next::ReadAgain(self.incomplete(Some(offset)));
        }
        tracing::warn!(
            items = self.positions,
            "the server sends nothing from offset {offset} on, where it sent an item before; the first page is taken for \
             the whole list"
        );
        Next::End
    }

    /// The end of the list if this is the second page and shows that the first one contained the whole list.
    ///
    /// Then no item can have moved between pages, and the order of the list does not matter: it is enough that there is
    /// nothing after the last position. Besides the usual page of one item, two other forms show it: an empty page after a
    /// short one, and the same items again from a server that sends more items than requested, because it ignores offset and
    /// size.
    fn end_after_first_page<T, E>(
        &mut self,
        requested: PageRequest,
        page: &Page<T, E>,
    ) -> Option<Next> {
        let (sent, known) = (page.len(), self.position - requested.offset);
        let is_known = |id: Option<&str>| id.is_none_or(|id| self.seen.contains(id));
        if self.pages != 1 || !page.ids().all(is_known) {
            return None;
        }
        if sent == 0 && known > 0 && self.is_short {
            return Some(self.end_without_overlap(requested.offset));
        }
        if sent == self.positions && sent > requested.size {
            tracing::warn!("the server sends the whole list for every page");
            return Some(Next::End);
        }
        let is_end = if sent == 0 {
            self.is_short
        } else {
            sent == known
        };
        is_end.then_some(Next::End)
    }

    /// Removes the last `known` positions from the beginning of the page. Returns whether they were there. A page of one item
    /// may contain only the first of them.
    fn drop_overlap<T, E>(&self, known: u64, page: &mut Page<T, E>) -> bool {
        let known = usize::try_from(known).unwrap_or(usize::MAX);
        let overlap = known.min(page.entries.len());
        let expected = self.tail.iter().rev().take(known).rev().take(overlap);
        let is_continued = (overlap > 0 || known == 0)
            && page.ids().take(overlap).eq(expected.map(Option::as_deref));
        if is_continued {
            page.entries.drain(..overlap);
        }
        is_continued
    }

    /// Chooses how many positions the next page repeats, and keeps their ids.
    ///
    /// Usually one. If the page ends with items whose ids could not be parsed, it is so many more that the overlap begins with
    /// an id. A page of one item cannot overlap: it is requested at the next position, and then the position before it once
    /// more. If the same item is still there, nothing was lost in between.
    fn remember_tail<T, E>(&mut self, is_first: bool, known: u64, sent: u64, page: &Page<T, E>) {
        self.overlap = match (known, sent) {
            (0, 1) if is_first => 0,
            (0, 1) => 2,
            (2.., 1) => 0,
            _ => {
                let trailing = page.ids().rev().position(|id| id.is_some());
                let overlap = trailing.unwrap_or_default() as u64 + 1;
                if overlap < sent { overlap } else { 1 }
            }
        };
        let keep = usize::try_from(self.overlap.max(2)).unwrap_or(usize::MAX);
        let skipped = page.entries.len().saturating_sub(keep);
        let ids = page.ids().skip(skipped).map(|id| id.map(Into::into));
        self.tail.extend(ids);
        let outdated = self.tail.len().saturating_sub(keep);
        self.tail.drain(..outdated);
    }

    /// Moves the ids of the page into the set of ids, and drops items that have been yielded. Returns whether all of them are
    /// new in this reading.
    fn drop_repeated<T, E>(&mut self, page: &mut Page<T, E>) -> bool {
        let mut is_distinct = true;
        page.entries.retain_mut(|entry| match entry.id.take() {
            None => {
                self.unparsed += 1;
                self.unparsed > self.earlier.1
            }
            Some(id) => {
                let was_yielded = self.earlier.0.contains(&id);
                let is_new = self.seen.insert(id);
                is_distinct &= is_new;
                is_new && !was_yielded
            }
        });
        is_distinct
    }

    /// Updates the expected length of the pages.
    fn update_length(&mut self, sent: u64) {
        let (length, pages) = self.equal;
        self.equal = (sent, if sent == length { pages + 1 } else { 1 });
        if sent == self.plan.size {
            self.length = self.plan.size;
        } else if self.equal.1 >= EQUAL_PAGES {
            self.length = sent;
        }
        self.is_steady = sent == self.length;
    }

    fn incomplete(&self, mismatch: Option<u64>) -> Error {
        let distinct = self.seen.len() as u64 + self.unparsed;
        let cause = mismatch.map_or_else(String::new, |offset| {
            format!(", and the page at offset {offset} did not begin with the last item of the page before")
        });
        let message = format!(
            "the list is incomplete: the last of {READINGS} readings got {distinct} different items for {} positions{cause}; \
             the list is being edited, or the server does not page it reliably: try again later, or with a page size \
             that holds the whole list",
            self.positions
        );
        Error::new(ErrorKind::Integrity, message)
    }
}

fn endless(max_items: u64) -> Error {
    let message = format!("the list does not end: the server sent more than {max_items} items");
    Error::new(ErrorKind::Pagination, message)
}
