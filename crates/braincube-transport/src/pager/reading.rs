//! [`Reading`]: one pass over a list. Decides what to request next, and whether the pass is complete.

use std::collections::HashSet;

use super::Page;
use crate::error::{Error, ErrorKind};

/// So many pages of one length in a row are taken for the server's page cap. Two are not enough: the list may end
/// behind them, and a window of pages would be requested in vain.
const EQUAL_PAGES: u32 = 3;

/// How often a list is read before it is an error that no reading was complete.
pub(super) const READINGS: u32 = 3;

/// What a reading is asked to do; the same for every reading of a list, except for the page size.
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
pub(super) struct Ask {
    pub(super) offset: u64,
    pub(super) size: u64,
}

/// What follows a page.
pub(super) enum Next {
    Request,
    /// The list ends here if the page that was requested behind this one is empty.
    Confirm,
    ReadAgain(Error),
    Fail(Error),
    End,
}

/// One pass over a list.
#[derive(Default)]
pub(super) struct Reading {
    pub(super) plan: Plan,
    /// The offset behind everything that this reading has read, counted in items.
    pub(super) position: u64,
    pub(super) pages: u64,
    /// How many items came, without the overlap of pages.
    positions: u64,
    seen: HashSet<Box<str>>,
    unreadable: u64,
    /// What earlier readings handed out: the ids, and how many items without one.
    earlier: (HashSet<Box<str>>, u64),
    /// The ids of the last positions, as many as the next page may repeat.
    tail: Vec<Option<Box<str>>>,
    /// How many of the last positions the next page must begin with.
    overlap: u64,
    /// Whether the latest page was shorter than requested.
    is_short: bool,
    full_page_seen: bool,
    /// Whether an earlier reading found nothing behind its short first page, not even the overlap.
    ended_without_overlap: bool,
    /// How long a page is expected to be: as long as requested, until the server has shown a cap.
    length: u64,
    /// Whether more pages of that length are expected.
    is_steady: bool,
    /// The length of the latest page, and how many pages in a row had it.
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

    /// Begins again at the start with pages of `size` items, to hand out what has not been handed out yet, or
    /// everything.
    pub(super) fn restart(&mut self, size: u64, repeats: bool) {
        let plan = Plan { size, ..self.plan };
        let last = std::mem::replace(self, Self::new(plan));
        self.ended_without_overlap = last.ended_without_overlap;
        if !repeats {
            let (mut ids, unreadable) = last.earlier;
            ids.extend(last.seen);
            self.earlier = (ids, unreadable.max(last.unreadable));
        }
    }

    /// Whether this is the last page, as far as the others show.
    pub(super) fn is_short<T, E>(&self, page: &Page<T, E>) -> bool {
        page.len() < self.length
    }

    /// The page behind all that have been accepted.
    pub(super) fn next(&self) -> Ask {
        self.ask(self.position - self.overlap)
    }

    /// The page behind one that has not arrived, if one is expected there.
    pub(super) fn behind(&self, page: Ask) -> Option<Ask> {
        // Pages of one item do not overlap; each is requested once the one before is known.
        if self.length < 2 {
            return None;
        }
        let offset = page.offset.saturating_add(self.length - 1);
        let is_expected = self.is_steady || self.pages == 0 && offset < self.plan.expected;
        is_expected.then(|| self.ask(offset))
    }

    fn ask(&self, offset: u64) -> Ask {
        let left = self.plan.end.saturating_sub(offset).max(1);
        Ask {
            offset,
            size: self.plan.size.min(left),
        }
    }

    /// Takes the page that [`next`](Self::next) asked for. Leaves the items in it that are to be handed out.
    pub(super) fn accept<T, E>(&mut self, asked: Ask, page: &mut Page<T, E>) -> Next {
        let is_first = self.pages == 0;
        let known = self.position - asked.offset;
        if known == 0 && !is_first {
            // Without an overlap, no more than one item can be verified by the next request.
            page.entries.truncate(1);
        }
        let sent = page.len();
        if let Some(end) = self.end_after_first_page(asked, page) {
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
            return Next::ReadAgain(self.incomplete((!is_continued).then_some(asked.offset)));
        }
        self.position = self.position.saturating_add(fresh);
        self.is_short = sent < asked.size;
        self.full_page_seen |= !self.is_short;
        self.learn_length(sent);
        let is_verified = known > 0 || is_first;
        let is_end = fresh == 0 && (known == 1 || is_first) || self.position >= self.plan.end;
        match is_verified {
            true if is_end => Next::End,
            true if self.is_short && self.full_page_seen => Next::Confirm,
            _ => Next::Request,
        }
    }

    /// What follows if the request for the last item of a short first page found nothing: another reading, and the end if
    /// that one is the same. Some servers send all items for offset 0 and none for any other; on others it passes.
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

    /// What follows if this is the second page and shows that the first one contained the whole list.
    ///
    /// Then no item can have moved between pages, and the order of the list does not matter: it is enough that there is
    /// nothing behind the last position. Besides the usual page of one item, two other forms show it: an empty page behind a
    /// short one, and the same items again from a server that sends more items than requested, because it ignores offset and
    /// size.
    fn end_after_first_page<T, E>(&mut self, asked: Ask, page: &Page<T, E>) -> Option<Next> {
        let (sent, known) = (page.len(), self.position - asked.offset);
        let is_known = |id: Option<&str>| id.is_none_or(|id| self.seen.contains(id));
        if self.pages != 1 || !page.ids().all(is_known) {
            return None;
        }
        if sent == 0 && known > 0 && self.is_short {
            return Some(self.end_without_overlap(asked.offset));
        }
        if sent == self.positions && sent > asked.size {
            tracing::warn!("the server sends the whole list whatever page is requested");
            return Some(Next::End);
        }
        let is_end = if sent == 0 {
            self.is_short
        } else {
            sent == known
        };
        is_end.then_some(Next::End)
    }

    /// Whether the page begins with the last `known` positions; if so, they are removed from it. A page of one item
    /// may show the first of them alone.
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
    /// One, as a rule. If the page ends in items whose ids could not be read, it is so many more that the overlap
    /// begins with an id. A page of one item has no room for an overlap: it is requested at the next position, and
    /// then the position before it once more. If the same item is still there, nothing was lost in between.
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

    /// Moves the ids of the page into the set of ids, and drops items that have been handed out. Returns whether none
    /// of them had come before in this reading.
    fn drop_repeated<T, E>(&mut self, page: &mut Page<T, E>) -> bool {
        let mut is_distinct = true;
        page.entries.retain_mut(|entry| match entry.id.take() {
            None => {
                self.unreadable += 1;
                self.unreadable > self.earlier.1
            }
            Some(id) => {
                let was_handed_out = self.earlier.0.contains(&id);
                let is_new = self.seen.insert(id);
                is_distinct &= is_new;
                is_new && !was_handed_out
            }
        });
        is_distinct
    }

    /// Learns from one more page how long those to come will be.
    fn learn_length(&mut self, sent: u64) {
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
        let distinct = self.seen.len() as u64 + self.unreadable;
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
