//! [`Pager`]: the items of a paged list as a stream that is complete or ends with an error.

mod reading;

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::num::{NonZeroU32, NonZeroUsize};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::vec::IntoIter;

use futures_core::Stream;

use self::reading::{Next, PageRequest, Plan, READINGS, Reading};
use crate::error::Error;

/// The future of a page.
pub type PageFuture<T, E = Error> = Pin<Box<dyn Future<Output = Result<Page<T, E>, E>> + Send>>;

type Fetched<T, E> = Result<Page<T, E>, E>;

type Fetch<T, E> = Box<dyn Fn(u64, NonZeroU32) -> PageFuture<T, E> + Send + Sync>;

/// The items of one response of a list, in the order of the server.
///
/// It must contain every item that the server sent, because the pager counts positions. Filter the stream, not the pages.
#[derive(Debug)]
pub struct Page<T, E = Error> {
    entries: Vec<Entry<T, E>>,
}

#[derive(Debug)]
struct Entry<T, E> {
    /// `None` if the item could not be parsed, and after the id has been moved into the set of ids.
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

    /// Adds the error for an item that could not be parsed. It never counts as a repetition of another item.
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

/// The default of [`Pager::max_items`]: much more than in any known list.
const MAX_ITEMS: u64 = 1_000_000;

/// The default of [`Pager::window`].
const WINDOW: usize = 8;

/// The factor by which the pages of each further reading are larger.
const GROWTH: u64 = 8;

/// The items of a paged list as a stream, in the order of the server, each once.
///
/// # Completeness
///
/// A reading of the list is complete if it got as many distinct items as it read positions, and every page begins with exactly
/// the last item of the page before. Otherwise the list is read again, with [larger pages](Self::largest_page) if the server
/// sends them. After three incomplete readings, an error of kind [`Integrity`](crate::ErrorKind::Integrity) is returned. The
/// stream yields items as they arrive, and further readings yield only new items. The stream ends without an error only after
/// a complete reading.
///
/// No item is lost that was in the list all the time, if between the requests for two adjacent pages the list changed at most
/// once (one entry was moved, added or removed), or if entries were only reordered while it was read, or only added and
/// removed, any number of times. A single reading cannot detect a reordering that is hidden by a removal: an entry that has
/// been read is removed, and another one moves from the unread part into its place. The server may process concurrent
/// requests in any order, so changes within one window of pages count as changes between the same two requests. A
/// [window](Self::window) of 1 avoids that.
///
/// If the first page contains the whole list, nothing can move between pages, and only the end is verified: the second page
/// contains nothing after the last position, or is empty after a page shorter than requested. (If the server had capped that
/// page, two removals before the second one could hide an item.)
///
/// Pages of one item cannot overlap. Then the item before each page is requested once more after it, which takes twice as many
/// requests and detects one change, but not a change that is undone within the next two requests. A single item followed by an
/// empty page is the whole list.
///
/// An item whose id cannot be parsed counts as one more distinct item. In the overlap of two pages, it only matches an item
/// whose id could not be parsed either.
///
/// # Requests
///
/// The first page is requested alone, unless [more is expected](Self::expecting). After a full page, or after three pages of
/// equal length, which show the server's page cap, up to eight pages are requested at once. The list ends at a page without new
/// items. It also ends at a page shorter than requested if an earlier one was full and the page after it, requested at the same
/// time, is empty; a server that lowers its page cap within the last full page of a list is not detected, because that would
/// cost a request for every list. If the second request returns nothing at all, not even the last item of a short first page,
/// the list is read again; if the result is the same, the first page is the list, and a warning is logged.
///
/// If a server ignores `offset` and sends more items than requested, its response is the whole list if the second one is the
/// same. A warning is logged.
///
/// # Errors
///
/// An error of a page ends the stream; [`next_offset`](Self::next_offset) is the offset to [resume](Self::starting_at) from. An
/// error of an item, from [`Page::push_error`], takes the place of the item and does not end the stream. `E` is the caller's
/// error, which errors of this crate are converted into.
///
/// ```
/// use std::num::NonZeroU32;
///
/// use braincube_transport::{Error, Page, Pager};
///
/// // A server with five items that sends two at most.
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
    /// The requested pages in the order of their offsets.
    requested: VecDeque<Requested<T, E>>,
    reading: Reading,
    /// The number of readings, including the current one.
    readings: u32,
    /// Whether each reading yields all of its items, not only new ones.
    yields_all: bool,
    /// The rest of the page that is being yielded, and its offset.
    page: IntoIter<Entry<T, E>>,
    page_offset: u64,
    /// What to do after that page.
    next: Next,
}

/// A requested page, and its response when it has arrived.
struct Requested<T, E> {
    request: PageRequest,
    future: PageFuture<T, E>,
    page: Option<Fetched<T, E>>,
}

