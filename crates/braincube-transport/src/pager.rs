//! [`Pager`]: the items of a paged list as one stream that is complete or ends with an error.

mod reading;

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::num::{NonZeroU32, NonZeroUsize};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::vec::IntoIter;

use futures_core::Stream;

use self::reading::{Ask, Next, Plan, READINGS, Reading};
use crate::error::Error;

/// A page that has been requested.
pub type PageFuture<T, E = Error> = Pin<Box<dyn Future<Output = Result<Page<T, E>, E>> + Send>>;

type Fetched<T, E> = Result<Page<T, E>, E>;

type Fetch<T, E> = Box<dyn Fn(u64, NonZeroU32) -> PageFuture<T, E> + Send + Sync>;

/// The items of one response of a list, in the order of the server.
///
/// Every item that the server sent must be in it, because the pager counts positions: an item that the caller does not
/// want is filtered out of the stream, not out of the page.
#[derive(Debug)]
pub struct Page<T, E = Error> {
    entries: Vec<Entry<T, E>>,
}

#[derive(Debug)]
struct Entry<T, E> {
    /// `None` if the item could not be read, and after the id has been moved into the set of ids.
    id: Option<Box<str>>,
    item: Result<T, E>,
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

    fn len(&self) -> u64 {
        self.entries.len() as u64
    }

    /// The ids in the order of the server.
    fn ids(&self) -> impl DoubleEndedIterator<Item = Option<&str>> {
        self.entries.iter().map(|entry| entry.id.as_deref())
    }
}

/// The default for [`Pager::max_items`]: far more than any list that a person would read.
const MAX_ITEMS: u64 = 1_000_000;

/// The default for [`Pager::window`].
const WINDOW: usize = 8;

/// By how much the pages of each further reading are larger.
const GROWTH: u64 = 8;

/// The items of a paged list, in the order of the server, each once.
///
/// # Completeness
///
/// A reading of the list is complete if as many distinct items came as positions were read, and every page continues
/// where the one before ended: it begins with exactly the last item of that page. Otherwise the list is read again, with
/// ever [larger pages](Self::largest_page) if the server takes them; after three incomplete readings it is an error of
/// kind [`Integrity`](crate::ErrorKind::Integrity). The stream yields items as they come, further readings only those
/// that it has not yielded yet, and it ends without an error only after a complete reading.
///
/// So no item is missing that was in the list all the time, if between the requests for two adjacent pages the list
/// changed at most once (one entry was moved, added or removed), or if entries were only reordered while it was read, or
/// only added and removed, however often. What no single reading can detect is a reordering together with additions or
/// removals that cancels out: an entry that has been read is removed, and another one moves from the unread part into its
/// place. Requests that are sent at the same time may be answered in any order, so changes within one window of pages count
/// as changes between the same two requests; a [window](Self::window) of 1 narrows that.
///
/// If the first page holds the whole list, nothing can move between pages, and only the end is verified: the second page
/// brings nothing behind the last position, or is empty behind a page shorter than requested. (If the server had capped that
/// page, two removals before the second one could hide an item.)
///
/// A server that sends one item per page leaves no room for an overlap. There, the item before each page is requested once
/// more behind it, which takes twice as many requests and detects one change, but not a change that is undone within the
/// next two requests. A single item with an empty page behind it is taken for the whole list.
///
/// An item whose id cannot be read counts as one more distinct item. Where pages meet, it is only taken for an item whose
/// id could not be read either.
///
/// # Requests
///
/// The first page is requested alone, unless [more is expected](Self::expecting). After a full page, or three pages of
/// equal length, which show the server's page cap, up to eight pages are requested at the same time. The list ends at a
/// page that brings nothing new. It also ends at a page shorter than requested if an earlier one was full and the page
/// behind it, requested at the same time, is empty; a server that lowers its page cap within the last full page of a list
/// is therefore not detected, because that would cost a request for every list. If the second request finds nothing at all, not even the last item
/// of a short first page, the list is read again; if the result is the same, the first page is the list, with a warning.
///
/// A server that ignores `offset` and sends more items than requested is read once, with a warning: its response is the
/// whole list if the second one is the same.
///
/// # Errors
///
/// An error of a page ends the stream; [`next_offset`](Self::next_offset) is the offset to
/// [resume](Self::starting_at) from. An error of an item, from [`Page::push_error`], takes the place of the item and does
/// not end the stream. `E` is the caller's error, converted from this crate's where the list itself is at fault.
///
/// ```
/// use std::num::NonZeroU32;
///
/// use braincube_transport::{Error, Page, Pager};
///
/// // A server that holds five items and sends two at most.
/// let size = NonZeroU32::new(150).expect("150 is not 0");
/// let mut pager: Pager<u64> = Pager::new(size, |offset, _size| {
///     Box::pin(async move {
///         let mut page = Page::with_capacity(2);
///         for item in (offset..5).take(2) {
///             page.push(item.to_string(), item);
///         }
///         Ok(page)
///     })
/// });
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// assert_eq!(pager.next().await.transpose()?, Some(0));
/// assert_eq!(pager.into_vec().await?, [1, 2, 3, 4]);
/// # Ok::<(), Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "streams do nothing unless polled"]
pub struct Pager<T, E = Error> {
    fetch: Fetch<T, E>,
    window: usize,
    largest: u64,
    /// In the order of their offsets.
    asked: VecDeque<Asked<T, E>>,
    reading: Reading,
    /// How many readings have been begun.
    readings: u32,
    /// Whether each reading yields all of its items.
    repeats: bool,
    /// What is left of the page that is being yielded, and its offset.
    page: IntoIter<Entry<T, E>>,
    page_offset: u64,
    /// What follows that page.
    next: Next,
}

