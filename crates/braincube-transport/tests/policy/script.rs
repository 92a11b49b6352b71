//! A service that responds by a script and records its requests.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use braincube_model::Operation;
use braincube_transport::{AllowedOrigins, Body, Error, RetryOptions, Transport, TransportBuilder};
use bytes::Bytes;
use http::{Request, Response};
use http_body::Frame;
use tokio::time::Sleep;
use tower::{BoxError, Service};

use crate::tokens::Tokens;

pub(crate) const READ: Operation = Operation::read("memory_bases", "/mb/all/summary");
pub(crate) const DATA: Operation = Operation::read_data("data", "/braindata/{mb}/LF");
pub(crate) const WRITE: Operation = Operation::write("token", "/oauth2/token");

pub(crate) const URL: &str = "https://api.example.com/mb/all/summary";

/// What happens to one request.
pub(crate) enum Step {
    Response(Box<Response<Body>>),
    /// The connection is interrupted before a response.
    Broken,
    /// The service fails with this error.
    Failed(Error),
    /// The service never responds.
    Silence,
}

pub(crate) fn response(status: u16, headers: &[(&str, &str)], body: &'static str) -> Step {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    Step::Response(Box::new(response.body(Body::from(body)).unwrap()))
}

pub(crate) fn status(status: u16) -> Step {
    response(status, &[], "")
}

pub(crate) fn json() -> Step {
    response(
        200,
        &[("content-type", "application/json")],
        "{\"items\": []}",
    )
}

/// A response with a truncated body.
pub(crate) fn cut() -> Step {
    body(Body::new(Cut(false)))
}

/// The beginning of a body, followed by an error.
pub(crate) struct Cut(pub(crate) bool);

impl http_body::Body for Cut {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let broken = std::mem::replace(&mut self.0, true);
        Poll::Ready(Some(match broken {
            false => Ok(Frame::data(Bytes::from_static(b"{\"items\": ["))),
            true => Err("the connection was reset".into()),
        }))
    }
}

/// A response with this body.
pub(crate) fn body(body: Body) -> Step {
    Step::Response(Box::new(Response::new(body)))
}

/// A body of chunks with a pause before each.
struct Slow {
    chunk: Bytes,
    pause: Duration,
    left: usize,
    breaks: bool,
    timer: Option<Pin<Box<Sleep>>>,
}

/// A body of chunks with a pause before each, which is truncated at the end or not.
pub(crate) fn slow(chunk: usize, pause: Duration, chunks: usize, breaks: bool) -> Body {
    Body::new(Slow {
        chunk: Bytes::from(vec![b'1'; chunk]),
        pause,
        left: chunks,
        breaks,
        timer: None,
    })
}

impl http_body::Body for Slow {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if self.left == 0 {
            let end = self.breaks.then(|| Err("the connection was reset".into()));
            return Poll::Ready(end);
        }
        let pause = self.pause;
        let timer = self
            .timer
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(pause)));
        ready!(timer.as_mut().poll(cx));
        self.timer = None;
        self.left -= 1;
        Poll::Ready(Some(Ok(Frame::data(self.chunk.clone()))))
    }
}

struct Stalled(Option<Bytes>);

/// A body that stalls after one chunk.
pub(crate) fn stalled(chunk: &'static str) -> Body {
    Body::new(Stalled(Some(Bytes::from_static(chunk.as_bytes()))))
}

impl http_body::Body for Stalled {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match self.0.take() {
            Some(chunk) => Poll::Ready(Some(Ok(Frame::data(chunk)))),
            None => Poll::Pending,
        }
    }
}

/// The service; its clones share one script.
#[derive(Clone)]
pub(crate) struct Script {
    steps: Arc<Mutex<VecDeque<Step>>>,
    sent: Arc<Mutex<Vec<Request<Bytes>>>>,
}

impl Script {
    pub(crate) fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        Self {
            steps: Arc::new(Mutex::new(steps.into_iter().collect())),
            sent: Arc::default(),
        }
    }

    /// All requests. Panics if the script expects more.
    pub(crate) fn finish(&self) -> Vec<Request<Bytes>> {
        assert_eq!(self.steps.lock().unwrap().len(), 0, "steps are left");
        std::mem::take(&mut self.sent.lock().unwrap())
    }
}

impl Service<Request<Bytes>> for Script {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        self.sent.lock().unwrap().push(request);
        let step = self
            .steps
            .lock()
            .unwrap()
            .pop_front()
            .expect("a surplus request");
        Box::pin(async {
            match step {
                Step::Response(response) => Ok(*response),
                Step::Broken => Err("the connection was reset".into()),
                Step::Failed(error) => Err(error.into()),
                Step::Silence => std::future::pending().await,
            }
        })
    }
}

/// How often a request with the waits of [`builder`] is sent within 15 s to a service that fails at once.
pub(crate) const ATTEMPTS_IN_15_S: usize = 8;

/// A builder with the longest waits, without jitter: 0.2 s, 0.4 s, 0.8 s and so on.
pub(crate) fn builder(tokens: &Arc<Tokens>) -> TransportBuilder {
    let origins = AllowedOrigins::new(["https://example.com", "https://api.example.com"]).unwrap();
    let tokens: Arc<Tokens> = Arc::clone(tokens);
    Transport::builder(tokens, origins).retry(RetryOptions::default().random(|| 1.0))
}

pub(crate) fn transport(script: &Script) -> Transport {
    builder(&Tokens::personal())
        .build_with(script.clone())
        .unwrap()
}

pub(crate) fn request(operation: Operation) -> Request<Bytes> {
    let method = if operation == READ { "GET" } else { "POST" };
    Request::builder()
        .method(method)
        .uri(URL)
        .extension(operation)
        .body(Bytes::from_static(b"body-canary"))
        .unwrap()
}

/// The error of one operation with a script, and the number of requests.
pub(crate) async fn failure(
    operation: Operation,
    steps: impl IntoIterator<Item = Step>,
) -> (Error, usize) {
    let script = Script::new(steps);
    let error = transport(&script)
        .read(request(operation))
        .await
        .unwrap_err();
    (error, script.finish().len())
}
