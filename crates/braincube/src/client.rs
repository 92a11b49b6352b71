//! [`Client`]: a Braincube site and the way to connect to it.

mod builder;

use std::num::NonZeroU32;
use std::path::Path;

use braincube_auth::Config;
use braincube_model::request::{Endpoints, Page};
use braincube_transport::Transport;
use http::Method;

pub use self::builder::ClientBuilder;
#[cfg(feature = "login")]
pub(crate) use self::builder::http_client;
use crate::braincube::BraincubeHandle;
use crate::connection::Connection;
use crate::error::{Result, invalid};
use crate::raw::RawQuery;
use crate::{listing, model};

/// A client for one Braincube site.
///
/// Cheap to clone; clones share their connections. A program can use several clients, for several sites.
#[derive(Clone, Debug)]
pub struct Client {
    connection: Connection,
}

impl Client {
    /// Creates a client with these endpoints over any transport, such as one with additional layers, or a service in a
    /// test.
    ///
    /// ```
    /// use braincube::model::request::Endpoints;
    /// use braincube::transport::{Body, Transport};
    /// use braincube::{Client, Entity};
    /// use bytes::Bytes;
    /// use http::{Request, Response};
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let service = tower::service_fn(|request: Request<Bytes>| async move {
    ///     assert_eq!(request.uri(), "https://example.com/sso-server/ws/user/me");
    ///     let body = r#"{"accessList": [{"product": {"name": "demo", "productId": "1"}}]}"#;
    ///     Ok::<_, std::convert::Infallible>(Response::new(Body::from(body)))
    /// });
    /// let endpoints = Endpoints::new("https://example.com", "https://api.example.com")?;
    /// let client = Client::new(endpoints, Transport::new(service));
    /// assert_eq!(client.braincubes().await?[0].name(), Some("demo"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn new(endpoints: Endpoints, transport: Transport) -> Self {
        let page_size = NonZeroU32::new(Page::DEFAULT_SIZE).expect("the default is positive");
        Self::with_page_size(endpoints, transport, page_size)
    }

    fn with_page_size(endpoints: Endpoints, transport: Transport, page_size: NonZeroU32) -> Self {
        Self {
            connection: Connection::new(endpoints, transport, page_size),
        }
    }

    /// Creates a client from the default configuration of the user: the environment, `./config.json` or
    /// `~/.braincube/config.json`. Sends no request.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if there is no configuration, or it cannot be used.
    pub async fn from_default_config() -> Result<Self> {
        spawn_blocking(|| ClientBuilder::new(Config::load(None)?).build()).await
    }

    /// Creates a client from a configuration file. Sends no request.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if the file does not exist, or it cannot be used.
    pub async fn from_config_file(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref().to_owned();
        spawn_blocking(move || ClientBuilder::new(Config::load(Some(&path))?).build()).await
    }

    /// Creates a client from a configuration. Sends no request.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if the configuration contains no credential, or certificates cannot
    /// be read.
    pub async fn from_config(config: Config) -> Result<Self> {
        spawn_blocking(move || ClientBuilder::new(config).build()).await
    }

    /// Returns a builder to set further options.
    pub fn builder(config: Config) -> ClientBuilder {
        ClientBuilder::new(config)
    }

    /// Returns the braincubes that the credentials can access.
    ///
    /// Other products of the access list are not returned; an entry without a type counts as a braincube. An entry that
    /// cannot be parsed is skipped with a warning.
    ///
    /// # Errors
    ///
    /// If the request fails, or the server rejects the credentials.
    pub async fn braincubes(&self) -> Result<Vec<model::Braincube>> {
        listing::braincubes(&self.connection).await
    }

    /// A handle of the braincube with this name. Sends no request.
    pub fn braincube(&self, name: impl Into<String>) -> BraincubeHandle {
        BraincubeHandle::new(self.connection.clone(), name.into())
    }

    /// Any request, for endpoints without a method in this crate. The path is relative to the base URL of the API server,
    /// or of the SSO server with [`RawQuery::sso`].
    ///
    /// ```
    /// use braincube::{Client, Config, Method};
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = braincube_sim::Simulator::start().await?;
    /// # let config = Config::builder().sso_base_url(simulator.sso_base_url())
    /// #     .api_base_url(simulator.api_base_url()).api_key(simulator.token()).build()?;
    /// # let client = Client::from_config(config).await?;
    /// let path = "braincube/demo/braindata/mb20/simple";
    /// let info: serde_json::Value = client.request(Method::GET, path).json().await?;
    /// assert_eq!(info["name"], "mb20");
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(&self, method: Method, path: impl Into<String>) -> RawQuery {
        RawQuery::new(self.connection.clone(), method, path.into())
    }
}

/// Runs a function that reads files on a thread where it blocks no task.
async fn spawn_blocking<T: Send + 'static>(
    read: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(read).await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(invalid("runtime", "it is shutting down")),
        },
    }
}
