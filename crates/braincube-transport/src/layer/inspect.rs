//! [`InspectLayer`]: what comes in, checked before it is handed on: its kind, its size, its pace.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context as TaskContext, Poll, ready};

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body::Body as HttpBody;
use pin_project_lite::pin_project;
use tower::{Layer, Service};

use super::coding::{left_over, names_charset};
use super::sniff::{is_enough, not_json};
use crate::body::{Body, GuardedBody};
use crate::context::operation_of;
use crate::error::{BoxError, Error, ErrorKind, NotJson};
use crate::expect::Expect;
use crate::options::{LimitOptions, TimeoutOptions};
use crate::progress::Progress;

/// How much blank space may stand before an answer's first character, in bytes.
const BLANK: usize = 64 << 10;

/// Content types that an error names.
const CONTENT_TYPES: [&str; 10] = [
    "application/json",
    "application/octet-stream",
    "application/pdf",
    "application/problem+json",
    "application/xhtml+xml",
    "application/xml",
    "text/csv",
    "text/html",
    "text/plain",
    "text/xml",
];

/// Bounds the body of every answer, and looks at the beginning of the successful ones.
///
/// A `Content-Encoding` other than gzip is an error, but for `UTF-8`: that charset, written there by mistake, is ignored
/// with one warning, since JSON has it anyway.
///
/// Stands above the decompression, so that sizes and first bytes are those of the content.
#[derive(Clone, Debug)]
pub struct InspectLayer {
    policy: Arc<Policy>,
}

#[derive(Debug)]
struct Policy {
    limits: LimitOptions,
    timeouts: TimeoutOptions,
    /// Whether the warning about a charset in `Content-Encoding` has been logged.
    has_warned: AtomicBool,
}

impl Policy {
    fn warn_of_charset(&self, headers: &HeaderMap) {
        if names_charset(headers) && !self.has_warned.swap(true, Relaxed) {
            tracing::warn!(
                "the server sends the charset UTF-8 as Content-Encoding, which names a compression; it is ignored"
            );
        }
    }
}

impl InspectLayer {
    /// A layer with these limits, whose answers end when they stall or creep.
    pub fn new(limits: LimitOptions, timeouts: TimeoutOptions) -> Self {
        Self {
            policy: Arc::new(Policy {
                limits,
                timeouts,
                has_warned: AtomicBool::default(),
            }),
        }
    }
}

impl<S> Layer<S> for InspectLayer {
    type Service = Inspect<S>;

    fn layer(&self, inner: S) -> Inspect<S> {
        Inspect {
            inner,
            policy: Arc::clone(&self.policy),
        }
    }
}

/// The service of an [`InspectLayer`].
#[derive(Clone, Debug)]
pub struct Inspect<S> {
    inner: S,
    policy: Arc<Policy>,
}

impl<S, B> Service<Request<Bytes>> for Inspect<S>
where
    S: Service<Request<Bytes>, Response = Response<B>, Error = Error>,
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response<Body>;
    type Error = Error;
    type Future = InspectFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut TaskContext<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Bytes>) -> Self::Future {
        let asked = Asked {
            expect: request.extensions().get().copied().unwrap_or_default(),
            limits: self.policy.limits.of(operation_of(&request).family()),
            policy: Arc::clone(&self.policy),
            progress: Progress::of(&mut request),
        };
        InspectFuture {
            asked,
            stage: Stage::Asking {
                inner: self.inner.call(request),
            },
        }
    }
}

pin_project! {
    /// The future of an [`Inspect`].
    #[derive(Debug)]
    pub struct InspectFuture<F> {
        asked: Asked,
        #[pin]
        stage: Stage<F>,
    }
}

pin_project! {
    #[derive(Debug)]
    #[project = StageProjection]
    enum Stage<F> {
        // The service below is at it.
        Asking { #[pin] inner: F },
        // Its answer is here; empty once it has been handed on.
        Looking { looking: Option<Looking> },
    }
}

impl<F, B> Future for InspectFuture<F>
where
    F: Future<Output = Result<Response<B>, Error>>,
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Output = Result<Response<Body>, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if let StageProjection::Asking { inner } = this.stage.as_mut().project() {
            let response = this.asked.bound(ready!(inner.poll(cx))?);
            if !response.status().is_success() {
                return Poll::Ready(Ok(response));
            }
            this.asked.policy.warn_of_charset(response.headers());
            check_head(response.headers(), &this.asked.limits)
                .map_err(|error| error.with_status(response.status()))?;
            if this.asked.expect != Expect::Json {
                return Poll::Ready(Ok(response));
            }
            let looking = Some(Looking {
                response,
                seen: BytesMut::new(),
            });
            this.stage.set(Stage::Looking { looking });
        }
        match this.stage.project() {
            StageProjection::Looking { looking } => look(looking, cx),
            StageProjection::Asking { .. } => Poll::Pending,
        }
    }
}

