//! [`Client`]: a site, for Python.

use std::sync::{Arc, PoisonError};

use braincube::{BcId, Config, Entity as _, Error, Filter};
use pyo3::IntoPyObjectExt as _;
use pyo3::prelude::*;

use crate::error::Failure;
use crate::frame::Frame;
use crate::lists::{CollectionPath, Items, ListRequest, ListResponse};
use crate::operation::{LatestProgress, Operation};
use crate::query::QueryOptions;
use crate::raw::{self, RequestOptions};
use crate::runtime::{Owned, Runtime};
use crate::settings::Settings;
use crate::stream::{self, Windows};

/// A site and its connections.
#[pyclass(module = "braincube._core", frozen)]
pub(crate) struct Client {
    runtime: Runtime,
    client: Owned<braincube::Client>,
    config: Config,
    page_size: Option<u32>,
}

impl Client {
    fn build(runtime: Runtime, config: Config, page_size: Option<u32>) -> Result<Self, Failure> {
        let mut builder = braincube::Client::builder(config.clone());
        if let Some(size) = page_size {
            builder = builder.page_size(size);
        }
        let client = runtime.enter(|| builder.build())??;
        Ok(Self {
            runtime,
            client: Owned::new(client),
            config,
            page_size,
        })
    }

    fn start<T, F, C>(&self, work: F, convert: C) -> PyResult<Operation>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Failure>> + Send + 'static,
        C: FnOnce(Python<'_>, T) -> PyResult<Py<PyAny>> + Send + 'static,
    {
        Ok(Operation::start(&self.runtime, work, convert)?)
    }

    fn memory_base(
        &self,
        braincube: &str,
        bcid: &str,
    ) -> Result<braincube::MemoryBaseHandle, Failure> {
        let braincube = self.client.get()?.braincube(braincube);
        Ok(braincube.memory_base(bcid))
    }
}

/// Filters as JSON.
fn jsons(filters: &[Filter]) -> Vec<String> {
    filters.iter().map(Filter::to_json).collect()
}

fn texts(ids: &[BcId]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}

fn metadata<E: braincube::Entity>(entities: &[E]) -> Vec<String> {
    let metadata = entities.iter().map(braincube::Entity::metadata);
    metadata
        .map(|metadata| metadata.as_str().to_owned())
        .collect()
}

#[pymethods]
impl Client {
    /// Makes a client. Sends nothing.
    #[new]
    fn new(py: Python<'_>, settings: Settings) -> PyResult<Self> {
        let page_size = settings.page_size;
        let client = py.detach(|| Self::build(Runtime::start()?, settings.config()?, page_size));
        crate::logging::deliver(py);
        Ok(client?)
    }

    /// The same client with another page size for lists.
    fn with_page_size(&self, py: Python<'_>, page_size: u32) -> PyResult<Self> {
        let (runtime, config) = (self.runtime.clone(), self.config.clone());
        runtime.check()?;
        Ok(py.detach(|| Self::build(runtime, config, Some(page_size)))?)
    }

    /// The base URLs of the SSO server and of the API server.
    #[getter]
    fn base_urls(&self) -> (&str, &str) {
        (self.config.sso_base_url(), self.config.api_base_url())
    }

    /// The page size for lists, if it has been set.
    #[getter]
    fn page_size(&self) -> Option<u32> {
        self.page_size
    }

    /// The names and the metadata of the braincubes that the credentials may open.
    fn braincubes(&self) -> PyResult<Operation> {
        let client = self.client.get()?.clone();
        let work = async move {
            let braincubes = client.braincubes().await?;
            let each = braincubes.iter().map(|braincube| {
                let name = braincube.bcid().to_string();
                (name, braincube.metadata().as_str().to_owned())
            });
            Ok(each.collect::<Vec<_>>())
        };
        self.start(work, |py, braincubes| braincubes.into_py_any(py))
    }

    /// All entities of a list.
    fn list(&self, place: CollectionPath) -> PyResult<Items> {
        match place.request(self.client.get()?, ListRequest::All)? {
            ListResponse::All(items) => Ok(Items::new(self.runtime.clone(), items)),
            ListResponse::Page(_) | ListResponse::One(_) => Err(Failure::Closed.into()),
        }
    }

    /// One page of a list, as JSON.
    fn page(&self, place: CollectionPath, number: u32) -> PyResult<Operation> {
        match place.request(self.client.get()?, ListRequest::Page(number))? {
            ListResponse::Page(work) => {
                let work = async move { Ok(work.await?) };
                self.start(work, |py, items| items.into_py_any(py))
            }
            ListResponse::All(_) | ListResponse::One(_) => Err(Failure::Closed.into()),
        }
    }

    /// One entity, as JSON.
    fn one(&self, place: CollectionPath, bcid: String) -> PyResult<Operation> {
        match place.request(self.client.get()?, ListRequest::One(bcid))? {
            ListResponse::One(work) => {
                let work = async move { Ok(work.await?) };
                self.start(work, |py, item| item.into_py_any(py))
            }
            ListResponse::All(_) | ListResponse::Page(_) => Err(Failure::Closed.into()),
        }
    }

