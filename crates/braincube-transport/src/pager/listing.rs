//! [`Listing`]: what is known of a listing from the pages that have come, and what to ask next.

use std::collections::HashSet;

use super::page::{Fresh, Page};
use crate::error::{Error, ErrorKind};

/// Far more than any listing that a person would read.
const MOST_ITEMS: u64 = 1_000_000;

/// So many pages of one length in a row show that the server hands out so many at once, whatever it is asked for. Two do not: the list may end
/// behind them, and to ask for more would be in vain.
const ALIKE: u32 = 3;

/// A listing, as far as it is known.
pub(super) struct Listing {
    size: u64,
    most: u64,
    /// How many items are believed to be there before any has come.
    expected: u64,
    /// How many items a page holds that is not the last one: as many as asked for, until the server has shown a limit
    /// of its own.
    length: u64,
    /// Whether more pages of that length are to be expected.
    steady: bool,
    /// How many items the latest page held, and how many pages in a row have held as many.
    alike: (u64, u32),
    position: u64,
    received: u64,
    duplicates: u64,
    /// Whether the next page can begin with the last item of the one before.
    overlaps: bool,
    /// Whether the last page was short, so that nothing more is to be expected.
    end_is_near: bool,
    full_page_seen: bool,
    ids: HashSet<Box<str>>,
    /// The id of the latest page's last item; nothing where it could not be read.
    last: Option<Box<str>>,
    check: Option<Check>,
    /// Whether the latest page has brought nothing but repetitions.
    barren: bool,
    /// The only page so far, if it held more than was asked for: all there is, perhaps.
    whole: Option<Whole>,
}

/// What a page that may be the whole list is known by.
struct Whole {
    sent: u64,
    /// The id of its first item.
    first: Box<str>,
}

/// A page of one item overlaps with nothing. What it followed on is asked for once more, behind it: if that still stands
/// where it stood, nothing has been lost in between.
struct Check {
    offset: u64,
    /// The id of what should stand there.
    before: Option<Box<str>>,
    /// Whether the listing has come to its end.
    is_end: bool,
}

/// The next page to ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ask {
    pub(super) offset: u64,
    /// Whether its first item must be one that has come before.
    pub(super) overlap: bool,
}

/// A page, and whether another one follows it.
pub(super) enum Accepted<T, E> {
    End,
    /// Nothing to hand out, and not the end.
    Nothing,
    Last(Page<T, E>),
    More(Page<T, E>),
}

impl Listing {
    pub(super) fn new(size: u64) -> Self {
        Self {
            size,
            most: MOST_ITEMS,
            expected: 0,
            length: size,
            steady: false,
            alike: (0, 0),
            position: 0,
            received: 0,
            duplicates: 0,
            overlaps: false,
            end_is_near: false,
            full_page_seen: false,
            ids: HashSet::new(),
            last: None,
            check: None,
            barren: false,
            whole: None,
        }
    }

    pub(super) fn start_at(&mut self, offset: u64) {
        self.position = offset;
    }

    pub(super) fn limit_to(&mut self, items: u64) {
        self.most = items;
    }

