//! [`Pages`]: a listing as a stream of pages, a few of them on their way at once.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::num::NonZeroU32;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::listing::{Accepted, Ask, Listing};
use super::page::Page;
use crate::error::Error;

/// A page on its way.
pub type PageFuture<T, E> = Pin<Box<dyn Future<Output = Result<Page<T, E>, E>> + Send>>;

/// What became of a page.
type Fetched<T, E> = Result<Page<T, E>, E>;

type Fetch<T, E> = Box<dyn Fn(u64) -> PageFuture<T, E> + Send + Sync>;

/// How many pages are asked for at once, once it is known how long they are.
const WINDOW: usize = 8;

/// The pages of a listing, from [`Pager::into_pages`](super::Pager::into_pages).
///
/// Ends as [`Pager`](super::Pager) says.
#[must_use = "streams do nothing unless polled"]
pub struct Pages<T, E = Error> {
    fetch: Fetch<T, E>,
    window: usize,
    /// In the order of their offsets.
    asked: VecDeque<Asked<T, E>>,
    listing: Listing,
    done: bool,
}

/// A page that has been asked for.
struct Asked<T, E> {
    ask: Ask,
    page: Arriving<T, E>,
}

enum Arriving<T, E> {
    OnItsWay(PageFuture<T, E>),
    Here(Fetched<T, E>),
}

impl<T, E> Arriving<T, E> {
    /// Lets the page come nearer; whether it is here.
    fn advance(&mut self, cx: &mut Context<'_>) -> bool {
        if let Self::OnItsWay(page) = self
            && let Poll::Ready(page) = page.as_mut().poll(cx)
        {
            *self = Self::Here(page);
        }
        matches!(self, Self::Here(_))
    }
}

impl<T, E> Pages<T, E>
where
    E: From<Error>,
{
    pub(super) fn new(size: NonZeroU32, fetch: Fetch<T, E>) -> Self {
        Self {
            fetch,
            window: WINDOW,
            asked: VecDeque::new(),
            listing: Listing::new(u64::from(size.get())),
            done: false,
        }
    }

    pub(super) fn listing_mut(&mut self) -> &mut Listing {
        &mut self.listing
    }

    pub(super) fn set_window(&mut self, pages: usize) {
        self.window = pages;
    }

    /// The offset of the next page; after an error, of the page that failed.
    pub fn next_offset(&self) -> u64 {
        self.listing.position()
    }

    /// How many items have been dropped so far because an earlier page had held them already.
    pub fn duplicates(&self) -> u64 {
        self.listing.duplicates()
    }

    /// The next page; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<Page<T, E>, E>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// Asks for as many pages as may be on their way, unless one of those that are here is an end.
    fn ask(&mut self, cx: &mut Context<'_>) {
        if self.is_end_in_sight() {
            return;
        }
        while self.asked.len() < self.window {
            let next = match self.asked.back() {
                None => Some(self.listing.next()),
                Some(last) => self.listing.behind(last.ask),
            };
            let Some(ask) = next else { return };
            let mut page = Arriving::OnItsWay((self.fetch)(ask.offset));
            // A request goes out when it is polled.
            page.advance(cx);
            self.asked.push_back(Asked { ask, page });
        }
    }

    fn is_end_in_sight(&self) -> bool {
        self.asked.iter().any(|asked| match &asked.page {
            Arriving::OnItsWay(_) => false,
            Arriving::Here(Ok(page)) => self.listing.is_short(page),
            Arriving::Here(Err(_)) => true,
        })
    }

    /// Lets the first page come nearer, and where it is not here yet, the others.
    ///
    /// To read a page takes time in which no request goes out. Those that have come together are therefore not read
    /// together: each that is handed out makes room for another, and that one is asked for before the next is read.
    fn advance(&mut self, cx: &mut Context<'_>) {
        let mut asked = self.asked.iter_mut();
        let first_is_here = asked.next().is_none_or(|first| first.page.advance(cx));
        if !first_is_here {
            for asked in asked {
                asked.page.advance(cx);
            }
        }
    }

    /// Calls back what was asked for in the belief that pages would be longer than they are.
    fn realign(&mut self) {
        let next = self.listing.next();
        if self.asked.front().is_some_and(|asked| asked.ask != next) {
            self.asked.clear();
        }
    }

    /// Takes the first page, if it is here.
    fn take(&mut self) -> Option<(Ask, Fetched<T, E>)> {
        match self.asked.pop_front()? {
            Asked {
                ask,
                page: Arriving::Here(page),
            } => Some((ask, page)),
            waiting => {
                self.asked.push_front(waiting);
                None
            }
        }
    }

    /// Nothing more comes, and what is on its way is called back.
    fn finish(&mut self) {
        self.done = true;
        self.asked.clear();
    }
}

// The futures that it polls are boxed.
impl<T, E> Unpin for Pages<T, E> {}

impl<T, E> Stream for Pages<T, E>
where
    E: From<Error>,
{
    type Item = Result<Page<T, E>, E>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let pages = &mut *self;
        if pages.done {
            return Poll::Ready(None);
        }
        loop {
            pages.ask(cx);
            pages.advance(cx);
            let Some((ask, page)) = pages.take() else {
                return Poll::Pending;
            };
            let accepted = page.and_then(|page| Ok(pages.listing.accept(ask, page)?));
            if matches!(accepted, Ok(Accepted::More(_) | Accepted::Nothing)) {
                pages.realign();
            } else {
                pages.finish();
            }
            return Poll::Ready(match accepted {
                Ok(Accepted::Nothing) => continue,
                Err(error) => Some(Err(error)),
                Ok(Accepted::End) => None,
                Ok(Accepted::Last(page) | Accepted::More(page)) => Some(Ok(page)),
            });
        }
    }
}

impl<T, E> fmt::Debug for Pages<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Pages")
            .field("size", &self.listing.size())
            .field("next_offset", &self.listing.position())
            .field("on_their_way", &self.asked.len())
            .finish_non_exhaustive()
    }
}
