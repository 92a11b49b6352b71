//! What happens to connections when calls, responses, clients and runtimes are dropped.

use std::num::NonZeroUsize;
use std::time::Duration;

use braincube_model::Operation;
use braincube_transport::{AllowedOrigins, ConcurrencyOptions, Transport};
use bytes::Bytes;
use http::Request;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Handle, Runtime};
use tokio::sync::oneshot;

use crate::server::{Act, Server, ok};
use crate::tokens::one_token;

const DATA: Operation = Operation::read_data("data", "/LF");

/// Much longer than any of these tests takes.
const LONG: Duration = Duration::from_secs(30);

/// A transport with one permit.
fn transport(url: &str) -> Transport {
    let one = ConcurrencyOptions::default().data(NonZeroUsize::MIN);
    let origins = AllowedOrigins::new([url]).unwrap();
    let builder = Transport::builder(one_token(), origins).concurrency(one);
    builder.build().unwrap()
}

fn get(url: &str) -> Request<Bytes> {
    let request = Request::get(format!("{url}/LF")).extension(DATA);
    request.body(Bytes::new()).unwrap()
}

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

/// The next connection, when a request has been received on it.
async fn accept(listener: &TcpListener) -> TcpStream {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    stream
}

/// Panics unless the other end closes the connection.
async fn assert_closed(mut stream: TcpStream) {
    let read = tokio::time::timeout(LONG, stream.read_u8());
    assert!(read.await.expect("it is closed").is_err());
}

/// Waits until no other task runs.
async fn nothing_runs() {
    let idle = async {
        while Handle::current().metrics().num_alive_tasks() > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(LONG, idle).await.unwrap();
}

#[tokio::test]
async fn x1_a_dropped_call_closes_its_connection_and_leaves_nothing() {
    let (listener, url) = listen().await;
    let transport = transport(&url);
    let stream = tokio::select! {
        _ = transport.read(get(&url)) => panic!("the server has not responded"),
        stream = accept(&listener) => stream,
    };
    assert_closed(stream).await;
    nothing_runs().await;
    // The permit is free, and the next response arrives on another connection.
    let serve = async {
        accept(&listener).await.write_all(&ok(b"{}")).await.unwrap();
    };
    let (response, ()) = tokio::join!(transport.read(get(&url)), serve);
    assert_eq!(response.unwrap().body, "{}");
}

#[tokio::test]
async fn x1_a_dropped_response_closes_its_connection_and_leaves_nothing() {
    let (listener, url) = listen().await;
    let transport = transport(&url);
    let begin = async {
        let mut stream = accept(&listener).await;
        let head = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{";
        stream.write_all(head).await.unwrap();
        stream
    };
    let (response, stream) = tokio::join!(transport.send(get(&url)), begin);
    drop(response.unwrap());
    assert_closed(stream).await;
    nothing_runs().await;
}

#[tokio::test]
async fn x3_a_response_outlives_its_client() {
    let (listener, url) = listen().await;
    let transport = transport(&url);
    let begin = async {
        let mut stream = accept(&listener).await;
        let head = b"HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n{\"a\"";
        stream.write_all(head).await.unwrap();
        stream
    };
    let (response, mut stream) = tokio::join!(transport.send(get(&url)), begin);
    let mut body = response.unwrap().into_body();
    drop(transport);
    assert_eq!(body.chunk().await.unwrap().unwrap(), "{\"a\"");
    stream.write_all(b":1}").await.unwrap();
    assert_eq!(body.collect().await.unwrap(), ":1}");
    drop(body);
    assert_closed(stream).await;
    nothing_runs().await;
}

/// A server on its own thread, which ends when the returned sender is dropped.
fn server(acts: Vec<Act>) -> (String, oneshot::Sender<()>) {
    let (told, tell) = std::sync::mpsc::channel();
    let (end, ended) = oneshot::channel();
    std::thread::spawn(move || {
        let runtime = Runtime::new().unwrap();
        runtime.block_on(async {
            let server = Server::start(acts).await;
            told.send(server.url()).unwrap();
            let _ = ended.await;
        });
    });
    (tell.recv().unwrap(), end)
}

#[test]
fn x6_a_client_outlives_a_runtime_it_was_used_in() {
    // The first connection is kept open, and would be reused if its task still existed.
    let responses = vec![
        Act::Stall(ok(b"{\"runtime\": 1}")),
        Act::Send(ok(b"{\"runtime\": 2}")),
    ];
    let (url, _end) = server(responses);
    let transport = transport(&url);
    for expected in ["{\"runtime\": 1}", "{\"runtime\": 2}"] {
        let runtime = Runtime::new().unwrap();
        let response = runtime.block_on(transport.read(get(&url))).unwrap();
        assert_eq!(response.body, expected);
        drop(runtime);
    }
}

#[test]
fn x6_a_call_that_ends_with_its_runtime_releases_its_permit() {
    let others = Runtime::new().unwrap();
    let (listener, url) = others.block_on(listen());
    let transport = transport(&url);
    let runtime = Runtime::new().unwrap();
    let (call, request) = (transport.clone(), get(&url));
    let running = runtime.spawn(async move { call.read(request).await });
    let stream = others.block_on(accept(&listener));
    runtime.shutdown_timeout(LONG);
    assert!(others.block_on(running).unwrap_err().is_cancelled());
    others.block_on(async {
        assert_closed(stream).await;
        let serve = async {
            let mut stream = accept(&listener).await;
            stream.write_all(&ok(b"{}")).await.unwrap();
        };
        let (response, ()) = tokio::join!(transport.read(get(&url)), serve);
        assert_eq!(response.unwrap().body, "{}");
    });
}
