//! [`Connector`]: resolve, connect, handshake; within one limit, and each failure told apart.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::GaiResolver;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use tokio::net::TcpStream;
use tower::util::{MapErr, ServiceExt};
use tower::{BoxError, Service};

use super::dial::Dialer;
use crate::error::{ConnectFailure, ConnectStage, ErrorKind, TimeoutPhase};
use crate::proxy::ProxyRules;

/// A resolver whose failures say that they are the resolver's.
pub(super) type Resolver = MapErr<GaiResolver, fn(io::Error) -> ConnectFailure>;

/// How long a connection stays silent before the other end is asked whether it is still there: a
/// data request may be computed for minutes, and firewalls forget silent connections.
const KEEPALIVE: Duration = Duration::from_secs(60);

/// Brings a connection to a URI's host.
#[derive(Clone)]
pub(super) struct Connector {
    inner: HttpsConnector<Dialer>,
    limit: Duration,
}

impl Connector {
    pub(super) fn new(tls: ClientConfig, limit: Duration, proxies: ProxyRules) -> Self {
        let resolver = GaiResolver::new().map_err(not_resolved as fn(_) -> _);
        let mut tcp = HttpConnector::new_with_resolver(resolver);
        // The scheme is the TLS connector's business.
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_keepalive(Some(KEEPALIVE));
        let inner = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(Dialer {
                tcp,
                proxies: Arc::new(proxies),
            });
        Self { inner, limit }
    }
}

fn not_resolved(error: io::Error) -> ConnectFailure {
    let kind = ErrorKind::Connect(ConnectStage::Dns);
    ConnectFailure::new(kind, "the host name cannot be resolved").because(error)
}

type Connection = MaybeHttpsStream<TokioIo<TcpStream>>;

impl Service<Uri> for Connector {
    type Response = Connection;
    type Error = ConnectFailure;
    type Future = Pin<Box<dyn Future<Output = Result<Connection, ConnectFailure>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), ConnectFailure>> {
        self.inner
            .poll_ready(cx)
            .map_err(ConnectFailure::from_connector)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        Box::pin(within(self.limit, self.inner.call(uri)))
    }
}

async fn within<T>(
    limit: Duration,
    connecting: impl Future<Output = Result<T, BoxError>>,
) -> Result<T, ConnectFailure> {
    match tokio::time::timeout(limit, connecting).await {
        Ok(connected) => connected.map_err(ConnectFailure::from_connector),
        Err(_) => {
            let kind = ErrorKind::Timeout(TimeoutPhase::Connect);
            Err(ConnectFailure::new(
                kind,
                format!("no connection within {limit:?}"),
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::{not_resolved, within};
    use crate::error::{ConnectFailure, ConnectStage, ErrorKind, TimeoutPhase, from_service};

    #[tokio::test(start_paused = true)]
    async fn n3_a_connection_that_never_comes_ends_after_the_limit() {
        let started = Instant::now();
        let limit = Duration::from_secs(10);
        let failure = within(limit, std::future::pending::<Result<(), _>>())
            .await
            .unwrap_err();
        assert_eq!(started.elapsed(), limit);
        let error = from_service(failure.into());
        assert_eq!(error.kind(), ErrorKind::Timeout(TimeoutPhase::Connect));
        assert_eq!(error.to_string(), "no connection within 10s");
    }

    #[test]
    fn n2_a_resolvers_failure_is_known_inside_other_errors() {
        let failure = not_resolved(std::io::Error::other("no such host"));
        let failure = ConnectFailure::from_connector(std::io::Error::other(failure).into());
        let error = from_service(failure.into());
        assert_eq!(error.kind(), ErrorKind::Connect(ConnectStage::Dns));
        let cause = std::error::Error::source(&error).unwrap();
        assert_eq!(cause.to_string(), "no such host");
    }
}
