//! [`Collection`]: the entities of one kind.

use std::marker::PhantomData;
use std::num::{NonZeroU32, NonZeroUsize};

use braincube_model::BcId;
use braincube_transport::Pager;
use futures_util::FutureExt as _;

use crate::connection::Connection;
use crate::error::{Error, Result};
use crate::listing::{self, MAX_PAGE_SIZE};
use crate::not_found;
use crate::resource::{Place, Resource};

/// The entities of one kind within their parent. Reads one by its bcId, or lists all of them.
#[derive(Clone, Debug)]
pub struct Collection<E: Resource> {
    connection: Connection,
    place: Place,
    /// The expected number of entities, or 0 if it cannot be predicted.
    expected: u64,
    entity: PhantomData<fn() -> E>,
}

impl<E: Resource> Collection<E> {
    pub(crate) fn new(connection: Connection, place: Place) -> Self {
        Self {
            connection,
            place,
            expected: 0,
            entity: PhantomData,
        }
    }

    pub(crate) fn expecting(mut self, entities: u64) -> Self {
        self.expected = entities;
        self
    }

    /// Returns the entity with this bcId, with all of its properties.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if it does not exist. Up to two more requests then find out
    /// whether the memory base or the braincube exists; [`get_opt`](Self::get_opt) does not send them. Also if the
    /// request fails, or the response cannot be parsed.
    pub async fn get(&self, bcid: impl Into<BcId>) -> Result<E> {
        let bcid = bcid.into();
        match listing::read(&self.connection, &self.place, &bcid).await {
            Err(error) => {
                let error = not_found::explain(&self.connection, &self.place, error).await;
                Err(self.about(&bcid, error))
            }
            found => found,
        }
    }

    /// Returns the entity with this bcId, or `None` if it does not exist.
    ///
    /// # Errors
    ///
    /// If the request fails for any other reason, or the response cannot be parsed.
    pub async fn get_opt(&self, bcid: impl Into<BcId>) -> Result<Option<E>> {
        let bcid = bcid.into();
        match listing::read(&self.connection, &self.place, &bcid).await {
            Ok(entity) => Ok(Some(entity)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(self.about(&bcid, error)),
        }
    }

    /// Returns the entities of one page in the order of the service. The first page is 0; a page behind the end is empty.
    /// [`page_size`](crate::ClientBuilder::page_size) sets the length of a page.
    ///
    /// If the server sends shorter pages, further requests complete this one, so each entity is on exactly one page.
    ///
    /// # Errors
    ///
    /// If a request fails, or an entity cannot be parsed.
    pub async fn page(&self, number: u32) -> Result<Vec<E>> {
        let size = self.connection.page_size();
        let start = u64::from(number) * u64::from(size.get());
        let pager = self.list_by(size).window(NonZeroUsize::MIN);
        let pager = pager.starting_at(start);
        let pager = pager.ending_at(start + u64::from(size.get()));
        let mut entities = pager.into_vec().await?;
        entities.truncate(size.get() as usize);
        Ok(entities)
    }

    /// Lists all entities in the order of the service. Pages are requested on demand, and the stream holds one of them.
    ///
    /// An entity that cannot be parsed is an error item and does not end the stream. A page that cannot be read ends it.
    ///
    /// The stream ends without an error only if the list was complete. A list that changes while it is read is read
    /// again, up to three times; entities that are new in a later reading come last. [`Pager`] documents which changes are
    /// detected.
    ///
    /// The first page is requested alone, except for variables: a memory base is expected to contain a thousand of them.
    /// [`Pager::expecting`] changes that.
    pub fn list(&self) -> Pager<E, Error> {
        let size = self.connection.page_size();
        self.list_by(size).expecting(self.expected)
    }

    /// As [`list`](Self::list), in pages of the maximum size of the service.
    pub(crate) fn list_in_long_pages(&self) -> Pager<E, Error> {
        self.list_by(MAX_PAGE_SIZE)
    }

    fn list_by(&self, size: NonZeroU32) -> Pager<E, Error> {
        let (connection, place) = (self.connection.clone(), self.place.clone());
        listing::pager(connection, place, size, |connection, place, error| {
            async move { not_found::explain(&connection, &place, error).await }.boxed()
        })
    }

    /// The error for an entity that does not exist.
    pub(crate) fn missing(&self, bcid: &BcId) -> Error {
        let (kind, parent) = (E::KIND, &self.place);
        Error::missing(format!("no {kind} {bcid} in {parent}"))
    }

    fn about(&self, bcid: &BcId, error: Error) -> Error {
        error.about(|| format!("{} {bcid} of {}", E::KIND, self.place))
    }
}
