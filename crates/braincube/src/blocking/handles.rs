//! [`Client`] and the handles that it creates.

use std::path::Path;

use braincube_auth::Config;
use braincube_model::{BcId, Category, Filter, LongId, Rule, Variable, response};
use braincube_transport::{Pager, Response};
use bytes::Bytes;
use http::Method;
use serde::de::DeserializeOwned;

use super::DataQuery;
use super::runtime::{self, Blocking, Runtime};
use crate::client::ClientBuilder;
use crate::error::{Error, Result};
use crate::resource::Resource;
use crate::study::JobEvents;
use crate::variable_id::VariableId;
use crate::{collection, model};

/// Generates blocking methods that call the asynchronous methods of the same names.
macro_rules! calls {
    ($($(#[$doc:meta])* $call:ident -> $result:ty;)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        ///
        /// As the asynchronous method of the same name.
        pub fn $call(&self) -> Result<$result> {
            self.0.clone().wait(|inner| async move { inner.$call().await })
        }
    )*};
}

/// Generates methods that create a collection, a query or another handle without a request.
macro_rules! creates {
    ($(
        $(#[$doc:meta])*
        $name:ident($($argument:ident: $type:ty),*) -> $created:ident $(<$entity:ty>)?;
    )*) => {$(
        $(#[$doc])*
        pub fn $name(&self, $($argument: $type),*) -> $created $(<$entity>)? {
            $created(self.0.with(self.0.inner.$name($($argument),*)))
        }
    )*};
}

/// A client for one Braincube site: the blocking [`Client`](crate::Client).
#[derive(Clone, Debug)]
pub struct Client(Blocking<crate::Client>);

impl Client {
    /// Wraps an asynchronous client, such as one with custom options.
    ///
    /// # Errors
    ///
    /// If no thread can be started.
    pub fn new(client: crate::Client) -> Result<Self> {
        Ok(Self(Blocking::new(client, Runtime::start()?)))
    }

    /// Creates a client from the default configuration of the user.
    ///
    /// # Errors
    ///
    /// As [`Client::from_default_config`](crate::Client::from_default_config).
    pub fn from_default_config() -> Result<Self> {
        Self::from_config(Config::load(None)?)
    }

    /// Creates a client from a configuration file.
    ///
    /// # Errors
    ///
    /// As [`Client::from_config_file`](crate::Client::from_config_file).
    pub fn from_config_file(path: impl AsRef<Path>) -> Result<Self> {
        Self::from_config(Config::load(Some(path.as_ref()))?)
    }

    /// Creates a client from a configuration.
    ///
    /// # Errors
    ///
    /// As [`Client::from_config`](crate::Client::from_config).
    pub fn from_config(config: Config) -> Result<Self> {
        Self::from_builder(crate::Client::builder(config))
    }

    /// Creates a client with these options.
    ///
    /// # Errors
    ///
    /// As [`ClientBuilder::build`].
    pub fn from_builder(builder: ClientBuilder) -> Result<Self> {
        let runtime = Runtime::start()?;
        let client = runtime.wait(async move { builder.build() })?;
        Ok(Self(Blocking::new(client, runtime)))
    }

    calls! {
        /// Returns the braincubes that the credentials can access.
        braincubes -> Vec<model::Braincube>;
    }

    creates! {
        /// A handle of the braincube with this name. Sends no request.
        braincube(name: impl Into<String>) -> BraincubeHandle;
        /// Any request, for endpoints without a method in this crate.
        request(method: Method, path: impl Into<String>) -> RawQuery;
    }

    /// The wrapped asynchronous client.
    pub fn as_async(&self) -> &crate::Client {
        &self.0.inner
    }
}

/// A handle of a braincube: the blocking [`BraincubeHandle`](crate::BraincubeHandle).
#[derive(Clone, Debug)]
pub struct BraincubeHandle(Blocking<crate::BraincubeHandle>);

impl BraincubeHandle {
    /// The name, as given.
    pub fn name(&self) -> &str {
        self.0.inner.name()
    }

    creates! {
        /// The memory bases of the braincube.
        memory_bases() -> Collection<model::MemoryBase>;
        /// A handle of the memory base with this bcId. Sends no request.
        memory_base(bcid: impl Into<BcId>) -> MemoryBaseHandle;
    }
}

/// A handle of a memory base: the blocking [`MemoryBaseHandle`](crate::MemoryBaseHandle).
#[derive(Clone, Debug)]
pub struct MemoryBaseHandle(Blocking<crate::MemoryBaseHandle>);

impl MemoryBaseHandle {
    /// The bcId.
    pub fn bcid(&self) -> &BcId {
        self.0.inner.bcid()
    }

    /// The name of the braincube.
    pub fn braincube(&self) -> &str {
        self.0.inner.braincube()
    }

    /// Returns the long id of a variable of this memory base. Sends no request.
    ///
    /// # Errors
    ///
    /// As [`MemoryBaseHandle::variable`](crate::MemoryBaseHandle::variable).
    pub fn variable(&self, bcid: impl Into<VariableId>) -> Result<LongId> {
        self.0.inner.variable(bcid)
    }

    creates! {
        /// The variables of the memory base.
        variables() -> Collection<Variable>;
        /// The data groups of the memory base.
        data_groups() -> Collection<model::DataGroup>;
        /// The events of the memory base.
        events() -> Collection<model::Event>;
        /// The jobs of the memory base.
        jobs() -> Collection<model::Job>;
        /// The rules of the memory base, found by any job.
        rules() -> Collection<Rule>;
        /// A handle of the data group with this bcId. Sends no request.
        data_group(bcid: impl Into<BcId>) -> EntityHandle<model::DataGroup>;
        /// A handle of the event with this bcId. Sends no request.
        event(bcid: impl Into<BcId>) -> EntityHandle<model::Event>;
        /// A handle of the job with this bcId. Sends no request.
        job(bcid: impl Into<BcId>) -> EntityHandle<model::Job>;
        /// A query for the data of all variables of the memory base.
        all_data() -> DataQuery;
    }

    calls! {
        /// Returns the description of the memory base.
        describe -> model::MemoryBase;
        /// Returns the properties of the memory base in the data service.
        info -> response::MemoryBaseInfo;
    }

    /// Finds the variables with these names or ids.
    ///
    /// # Errors
    ///
    /// As [`MemoryBaseHandle::find_variables`](crate::MemoryBaseHandle::find_variables).
    pub fn find_variables<I>(&self, names: I) -> Result<Vec<Variable>>
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        let base = self.0.clone();
        base.wait(|base| async move { base.find_variables(names).await })
    }

    /// A query for the data of these variables, by bcId, long id or description, one column each in this order.
    pub fn data<I>(&self, variables: I) -> DataQuery
    where
        I: IntoIterator,
        I::Item: Into<VariableId>,
    {
        DataQuery(self.0.with(self.0.inner.data(variables)))
    }
}

/// A handle of an entity of a memory base: the blocking [`EntityHandle`](crate::EntityHandle).
#[derive(Clone, Debug)]
pub struct EntityHandle<E: Resource>(Blocking<crate::EntityHandle<E>>);

/// A handle of a data group: the blocking [`DataGroupHandle`](crate::DataGroupHandle).
pub type DataGroupHandle = EntityHandle<model::DataGroup>;

/// A handle of an event: the blocking [`EventHandle`](crate::EventHandle).
pub type EventHandle = EntityHandle<model::Event>;

/// A handle of a job: the blocking [`JobHandle`](crate::JobHandle).
pub type JobHandle = EntityHandle<model::Job>;

impl<E: Resource> EntityHandle<E> {
    /// The bcId.
    pub fn bcid(&self) -> &BcId {
        self.0.inner.bcid()
    }

    calls! {
        /// Returns the description of the entity.
        describe -> E;
    }
}

impl DataGroupHandle {
    calls! {
        /// Returns the bcIds of its variables.
        variable_ids -> Vec<BcId>;
        /// Returns the descriptions of its variables.
        variables -> Vec<Variable>;
    }

    creates! {
        /// A query for the data of its variables, one column each.
        data() -> DataQuery;
    }
}

impl EventHandle {
    calls! {
        /// Returns its conditions as filters; a row must match all of them.
        conditions -> Vec<Filter>;
    }
}

impl JobHandle {
    calls! {
        /// Returns the conditions of the job as filters, without those of its events.
        conditions -> Vec<Filter>;
        /// Returns the filters that select the rows of the job; a row must match all of them.
        conditions_with_events -> Vec<Filter>;
        /// Returns the events of the job.
        events -> JobEvents;
        /// Returns the classes into which the job divides rows.
        categories -> Vec<Category>;
        /// Returns the bcIds of the variables of the job, without duplicates.
        variable_ids -> Vec<BcId>;
    }

    creates! {
        /// The rules that the job has found.
        rules() -> Collection<Rule>;
        /// A query for the variables and rows of the job.
        data() -> DataQuery;
    }
}

/// The entities of one kind: the blocking [`Collection`](crate::Collection).
#[derive(Clone, Debug)]
pub struct Collection<E: Resource>(Blocking<collection::Collection<E>>);

impl<E: Resource> Collection<E> {
    /// Returns the entity with this bcId.
    ///
    /// # Errors
    ///
    /// As [`Collection::get`](crate::Collection::get).
    pub fn get(&self, bcid: impl Into<BcId>) -> Result<E> {
        let (collection, bcid) = (self.0.clone(), bcid.into());
        collection.wait(|collection| async move { collection.get(bcid).await })
    }

    /// Returns the entity with this bcId, or `None` if it does not exist.
    ///
    /// # Errors
    ///
    /// As [`Collection::get_opt`](crate::Collection::get_opt).
    pub fn get_opt(&self, bcid: impl Into<BcId>) -> Result<Option<E>> {
        let (collection, bcid) = (self.0.clone(), bcid.into());
        collection.wait(|collection| async move { collection.get_opt(bcid).await })
    }

    /// Returns the entities of one page. The first page is 0.
    ///
    /// # Errors
    ///
    /// As [`Collection::page`](crate::Collection::page).
    pub fn page(&self, number: u32) -> Result<Vec<E>> {
        let collection = self.0.clone();
        collection.wait(move |collection| async move { collection.page(number).await })
    }

    /// Lists all entities in the order of the service. Pages are requested on demand.
    pub fn list(&self) -> List<E> {
        List(Some(self.0.with(self.0.inner.list())))
    }
}

/// An iterator over the entities of a list. Blocks for each page.
#[derive(Debug)]
#[must_use = "iterators do nothing unless they are advanced"]
pub struct List<E: Resource>(Option<Blocking<Pager<E, Error>>>);

impl<E: Resource> Iterator for List<E> {
    type Item = Result<E>;

    fn next(&mut self) -> Option<Result<E>> {
        runtime::next(&mut self.0)
    }
}

/// Any request: the blocking [`RawQuery`](crate::RawQuery).
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct RawQuery(Blocking<crate::RawQuery>);

impl RawQuery {
    /// Sends the request to the SSO server instead of the API server.
    pub fn sso(self) -> Self {
        Self(self.0.map(crate::RawQuery::sso))
    }

    /// Replaces the placeholder `{braincube-name}` in the base URL and the path.
    pub fn braincube(self, name: impl Into<String>) -> Self {
        Self(self.0.map(|query| query.braincube(name)))
    }

    /// Sends this JSON as the body.
    pub fn body(self, body: impl Into<Bytes>) -> Self {
        Self(self.0.map(|query| query.body(body)))
    }

    /// Declares the request idempotent, so that it may be retried.
    pub fn idempotent(self) -> Self {
        Self(self.0.map(crate::RawQuery::idempotent))
    }

    /// Sends the request and returns the complete response with any content type.
    ///
    /// # Errors
    ///
    /// As [`RawQuery::send`](crate::RawQuery::send).
    pub fn send(self) -> Result<Response> {
        self.0.wait(crate::RawQuery::send)
    }

    /// Sends the request and deserializes the JSON of the response into a `T`.
    ///
    /// # Errors
    ///
    /// As [`RawQuery::json`](crate::RawQuery::json).
    pub fn json<T: DeserializeOwned + Send + 'static>(self) -> Result<T> {
        self.0.wait(crate::RawQuery::json)
    }
}