/// A page that has been requested, and the response once it has arrived.
struct Asked<T, E> {
    ask: Ask,
    future: PageFuture<T, E>,
    page: Option<Fetched<T, E>>,
}

impl<T, E> Asked<T, E> {
    fn poll(&mut self, cx: &mut Context<'_>) {
        if self.page.is_none()
            && let Poll::Ready(page) = self.future.as_mut().poll(cx)
        {
            self.page = Some(page);
        }
    }
}

impl<T, E> Pager<T, E>
where
    E: From<Error>,
{
    /// A list in pages of `size` items; `fetch` requests the page at an offset, counted in items, of so many items.
    ///
    /// A size of 1 is raised to 2, so that pages can overlap.
    pub fn new<F>(size: NonZeroU32, fetch: F) -> Self
    where
        F: Fn(u64, NonZeroU32) -> PageFuture<T, E> + Send + Sync + 'static,
    {
        let size = u64::from(size.get()).max(2);
        Self {
            fetch: Box::new(fetch),
            window: WINDOW,
            largest: size,
            asked: VecDeque::new(),
            reading: Reading::new(Plan {
                size,
                end: u64::MAX,
                max_items: MAX_ITEMS,
                ..Plan::default()
            }),
            readings: 1,
            repeats: false,
            page: Vec::new().into_iter(),
            page_offset: 0,
            next: Next::Request,
        }
    }

    /// How large the pages of further readings may become; by default they do not grow.
    pub fn largest_page(mut self, size: NonZeroU32) -> Self {
        self.largest = self.largest.max(size.get().into());
        self
    }

    /// Begins at this offset, such as where an earlier listing stopped; by default at 0. What the list has lost in front
    /// of it in the meantime is not detected.
    pub fn starting_at(self, offset: u64) -> Self {
        self.with_plan(|plan| plan.start = offset)
    }

    /// Ends at this offset; by default at the end of the list. Yields more items if the server sends more than requested.
    pub fn ending_at(self, offset: u64) -> Self {
        self.with_plan(|plan| plan.end = offset)
    }

    /// How many items a server may send before the list counts as endless; by default a million.
    pub fn max_items(self, items: u64) -> Self {
        self.with_plan(|plan| plan.max_items = items)
    }

    /// How many items are likely to be there; by default 0: not known.
    ///
    /// The pages up to there are requested together with the first one, within the window. If the first one is short,
    /// the others are cancelled.
    pub fn expecting(self, items: u64) -> Self {
        self.with_plan(|plan| plan.expected = items)
    }

    /// How many pages may be requested at the same time; by default 8, and 1 requests them one after the other.
    pub fn window(mut self, pages: NonZeroUsize) -> Self {
        self.window = pages.get();
        self
    }

    fn with_plan(mut self, change: impl FnOnce(&mut Plan)) -> Self {
        let mut plan = self.reading.plan;
        change(&mut plan);
        self.reading = Reading::new(plan);
        self
    }

    /// The offset to resume from without losing an item: of the page that is being yielded, or of the next one; after an
    /// incomplete reading, where the list began.
    pub fn next_offset(&self) -> u64 {
        match self.page.len() {
            0 => self.reading.position,
            _ => self.page_offset,
        }
    }

    /// How many readings of the list have been begun: 1, unless it changed while it was read.
    pub fn readings(&self) -> u32 {
        self.readings
    }

    /// The next item; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<T, E>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// All items that are left. If none has been taken yet, they are the items of one complete reading, in the order of
    /// that reading.
    ///
    /// # Errors
    ///
    /// The first error, of a page, of an item or of the list.
    pub async fn into_vec(mut self) -> Result<Vec<T>, E> {
        self.repeats = self.reading.pages == 0 && self.readings == 1;
        let mut reading = self.readings;
        let mut all = Vec::new();
        loop {
            let item = self.next().await;
            if self.repeats && self.readings > reading {
                reading = self.readings;
                all.clear();
            }
            match item {
                None => return Ok(all),
                Some(item) => all.push(item?),
            }
        }
    }

    /// Requests as many pages as the window allows, unless one of those that have arrived is an end.
    fn request(&mut self, cx: &mut Context<'_>) {
        let is_end = self.asked.iter().any(|asked| match &asked.page {
            None => false,
            Some(Ok(page)) => self.reading.is_short(page),
            Some(Err(_)) => true,
        });
        while !is_end && self.asked.len() < self.window {
            let next = match self.asked.back() {
                None => Some(self.reading.next()),
                Some(last) => self.reading.behind(last.ask),
            };
            let Some(ask) = next else { return };
            let size = u32::try_from(ask.size).ok().and_then(NonZeroU32::new);
            let future = (self.fetch)(ask.offset, size.unwrap_or(NonZeroU32::MAX));
            let page = None;
            let mut asked = Asked { ask, future, page };
            // A request is sent when it is polled.
            asked.poll(cx);
            self.asked.push_back(asked);
        }
    }

    /// Takes the first page if it has arrived; otherwise polls the others as well.
    ///
    /// Decoding a page takes time in which no request is sent. Pages that have arrived together are therefore not decoded
    /// together: each that is taken makes room for another request, which is sent before the next one is decoded.
    fn take(&mut self, cx: &mut Context<'_>) -> Option<(Ask, Fetched<T, E>)> {
        let first = self.asked.front_mut()?;
        first.poll(cx);
        if let Some(page) = first.page.take() {
            let first = self.asked.pop_front()?;
            return Some((first.ask, page));
        }
        let others = self.asked.iter_mut().skip(1);
        others.for_each(|asked| asked.poll(cx));
        None
    }

    /// Accepts a page, and cancels what was requested behind it in the belief that pages would be longer or more.
    ///
    /// If the page may be the last one, the page behind it that has been requested already is kept, to confirm that.
    fn accept(&mut self, ask: Ask, mut page: Page<T, E>) {
        self.page_offset = self.reading.position;
        self.next = match self.reading.accept(ask, &mut page) {
            Next::Confirm if self.asked.is_empty() => Next::Request,
            next => next,
        };
        let is_next = |asked: &Asked<T, E>| asked.ask == self.reading.next();
        match &self.next {
            Next::Confirm => self.asked.truncate(1),
            Next::Request if self.asked.front().is_some_and(is_next) => {}
            _ => self.asked.clear(),
        }
        self.page = page.entries.into_iter();
    }

    /// Whether a short page was the last one: not if there are items behind it, because then the server has lowered its
    /// page cap. A server that rejects an offset behind the end confirms it too.
    fn confirm_end(&mut self, behind: &Fetched<T, E>) -> Next {
        self.asked.clear();
        match behind {
            Ok(page) if page.len() > 0 => Next::Request,
            _ => Next::End,
        }
    }

    /// Begins another reading with larger pages, or gives up.
    fn read_again(&mut self, error: Error) -> Next {
        let size = (self.reading.plan.size * GROWTH).min(self.largest);
        self.reading.restart(size, self.repeats);
        if self.readings == READINGS {
            return Next::Fail(error);
        }
        self.readings += 1;
        let reading = self.readings;
        tracing::warn!(
            reading,
            "the list changed while it was read; reading it again"
        );
        Next::Request
    }
}

