//! [`Pages`]: a listing as a stream of pages; knows where the next one begins and when it is over.

use std::collections::HashSet;
use std::fmt;
use std::future::poll_fn;
use std::num::NonZeroU32;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::page::Page;
use crate::error::{Error, ErrorKind};

/// A page on its way.
pub type PageFuture<T, E> = Pin<Box<dyn Future<Output = Result<Page<T, E>, E>> + Send>>;

type Fetch<T, E> = Box<dyn Fn(u64) -> PageFuture<T, E> + Send + Sync>;

/// Far more than any listing that a person would read.
const MOST_ITEMS: u64 = 1_000_000;

/// The pages of a listing, from [`Pager::into_pages`](super::Pager::into_pages).
///
/// Ends as [`Pager`](super::Pager) says.
#[must_use = "streams do nothing unless polled"]
pub struct Pages<T, E = Error> {
    fetch: Fetch<T, E>,
    state: State<T, E>,
    progress: Progress,
}

enum State<T, E> {
    Idle,
    Fetching(PageFuture<T, E>),
    Done,
}

/// What is known of a listing from the pages that have come.
struct Progress {
    size: u64,
    offset: u64,
    most: u64,
    received: u64,
    duplicates: u64,
    full_page_seen: bool,
    ids: HashSet<Box<str>>,
    fingerprints: HashSet<u64>,
}

impl<T, E> Pages<T, E>
where
    E: From<Error>,
{
    pub(super) fn new(size: NonZeroU32, fetch: Fetch<T, E>) -> Self {
        Self {
            fetch,
            state: State::Idle,
            progress: Progress {
                size: u64::from(size.get()),
                offset: 0,
                most: MOST_ITEMS,
                received: 0,
                duplicates: 0,
                full_page_seen: false,
                ids: HashSet::new(),
                fingerprints: HashSet::new(),
            },
        }
    }

    pub(super) fn start_at(&mut self, offset: u64) {
        self.progress.offset = offset;
    }

    pub(super) fn limit_to(&mut self, items: u64) {
        self.progress.most = items;
    }

    /// The offset of the next page; after an error, of the page that failed.
    pub fn next_offset(&self) -> u64 {
        self.progress.offset
    }

    /// How many items have been dropped so far because an earlier page had held them already.
    pub fn duplicates(&self) -> u64 {
        self.progress.duplicates
    }

    /// The next page; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<Page<T, E>, E>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

// The one future that it polls is boxed.
impl<T, E> Unpin for Pages<T, E> {}

impl<T, E> Stream for Pages<T, E>
where
    E: From<Error>,
{
    type Item = Result<Page<T, E>, E>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let fetched = match &mut self.state {
                State::Done => return Poll::Ready(None),
                State::Idle => {
                    let page = (self.fetch)(self.progress.offset);
                    self.state = State::Fetching(page);
                    continue;
                }
                State::Fetching(page) => ready!(page.as_mut().poll(cx)),
            };
            self.state = State::Done;
            let page = fetched.and_then(|page| Ok(self.progress.accept(page)?));
            return Poll::Ready(match page {
                Err(error) => Some(Err(error)),
                Ok(Accepted::End) => None,
                Ok(Accepted::Last(page)) => Some(Ok(page)),
                Ok(Accepted::More(page)) => {
                    self.state = State::Idle;
                    Some(Ok(page))
                }
            });
        }
    }
}

/// A page, and whether another one follows it.
enum Accepted<T, E> {
    End,
    Last(Page<T, E>),
    More(Page<T, E>),
}

impl Progress {
    fn accept<T, E>(&mut self, mut page: Page<T, E>) -> Result<Accepted<T, E>, Error> {
        let received = page.received();
        if received == 0 {
            return Ok(Accepted::End);
        }
        if let Some(fingerprint) = page.fingerprint()
            && !self.fingerprints.insert(fingerprint)
        {
            let message = format!(
                "the page at offset {} is one that has come before: \
                 the server does not go on from an offset",
                self.offset,
            );
            return Err(Error::new(ErrorKind::Pagination, message));
        }
        self.received = self.received.saturating_add(received);
        if self.received > self.most {
            let message = format!(
                "the listing does not end: over {} items have come",
                self.most
            );
            return Err(Error::new(ErrorKind::Pagination, message));
        }
        page.set_offset(self.offset);
        self.duplicates += page.drop_seen(&mut self.ids);
        // What came counts, not what was asked for: the server may have a limit of its own.
        self.offset = self.offset.saturating_add(received);
        let short = received < self.size;
        let ends = short && self.full_page_seen;
        self.full_page_seen |= !short;
        Ok(if ends {
            Accepted::Last(page)
        } else {
            Accepted::More(page)
        })
    }
}

impl<T, E> fmt::Debug for Pages<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Pages")
            .field("size", &self.progress.size)
            .field("next_offset", &self.progress.offset)
            .finish_non_exhaustive()
    }
}
