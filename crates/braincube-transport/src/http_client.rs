//! [`HttpClient`]: the bottom of the stack, a pool of HTTP connections over TCP and TLS.

mod connect;
mod dial;
mod incoming;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper_util::client::legacy::{Client, ResponseFuture};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tower::Service;

use self::connect::{Connector, Tls};
pub use self::incoming::IncomingBody;
use crate::error::{Error, ErrorKind, from_service};
use crate::options::TimeoutOptions;
use crate::origins::{AllowedOrigins, RELATIVE};
use crate::proxy::ProxyOptions;
use crate::tls::TlsOptions;

/// How long a connection that nobody uses is kept. Shorter than most servers keep theirs, so that
/// few requests meet a connection that is being closed.
const KEPT_IDLE: Duration = Duration::from_secs(30);

/// How often a connection of HTTP/2 is asked whether it is still there, and how long its answer may
/// take. All requests share it: one that has died in silence would take the repeats with it.
#[cfg(feature = "http2")]
const PING_EVERY: Duration = Duration::from_secs(20);
#[cfg(feature = "http2")]
const PING_ANSWER: Duration = Duration::from_secs(10);

/// A service that sends requests over the network, and does nothing else for them.
///
/// HTTP/1.1 alone, unless [`TlsOptions`] say otherwise: large answers travel no faster over one
/// shared HTTP/2 connection. Its clones share their connections, so that two transports over clones of one client share them as well.
#[derive(Clone)]
pub struct HttpClient {
    /// Shared, because a client of hyper's is many values to clone, and every request has a clone of the stack.
    inner: Arc<Client<Connector, Full<Bytes>>>,
}

impl HttpClient {
    /// A client for these origins, and for no others to rely on: if none of them is reached over
    /// TLS, no trusted certificates are read. A proxy that the environment names is used.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if the CA bundle cannot be used, or if
    /// there is no authority to trust at all.
    pub fn new(
        origins: &AllowedOrigins,
        tls: &TlsOptions,
        timeouts: &TimeoutOptions,
    ) -> Result<Self, Error> {
        Self::with_proxy(origins, tls, timeouts, &ProxyOptions::environment())
    }

    /// As [`new`](Self::new), with another proxy than the environment's.
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
        let tls = Tls {
            config: tls.client_config(origins.any_secure() || proxy.is_secure())?,
            http2: tls.offers_http2(),
        };
        let resolver = connect::system_resolver();
        let connector = Connector::new(tls, timeouts.connect, proxy.rules(), resolver);
        Ok(Self::over(connector))
    }

    fn over(connector: Connector) -> Self {
        let mut builder = Client::builder(TokioExecutor::new());
        builder
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(KEPT_IDLE);
        #[cfg(feature = "http2")]
        builder
            .timer(TokioTimer::new())
            .http2_keep_alive_interval(PING_EVERY)
            .http2_keep_alive_timeout(PING_ANSWER);
        Self {
            inner: Arc::new(builder.build(connector)),
        }
    }
}

impl Service<Request<Bytes>> for HttpClient {
    type Response = Response<IncomingBody>;
    type Error = Error;
    type Future = HttpClientFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let is_absolute = request.uri().scheme().is_some() && request.uri().authority().is_some();
        HttpClientFuture {
            inner: is_absolute.then(|| self.inner.request(request.map(Full::new))),
        }
    }
}

/// The future of an [`HttpClient`].
pub struct HttpClientFuture {
    /// Nothing where there is nowhere to send the request to.
    inner: Option<ResponseFuture>,
}

impl Future for HttpClientFuture {
    type Output = Result<Response<IncomingBody>, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(inner) = &mut self.inner else {
            return Poll::Ready(Err(Error::new(ErrorKind::Input, RELATIVE)));
        };
        Poll::Ready(match ready!(Pin::new(inner).poll(cx)) {
            Ok(response) => Ok(response.map(IncomingBody::new)),
            Err(error) => Err(from_service(error.into())),
        })
    }
}

impl fmt::Debug for HttpClientFuture {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("HttpClientFuture").finish_non_exhaustive()
    }
}

impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("HttpClient").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
