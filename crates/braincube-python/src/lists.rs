//! [`Items`]: a list of entities, read page by page.

use std::sync::Arc;

use braincube::{BcId, Client, Collection, Error, Pager, Resource};
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{FutureExt as _, StreamExt as _};
use pyo3::IntoPyObjectExt as _;
use pyo3::prelude::*;
use tokio::sync::Mutex;

use crate::error::Failure;
use crate::operation::Operation;
use crate::runtime::Runtime;

/// The address of a list.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct CollectionPath {
    kind: String,
    braincube: String,
    memory_base: Option<String>,
    job: Option<String>,
}

/// A list of entities, read page by page.
#[pyclass(module = "braincube._core", frozen)]
pub(crate) struct Items {
    runtime: Runtime,
    pages: Arc<Mutex<Pages>>,
}

struct Pages {
    items: BoxStream<'static, Result<String, Error>>,
    /// An error that follows the items that have been returned.
    failed: Option<Error>,
}

impl Items {
    pub(crate) fn new(runtime: Runtime, items: BoxStream<'static, Result<String, Error>>) -> Self {
        let pages = Pages {
            items,
            failed: None,
        };
        Self {
            runtime,
            pages: Arc::new(Mutex::new(pages)),
        }
    }
}

#[pymethods]
impl Items {
    /// The next entities as JSON: at least one, and those that have arrived with it. None at the end.
    fn next(&self) -> PyResult<Operation> {
        let pages = Arc::clone(&self.pages);
        let work = async move {
            let mut pages = pages.lock().await;
            if let Some(error) = pages.failed.take() {
                return Err(error.into());
            }
            let mut found = match pages.items.next().await {
                Some(item) => vec![item?],
                None => return Ok(None),
            };
            while let Some(Some(item)) = pages.items.next().now_or_never() {
                match item {
                    Ok(item) => found.push(item),
                    Err(error) => {
                        pages.failed = Some(error);
                        break;
                    }
                }
            }
            Ok(Some(found))
        };
        Ok(Operation::start(&self.runtime, work, |py, items| {
            items.into_py_any(py)
        })?)
    }
}

/// A request to a collection.
pub(crate) enum ListRequest {
    All,
    Page(u32),
    One(String),
}

/// What a collection returns: JSON objects.
pub(crate) enum ListResponse {
    All(BoxStream<'static, Result<String, Error>>),
    Page(BoxFuture<'static, Result<Vec<String>, Error>>),
    One(BoxFuture<'static, Result<String, Error>>),
}

fn json<E: Resource>(entity: &E) -> String {
    entity.metadata().as_str().to_owned()
}

fn read<E: Resource>(collection: Collection<E>, request: ListRequest) -> ListResponse {
    match request {
        ListRequest::All => {
            let pager: Pager<E, Error> = collection.list();
            ListResponse::All(pager.map(|item| item.map(|entity| json(&entity))).boxed())
        }
        ListRequest::Page(number) => ListResponse::Page(
            async move { Ok(collection.page(number).await?.iter().map(json).collect()) }.boxed(),
        ),
        ListRequest::One(bcid) => ListResponse::One(
            async move { Ok(json(&collection.get(BcId::from(bcid.as_str())).await?)) }.boxed(),
        ),
    }
}

impl CollectionPath {
    /// Requests entities of this collection.
    ///
    /// # Errors
    ///
    /// If the kind does not exist.
    pub(crate) fn request(
        &self,
        client: &Client,
        request: ListRequest,
    ) -> Result<ListResponse, Failure> {
        let braincube = client.braincube(self.braincube.as_str());
        let base = braincube.memory_base(self.memory_base.as_deref().unwrap_or_default());
        Ok(match (self.kind.as_str(), &self.job) {
            ("memory_base", _) => read(braincube.memory_bases(), request),
            ("variable", _) => read(base.variables(), request),
            ("data_group", _) => read(base.data_groups(), request),
            ("event", _) => read(base.events(), request),
            ("job", _) => read(base.jobs(), request),
            ("rule", None) => read(base.rules(), request),
            ("rule", Some(job)) => read(base.job(job.as_str()).rules(), request),
            (kind, _) => return Err(Failure::Input(format!("no kind {kind:?} of entities"))),
        })
    }
}
