//! [`AttemptLayer`]: the innermost layer. A span for each attempt, and a time limit for its first byte.

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::TRANSFER_ENCODING;
use http::{Request, Response, Version};
use http_body::Body;
use tower::{Layer, Service};
use tracing::Instrument;
use tracing::field::Empty;

use crate::body::WireBody;
use crate::error::{Error, TimeoutPhase, from_service};
use crate::operation::OperationState;
use crate::options::TimeoutOptions;
use crate::service::{BoxFuture, HttpService};

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

impl<S: HttpService> Service<Request<Bytes>> for Attempt<S> {
    type Response = Response<WireBody<S::ResponseBody>>;
    type Error = Error;
    type Future = BoxFuture<Result<Self::Response, Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let ready = self.inner.poll_ready(cx);
        ready.map_err(|error| from_service(error.into()))
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
        let class = state.operation().class();
        let timeouts = self.timeouts.as_ref();
        let limit = timeouts.map(|timeouts| timeouts.first_byte(class));
        let response = span.in_scope(|| self.inner.call(request));
        let recorded = span.clone();
        let attempt = async move {
            let response = async { response.await.map_err(|error| from_service(error.into())) };
            let result = match limit {
                Some(limit) => tokio::time::timeout(limit, response)
                    .await
                    .unwrap_or_else(|_| Err(first_byte_timeout(limit, &state))),
                None => response.await,
            };
            drop(running);
            match result {
                Ok(response) => {
                    recorded.record("http.response.status_code", response.status().as_u16());
                    let is_first = state.begin_body(is_open_ended(&response));
                    Ok(response.map(|body| WireBody::new(body, is_first.then_some(state))))
                }
                Err(error) => {
                    recorded.record("error.type", error.kind().as_str());
                    Err(error)
                }
            }
        };
        Box::pin(attempt.instrument(span))
    }
}

fn first_byte_timeout(limit: Duration, state: &OperationState) -> Error {
    let error = Error::timeout(TimeoutPhase::FirstByte, limit);
    match state.may_be_on_dead_connection() {
        true => error.on_reused_connection(),
        false => error,
    }
}

/// Whether a body ends with its connection: in HTTP/1, a body without a length and without chunks.
fn is_open_ended<B: Body>(response: &Response<B>) -> bool {
    response.version() <= Version::HTTP_11
        && !response.headers().contains_key(TRANSFER_ENCODING)
        && response.body().size_hint().exact().is_none()
}
