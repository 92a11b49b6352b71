//! [`OperationLayer`]: the outermost one. One span and one deadline for an operation, and the
//! place where a status becomes an [`Error`].

use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use tower::{Layer, Service, ServiceExt};
use tracing::field::Empty;
use tracing::{Instrument, Span};

use super::BoxFuture;
use crate::body::Body;
use crate::context::Context;
use crate::deadline::Deadline;
use crate::error::{Error, TimeoutPhase};
use crate::progress::Progress;
use crate::status::failure;

/// Gives each operation its span, its deadline and its errors.
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
    S: Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response<Body>;
    type Error = Error;
    type Future = BoxFuture<Result<Response<Body>, Error>>;

    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let context = Arc::new(Context::of(&request));
        let span = span(&context, &request);
        Box::pin(run(self.inner.clone(), request, context, self.total).instrument(span))
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

async fn run<S>(
    service: S,
    mut request: Request<Bytes>,
    context: Arc<Context>,
    total: Option<Duration>,
) -> Result<Response<Body>, Error>
where
    S: Service<Request<Bytes>, Response = Response<Body>, Error = Error>,
{
    let progress = Progress::of(&mut request);
    let asked = request.extensions().get::<Deadline>().copied();
    let deadline = asked.into_iter().chain(total.map(Deadline::after)).min();
    if let Some(deadline) = deadline {
        request.extensions_mut().insert(deadline);
    }
    let answer = under(deadline, exchange(service, request, &progress)).await;
    let span = Span::current();
    match answer {
        Ok(response) => {
            span.record("http.response.status_code", response.status().as_u16());
            let attempts = progress.attempts();
            let sent = progress.sent_value();
            Ok(response.map(|body| body.of_operation(context, attempts, deadline, sent)))
        }
        Err(error) => {
            if let Some(status) = error.status() {
                span.record("http.response.status_code", status.as_u16());
            }
            span.record("error.type", error.kind().as_str());
            Err(error
                .with_attempts(progress.attempts())
                .in_context(&context))
        }
    }
}

async fn under<F>(deadline: Option<Deadline>, answer: F) -> F::Output
where
    F: Future<Output = Result<Response<Body>, Error>>,
{
    let Some(deadline) = deadline else {
        return answer.await;
    };
    match tokio::time::timeout_at(deadline.at, answer).await {
        Ok(answer) => answer,
        Err(_) => Err(Error::timeout(TimeoutPhase::Deadline, deadline.limit)),
    }
}

async fn exchange<S>(
    service: S,
    request: Request<Bytes>,
    progress: &Progress,
) -> Result<Response<Body>, Error>
where
    S: Service<Request<Bytes>, Response = Response<Body>, Error = Error>,
{
    let response = service.oneshot(request).await?;
    if response.status().is_success() {
        Ok(response)
    } else {
        Err(failure(response, progress).await)
    }
}
