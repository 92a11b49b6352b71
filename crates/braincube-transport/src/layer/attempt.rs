//! [`AttemptLayer`]: the innermost one. One span for each time that a request is sent, and a limit
//! on the time until its answer begins.

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
use crate::context::operation_of;
use crate::error::{BoxError, Error, TimeoutPhase, from_service};
use crate::options::TimeoutOptions;
use crate::progress::{Progress, UnderWay};

/// Counts, times and traces attempts, and gives whatever stands below this crate's error type.
///
/// One within another counts once: the bytes where the inner one stands, and the attempts of which the inner one sees
/// more.
#[derive(Clone, Debug, Default)]
pub struct AttemptLayer {
    timeouts: Option<Arc<TimeoutOptions>>,
}

impl AttemptLayer {
    /// A layer whose attempts wait for an answer as long as these options say; for ever without.
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
    S: Service<Request<Bytes>, Response = Response<B>>,
    S::Error: Into<BoxError>,
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
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
        let progress = Progress::of(&mut request);
        let under_way = progress.begin_attempt();
        let before = progress.attempts() - 1;
        let span = tracing::debug_span!(
            "braincube.attempt",
            http.request.method = %request.method(),
            http.request.resend_count = (before > 0).then_some(before),
            server.address = request.uri().host(),
            http.response.status_code = Empty,
            "error.type" = Empty,
        );
        let family = operation_of(&request).family();
        let limit = self
            .timeouts
            .as_ref()
            .map(|timeouts| timeouts.first_byte(family));
        let inner = span.in_scope(|| self.inner.call(request));
        AttemptFuture {
            inner,
            limit,
            timer: None,
            under_way: Some(under_way),
            progress,
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
        // Until the answer begins.
        under_way: Option<UnderWay>,
        progress: Progress,
        span: Span,
    }
}

impl<F, B, E> Future for AttemptFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
    E: Into<BoxError>,
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    type Output = Result<Response<WireBody<B>>, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let _entered = this.span.enter();
        if let Poll::Ready(result) = this.inner.poll(cx) {
            *this.under_way = None;
            return Poll::Ready(match result {
                Ok(response) => Ok(received(response, this.progress, this.span)),
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
                *this.under_way = None;
                let error = Error::timeout(TimeoutPhase::FirstByte, limit);
                let error = match this.progress.may_be_on_dead_connection() {
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
    progress: &Progress,
    span: &Span,
) -> Response<WireBody<B>> {
    span.record("http.response.status_code", response.status().as_u16());
    let is_first = progress.begin_answer(is_open_ended(&response));
    response.map(|body| WireBody::new(body, is_first.then(|| progress.clone())))
}

/// Whether a body ends where the connection does: in HTTP/1, one without a length and not in chunks.
fn is_open_ended<B: Body>(response: &Response<B>) -> bool {
    response.version() <= Version::HTTP_11
        && !response.headers().contains_key(TRANSFER_ENCODING)
        && response.body().size_hint().exact().is_none()
}

fn failed(error: Error, span: &Span) -> Error {
    span.record("error.type", error.kind().as_str());
    error
}