/// Hands an answer on once enough of it is here to see that it is JSON.
fn look(
    looking: &mut Option<Looking>,
    cx: &mut TaskContext<'_>,
) -> Poll<Result<Response<Body>, Error>> {
    let at_it = looking.as_mut();
    let at_it = at_it.expect("a future is not polled past its end");
    let beginning = ready!(at_it.poll_beginning(cx))?;
    let looked_at = looking.take();
    let mut response = looked_at
        .expect("an answer is handed on once it was looked at")
        .response;
    Poll::Ready(match not_json(&beginning) {
        Some(instead) => {
            let error = instead_of_json(instead, response.headers());
            Err(error.with_status(response.status()))
        }
        None => {
            response.body_mut().unread(beginning);
            Ok(response)
        }
    })
}

/// What was asked for, and what its answer must keep to.
#[derive(Debug)]
struct Asked {
    expect: Expect,
    limits: LimitOptions,
    policy: Arc<Policy>,
    progress: Progress,
}

impl Asked {
    /// Puts the body under its limits.
    fn bound<B>(&self, response: Response<B>) -> Response<Body>
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        response.map(|body| {
            let limits = self.limits.clone();
            let progress = self.progress.clone();
            let guarded = GuardedBody::new(body, limits, &self.policy.timeouts, progress);
            Body::new(guarded).counted_by(self.progress.clone())
        })
    }
}

/// An answer whose beginning is looked at.
struct Looking {
    response: Response<Body>,
    /// What has come so far and says nothing, such as blanks.
    seen: BytesMut,
}

/// Without the headers and what has come of the body.
impl fmt::Debug for Looking {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Looking")
            .field("status", &self.response.status())
            .field("seen_bytes", &self.seen.len())
            .finish_non_exhaustive()
    }
}

impl Looking {
    /// The first piece of the body that holds more than blanks; what there is, at its end.
    fn poll_beginning(&mut self, cx: &mut TaskContext<'_>) -> Poll<Result<Bytes, Error>> {
        loop {
            match ready!(self.response.body_mut().poll_chunk(cx))? {
                // As a rule: it is handed on as it came.
                Some(chunk) if self.seen.is_empty() && is_enough(&chunk) => {
                    return Poll::Ready(Ok(chunk));
                }
                Some(chunk) => self.seen.extend_from_slice(&chunk),
                None => break,
            }
            if self.seen.len() >= BLANK || is_enough(&self.seen) {
                break;
            }
        }
        Poll::Ready(Ok(self.seen.split().freeze()))
    }
}

/// What the head alone tells: too long, or packed in a way that nobody asked for.
fn check_head(headers: &HeaderMap, limits: &LimitOptions) -> Result<(), Error> {
    // The decompression has removed the encoding that it has undone.
    if let Some(name) = left_over(headers) {
        let message = format!("the answer is encoded as {name}, gzip was offered");
        return Err(Error::new(ErrorKind::Decode, message));
    }
    let length: Option<u64> = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse().ok());
    match length {
        Some(length) if length > limits.body => {
            let limit = limits.body;
            let message = format!("the answer has {length} bytes, the limit is {limit}");
            Err(Error::new(ErrorKind::TooLarge, message))
        }
        _ => Ok(()),
    }
}

/// The one of these names that a header begins with. Nothing else of it is shown: a server may
/// repeat there what it was sent.
fn named(value: &HeaderValue, names: &[&'static str]) -> Option<&'static str> {
    let name = value.to_str().ok()?.split([';', ',']).next()?.trim();
    let found = names.iter().find(|known| known.eq_ignore_ascii_case(name));
    found.copied()
}

fn instead_of_json(instead: NotJson, headers: &HeaderMap) -> Error {
    let what = match instead {
        NotJson::Empty => "is empty",
        NotJson::Html => "is a page of HTML",
        NotJson::LoginPage => "is a page to log in on",
        NotJson::Other => "is something else",
    };
    let content_type = match headers.get(CONTENT_TYPE) {
        None => "no content type".to_owned(),
        Some(value) => match named(value, &CONTENT_TYPES) {
            Some(name) => format!("content type {name}"),
            None => "an unusual content type".to_owned(),
        },
    };
    let message = format!("the answer should be JSON and {what} ({content_type})");
    Error::new(ErrorKind::NotJson(instead), message)
}

#[cfg(test)]
mod tests {
    use bytes::{Bytes, BytesMut};
    use http::Response;

    use super::Looking;
    use crate::body::Body;

    #[test]
    fn l1_an_answer_that_is_looked_at_shows_no_header_and_no_body() {
        let looking = Looking {
            response: Response::builder()
                .header("set-cookie", "canary")
                .body(Body::from("canary"))
                .unwrap(),
            seen: BytesMut::from(Bytes::from_static(b"canary")),
        };
        let shown = format!("{looking:?}");
        assert!(!shown.contains("canary"), "{shown}");
        assert!(shown.contains("200") && shown.contains('6'), "{shown}");
    }
}
