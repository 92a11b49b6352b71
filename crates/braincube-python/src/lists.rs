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
pub(crate) struct Place {
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

/// What is asked of a collection.
pub(crate) enum Ask {
    All,
    Page(u32),
    One(String),
}

/// What a collection returns: JSON objects.
pub(crate) enum Reply {
    All(BoxStream<'static, Result<String, Error>>),
    Page(BoxFuture<'static, Result<Vec<String>, Error>>),
    One(BoxFuture<'static, Result<String, Error>>),
}

fn json<E: Resource>(entity: &E) -> String {
    entity.metadata().as_str().to_owned()
}

fn reply<E: Resource>(collection: Collection<E>, ask: Ask) -> Reply {
    match ask {
        Ask::All => {
            let pager: Pager<E, Error> = collection.list();
            Reply::All(pager.map(|item| item.map(|entity| json(&entity))).boxed())
        }
        Ask::Page(number) => Reply::Page(
            async move { Ok(collection.page(number).await?.iter().map(json).collect()) }.boxed(),
        ),
        Ask::One(bcid) => Reply::One(
            async move { Ok(json(&collection.get(BcId::from(bcid.as_str())).await?)) }.boxed(),
        ),
    }
}

impl Place {
    /// Asks the collection at this address.
    ///
    /// # Errors
    ///
    /// If the kind does not exist.
    pub(crate) fn ask(&self, client: &Client, ask: Ask) -> Result<Reply, Failure> {
        let braincube = client.braincube(self.braincube.as_str());
        let base = braincube.memory_base(self.memory_base.as_deref().unwrap_or_default());
        Ok(match (self.kind.as_str(), &self.job) {
            ("memory_base", _) => reply(braincube.memory_bases(), ask),
            ("variable", _) => reply(base.variables(), ask),
            ("data_group", _) => reply(base.data_groups(), ask),
            ("event", _) => reply(base.events(), ask),
            ("job", _) => reply(base.jobs(), ask),
            ("rule", None) => reply(base.rules(), ask),
            ("rule", Some(job)) => reply(base.job(job.as_str()).rules(), ask),
            (kind, _) => return Err(Failure::Input(format!("no kind {kind:?} of entities"))),
        })
    }
}
