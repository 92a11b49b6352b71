//! [`Collection`]: the entities of one kind, individually or as a list.

use braincube_model::BcId;
use braincube_transport::Pager;

use super::runtime::Runtime;
use crate::collection::{self, Resource};
use crate::error::{Error, Result};

/// The entities of one kind: the blocking [`Collection`](crate::Collection).
#[derive(Clone, Debug)]
pub struct Collection<E: Resource> {
    runtime: Runtime,
    inner: collection::Collection<E>,
}

impl<E: Resource> Collection<E> {
    pub(super) fn new(runtime: Runtime, inner: collection::Collection<E>) -> Self {
        Self { runtime, inner }
    }

    /// Returns the entity with this bcId.
    ///
    /// # Errors
    ///
    /// As [`Collection::get`](crate::Collection::get).
    pub fn get(&self, bcid: impl Into<BcId>) -> Result<E> {
        let (collection, bcid) = (self.inner.clone(), bcid.into());
        self.runtime.wait(async move { collection.get(bcid).await })
    }

    /// Returns the entity with this bcId, or `None` if it does not exist.
    ///
    /// # Errors
    ///
    /// As [`Collection::get_opt`](crate::Collection::get_opt).
    pub fn get_opt(&self, bcid: impl Into<BcId>) -> Result<Option<E>> {
        let (collection, bcid) = (self.inner.clone(), bcid.into());
        self.runtime
            .wait(async move { collection.get_opt(bcid).await })
    }

    /// Returns the entities of one page. The first page is 0.
    ///
    /// # Errors
    ///
    /// As [`Collection::page`](crate::Collection::page).
    pub fn page(&self, number: u32) -> Result<Vec<E>> {
        let collection = self.inner.clone();
        self.runtime
            .wait(async move { collection.page(number).await })
    }

    /// Lists all entities in the order of the service. Pages are requested on demand.
    pub fn list(&self) -> List<E> {
        List {
            runtime: self.runtime.clone(),
            pager: Some(self.inner.list()),
        }
    }
}

/// An iterator over the entities of a list. Blocks for each page.
#[derive(Debug)]
#[must_use = "iterators do nothing unless they are advanced"]
pub struct List<E: Resource> {
    runtime: Runtime,
    /// `None` while the next page is requested, and after an error that ends the list.
    pager: Option<Pager<E, Error>>,
}

impl<E: Resource> Iterator for List<E> {
    type Item = Result<E>;

    fn next(&mut self) -> Option<Result<E>> {
        let mut pager = self.pager.take()?;
        let waited = self.runtime.wait(async move {
            let item = pager.next().await;
            Ok((pager, item))
        });
        match waited {
            Ok((pager, item)) => {
                self.pager = Some(pager);
                item
            }
            Err(error) => Some(Err(error)),
        }
    }
}
