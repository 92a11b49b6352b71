//! [`AttemptLayer`]: the innermost layer. A span for each attempt, and a time limit for its first byte.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::TRANSFER_ENCODING;
use http::{Request, Response, Version};
use http_body::Body;
use pin_project_lite::pin_project;
use tokio::time::Sleep;
use tower::{Layer, Service};
use tracing::Span;
use tracing::field::Empty;

use crate::body::WireBody;
use crate::error::{BoxError, Error, TimeoutPhase, from_service};
use crate::operation::{AttemptGuard, OperationState};
use crate::options::TimeoutOptions;

/// Counts, limits and traces attempts, and converts the errors of the inner service.
///
/// An attempt that passes several such layers is counted once, and its bytes by the innermost.
#[derive(Clone, Debug, Default)]
pub struct AttemptLayer {
    timeouts: Option<Arc<TimeoutOptions>>,
}

impl AttemptLayer {
    /// A layer whose attempts wait for a response as long as these options say, and without a limit if there are none.
    pub fn new(timeouts: Option<TimeoutOptions>) -> Self {
        Self {
            timeouts: timeouts.map(Arc::new),
        }
    }
}

impl<S> Layer<S> for AttemptLayer {
    type Service = Attempt<S>;

    fn layer(&self, inner: S) -> Attempt<S> {
        Attempt {
            inner,
            timeouts: self.timeouts.clone(),
        }
    }
}

/// The service of an [`AttemptLayer`].
#[derive(Clone, Debug)]
pub struct Attempt<S> {
    inner: S,
    timeouts: Option<Arc<TimeoutOptions>>,
}

impl<S, B> Service<Request<Bytes>> for Attempt<S>
where
    S: Service<Request<Bytes>, Response = Response<B>, Error: Into<BoxError>>,
    B: Body<Data = Bytes, Error: Into<BoxError>>,
{
    type Response = Response<WireBody<B>>;
    type Error = Error;
    type Future = AttemptFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner
            .poll_ready(cx)
            .map_err(|error| from_service(error.into()))
    }

    fn call(&mut self, mut request: Request<Bytes>) -> Self::Future {
        let state = OperationState::of(&mut request);
        let running = state.begin_attempt();
        let before = state.attempts() - 1;
        let span = tracing::debug_span!(
            "braincube.attempt",
            http.request.method = %request.method(),
            http.request.resend_count = (before > 0).then_some(before),
            server.address = request.uri().host(),
            http.response.status_code = Empty,
            "error.type" = Empty,
        );
        let family = state.operation().family();
        let limit = self
            .timeouts
            .as_ref()
            .map(|timeouts| timeouts.first_byte(family));
        let inner = span.in_scope(|| self.inner.call(request));
        AttemptFuture {
            inner,
            limit,
            timer: None,
            running: Some(running),
            state,
            span,
        }
    }
}

pin_project! {
    /// The future of an [`Attempt`].
    #[derive(Debug)]
    pub struct AttemptFuture<F> {
        #[pin]
        inner: F,
        limit: Option<Duration>,
        #[pin]
        timer: Option<Sleep>,
        // Until the response begins.
        running: Option<AttemptGuard>,
        state: OperationState,
        span: Span,
    }
}

impl<F, B, E> Future for AttemptFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
    E: Into<BoxError>,
    B: Body<Data = Bytes, Error: Into<BoxError>>,
{
    type Output = Result<Response<WireBody<B>>, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let _entered = this.span.enter();
        if let Poll::Ready(result) = this.inner.poll(cx) {
            *this.running = None;
            return Poll::Ready(match result {
                Ok(response) => Ok(received(response, this.state, this.span)),
                Err(error) => Err(failed(from_service(error.into()), this.span)),
            });
        }
        let Some(limit) = *this.limit else {
            return Poll::Pending;
        };
        if this.timer.is_none() {
            this.timer.set(Some(tokio::time::sleep(limit)));
        }
        match this.timer.as_mut().as_pin_mut().map(|timer| timer.poll(cx)) {
            Some(Poll::Ready(())) => {
                *this.running = None;
                let error = Error::timeout(TimeoutPhase::FirstByte, limit);
                let error = match this.state.may_be_on_dead_connection() {
                    true => error.on_reused_connection(),
                    false => error,
                };
                Poll::Ready(Err(failed(error, this.span)))
            }
            _ => Poll::Pending,
        }
    }
}

fn received<B: Body>(
    response: Response<B>,
    state: &OperationState,
    span: &Span,
) -> Response<WireBody<B>> {
    span.record("http.response.status_code", response.status().as_u16());
    let is_first = state.begin_body(is_open_ended(&response));
    response.map(|body| WireBody::new(body, is_first.then(|| state.clone())))
}

/// Whether a body ends with its connection: in HTTP/1, a body without a length and without chunks.
fn is_open_ended<B: Body>(response: &Response<B>) -> bool {
    response.version() <= Version::HTTP_11
        && !response.headers().contains_key(TRANSFER_ENCODING)
        && response.body().size_hint().exact().is_none()
}

fn failed(error: Error, span: &Span) -> Error {
    span.record("error.type", error.kind().as_str());
    error
}
