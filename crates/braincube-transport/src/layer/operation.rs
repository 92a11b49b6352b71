//! [`OperationLayer`]: the outermost one. One span and one deadline for an operation, and the
//! place where a status becomes an [`Error`].

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use pin_project_lite::pin_project;
use tokio::time::Sleep;
use tower::{Layer, Service};
use tracing::Span;
use tracing::field::Empty;

use super::then::{Judge, Then, Verdict};
use crate::body::Body;
use crate::context::Context;
use crate::deadline::Deadline;
use crate::error::{Error, TimeoutPhase};
use crate::expect::Expect;
use crate::progress::Progress;
use crate::status::{failure, with_beginning};

/// Gives each operation its span, its deadline and its errors.
///
/// The answers below have a [`Body`]: an [`InspectLayer`](super::InspectLayer) gives them one, and in a stack without it
/// tower's `map_response(|response: Response<_>| response.map(Body::new))` right below this layer.
#[derive(Clone, Debug, Default)]
pub struct OperationLayer {
    total: Option<Duration>,
}

impl OperationLayer {
    /// A layer whose operations take no longer than `total`, or than the
    /// [`Deadline`] in their extensions, whichever comes first.
    pub fn new(total: Option<Duration>) -> Self {
        Self { total }
    }
}

impl<S> Layer<S> for OperationLayer {
    type Service = Operation<S>;

    fn layer(&self, inner: S) -> Operation<S> {
        Operation {
            inner,
            total: self.total,
        }
    }
}

/// The service of an [`OperationLayer`].
#[derive(Clone, Debug)]
pub struct Operation<S> {
    inner: S,
    total: Option<Duration>,
}

impl<S> Service<Request<Bytes>> for Operation<S>
where
    S: Service<Request<Bytes>, Response = Response<Body>, Error = Error>,
{
    type Response = Response<Body>;
    type Error = Error;
    type Future = OperationFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut TaskContext<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Bytes>) -> Self::Future {
        let context = Arc::new(Context::of(&request));
        let span = span(&context, &request);
        let progress = Progress::of(&mut request);
        let deadline = Deadline::begin(&mut request, self.total);
        let status = StatusIsError {
            progress: progress.clone(),
            expect: request.extensions().get().copied().unwrap_or_default(),
        };
        let answer = match deadline.filter(|deadline| deadline.remaining().is_zero()) {
            None => Then::new(span.in_scope(|| self.inner.call(request)), status),
            // What nobody waits for any more is not sent.
            Some(over) => {
                Then::boxed(async move { Err(Error::timeout(TimeoutPhase::Deadline, over.limit)) })
            }
        };
        OperationFuture {
            answer,
            timer: deadline.map(|deadline| tokio::time::sleep_until(deadline.at)),
            operation: Some(Begun {
                context,
                progress,
                deadline,
            }),
            span,
        }
    }
}

/// A span with the names of OpenTelemetry's conventions for HTTP clients.
fn span(context: &Context, request: &Request<Bytes>) -> Span {
    tracing::debug_span!(
        "braincube.operation",
        operation = context.operation.name(),
        http.request.method = %context.method,
        url.template = context.operation.path_template(),
        server.address = request.uri().host(),
        server.port = request.uri().port_u16(),
        http.response.status_code = Empty,
        "error.type" = Empty,
    )
}

pin_project! {
    /// The future of an [`Operation`].
    #[derive(Debug)]
    pub struct OperationFuture<F>
    where
        F: Future<Output = Result<Response<Body>, Error>>,
    {
        #[pin]
        answer: Then<F, StatusIsError>,
        #[pin]
        timer: Option<Sleep>,
        operation: Option<Begun>,
        span: Span,
    }
}

/// An operation that is under way.
#[derive(Debug)]
struct Begun {
    context: Arc<Context>,
    progress: Progress,
    deadline: Option<Deadline>,
}

impl<F> Future for OperationFuture<F>
where
    F: Future<Output = Result<Response<Body>, Error>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _entered = this.span.enter();
        let answer = match this.answer.poll(cx) {
            Poll::Ready(answer) => answer,
            Poll::Pending => {
                let Some(timer) = this.timer.as_pin_mut() else {
                    return Poll::Pending;
                };
                ready!(timer.poll(cx));
                let deadline = this.operation.as_ref().and_then(|it| it.deadline);
                let limit = deadline.map_or(Duration::ZERO, |deadline| deadline.limit);
                Err(Error::timeout(TimeoutPhase::Deadline, limit))
            }
        };
        let operation = this
            .operation
            .take()
            .expect("a future is not polled past its end");
        Poll::Ready(operation.end(answer, this.span))
    }
}

impl Begun {
    fn end(
        self,
        answer: Result<Response<Body>, Error>,
        span: &Span,
    ) -> Result<Response<Body>, Error> {
        match answer {
            Ok(response) => {
                span.record("http.response.status_code", response.status().as_u16());
                let Self {
                    context,
                    progress,
                    deadline,
                } = self;
                Ok(response.map(|body| body.of_operation(context, progress, deadline)))
            }
            Err(error) => {
                if let Some(status) = error.status() {
                    span.record("http.response.status_code", status.as_u16());
                }
                span.record("error.type", error.kind().as_str());
                Err(error.in_context(&self.context, self.progress.attempts()))
            }
        }
    }
}

/// Below this a status is an answer, above it an error, unless any is expected.
#[derive(Debug)]
struct StatusIsError {
    progress: Progress,
    expect: Expect,
}

impl Judge<Result<Response<Body>, Error>> for StatusIsError {
    type Output = Result<Response<Body>, Error>;

    fn judge(self, answer: Self::Output) -> Verdict<Self::Output> {
        match answer {
            Ok(response) if !response.status().is_success() => {
                Verdict::More(Box::pin(async move {
                    match self.expect {
                        Expect::AnyStatus => Ok(with_beginning(response).await),
                        _ => Err(failure(response, &self.progress).await),
                    }
                }))
            }
            answer => Verdict::Done(answer),
        }
    }
}
