//! [`Client`] and [`Braincube`]: handles of a site and of a braincube.

use std::path::Path;

use braincube_auth::Config;
use braincube_model::{BcId, Braincube as BraincubeDescription};
use http::Method;

use super::runtime::Runtime;
use super::{Collection, MemoryBase, RawQuery};
use crate::client::{self, ClientBuilder};
use crate::error::Result;
use crate::{braincube, model};

/// A Braincube site: the blocking [`Client`](crate::Client).
#[derive(Clone, Debug)]
pub struct Client {
    runtime: Runtime,
    inner: client::Client,
}

impl Client {
    /// Wraps an asynchronous client, such as one with custom options.
    ///
    /// # Errors
    ///
    /// If no thread can be started.
    pub fn new(client: client::Client) -> Result<Self> {
        Ok(Self {
            runtime: Runtime::start()?,
            inner: client,
        })
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
        Self::from_builder(client::Client::builder(config))
    }

    /// Creates a client with these options.
    ///
    /// # Errors
    ///
    /// As [`ClientBuilder::build`].
    pub fn from_builder(builder: ClientBuilder) -> Result<Self> {
        let runtime = Runtime::start()?;
        let inner = runtime.wait(async move { builder.build() })?;
        Ok(Self { runtime, inner })
    }

    /// Returns the braincubes that the credentials can access.
    ///
    /// # Errors
    ///
    /// As [`Client::braincubes`](crate::Client::braincubes).
    pub fn braincubes(&self) -> Result<Vec<BraincubeDescription>> {
        let client = self.inner.clone();
        self.runtime.wait(async move { client.braincubes().await })
    }

    /// A handle of the braincube with this name. Sends no request.
    pub fn braincube(&self, name: impl Into<String>) -> Braincube {
        Braincube {
            runtime: self.runtime.clone(),
            inner: self.inner.braincube(name),
        }
    }

    /// Any request, for endpoints without a method in this crate.
    pub fn request(&self, method: Method, path: impl Into<String>) -> RawQuery {
        RawQuery::new(self.runtime.clone(), self.inner.request(method, path))
    }

    /// The wrapped asynchronous client.
    pub fn as_async(&self) -> &client::Client {
        &self.inner
    }
}

/// A handle of a braincube: the blocking [`Braincube`](crate::Braincube).
#[derive(Clone, Debug)]
pub struct Braincube {
    runtime: Runtime,
    inner: braincube::Braincube,
}

impl Braincube {
    /// The name, as given.
    pub fn name(&self) -> &str {
        self.inner.name()
    }

    /// The memory bases of the braincube.
    pub fn memory_bases(&self) -> Collection<model::MemoryBase> {
        Collection::new(self.runtime.clone(), self.inner.memory_bases())
    }

    /// A handle of the memory base with this bcId. Sends no request.
    pub fn memory_base(&self, bcid: impl Into<BcId>) -> MemoryBase {
        MemoryBase::new(self.runtime.clone(), self.inner.memory_base(bcid))
    }
}
