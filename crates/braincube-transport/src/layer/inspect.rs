//! [`InspectLayer`]: what comes in, checked before it is handed on: its kind, its size, its pace.

use std::task::{Context as TaskContext, Poll};

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body::Body as HttpBody;
use tower::{Layer, Service, ServiceExt};

use super::BoxFuture;
use super::sniff::{is_enough, not_json};
use crate::body::{Body, GuardedBody, WireBytes};
use crate::context::operation_of;
use crate::error::{BoxError, Error, ErrorKind, NotJson};
use crate::expect::Expect;
use crate::options::{LimitOptions, TimeoutOptions};

/// How much blank space may stand before an answer's first character, in bytes.
const BLANK: usize = 64 << 10;

/// Encodings that an error names.
const ENCODINGS: [&str; 6] = ["br", "compress", "deflate", "gzip", "x-gzip", "zstd"];

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
/// Stands above the decompression, so that sizes and first bytes are those of the content.
#[derive(Clone, Debug)]
pub struct InspectLayer {
    limits: LimitOptions,
    timeouts: TimeoutOptions,
}

impl InspectLayer {
    /// A layer with these limits, whose answers end when they stall or creep.
    pub fn new(limits: LimitOptions, timeouts: TimeoutOptions) -> Self {
        Self { limits, timeouts }
    }
}

impl<S> Layer<S> for InspectLayer {
    type Service = Inspect<S>;

    fn layer(&self, inner: S) -> Inspect<S> {
        Inspect {
            inner,
            policy: self.clone(),
        }
    }
}

/// The service of an [`InspectLayer`].
#[derive(Clone, Debug)]
pub struct Inspect<S> {
    inner: S,
    policy: InspectLayer,
}

impl<S, B> Service<Request<Bytes>> for Inspect<S>
where
    S: Service<Request<Bytes>, Response = Response<B>, Error = Error>,
    S: Clone + Send + 'static,
    S::Future: Send,
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response<Body>;
    type Error = Error;
    type Future = BoxFuture<Result<Response<Body>, Error>>;

    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        Box::pin(run(self.inner.clone(), request, self.policy.clone()))
    }
}

async fn run<S, B>(
    service: S,
    request: Request<Bytes>,
    policy: InspectLayer,
) -> Result<Response<Body>, Error>
where
    S: Service<Request<Bytes>, Response = Response<B>, Error = Error>,
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let expect = request
        .extensions()
        .get::<Expect>()
        .copied()
        .unwrap_or_default();
    let limits = policy.limits.of(operation_of(&request).family());
    let mut response = service.oneshot(request).await?;
    let wire = response
        .extensions_mut()
        .remove::<WireBytes>()
        .unwrap_or_default();
    let mut response = response.map(|body| {
        let guarded = GuardedBody::new(body, limits.clone(), &policy.timeouts, wire.clone());
        Body::new(guarded).with_wire(wire)
    });
    if !response.status().is_success() {
        return Ok(response);
    }
    let located = |error: Error| error.with_status(response.status());
    check_head(response.headers(), &limits).map_err(located)?;
    if expect == Expect::Json {
        let beginning = beginning(response.body_mut()).await?;
        if let Some(instead) = not_json(&beginning) {
            let error = instead_of_json(instead, response.headers());
            return Err(error.with_status(response.status()));
        }
        response.body_mut().unread(beginning);
    }
    Ok(response)
}

/// What the head alone tells: too long, or packed in a way that nobody asked for.
fn check_head(headers: &HeaderMap, limits: &LimitOptions) -> Result<(), Error> {
    // The decompression has removed the encoding that it has undone.
    if let Some(encoding) = headers.get(CONTENT_ENCODING)
        && !encoding.as_bytes().eq_ignore_ascii_case(b"identity")
    {
        let name = named(encoding, &ENCODINGS).unwrap_or("something unknown");
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

/// The first piece of a body that holds more than blanks; what there is, at its end.
async fn beginning(body: &mut Body) -> Result<Bytes, Error> {
    let Some(first) = body.chunk().await? else {
        return Ok(Bytes::new());
    };
    if is_enough(&first) {
        return Ok(first);
    }
    let mut bytes = BytesMut::from(first);
    while bytes.len() < BLANK && !is_enough(&bytes) {
        match body.chunk().await? {
            Some(chunk) => bytes.extend_from_slice(&chunk),
            None => break,
        }
    }
    Ok(bytes.freeze())
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
