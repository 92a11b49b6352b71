//! [`HttpClient`]: the innermost service, a pool of HTTP connections over TCP and TLS.

mod connect;
mod dial;
mod pool;
mod tracked;

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use tokio::time::Instant;
use tower::Service;

use self::connect::{Connector, Tls};
use self::pool::{HyperClient, Pool};
pub(crate) use self::tracked::UsedConnection;
use crate::error::{Error, ErrorKind, from_service};
use crate::operation::OperationState;
use crate::options::TimeoutOptions;
use crate::origins::{AllowedOrigins, RELATIVE};
use crate::proxy::{ProxyOptions, ProxyRules};
use crate::service::BoxFuture;
use crate::tls::TlsOptions;

/// After how long without a response a dropped request indicates a dead connection. Earlier, its caller has lost interest.
const DEAD_AFTER: Duration = Duration::from_secs(1);

/// Sends requests over the network.
///
/// It uses HTTP/1.1 unless [`TlsOptions`] enable HTTP/2, since large responses are not faster over one shared HTTP/2
/// connection. Clones share their connections, also in two transports over clones of one client.
///
/// If a request on a reused connection fails, or is dropped after a second, without a byte in response, all idle connections
/// are closed: the cause, such as a failover or a firewall, has most likely ended all of them. The next request opens a new
/// one. The error is marked with [`Error::on_reused_connection`].
#[derive(Clone)]
pub struct HttpClient {
    pool: Arc<Pool>,
}

impl HttpClient {
    /// A client for these origins, with the proxy of the environment. If none of them and no proxy needs TLS, no trusted
    /// certificates are read.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] if the CA bundle is unusable, there is no trusted authority, or the
    /// environment variable with the proxy for an origin is invalid.
    pub fn new(
        origins: &AllowedOrigins,
        tls: &TlsOptions,
        timeouts: &TimeoutOptions,
    ) -> Result<Self, Error> {
        Self::with_proxy(origins, tls, timeouts, &ProxyOptions::environment())
    }

    /// As [`new`](Self::new), with this proxy.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn with_proxy(
        origins: &AllowedOrigins,
        tls: &TlsOptions,
        timeouts: &TimeoutOptions,
        proxy: &ProxyOptions,
    ) -> Result<Self, Error> {
        let proxies = proxy.rules();
        let tls = Tls {
            config: tls.client_config(needs_tls(origins, &proxies)?)?,
            http2: tls.offers_http2(),
        };
        let resolver = connect::system_resolver();
        let connector = Connector::new(tls, timeouts.connect, proxies, resolver);
        Ok(Self::over(connector))
    }

    fn over(connector: Connector) -> Self {
        Self {
            pool: Arc::new(Pool::new(connector)),
        }
    }
}

/// Whether an origin, or the proxy to it, is connected to over TLS.
fn needs_tls(origins: &AllowedOrigins, proxies: &ProxyRules) -> Result<bool, Error> {
    let mut needs_tls = false;
    for origin in origins.examples() {
        let proxy = proxies.proxy_to(&origin)?;
        needs_tls |= origin.scheme_str() == Some("https") || proxy.is_some_and(|it| it.is_secure());
    }
    Ok(needs_tls)
}

impl Service<Request<Bytes>> for HttpClient {
    type Response = Response<Incoming>;
    type Error = Error;
    type Future = BoxFuture<Result<Self::Response, Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Bytes>) -> Self::Future {
        if request.uri().scheme().is_none() || request.uri().authority().is_none() {
            let error = Error::new(ErrorKind::Input, RELATIVE);
            return Box::pin(std::future::ready(Err(error)));
        }
        let connection = UsedConnection::capture(&mut request);
        if let Some(state) = request.extensions().get::<OperationState>() {
            state.record_connection(connection.clone());
        }
        let client = self.pool.client();
        let response = client.request(request.map(Full::new));
        let mut sent = SentRequest {
            pool: Arc::clone(&self.pool),
            client,
            connection,
            sent_at: Some(Instant::now()),
        };
        Box::pin(async move {
            let result = response.await;
            sent.sent_at = None;
            result.map_err(|error| {
                let error = from_service(error.into());
                match sent.connection.may_be_dead() {
                    true => {
                        sent.pool.discard(&sent.client);
                        error.on_reused_connection()
                    }
                    false => error,
                }
            })
        })
    }
}

/// A request that has been sent.
struct SentRequest {
    pool: Arc<Pool>,
    client: Arc<HyperClient>,
    connection: UsedConnection,
    /// `None` when it has failed or its response has begun.
    sent_at: Option<Instant>,
}

/// A request that is dropped without a byte in response may be on a dead connection.
impl Drop for SentRequest {
    fn drop(&mut self) {
        if let Some(sent_at) = self.sent_at
            && sent_at.elapsed() >= DEAD_AFTER
            && self.connection.may_be_dead()
        {
            self.pool.discard(&self.client);
        }
    }
}

impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("HttpClient").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