// Nothing in it is ever pinned in place.
impl<T, E> Unpin for Pager<T, E> {}

impl<T, E> Stream for Pager<T, E>
where
    E: From<Error>,
{
    type Item = Result<T, E>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let pager = &mut *self;
        loop {
            if let Some(entry) = pager.page.next() {
                return Poll::Ready(Some(entry.item));
            }
            match std::mem::replace(&mut pager.next, Next::End) {
                Next::End => return Poll::Ready(None),
                Next::Fail(error) => return Poll::Ready(Some(Err(error.into()))),
                Next::ReadAgain(error) => pager.next = pager.read_again(error),
                Next::Confirm => match pager.take(cx) {
                    Some((_, behind)) => pager.next = pager.confirm_end(&behind),
                    None => {
                        pager.next = Next::Confirm;
                        return Poll::Pending;
                    }
                },
                Next::Request => {
                    pager.request(cx);
                    match pager.take(cx) {
                        Some((ask, Ok(page))) => pager.accept(ask, page),
                        Some((_, Err(error))) => {
                            pager.asked.clear();
                            return Poll::Ready(Some(Err(error)));
                        }
                        None => {
                            pager.next = Next::Request;
                            return Poll::Pending;
                        }
                    }
                }
            }
        }
    }
}

impl<T, E> fmt::Debug for Pager<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Pager")
            .field("size", &self.reading.plan.size)
            .field("next_offset", &self.reading.position)
            .field("readings", &self.readings)
            .field("requested", &self.asked.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
