//! [`Pager`]: the items of a listing that comes in pages, as one stream.

mod listing;
mod page;
mod pages;

use std::fmt;
use std::future::poll_fn;
use std::num::{NonZeroU32, NonZeroUsize};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec::IntoIter;

use futures_core::Stream;

pub use self::page::Page;
pub use self::pages::{PageFuture, Pages};
use crate::error::Error;

/// The items of a listing, in the order of the server, each once.
///
/// The first page is fetched alone, unless there are [more to expect](Pager::expecting). Once one
/// has come full, up to eight are on their way at once, while the stream is polled; they are handed
/// out in order all the same. The listing ends at a page that brings nothing new; a page shorter
/// than asked for ends it too, but only once a page has come full, since until then a limit of the
/// server's own may be the reason. Where three in a row have come equally short, it is, and eight
/// pages of that length are asked for at once.
///
/// Each page begins with the last item of the one before. Where that is not in it, nor any earlier item in its place, the
/// listing has shrunk in the meantime, items may be missing, and that is an error. What a page repeats besides, because the
/// listing has grown, is dropped and [counted](Pager::duplicates).
///
/// Pages of one item have nothing to overlap with. They are asked for one after the other, and behind each the item before
/// it once more: twice as many requests. Only where a single item came for a page of several, and nothing behind it, is
/// that believed to be all.
///
/// A server that goes on from no offset is an error, since items may be missing. But where the first page holds more than
/// was asked for, and the second is the same again, the server knows no pages at all: that was the whole list. It is handed
/// out once, its repetition counted, and a warning logged.
///
/// An error of a page ends the stream; [`next_offset`](Pager::next_offset) says where to
/// [go on](Pager::starting_at) from. An error of an item, put into a [`Page`] by whoever read it,
/// stands in the item's place and ends nothing.
///
/// `E` is the error of the caller, made from this crate's where a listing makes no progress.
///
/// ```
/// use std::num::NonZeroU32;
///
/// use braincube_transport::{Error, Page, Pager};
///
/// // A server that holds five items and hands out two at most.
/// let size = NonZeroU32::new(150).expect("150 is not 0");
/// let mut pager: Pager<u64> = Pager::new(size, |offset| {
///     Box::pin(async move {
///         let items: Vec<u64> = (offset..5).take(2).collect();
///         let mut page = Page::new(items.len());
///         for item in items {
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
    pages: Pages<T, E>,
    current: Option<Current<T, E>>,
}

/// The page that is being handed out.
struct Current<T, E> {
    offset: u64,
    items: IntoIter<Result<T, E>>,
}

impl<T, E> Pager<T, E>
where
    E: From<Error>,
{
    /// A listing in pages of `size` items; `fetch` brings the page that begins at an offset,
    /// counted in items.
    pub fn new<F>(size: NonZeroU32, fetch: F) -> Self
    where
        F: Fn(u64) -> PageFuture<T, E> + Send + Sync + 'static,
    {
        Self {
            pages: Pages::new(size, Box::new(fetch)),
            current: None,
        }
    }

    /// Begins at this offset, such as where an earlier listing stopped; by default at 0.
    pub fn starting_at(mut self, offset: u64) -> Self {
        self.pages.listing_mut().start_at(offset);
        self
    }

    /// How many items a server may send before the listing counts as endless; by default a
    /// million.
    pub fn max_items(mut self, items: u64) -> Self {
        self.pages.listing_mut().limit_to(items);
        self
    }

    /// How many items are likely to be there; by default 0, which is to say that nobody knows.
    ///
    /// The pages up to there are asked for together with the first, within the window. Where the
    /// first one comes short, the others are called back, and have been asked for in vain.
    pub fn expecting(mut self, items: u64) -> Self {
        self.pages.listing_mut().expect(items);
        self
    }

    /// How many pages may be on their way at once; by default 8, and 1 is one after the other.
    pub fn window(mut self, pages: NonZeroUsize) -> Self {
        self.pages.set_window(pages.get());
        self
    }

    /// The same listing as a stream of pages. A page that has been begun is not handed out again.
    pub fn into_pages(self) -> Pages<T, E> {
        self.pages
    }

    /// The offset to go on from without losing an item: of the page that is being handed out, or
    /// of the next one.
    pub fn next_offset(&self) -> u64 {
        match &self.current {
            Some(current) if current.items.len() > 0 => current.offset,
            _ => self.pages.next_offset(),
        }
    }

    /// How many items have been dropped so far because an earlier page had held them already.
    pub fn duplicates(&self) -> u64 {
        self.pages.duplicates()
    }

    /// The next item; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<T, E>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// All items that are left.
    ///
    /// # Errors
    ///
    /// The first error, of a page or of an item.
    pub async fn into_vec(mut self) -> Result<Vec<T>, E> {
        let mut all = Vec::new();
        while let Some(item) = self.next().await {
            all.push(item?);
        }
        Ok(all)
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
        loop {
            let item = self
                .current
                .as_mut()
                .and_then(|current| current.items.next());
            if item.is_some() {
                return Poll::Ready(item);
            }
            match ready!(Pin::new(&mut self.pages).poll_next(cx)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(page)) => {
                    self.current = Some(Current {
                        offset: page.offset(),
                        items: page.into_items().into_iter(),
                    });
                }
            }
        }
    }
}

impl<T, E> fmt::Debug for Pager<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Pager")
            .field("pages", &self.pages)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