impl<T, E> Requested<T, E> {
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
    /// A list in pages of `size` items. `fetch` requests a page by its offset, counted in items, and its size.
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
            requested: VecDeque::new(),
            reading: Reading::new(Plan {
                size,
                end: u64::MAX,
                max_items: MAX_ITEMS,
                ..Plan::default()
            }),
            readings: 1,
            yields_all: false,
            page: Vec::new().into_iter(),
            page_offset: 0,
            next: Next::Request,
        }
    }

    /// The maximum size of the pages of further readings; by default they do not grow.
    pub fn largest_page(mut self, size: NonZeroU32) -> Self {
        self.largest = self.largest.max(size.get().into());
        self
    }

    /// Begins at this offset, such as where an earlier listing stopped; by default at 0. Items that have been removed before
    /// it in the meantime are not detected.
    pub fn starting_at(self, offset: u64) -> Self {
        self.with_plan(|plan| plan.start = offset)
    }

    /// Ends at this offset; by default at the end of the list. Yields more items if the server sends more than requested.
    pub fn ending_at(self, offset: u64) -> Self {
        self.with_plan(|plan| plan.end = offset)
    }

    /// The maximum number of items before an error is returned because the list does not end; by default a million.
    pub fn max_items(self, items: u64) -> Self {
        self.with_plan(|plan| plan.max_items = items)
    }

    /// How many items the list probably has; by default 0, which means unknown.
    ///
    /// The pages of that many items are requested together with the first one, within the window. If the first one is short,
    /// the others are cancelled.
    pub fn expecting(self, items: u64) -> Self {
        self.with_plan(|plan| plan.expected = items)
    }

    /// How many pages may be requested at once; by default 8, and 1 requests them one after the other.
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

    /// How often the list has been read: 1 unless it changed while it was read.
    pub fn readings(&self) -> u32 {
        self.readings
    }

    /// The next item; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<T, E>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// All items that are left. If none has been yielded yet, they are the items of one complete reading, in its order.
    ///
    /// # Errors
    ///
    /// The first error, of a page, of an item or of the list.
    pub async fn into_vec(mut self) -> Result<Vec<T>, E> {
        self.yields_all = self.reading.pages == 0 && self.readings == 1;
        let mut reading = self.readings;
        let mut all = Vec::new();
        loop {
            let item = self.next().await;
            if self.yields_all && self.readings > reading {
                reading = self.readings;
                all.clear();
            }
            match item {
                None => return Ok(all),
                Some(item) => all.push(item?),
            }
        }
    }

    /// Requests as many pages as the window allows, unless one that has arrived is the last.
    fn request(&mut self, cx: &mut Context<'_>) {
        let is_end = self
            .requested
            .iter()
            .any(|requested| match &requested.page {
                None => false,
                Some(Ok(page)) => self.reading.is_short(page),
                Some(Err(_)) => true,
            });
        while !is_end && self.requested.len() < self.window {
            let next = match self.requested.back() {
                None => Some(self.reading.next()),
                Some(last) => self.reading.after(last.request),
            };
            let Some(request) = next else { return };
            let size = u32::try_from(request.size).ok().and_then(NonZeroU32::new);
            let future = (self.fetch)(request.offset, size.unwrap_or(NonZeroU32::MAX));
            let page = None;
            let mut requested = Requested {
                request,
                future,
                page,
            };
            // A request is sent when it is polled first.
            requested.poll(cx);
            self.requested.push_back(requested);
        }
    }

    /// Takes the first page if it has arrived; otherwise polls the others too.
    ///
    /// No request is sent while a page is decoded. Pages that have arrived together are therefore decoded one after the other,
    /// and a request is sent in between.
    fn take(&mut self, cx: &mut Context<'_>) -> Option<(PageRequest, Fetched<T, E>)> {
        let first = self.requested.front_mut()?;
        first.poll(cx);
        if let Some(page) = first.page.take() {
            let first = self.requested.pop_front()?;
            return Some((first.request, page));
        }
        let others = self.requested.iter_mut().skip(1);
        others.for_each(|requested| requested.poll(cx));
        None
    }

    /// Accepts a page, and cancels the requests after it that turn out to be at wrong offsets.
    ///
    /// If the page may be the last one, the next one that has been requested already is kept, to confirm that.
    fn accept(&mut self, request: PageRequest, mut page: Page<T, E>) {
        self.page_offset = self.reading.position;
        self.next = match self.reading.accept(request, &mut page) {
            Next::Confirm if self.requested.is_empty() => Next::Request,
            next => next,
        };
        let is_next = |requested: &Requested<T, E>| requested.request == self.reading.next();
        match &self.next {
            Next::Confirm => self.requested.truncate(1),
            Next::Request if self.requested.front().is_some_and(is_next) => {}
            _ => self.requested.clear(),
        }
        self.page = page.entries.into_iter();
    }

    /// Decides whether a short page was the last one: not if items follow it, because then the server has lowered its page
    /// cap. An error for an offset after the end confirms it too.
    fn confirm_end(&mut self, after: &Fetched<T, E>) -> Next {
        self.requested.clear();
        match after {
            Ok(page) if page.len() > 0 => Next::Request,
            _ => Next::End,
        }
    }

    /// Begins another reading with larger pages, or gives up.
    fn read_again(&mut self, error: Error) -> Next {
        let size = (self.reading.plan.size * GROWTH).min(self.largest);
        self.reading.restart(size, self.yields_all);
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

// It contains no pinned field.
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
                    Some((_, after)) => pager.next = pager.confirm_end(&after),
                    None => {
                        pager.next = Next::Confirm;
                        return Poll::Pending;
                    }
                },
                Next::Request => {
                    pager.request(cx);
                    match pager.take(cx) {
                        Some((request, Ok(page))) => pager.accept(request, page),
                        Some((_, Err(error))) => {
                            pager.requested.clear();
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
            .field("requested", &self.requested.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
