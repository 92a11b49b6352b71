//! Resolving names and connecting to addresses, with a resolver of the tests.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use braincube_model::Operation;
use bytes::Bytes;
use http::Request;
use hyper_util::client::legacy::connect::dns::Name;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tower::util::BoxCloneSyncService;

use super::connect::{Connector, Resolver, Tls, not_resolved};
use super::{HttpClient, needs_tls};
use crate::error::{ConnectFailure, ConnectStage, DnsReason, Error, ErrorKind, TimeoutPhase};
use crate::proxy::ProxyRules;
use crate::{AllowedOrigins, ProxyOptions, Response, RetryOptions, TlsOptions, Transport};

type Addresses = std::vec::IntoIter<SocketAddr>;

/// A resolver, and the number of its lookups.
fn resolver<F>(
    response: impl Fn() -> F + Clone + Send + Sync + 'static,
) -> (Resolver, Arc<AtomicUsize>)
where
    F: Future<Output = Result<Addresses, ConnectFailure>> + Send + 'static,
{
    let lookups = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&lookups);
    let service = tower::service_fn(move |name: Name| {
        assert_eq!(name.as_str(), "plant.example");
        count.fetch_add(1, Ordering::Relaxed);
        response()
    });
    (BoxCloneSyncService::new(service), lookups)
}

/// Reads from `plant.example` at this port, with a time limit of a second per connection.
async fn read(resolver: Resolver, port: u16) -> Result<Response, Error> {
    let url = format!("http://plant.example:{port}");
    let origins = AllowedOrigins::new([&url]).unwrap();
    let tls = Tls {
        config: TlsOptions::default().client_config(false).unwrap(),
        http2: false,
    };
    let limit = Duration::from_secs(1);
    let proxies = ProxyOptions::none().rules();
    let client = HttpClient::over(Connector::new(tls, limit, proxies, resolver));
    let transport = Transport::builder_without_credentials(origins)
        .allow_http(true)
        .retry(RetryOptions::default().random(|| 0.0).attempts(4))
        .build_with(client)
        .unwrap();
    let request = Request::get(format!("{url}/mb"))
        .extension(Operation::write("token", "/mb"))
        .body(Bytes::new())
        .unwrap();
    transport.read(request).await
}

/// A server on 127.0.0.1 that responds once per connection; ends when dropped.
async fn server() -> (u16, Arc<AtomicUsize>, JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let served = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&served);
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.unwrap());
            }
            count.fetch_add(1, Ordering::Relaxed);
            let response = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
            stream.write_all(response).await.unwrap();
        }
    });
    (port, served, tasks)
}

/// The loopback addresses that end with these bytes, without a port.
fn loopback(ends: &[u8]) -> Addresses {
    let address = |&end: &u8| SocketAddr::from((Ipv4Addr::new(127, 0, 0, end), 0));
    ends.iter().map(address).collect::<Vec<_>>().into_iter()
}

#[tokio::test]
async fn n4_the_next_address_is_tried_if_the_first_refuses() {
    let (port, served, _tasks) = server().await;
    let (resolver, lookups) = resolver(|| async { Ok(loopback(&[3, 2, 1])) });
    let response = read(resolver, port).await.unwrap();
    assert_eq!((response.body.as_ref(), response.attempts), (&b"{}"[..], 1));
    assert_eq!(lookups.load(Ordering::Relaxed), 1);
    assert_eq!(served.load(Ordering::Relaxed), 1);
}

/// A listener with a full queue, so that further connections get no reply.
async fn dead(address: Ipv4Addr, port: u16) -> (TcpListener, Vec<TcpStream>) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from((address, port))).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    let patience = Duration::from_millis(100);
    while let Ok(stream) = tokio::time::timeout(patience, TcpStream::connect(address)).await {
        waiting.push(stream.unwrap());
    }
    (listener, waiting)
}

// On other systems, a full queue refuses connections.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn n4_a_dead_first_address_leaves_time_for_the_next() {
    let (port, served, _tasks) = server().await;
    let _queue = dead(Ipv4Addr::new(127, 0, 0, 2), port).await;
    let (resolver, _) = resolver(|| async { Ok(loopback(&[2, 1])) });
    let response = read(resolver, port).await.unwrap();
    assert_eq!((response.body.as_ref(), response.attempts), (&b"{}"[..], 1));
    assert_eq!(served.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn n2_an_unknown_host_is_looked_up_twice_and_after_a_failed_lookup_four_times() {
    for (text, reason, attempts) in [
        ("Name or service not known", DnsReason::UnknownHost, 2),
        (
            "Temporary failure in name resolution",
            DnsReason::Unavailable,
            4,
        ),
    ] {
        let (resolver, lookups) =
            resolver(move || async move { Err(not_resolved(io::Error::other(text))) });
        let error = read(resolver, 80).await.unwrap_err();
        let kind = ErrorKind::Connect(ConnectStage::Dns(reason));
        assert_eq!((error.kind(), error.attempts()), (kind, attempts));
        assert_eq!(lookups.load(Ordering::Relaxed), attempts as usize);
        assert!(
            error.to_string().contains("http://plant.example"),
            "{error}"
        );
        assert!(!error.to_string().contains(text), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn n3_a_connection_that_times_out_is_tried_again() {
    let (resolver, lookups) = resolver(std::future::pending);
    let error = read(resolver, 80).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout(TimeoutPhase::Connect));
    assert_eq!((error.attempts(), lookups.load(Ordering::Relaxed)), (4, 4));
    assert_eq!(error.elapsed(), Duration::from_secs(4));
}

#[test]
fn n16_an_https_proxy_of_the_environment_needs_authorities_for_http_origins_too() {
    for (origin, variable, proxy, expected) in [
        ("http://plant.example", "HTTP_PROXY", "https://proxy", true),
        ("http://plant.example", "ALL_PROXY", "https://proxy", true),
        ("http://plant.example", "HTTP_PROXY", "http://proxy", false),
        (
            "http://plant.example",
            "HTTPS_PROXY",
            "https://proxy",
            false,
        ),
        ("http://127.0.0.1", "HTTP_PROXY", "https://proxy", false),
        ("https://plant.example", "NONE", "", true),
    ] {
        let value = |name: &str| (name == variable).then(|| proxy.into());
        let rules = ProxyRules::from_environment(value);
        let origins = AllowedOrigins::new([origin]).unwrap();
        assert_eq!(
            needs_tls(&origins, &rules).unwrap(),
            expected,
            "{origin} {variable}"
        );
    }
}
