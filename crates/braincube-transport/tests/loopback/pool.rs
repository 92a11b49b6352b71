//! Pooled connections that have died while they were idle, as after a failover or behind a firewall.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use braincube_model::Operation;
use braincube_transport::{
    AllowedOrigins, ConcurrencyOptions, Error, ErrorKind, Response, TimeoutOptions, Transport,
};
use bytes::Bytes;
use http::Request;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::server::ok;
use crate::tokens::one_token;

const READ: Operation = Operation::read("memory_bases", "/mb/all/summary");
const WRITE: Operation = Operation::write("token", "/oauth2/token");

/// How many connections are in the pool when they die.
const POOLED: usize = 8;

/// The time limit of the first byte.
const FIRST_BYTE: Duration = Duration::from_millis(1500);

/// What a dead connection does after a request has been written to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Death {
    Reset,
    End,
    Silence,
}

/// A server whose first connections die all at once, and which serves new ones.
struct Server {
    address: SocketAddr,
    is_dead: Arc<AtomicBool>,
    connections: Arc<AtomicUsize>,
    _tasks: JoinSet<()>,
}

impl Server {
    async fn start(death: Death) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (is_dead, connections) = (Arc::new(AtomicBool::new(false)), Arc::default());
        let (death_has_come, count) = (Arc::clone(&is_dead), Arc::clone(&connections));
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let together = Arc::new(Barrier::new(POOLED));
            let mut served = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                AtomicUsize::fetch_add(&count, 1, SeqCst);
                if death_has_come.load(SeqCst) {
                    served.spawn(serve(stream));
                } else {
                    served.spawn(serve_once(stream, Arc::clone(&together), death));
                }
            }
        });
        Self {
            address,
            is_dead,
            connections,
            _tasks: tasks,
        }
    }

    /// A transport with pooled connections to this server, all of which have just died.
    async fn with_dead_pool(death: Death) -> (Self, Transport) {
        let server = Self::start(death).await;
        let url = format!("http://{}", server.address);
        let origins = AllowedOrigins::new([url]).unwrap();
        let transport = Transport::builder(one_token(), origins)
            .timeouts(TimeoutOptions::default().first_byte_metadata(FIRST_BYTE))
            .concurrency(ConcurrencyOptions::default())
            .build()
            .unwrap();
        for response in server.calls_at_once(&transport).await {
            response.unwrap();
        }
        assert_eq!(server.connections.load(SeqCst), POOLED);
        server.is_dead.store(true, SeqCst);
        (server, transport)
    }

    async fn call(&self, transport: &Transport, operation: Operation) -> Result<Response, Error> {
        let request = Request::get(format!("http://{}/mb/all/summary", self.address));
        let request = request.extension(operation).body(Bytes::new()).unwrap();
        transport.read(request).await
    }

    async fn calls_at_once(&self, transport: &Transport) -> Vec<Result<Response, Error>> {
        let calls = (0..POOLED).map(|_| self.call(transport, READ));
        futures_util::future::join_all(calls).await
    }
}

/// Reads the head of a request; `None` if the connection ends.
async fn head(stream: &mut TcpStream) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    Some(())
}

async fn serve(mut stream: TcpStream) {
    while head(&mut stream).await.is_some() {
        stream.write_all(&ok(b"{}")).await.unwrap();
    }
}

/// Responds to one request, at the same time as the other connections, and to none after it.
async fn serve_once(mut stream: TcpStream, together: Arc<Barrier>, death: Death) {
    head(&mut stream).await.unwrap();
    together.wait().await;
    stream.write_all(&ok(b"{}")).await.unwrap();
    if head(&mut stream).await.is_none() {
        return;
    }
    match death {
        Death::Reset => stream.set_zero_linger().unwrap(),
        Death::End => {}
        Death::Silence => std::future::pending().await,
    }
}

#[tokio::test]
async fn n20_sequential_calls_survive_a_pool_of_dead_connections() {
    for death in [Death::Reset, Death::End] {
        let (server, transport) = Server::with_dead_pool(death).await;
        for (call, attempts) in [(1, 2), (2, 1), (3, 1)] {
            let response = server.call(&transport, READ).await.unwrap();
            assert_eq!(response.attempts, attempts, "{death:?}, call {call}");
            assert!(response.elapsed < FIRST_BYTE, "{death:?}");
        }
        assert_eq!(server.connections.load(SeqCst), POOLED + 1, "{death:?}");
    }
}

#[tokio::test]
async fn n20_concurrent_calls_survive_a_pool_of_dead_connections() {
    for death in [Death::Reset, Death::End, Death::Silence] {
        let (server, transport) = Server::with_dead_pool(death).await;
        for response in server.calls_at_once(&transport).await {
            assert_eq!(response.unwrap().attempts, 2, "{death:?}");
        }
    }
}

#[tokio::test]
async fn n21_sequential_calls_survive_silent_dead_connections() {
    let (server, transport) = Server::with_dead_pool(Death::Silence).await;
    let started = Instant::now();
    for attempts in [2, 1, 1] {
        let response = server.call(&transport, READ).await.unwrap();
        assert_eq!(response.attempts, attempts);
    }
    assert!(
        started.elapsed() < 2 * FIRST_BYTE,
        "the time was waited for once"
    );
    assert_eq!(server.connections.load(SeqCst), POOLED + 1);
}

#[tokio::test]
async fn n21_a_dropped_call_closes_the_dead_connections_too() {
    let (server, transport) = Server::with_dead_pool(Death::Silence).await;
    let limit = Duration::from_millis(1100);
    let given_up = tokio::time::timeout(limit, server.call(&transport, READ)).await;
    assert!(given_up.is_err());
    let response = server.call(&transport, READ).await.unwrap();
    assert_eq!(response.attempts, 1);
}

#[tokio::test]
async fn n20_a_write_is_not_sent_again_but_the_next_one_gets_a_new_connection() {
    let (server, transport) = Server::with_dead_pool(Death::Reset).await;
    let error = server.call(&transport, WRITE).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Interrupted, 1)
    );
    let response = server.call(&transport, WRITE).await.unwrap();
    assert_eq!(response.attempts, 1);
}
