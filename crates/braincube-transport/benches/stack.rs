//! What the layers cost: requests through the whole stack against those of a bare hyper client, on one server and in
//! one run, with time and allocations.
//!
//! `cargo bench -p braincube-transport --bench stack`

#![allow(
    clippy::unwrap_used,
    reason = "a benchmark that cannot run should stop"
)]

use std::convert::Infallible;
use std::sync::Arc;

use async_trait::async_trait;
use braincube_auth::{AuthError, Authorization, Invalidated, TokenSource};
use braincube_model::Operation;
use braincube_transport::{AllowedOrigins, Transport};
use bytes::Bytes;
use divan::{AllocProfiler, Bencher};
use http::header::{ACCEPT_ENCODING, USER_AGENT};
use http::{HeaderName, HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

/// The sizes of the answers, in bytes: an entity, a page, columns of data.
const SIZES: [usize; 3] = [200, 50_000, 4_000_000];

fn main() {
    divan::main();
}

#[divan::bench(args = SIZES)]
fn bare_hyper(bencher: Bencher, size: usize) {
    let (runtime, url) = server(size);
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build(connector);
    bencher.bench_local(|| {
        runtime.block_on(async {
            let mut request = Request::get(&url).body(Full::new(Bytes::new())).unwrap();
            let headers = request.headers_mut();
            headers.insert("x-api-key", HeaderValue::from_static("token"));
            headers.insert(USER_AGENT, HeaderValue::from_static("bare"));
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
            let mut body = client.request(request).await.unwrap().into_body();
            let mut bytes = 0;
            while let Some(frame) = body.frame().await {
                bytes += frame.unwrap().into_data().unwrap().len();
            }
            assert_eq!(bytes, size);
        });
    });
}

#[divan::bench(args = SIZES)]
fn whole_stack(bencher: Bencher, size: usize) {
    let (runtime, url) = server(size);
    let origins = AllowedOrigins::new([url.as_str()]).unwrap();
    let transport = Transport::builder(Arc::new(OneToken), origins);
    let transport = transport.build().unwrap();
    bencher.bench_local(|| {
        runtime.block_on(async {
            let request = Request::get(&url).extension(Operation::read_data("data", "/"));
            let request = request.body(Bytes::new()).unwrap();
            let mut body = transport.send(request).await.unwrap().into_body();
            let mut bytes = 0;
            while let Some(chunk) = body.chunk().await.unwrap() {
                bytes += chunk.len();
            }
            assert_eq!(bytes, size);
        });
    });
}

/// A server whose answers have this size, on a thread of its own, and a runtime for its client.
fn server(size: usize) -> (Runtime, String) {
    let (told, tell) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        current_thread().block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            told.send(listener.local_addr().unwrap()).unwrap();
            let body = Bytes::from(vec![b'1'; size]);
            let mut connections = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                stream.set_nodelay(true).unwrap();
                let body = body.clone();
                let service = service_fn(move |_| {
                    let response = Response::new(Full::new(body.clone()));
                    async { Ok::<_, Infallible>(response) }
                });
                connections
                    .spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
    });
    let address = tell.recv().unwrap();
    (current_thread(), format!("http://{address}/"))
}

fn current_thread() -> Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().unwrap()
}

/// One token for ever.
#[derive(Debug)]
struct OneToken;

#[async_trait]
impl TokenSource for OneToken {
    async fn authorization(&self) -> Result<Authorization, AuthError> {
        let name = HeaderName::from_static("x-api-key");
        Ok(Authorization::new(
            name,
            HeaderValue::from_static("token"),
            1,
        ))
    }

    async fn invalidate(&self, _: u64) -> Invalidated {
        Invalidated::Final
    }
}