    /// The variables with these names or ids, as JSON.
    fn find_variables(
        &self,
        braincube: &str,
        memory_base: &str,
        names: Vec<String>,
    ) -> PyResult<Operation> {
        let base = self.memory_base(braincube, memory_base)?;
        let work = async move { Ok(metadata(&base.find_variables(names).await?)) };
        self.start(work, |py, variables| variables.into_py_any(py))
    }

    /// Name, reference date, order variable and time zone of a memory base.
    fn info(&self, braincube: &str, memory_base: &str) -> PyResult<Operation> {
        let base = self.memory_base(braincube, memory_base)?;
        let work = async move {
            let info = base.info().await?;
            let text = |text: Option<&str>| text.map(str::to_owned);
            let order = info.order_variable().map_err(Error::from)?.to_string();
            Ok((
                text(info.name()),
                text(info.reference_date()),
                order,
                text(info.timezone()),
            ))
        };
        self.start(work, |py, info| info.into_py_any(py))
    }

    /// The conditions of an event or of a job, as filters in JSON.
    fn conditions(
        &self,
        place: (String, String, String, String),
        with_events: bool,
    ) -> PyResult<Operation> {
        let (kind, braincube, memory_base, bcid) = place;
        let base = self.memory_base(&braincube, &memory_base)?;
        let work = async move {
            let filters = match (kind.as_str(), with_events) {
                ("event", _) => base.event(bcid.as_str()).conditions().await?,
                (_, false) => base.job(bcid.as_str()).conditions().await?,
                (_, true) => base.job(bcid.as_str()).conditions_with_events().await?,
            };
            Ok(jsons(&filters))
        };
        self.start(work, |py, filters| filters.into_py_any(py))
    }

    /// The ids of the variables of a data group or of a job.
    fn variable_ids(&self, place: (String, String, String, String)) -> PyResult<Operation> {
        let (kind, braincube, memory_base, bcid) = place;
        let base = self.memory_base(&braincube, &memory_base)?;
        let work = async move {
            let ids = match kind.as_str() {
                "data_group" => base.data_group(bcid.as_str()).variable_ids().await?,
                _ => base.job(bcid.as_str()).variable_ids().await?,
            };
            Ok(texts(&ids))
        };
        self.start(work, |py, ids| ids.into_py_any(py))
    }

    /// The variables of a data group, as JSON.
    fn group_variables(
        &self,
        braincube: &str,
        memory_base: &str,
        bcid: String,
    ) -> PyResult<Operation> {
        let base = self.memory_base(braincube, memory_base)?;
        let work = async move { Ok(metadata(&base.data_group(bcid.as_str()).variables().await?)) };
        self.start(work, |py, variables| variables.into_py_any(py))
    }

    /// The positive and the negative events of a job, as JSON.
    fn job_events(&self, braincube: &str, memory_base: &str, bcid: String) -> PyResult<Operation> {
        let base = self.memory_base(braincube, memory_base)?;
        let work = async move {
            let events = base.job(bcid.as_str()).events().await?;
            Ok((metadata(&events.positive), metadata(&events.negative)))
        };
        self.start(work, |py, events| events.into_py_any(py))
    }

    /// Extracts data.
    fn fetch(&self, options: QueryOptions) -> PyResult<Operation> {
        let client = self.client.get()?.clone();
        let progress = LatestProgress::default();
        let latest = Arc::clone(&progress);
        let work = async move {
            let query = options.query(&client).await?;
            let query = query.on_progress(move |progress| {
                *latest.lock().unwrap_or_else(PoisonError::into_inner) = Some(progress);
            });
            Ok(Frame::new(query.fetch().await?))
        };
        let operation = self.start(work, |py, frame| frame.into_py_any(py))?;
        Ok(operation.with_progress(progress))
    }

    /// Extracts data in time windows.
    fn windows(&self, options: QueryOptions, every: String) -> PyResult<Operation> {
        let client = self.client.get()?.clone();
        let runtime = self.runtime.clone();
        let window = stream::window(&every)?;
        let work = async move { Ok(options.query(&client).await?.fetch_stream(window)?) };
        self.start(work, move |py, windows| {
            Windows::new(runtime, windows).into_py_any(py)
        })
    }

    /// Sends any request; returns status, headers and body.
    fn request(&self, options: RequestOptions) -> PyResult<Operation> {
        let work = raw::send(options.query(self.client.get()?)?);
        self.start(work, |py, (status, headers, body)| {
            let body = pyo3::types::PyBytes::new(py, &body);
            (status, headers, body).into_py_any(py)
        })
    }

    /// Sends a request for data and decodes the response, with the columns in its order.
    fn extract(&self, options: RequestOptions, parse_dates: bool) -> PyResult<Operation> {
        let work = raw::extract(options.query(self.client.get()?)?, parse_dates);
        self.start(work, |py, frame| frame.into_py_any(py))
    }
}