    pub(super) fn expect(&mut self, items: u64) {
        self.expected = items;
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Where what has not come yet begins, counted in items.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    pub(super) fn duplicates(&self) -> u64 {
        self.duplicates
    }

    /// The page behind all that have been accepted.
    pub(super) fn next(&self) -> Ask {
        if let Some(check) = &self.check {
            return Ask {
                offset: check.offset,
                overlap: true,
            };
        }
        Ask {
            offset: self.position - u64::from(self.overlaps),
            overlap: self.overlaps,
        }
    }

    /// The page behind one that is not here yet, if there is to be one.
    pub(super) fn behind(&self, page: Ask) -> Option<Ask> {
        // Pages of one item prove nothing that are not asked for one after the other.
        if self.length < 2 {
            return None;
        }
        let offset = page.offset.saturating_add(self.length - 1);
        let expected = self.steady || self.received == 0 && offset < self.expected;
        expected.then_some(Ask {
            offset,
            overlap: true,
        })
    }

    /// Whether this is the last page, as far as the others tell.
    pub(super) fn is_short<T, E>(&self, page: &Page<T, E>) -> bool {
        page.received() < self.length
    }

    pub(super) fn accept<T, E>(
        &mut self,
        asked: Ask,
        mut page: Page<T, E>,
    ) -> Result<Accepted<T, E>, Error> {
        if let Some(check) = self.check.take() {
            return self.checked(&check, &mut page);
        }
        let short = page.received() < self.size;
        let sent = page.received();
        let is_first = self.received == 0;
        let is_proved = asked.overlap || is_first;
        // Behind a short page the end is expected; not every server repeats an item to say so. Behind the first one, that is:
        // of one item each, they have shown nothing but a limit of the server's own.
        if sent == 0 && self.end_is_near && (is_proved || self.received == 1) {
            return Ok(Accepted::End);
        }
        // Only the first page and the one behind it may be the whole list.
        let may_matter = is_first || self.whole.is_some();
        let first = page.first_id().filter(|_| may_matter);
        let first: Option<Box<str>> = first.map(Into::into);
        let is_overlap_gone = match asked.overlap {
            false => false,
            true => page
                .drop_overlap(self.last.as_deref(), &self.ids)
                .ok_or_else(|| shifted(asked.offset))?,
        };
        if page.received() == 0 && is_proved {
            return Ok(Accepted::End);
        }
        self.received = self.received.saturating_add(page.received());
        if self.received > self.most {
            return Err(endless(self.most));
        }
        let before = std::mem::replace(&mut self.last, page.last_id());
        page.set_offset(asked.offset + u64::from(is_overlap_gone));
        let Fresh {
            repeated,
            is_any_new,
        } = page.drop_seen(&mut self.ids);
        self.duplicates += repeated;
        let is_whole = |whole: Whole| whole.sent == sent && first.as_ref() == Some(&whole.first);
        if self.whole.take().is_some_and(is_whole) && !is_any_new {
            self.duplicates += u64::from(is_overlap_gone);
            tracing::warn!(
                items = sent,
                "the server sends the whole list whatever page of it is asked for"
            );
            return Ok(Accepted::End);
        }
        let may_be_whole = is_first && sent > self.size;
        self.whole = first
            .filter(|_| may_be_whole)
            .map(|first| Whole { sent, first });
        // One such page is what a growing listing ends with.
        let barren = repeated > 0 && page.is_empty();
        if barren && self.barren {
            return Err(no_progress(asked.offset));
        }
        self.barren = barren;
        // What has come before proves itself.
        if !is_proved && !barren {
            self.check = Some(Check {
                offset: asked.offset - 1,
                before,
                is_end: sent == 0,
            });
        }
        if sent == 0 {
            return Ok(Accepted::Nothing);
        }
        // What came counts, not what was asked for: the server may have a limit of its own.
        self.position = asked.offset.saturating_add(sent);
        // A single item is no overlap: the page would never get past it.
        self.overlaps = sent > 1;
        self.end_is_near = short;
        let ends = short && self.full_page_seen && self.check.is_none();
        self.full_page_seen |= !short;
        self.learn_length(sent);
        Ok(if ends {
            Accepted::Last(page)
        } else {
            Accepted::More(page)
        })
    }

    /// Whether what should stand in front of the latest item still does.
    fn checked<T, E>(&self, check: &Check, page: &mut Page<T, E>) -> Result<Accepted<T, E>, Error> {
        // The latest item would have moved up, into a place that something else was lost from.
        let moved_up = self.last.is_some() && page.first_id() == self.last.as_deref();
        let proof = page.drop_overlap(check.before.as_deref(), &self.ids);
        match proof.filter(|_| !moved_up) {
            None => Err(shifted(check.offset)),
            Some(_) if check.is_end => Ok(Accepted::End),
            Some(_) => Ok(Accepted::Nothing),
        }
    }

    /// Learns from one more page how long those to come will be.
    fn learn_length(&mut self, sent: u64) {
        let (length, pages) = self.alike;
        self.alike = (sent, if sent == length { pages + 1 } else { 1 });
        if sent == self.size {
            self.length = self.size;
        } else if self.alike.1 >= ALIKE {
            self.length = sent;
        }
        self.steady = sent == self.length;
    }
}

fn shifted(offset: u64) -> Error {
    let message = format!(
        "the listing has changed while it was read: what stands at offset {offset} is not what \
         stood there before, and items may be missing; list again"
    );
    Error::new(ErrorKind::Pagination, message)
}

fn no_progress(offset: u64) -> Error {
    let message = format!(
        "the page at offset {offset} and the one before have brought nothing new: \
         the server does not go on from an offset"
    );
    Error::new(ErrorKind::Pagination, message)
}

fn endless(most: u64) -> Error {
    let message = format!("the listing does not end: over {most} items have come");
    Error::new(ErrorKind::Pagination, message)
}
