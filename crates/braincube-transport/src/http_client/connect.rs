//! [`Connector`]: resolves, connects and performs the TLS handshake within one time limit.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::{GaiAddrs, GaiResolver, Name};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use tower::util::{BoxCloneSyncService, ServiceExt};
use tower::{BoxError, Service};

use super::dial::{Dialed, Dialer};
use super::tracked::Tracked;
use crate::error::{ConnectFailure, ConnectStage, DnsReason, ErrorKind, TimeoutPhase};
use crate::proxy::ProxyRules;

/// Resolves the name of a host to its addresses.
pub(super) type Resolver =
    BoxCloneSyncService<Name, std::vec::IntoIter<SocketAddr>, ConnectFailure>;

/// The interval of TCP keepalive: the service may compute a data request for minutes, and firewalls drop silent
/// connections.
const KEEPALIVE: Duration = Duration::from_secs(60);

/// Opens connections. Its clones share their content, because hyper's client clones it several times for each request.
#[derive(Clone)]
pub(super) struct Connector {
    inner: Arc<HttpsConnector<Dialer>>,
    limit: Duration,
}

impl Connector {
    pub(super) fn new(tls: Tls, limit: Duration, proxies: ProxyRules, resolver: Resolver) -> Self {
        let mut tcp = HttpConnector::new_with_resolver(resolver);
        // The TLS connector handles the scheme.
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_keepalive(Some(KEEPALIVE));
        // Divided among the addresses of a host, so that a dead one leaves time for the next.
        tcp.set_connect_timeout(Some(limit));
        let dialer = Dialer {
            to_proxy: HttpsConnectorBuilder::new()
                .with_tls_config(tls.config.clone())
                .https_or_http()
                .enable_http1()
                .wrap_connector(tcp.clone()),
            tcp,
            proxies: Arc::new(proxies),
        };
        let inner = Arc::new(tls.over(dialer));
        Self { inner, limit }
    }
}

/// The TLS configuration, and the protocol inside.
pub(super) struct Tls {
    pub(super) config: ClientConfig,
    /// Whether HTTP/2 is offered in addition to HTTP/1.1.
    pub(super) http2: bool,
}

impl Tls {
    fn over(self, dialer: Dialer) -> HttpsConnector<Dialer> {
        let builder = HttpsConnectorBuilder::new()
            .with_tls_config(self.config)
            .https_or_http()
            .enable_http1();
        match self.http2 {
            #[cfg(feature = "http2")]
            true => builder.enable_http2().wrap_connector(dialer),
            _ => builder.wrap_connector(dialer),
        }
    }
}

/// The resolver of the operating system.
pub(super) fn system_resolver() -> Resolver {
    let resolver = GaiResolver::new()
        .map_response(|found: GaiAddrs| found.collect::<Vec<_>>().into_iter())
        .map_err(not_resolved);
    BoxCloneSyncService::new(resolver)
}

pub(super) fn not_resolved(error: io::Error) -> ConnectFailure {
    let (reason, message) = match is_unknown_host(&error) {
        true => (DnsReason::UnknownHost, "no host has this name"),
        false => (DnsReason::Unavailable, "the host name cannot be resolved"),
    };
    let kind = ErrorKind::Connect(ConnectStage::Dns(reason));
    ConnectFailure::new(kind, message).because(error)
}

/// Whether the host does not exist, as opposed to a failed lookup.
///
/// Except on Windows, the standard library does not expose the code of `getaddrinfo`, only the text of the C library, which is
/// English in a program without a locale.
fn is_unknown_host(error: &io::Error) -> bool {
    const HOST_NOT_FOUND: i32 = 11001;
    const NO_DATA: i32 = 11004;
    const TEXTS: [&str; 5] = [
        "Name or service not known",           // glibc, EAI_NONAME
        "No address associated with hostname", // glibc and Android, EAI_NODATA
        "Name does not resolve",               // musl
        "Name has no usable address",          // musl
        "nodename nor servname provided",      // macOS and the BSDs
    ];
    match error.raw_os_error() {
        Some(code) => cfg!(windows) && [HOST_NOT_FOUND, NO_DATA].contains(&code),
        None => {
            let text = error.to_string();
            TEXTS.iter().any(|known| text.contains(known))
        }
    }
}

type Connection = TokioIo<Tracked<MaybeHttpsStream<Dialed>>>;

impl Service<Uri> for Connector {
    type Response = Connection;
    type Error = ConnectFailure;
    type Future = Pin<Box<dyn Future<Output = Result<Connection, ConnectFailure>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ConnectFailure>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connecting = HttpsConnector::clone(&self.inner).oneshot(uri);
        let connecting = within(self.limit, connecting);
        Box::pin(async { Ok(TokioIo::new(Tracked::new(connecting.await?))) })
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
    use crate::error::{
        ConnectFailure, ConnectStage, DnsReason, ErrorKind, TimeoutPhase, from_service,
    };

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
        for (text, expected) in [
            ("Name or service not known", DnsReason::UnknownHost),
            (
                "No address associated with hostname",
                DnsReason::UnknownHost,
            ),
            ("Name does not resolve", DnsReason::UnknownHost),
            (
                "nodename nor servname provided, or not known",
                DnsReason::UnknownHost,
            ),
            (
                "Temporary failure in name resolution",
                DnsReason::Unavailable,
            ),
            ("Try again", DnsReason::Unavailable),
        ] {
            let text = format!("failed to lookup address information: {text}");
            let failure = not_resolved(std::io::Error::other(text.clone()));
            let failure = ConnectFailure::from_connector(std::io::Error::other(failure).into());
            let error = from_service(failure.into());
            let expected = ErrorKind::Connect(ConnectStage::Dns(expected));
            assert_eq!(error.kind(), expected, "{text}");
            let cause = std::error::Error::source(&error).unwrap();
            assert_eq!(cause.to_string(), text);
        }
    }
}
