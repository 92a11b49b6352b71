//! [`Client`]: one Braincube site, and how it is reached.

mod builder;

use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;

use braincube_auth::Config;
use braincube_model::request::{Endpoints, Page, RequestError};
use braincube_model::{BcId, Braincube as BraincubeDescription, answer};
use braincube_transport::{LongRunning, Transport};
use bytes::Bytes;
use http::{Method, Request};

pub use self::builder::ClientBuilder;
use crate::braincube::Braincube;
use crate::error::{Result, invalid};
use crate::raw::RawQuery;

/// One Braincube site, and how it is reached.
///
/// Cheap to clone; clones share their connections. Several clients, for several sites, live side
/// by side.
#[derive(Clone, Debug)]
pub struct Client {
    shared: Arc<Shared>,
    /// An id given by a caller that no request can be made with: whatever is asked with it is refused.
    refused: Option<BcId>,
    /// Whether requests are part of long work, and retried for longer.
    is_long_running: bool,
}

#[derive(Debug)]
struct Shared {
    endpoints: Endpoints,
    transport: Transport,
    page_size: NonZeroU32,
}

impl Client {
    /// A client for these addresses, over any transport: one of your own making, or a service in a
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
        let size = NonZeroU32::new(Page::DEFAULT_SIZE).expect("150 is not 0");
        Self::with_page_size(endpoints, transport, size)
    }

    fn with_page_size(endpoints: Endpoints, transport: Transport, page_size: NonZeroU32) -> Self {
        Self {
            shared: Arc::new(Shared {
                endpoints,
                transport,
                page_size,
            }),
            refused: None,
            is_long_running: false,
        }
    }

    /// A client for the configuration of this machine's user: the environment, `./config.json` or
    /// `~/.braincube/config.json`.
    ///
    /// # Errors
    ///
    /// Where there is none, or it cannot be used. Nothing is sent.
    pub async fn from_default_config() -> Result<Self> {
        Self::from_config(off_the_runtime(|| Ok(Config::load(None)?)).await?).await
    }

    /// A client for a configuration in this file.
    ///
    /// # Errors
    ///
    /// Where there is no such file, or it cannot be used. Nothing is sent.
    pub async fn from_config_file(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref().to_owned();
        Self::from_config(off_the_runtime(move || Ok(Config::load(Some(&path))?)).await?).await
    }

    /// A client for this configuration.
    ///
    /// # Errors
    ///
    /// Where the configuration holds no credential, or its certificates cannot be read. Nothing is
    /// sent.
    pub async fn from_config(config: Config) -> Result<Self> {
        off_the_runtime(move || ClientBuilder::new(config).build()).await
    }

    /// A client for this configuration, with its options set one by one.
    pub fn builder(config: Config) -> ClientBuilder {
        ClientBuilder::new(config)
    }

    /// The braincubes that the credentials may open.
    ///
    /// Other products in the access list are left out; one without a type counts as a braincube. An
    /// entry that cannot be read is left out too, with a warning in the log.
    ///
    /// # Errors
    ///
    /// Where the request fails, or the credentials are not accepted.
    pub async fn braincubes(&self) -> Result<Vec<BraincubeDescription>> {
        let access = self.call(Endpoints::user_me, answer::user_me).await?;
        let mut braincubes = Vec::new();
        for product in access.items {
            match product {
                Ok(product) if product.is_braincube() => braincubes.push(product),
                Ok(_) => {}
                Err(error) => tracing::warn!("a product in the access list is left out: {error}"),
            }
        }
        Ok(braincubes)
    }

    /// The address of a braincube, by name. Costs no request.
    pub fn braincube(&self, name: impl Into<String>) -> Braincube {
        Braincube::new(self.clone(), name.into())
    }

    /// Any request, for what this crate has no method for. The path follows the base URL of the API server, or of the
    /// SSO server where [`RawQuery::sso`] says so.
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
        RawQuery::new(self.clone(), method, path.into())
    }

    /// Makes a request, sends it, and reads its answer; asks again where that breaks off.
    pub(crate) async fn call<T, E>(
        &self,
        ask: impl FnOnce(&Endpoints) -> std::result::Result<Request<Bytes>, RequestError>,
        read: impl Fn(&[u8]) -> std::result::Result<T, E> + Send + Sync,
    ) -> Result<T>
    where
        T: Send,
        crate::Error: From<E>,
    {
        if let Some(bcid) = &self.refused {
            let reason = format!("{:?} is no bcId of one, which is a number", bcid.as_str());
            return Err(invalid("memory base", reason));
        }
        let request = self.marked(ask(&self.shared.endpoints)?);
        let read = &read;
        let transport = &self.shared.transport;
        let answer = transport.read_with(request, |response| async move {
            let mut body = response.into_body();
            let content = body.collect().await?;
            // A server may say with status 200 what failed.
            read(&content)
                .map_err(|error| crate::Error::from(error).with_detail(body.message_in(&content)))
        });
        answer.await
    }

    /// The same client, which refuses every call because it is about something of this id.
    pub(crate) fn refusing(&self, bcid: BcId) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            refused: Some(bcid),
            is_long_running: self.is_long_running,
        }
    }

    /// The same client, whose requests are part of long work.
    pub(crate) fn long_running(mut self) -> Self {
        self.is_long_running = true;
        self
    }

    /// A request with the mark of long work, where it is one.
    pub(crate) fn marked(&self, mut request: Request<Bytes>) -> Request<Bytes> {
        if self.is_long_running {
            request.extensions_mut().insert(LongRunning);
        }
        request
    }

    pub(crate) fn endpoints(&self) -> &Endpoints {
        &self.shared.endpoints
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.shared.transport
    }

    pub(crate) fn page_size(&self) -> NonZeroU32 {
        self.shared.page_size
    }
}

/// Runs what reads files (a configuration, the system's certificates) where it holds up no task.
async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(invalid("runtime", "it is shutting down")),
        },
    }
}
