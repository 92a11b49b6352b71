//! [`Collection`]: the entities of one kind, one by its id or all of them listed.

mod resource;

use std::fmt;
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use braincube_model::request::Endpoints;
use braincube_model::{BcId, answer, request};
use braincube_transport::{Page, PageFuture, Pager};

pub use self::resource::{InBraincube, InJob, InMemoryBase, Resource};
use crate::client::Client;
use crate::error::{Error, ErrorKind, Result};
use crate::names;

/// The largest page that is requested: what operations look up for themselves takes as few requests as possible.
const LONG_PAGE: NonZeroU32 =
    NonZeroU32::new(request::Page::MAX_SIZE).expect("the largest page is not empty");

/// The entities of one kind within their parent: one by its id, or all of them listed.
pub struct Collection<E: Resource> {
    client: Client,
    parent: E::Parent,
}

impl<E: Resource> Collection<E> {
    pub(crate) fn new(client: Client, parent: E::Parent) -> Self {
        Self { client, parent }
    }

    /// The entity with this bcId, with all that the service tells of one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) where there is none; one or two requests more find out whether
    /// it is the memory base or the braincube that does not exist, which [`get_opt`](Self::get_opt) does without. Else
    /// where the request fails.
    pub async fn get(&self, bcid: impl Into<BcId>) -> Result<E> {
        let bcid = bcid.into();
        match self.read(&bcid).await {
            Err(error) => {
                let (braincube, base) = E::place(&self.parent);
                let error = names::explained(&self.client, braincube, base, error).await;
                Err(error.about(|| self.one(&bcid)))
            }
            found => found,
        }
    }

    /// The entity with this bcId, without a word on why there is none.
    pub(crate) async fn read(&self, bcid: &BcId) -> Result<E> {
        let ask = |endpoints: &Endpoints| E::one(endpoints, &self.parent, bcid);
        let read = self.client.call(ask, answer::one).await;
        read.map_err(|error: Error| match error.is_not_found() {
            // Whoever asked may know more of it.
            true => error,
            false => error.about(|| self.one(bcid)),
        })
    }

    /// What one of the entities is called, in messages.
    fn one(&self, bcid: &BcId) -> String {
        format!("{} {bcid} of {}", E::KIND, self.parent)
    }

    /// The entity with this bcId, or `None` where there is none.
    ///
    /// # Errors
    ///
    /// Where the request fails for any other reason.
    pub async fn get_opt(&self, bcid: impl Into<BcId>) -> Result<Option<E>> {
        match self.read(&bcid.into()).await {
            Ok(entity) => Ok(Some(entity)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The entities of one page, in the order of the service: the `number`th, from 0 on, of as many as
    /// [`page_size`](crate::ClientBuilder::page_size) says. A page past the end is empty.
    ///
    /// Where the server gives fewer than it was asked for, the rest of the page is asked for in further requests: each
    /// entity is on one page, whatever the server's own limit is.
    ///
    /// # Errors
    ///
    /// Where the request fails, or an entity cannot be read.
    pub async fn page(&self, number: u32) -> Result<Vec<E>> {
        let size = self.client.page_size();
        let start = u64::from(number) * u64::from(size.get());
        let pager = self.list_by(size).window(NonZeroUsize::MIN);
        let pager = pager.starting_at(start);
        let pager = pager.ending_at(start + u64::from(size.get()));
        let mut entities = pager.into_vec().await?;
        entities.truncate(size.get() as usize);
        Ok(entities)
    }

    /// Every entity, in the order of the service, page by page as they are needed.
    ///
    /// The stream holds one page. An entity that cannot be read is an error of its own and does
    /// not end the list; a page that cannot be fetched ends it.
    ///
    /// The stream ends without an error only if the list was complete. A list that changes while it is read is read
    /// again, up to three times; the entities that this brings come last. [`Pager`] says what is verified, and what cannot
    /// be.
    ///
    /// The first page is requested alone, that of variables together with others: a memory base
    /// is expected to hold [a thousand](Resource::EXPECTED) of them. [`Pager::expecting`] changes
    /// that.
    pub fn list(&self) -> Pager<E, Error> {
        self.list_by(self.client.page_size()).expecting(E::EXPECTED)
    }

    /// The same list in pages as long as possible, whatever the client's page size; for operations that need all of it or
    /// look for something in it.
    ///
    /// If the server rejects such a page, the client's page size is used.
    pub(crate) fn list_in_long_pages(&self) -> Pager<E, Error> {
        self.list_by(LONG_PAGE)
    }

    fn list_by(&self, size: NonZeroU32) -> Pager<E, Error> {
        let (client, parent) = (self.client.clone(), self.parent.clone());
        let largest = Arc::new(AtomicU32::new(u32::MAX));
        let fetch = move |offset, size| -> PageFuture<E, Error> {
            let (client, parent) = (client.clone(), parent.clone());
            let largest = Arc::clone(&largest);
            Box::pin(async move {
                let page = |size: NonZeroU32| fetch_page::<E>(&client, &parent, offset, size);
                let short = client.page_size().min(size);
                if size.get() > largest.load(Relaxed) {
                    return page(short).await;
                }
                match page(size).await {
                    Err(error) if short < size && is_refusal(&error) => {
                        largest.store(short.get(), Relaxed);
                        page(short).await
                    }
                    fetched => fetched,
                }
            })
        };
        Pager::new(size, fetch).largest_page(LONG_PAGE)
    }

    /// The error for an entity that does not exist.
    pub(crate) fn unknown(&self, bcid: &BcId) -> Error {
        let (kind, parent) = (E::KIND, &self.parent);
        Error::missing(format!(
            "there is no {kind} {bcid} in {parent}; list them to see which there are"
        ))
    }
}

/// Whether the server rejected the request, or sent a response that exceeds the limits.
fn is_refusal(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Rejected | ErrorKind::TooLarge)
}

async fn fetch_page<E: Resource>(
    client: &Client,
    parent: &E::Parent,
    offset: u64,
    size: NonZeroU32,
) -> Result<Page<E, Error>> {
    let what = || format!("{} list of {parent}", E::KIND);
    let size = size.get();
    let asked = request::Page { offset, size };
    let answered = client
        .call(
            |endpoints| E::page(endpoints, parent, asked),
            answer::list::<E>,
        )
        .await;
    let answered = match answered {
        // A page without a body, as it comes with status 204, holds nothing.
        Err(error) if error.is_no_content() => return Ok(Page::with_capacity(0)),
        // A list is there if what it is in is there.
        Err(error) => {
            let (braincube, base) = E::place(parent);
            let error = names::explained(client, braincube, base, error).await;
            return Err(error.about(what));
        }
        Ok(answered) => answered,
    };
    let mut page = Page::with_capacity(answered.received());
    for item in answered.items {
        match item {
            Ok(entity) => page.push(entity.bcid().as_str().to_owned(), entity),
            Err(error) => page.push_error(Error::from(error).about(what)),
        }
    }
    Ok(page)
}

impl<E: Resource> Clone for Collection<E> {
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
            parent: self.parent.clone(),
        }
    }
}

impl<E: Resource> fmt::Debug for Collection<E> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Collection")
            .field("of", &E::KIND)
            .field("in", &self.parent)
            .finish()
    }
}
