//! HTTP/2, if it is enabled: row N17 of the failure catalogue.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "what fails here, in a helper or in a test, fails the test"
)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use braincube_model::Operation;
use braincube_transport::{
    AllowedOrigins, Error, ErrorKind, Response, RetryOptions, TlsOptions, Transport,
};
use bytes::Bytes;
use h2::Reason;
use http::{Request, Version};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

const READ: Operation = Operation::read("memory_bases", "/mb/all/summary");
const WRITE: Operation = Operation::write("token", "/oauth2/token");

/// What the server does with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Respond,
    /// RST_STREAM with this reason.
    Reset(Reason),
    /// GOAWAY with this reason, for the connection of the request.
    GoAway(Reason),
}

/// A secure server that prefers HTTP/2, by a script; ends when dropped.
struct Server {
    url: String,
    /// The version and method of each request, with the number of its connection.
    log: Arc<Mutex<Vec<(usize, Version, String)>>>,
    _tasks: JoinSet<()>,
}

impl Server {
    async fn start(acts: &[Act]) -> Self {
        let acceptor = acceptor();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let log = Arc::default();
        let state = (Arc::clone(&log), Arc::new(Mutex::new(acts.to_vec())));
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            for number in 0.. {
                let (stream, _) = listener.accept().await.unwrap();
                let (acceptor, (log, acts)) = (acceptor.clone(), state.clone());
                connections.spawn(async move {
                    let stream = acceptor.accept(stream).await.unwrap();
                    if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
                        speak_2(stream, number, &log, &acts).await;
                    } else {
                        speak_1(stream, number, &log).await;
                    }
                });
            }
        });
        Self {
            url,
            log,
            _tasks: tasks,
        }
    }

    fn log(&self) -> Vec<(usize, Version, String)> {
        std::mem::take(&mut self.log.lock().unwrap())
    }
}

type Log = Mutex<Vec<(usize, Version, String)>>;

fn acceptor() -> TlsAcceptor {
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(own.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key)
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    TlsAcceptor::from(Arc::new(config))
}

async fn speak_2(stream: TlsStream<TcpStream>, number: usize, log: &Log, acts: &Mutex<Vec<Act>>) {
    let mut connection = h2::server::handshake(stream).await.unwrap();
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        let entry = (number, request.version(), request.method().to_string());
        log.lock().unwrap().push(entry);
        let act = acts.lock().unwrap().remove(0);
        match act {
            Act::Respond => {
                let mut body = respond
                    .send_response(http::Response::new(()), false)
                    .unwrap();
                body.send_data(Bytes::from_static(b"{}"), true).unwrap();
            }
            Act::Reset(reason) => respond.send_reset(reason),
            Act::GoAway(reason) => connection.abrupt_shutdown(reason),
        }
    }
}

async fn speak_1(mut stream: TlsStream<TcpStream>, number: usize, log: &Log) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let method = String::from_utf8_lossy(&head);
    let method = method.split(' ').next().unwrap().to_owned();
    log.lock().unwrap().push((number, Version::HTTP_11, method));
    let response = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
    stream.write_all(response).await.unwrap();
    stream.shutdown().await.unwrap();
}

fn transport(server: &Server, http2: bool) -> Transport {
    let origins = AllowedOrigins::new([&server.url]).unwrap();
    Transport::builder_without_credentials(origins)
        .tls(TlsOptions::default().verify(false).http2(http2))
        .retry(
            RetryOptions::default()
                .base(Duration::from_millis(1))
                .attempts(4),
        )
        .build()
        .unwrap()
}

async fn read(
    transport: &Transport,
    server: &Server,
    operation: Operation,
) -> Result<Response, Error> {
    let method = if operation == READ { "GET" } else { "POST" };
    let request = Request::builder()
        .method(method)
        .uri(format!("{}/mb/all/summary", server.url))
        .extension(operation)
        .body(Bytes::new())
        .unwrap();
    transport.read(request).await
}

#[tokio::test]
async fn n17_only_http_1_1_is_offered_by_default() {
    let server = Server::start(&[]).await;
    let transport = transport(&server, false);
    assert_eq!(read(&transport, &server, READ).await.unwrap().body, "{}");
    assert_eq!(server.log(), [(0, Version::HTTP_11, "GET".into())]);
}

#[tokio::test]
async fn n17_a_refused_stream_is_retried_on_the_same_connection() {
    let server = Server::start(&[Act::Reset(Reason::REFUSED_STREAM), Act::Respond]).await;
    let transport = transport(&server, true);
    let response = read(&transport, &server, READ).await.unwrap();
    assert_eq!((response.body.as_ref(), response.attempts), (&b"{}"[..], 2));
    let get = |connection| (connection, Version::HTTP_2, "GET".to_owned());
    assert_eq!(server.log(), [get(0), get(0)]);
}

#[tokio::test]
async fn n17_a_connection_that_is_being_closed_is_replaced() {
    for reason in [Reason::NO_ERROR, Reason::ENHANCE_YOUR_CALM] {
        let server = Server::start(&[Act::GoAway(reason), Act::Respond, Act::Respond]).await;
        let transport = transport(&server, true);
        let response = read(&transport, &server, READ).await.unwrap();
        assert_eq!((response.body.as_ref(), response.attempts), (&b"{}"[..], 2));
        // The new connection is kept.
        read(&transport, &server, READ).await.unwrap();
        let get = |connection| (connection, Version::HTTP_2, "GET".to_owned());
        assert_eq!(server.log(), [get(0), get(1), get(1)], "{reason:?}");
    }
}

#[tokio::test]
async fn n17_a_stream_that_is_always_refused_is_an_interruption() {
    let server = Server::start(&[Act::Reset(Reason::REFUSED_STREAM); 4]).await;
    let transport = transport(&server, true);
    let error = read(&transport, &server, READ).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Interrupted, 4)
    );
    assert_eq!(server.log().len(), 4);
}

#[tokio::test]
async fn n17_a_write_is_sent_once() {
    for act in [
        Act::Reset(Reason::INTERNAL_ERROR),
        Act::GoAway(Reason::NO_ERROR),
    ] {
        let server = Server::start(&[act]).await;
        let transport = transport(&server, true);
        let error = read(&transport, &server, WRITE).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Interrupted, 1)
        );
        let log = server.log();
        assert_eq!(log, [(0, Version::HTTP_2, "POST".into())], "{act:?}");
    }
}
