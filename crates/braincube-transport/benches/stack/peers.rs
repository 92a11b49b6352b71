//! The compared clients, and their server.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use braincube_auth::PersonalAccessToken;
use braincube_model::Operation;
use braincube_transport::{AllowedOrigins, Body, Error, Transport, TransportBuilder};
use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, USER_AGENT};
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

const AGENT: &str = "benchmark";
const TOKEN: &str = "token";

/// Sends a request and reads its response.
pub(crate) trait Peer {
    async fn request(&self);
}

/// hyper's client with the connection options of the transport.
pub(crate) struct Bare {
    client: Client<HttpConnector, Full<Bytes>>,
    url: String,
    size: usize,
}

impl Bare {
    pub(crate) fn new(url: &str, size: usize) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_keepalive(Some(Duration::from_secs(60)));
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(30))
            .build(connector);
        let url = url.to_owned();
        Self { client, url, size }
    }
}

impl Peer for Bare {
    async fn request(&self) {
        let request = Request::get(&self.url).body(Full::new(Bytes::new()));
        let mut request = request.unwrap();
        let headers = request.headers_mut();
        headers.insert("x-api-key", HeaderValue::from_static(TOKEN));
        headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        let mut body = self.client.request(request).await.unwrap().into_body();
        let mut bytes = 0;
        while let Some(frame) = body.frame().await {
            bytes += frame.unwrap().into_data().unwrap().len();
        }
        assert_eq!(bytes, self.size);
    }
}

/// The transport with its client.
pub(crate) struct Whole {
    transport: Transport,
    url: String,
    size: usize,
}

impl Whole {
    pub(crate) fn new(url: &str, size: usize) -> Self {
        Self {
            transport: builder(url).build().unwrap(),
            url: url.to_owned(),
            size,
        }
    }
}

impl Peer for Whole {
    async fn request(&self) {
        read(&self.transport, &self.url, self.size).await;
    }
}

/// The transport over a service that responds at once, for its own cost.
pub(crate) struct Layers {
    transport: Transport,
}

impl Layers {
    const URL: &str = "http://127.0.0.1/";
    const ANSWER: &[u8] = b"[1]";

    pub(crate) fn new() -> Self {
        let service = tower::service_fn(|_: Request<Bytes>| {
            let response = Response::new(Full::new(Bytes::from_static(Self::ANSWER)));
            std::future::ready(Ok::<_, Infallible>(response))
        });
        Self {
            transport: builder(Self::URL).build_with(service).unwrap(),
        }
    }
}

impl Peer for Layers {
    async fn request(&self) {
        read(&self.transport, Self::URL, Self::ANSWER.len()).await;
    }
}

fn builder(url: &str) -> TransportBuilder {
    let tokens = PersonalAccessToken::new(TOKEN).unwrap();
    let origins = AllowedOrigins::new([url]).unwrap();
    Transport::builder(Arc::new(tokens), origins).user_agent(AGENT)
}

/// Reads a response chunk by chunk; it would be requested again if it were truncated.
async fn read(transport: &Transport, url: &str, size: usize) {
    let request = Request::get(url).extension(Operation::read_data("data", "/"));
    let request = request.body(Bytes::new()).unwrap();
    let count = async |response: Response<Body>| {
        let mut body = response.into_body();
        let mut bytes = 0;
        while let Some(chunk) = body.chunk().await? {
            bytes += chunk.len();
        }
        Ok::<_, Error>(bytes)
    };
    assert_eq!(transport.read_with(request, count).await.unwrap(), size);
}

/// A server on its own thread, which ends when this is dropped.
pub(crate) struct Served {
    pub(crate) url: String,
    _stop: oneshot::Sender<()>,
}

/// Starts a server on its own thread with this runtime; its responses have this size.
pub(crate) fn serve(runtime: Runtime, size: usize) -> Served {
    let (told, tell) = std::sync::mpsc::channel();
    let (stop, stopped) = oneshot::channel();
    std::thread::spawn(move || {
        runtime.block_on(async {
            let (listener, url) = listen().await;
            told.send(url).unwrap();
            tokio::select! {
                () = respond(listener, size) => {}
                _ = stopped => {}
            }
        });
    });
    Served {
        url: tell.recv().unwrap(),
        _stop: stop,
    }
}

/// Starts a server on the thread of this runtime; returns its address.
pub(crate) fn serve_on(runtime: &Runtime, size: usize) -> String {
    let (listener, url) = runtime.block_on(listen());
    runtime.spawn(respond(listener, size));
    url
}

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, format!("http://{address}/"))
}

/// Responds to all requests with a body of this size.
async fn respond(listener: TcpListener, size: usize) {
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
        connections.spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

pub(crate) fn current_thread() -> Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().unwrap()
}

/// A runtime that never sleeps.
pub(crate) fn awake() -> Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    // Polls the sockets after every step of the endless task, not after every 61st.
    let runtime = builder.enable_all().event_interval(1).build().unwrap();
    runtime.spawn(async {
        loop {
            tokio::task::yield_now().await;
        }
    });
    runtime
}
