//! [`Collection`]: the entities of one kind, one by its id or all of them listed.

mod resource;

use std::fmt;

use braincube_model::{BcId, answer, request};
use braincube_transport::{Page, Pager};

pub use self::resource::{InBraincube, InJob, InMemoryBase, Resource};
use crate::client::Client;
use crate::error::{Error, Result};

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
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) where there is none; else where the
    /// request fails.
    pub async fn get(&self, bcid: impl Into<BcId>) -> Result<E> {
        let bcid = bcid.into();
        self.client
            .call(
                |endpoints| E::one(endpoints, &self.parent, &bcid),
                answer::one,
            )
            .await
            .map_err(|error| error.about(|| format!("{} {bcid} of {}", E::KIND, self.parent)))
    }

    /// The entity with this bcId, or `None` where there is none.
    ///
    /// # Errors
    ///
    /// Where the request fails for any other reason.
    pub async fn get_opt(&self, bcid: impl Into<BcId>) -> Result<Option<E>> {
        match self.get(bcid).await {
            Ok(entity) => Ok(Some(entity)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The entities of one page, in the order of the service: the `number`th, from 0 on, of as many as
    /// [`page_size`](crate::ClientBuilder::page_size) says. A page past the end is empty.
    ///
    /// # Errors
    ///
    /// Where the request fails, or an entity cannot be read.
    pub async fn page(&self, number: u32) -> Result<Vec<E>> {
        let offset = u64::from(number) * u64::from(self.client.page_size().get());
        let page = fetch_page::<E>(self.client.clone(), self.parent.clone(), offset).await?;
        page.into_items().into_iter().collect()
    }

    /// Every entity, in the order of the service, page by page as they are needed.
    ///
    /// The stream holds one page. An entity that cannot be read is an error of its own and does
    /// not end the list; a page that cannot be had ends it.
    ///
    /// The first page is asked for alone, that of variables together with others: a memory base
    /// is taken to hold [a thousand](Resource::EXPECTED) of them. [`Pager::expecting`] says
    /// otherwise.
    pub fn list(&self) -> Pager<E, Error> {
        self.list_beside_others().expecting(E::EXPECTED)
    }

    /// As [`list`](Self::list), but begun with one page, where a list is read to look something up in
    /// it: pages that are asked for in vain would slow down the requests beside it.
    pub(crate) fn list_beside_others(&self) -> Pager<E, Error> {
        let (client, parent) = (self.client.clone(), self.parent.clone());
        Pager::new(client.page_size(), move |offset| {
            Box::pin(fetch_page::<E>(client.clone(), parent.clone(), offset))
        })
    }
}

async fn fetch_page<E: Resource>(
    client: Client,
    parent: E::Parent,
    offset: u64,
) -> Result<Page<E, Error>> {
    let what = || format!("{} list of {parent}", E::KIND);
    let asked = request::Page {
        offset,
        size: client.page_size().get(),
    };
    let answered = client
        .call(
            |endpoints| E::page(endpoints, &parent, asked),
            answer::list::<E>,
        )
        .await;
    let answered = match answered {
        // A page without a body, as it comes with status 204, holds nothing.
        Err(error) if error.is_no_content() => return Ok(Page::new(0)),
        answered => answered.map_err(|error| error.about(what))?,
    };
    let mut page = Page::new(answered.received());
    for item in answered.items {
        match item {
            Ok(entity) => page.push(entity.bcid().to_string(), entity),
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
