//! [`ReplayLayer`]: reads an answer to its end and asks again where it breaks off.

use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use bytes::Bytes;
use http::{Request, Response};
use tower::{Layer, Service, ServiceExt};

use super::BoxFuture;
use crate::body::Body;
use crate::context::operation_of;
use crate::deadline::Deadline;
use crate::error::Error;
use crate::progress::Progress;
use crate::retry::RetryOptions;
use crate::retry::classify::{Decision, Outcome, decide};

/// How often an answer that broke off is asked for again.
const REPLAYS: u32 = 2;

/// Asks again for answers that break off, where the caller wants them whole and has seen nothing yet.
///
/// That is where [`Transport::read`](crate::Transport::read) is used. What is read piece by piece
/// passes this layer as it comes.
#[derive(Clone, Debug, Default)]
pub struct ReplayLayer {
    options: Arc<RetryOptions>,
}

impl ReplayLayer {
    /// A layer with the pauses and the budget of these options.
    pub fn new(options: RetryOptions) -> Self {
        Self {
            options: Arc::new(options),
        }
    }
}

/// Marks a request whose answer is wanted whole.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Whole;

impl<S> Layer<S> for ReplayLayer {
    type Service = Replay<S>;

    fn layer(&self, inner: S) -> Replay<S> {
        Replay {
            inner,
            options: Arc::clone(&self.options),
        }
    }
}

/// The service of a [`ReplayLayer`].
#[derive(Clone, Debug)]
pub struct Replay<S> {
    inner: S,
    options: Arc<RetryOptions>,
}

impl<S> Service<Request<Bytes>> for Replay<S>
where
    S: Service<Request<Bytes>, Response = Response<Body>, Error = Error>,
    S: Clone + Send + Sync + 'static,
    S::Future: Send,
{
    type Response = Response<Body>;
    type Error = Error;
    type Future = BoxFuture<Result<Response<Body>, Error>>;

    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let service = self.inner.clone();
        if request.extensions().get::<Whole>().is_none() {
            return Box::pin(service.oneshot(request));
        }
        Box::pin(run(service, request, Arc::clone(&self.options)))
    }
}

async fn run<S>(
    service: S,
    mut request: Request<Bytes>,
    options: Arc<RetryOptions>,
) -> Result<Response<Body>, Error>
where
    S: Service<Request<Bytes>, Response = Response<Body>, Error = Error> + Clone,
{
    let operation = operation_of(&request);
    let deadline = request.extensions().get::<Deadline>().copied();
    let progress = Progress::of(&mut request);
    let mut replays = 0;
    loop {
        let response = service.clone().oneshot(request.clone()).await?;
        // The status of a failure is judged above; what its body says is not worth a request.
        if !response.status().is_success() {
            return Ok(response);
        }
        let (parts, mut body) = response.into_parts();
        let error = match body.collect().await {
            Ok(content) => {
                let whole = Body::from(content).with_wire(body.into_wire());
                return Ok(Response::from_parts(parts, whole));
            }
            Err(error) => error.with_status(parts.status),
        };
        replays += 1;
        let wait = options.backoff(replays);
        let most = match decide(&operation, Outcome::Failed(&error)) {
            Decision::Repeat => REPLAYS,
            Decision::RepeatOnce => 1,
            Decision::Stop => 0,
        };
        let again = replays <= most
            && progress.attempts() < options.attempts
            && deadline.is_none_or(|deadline| wait < deadline.remaining())
            && options.withdraw();
        if !again {
            return Err(error);
        }
        tracing::debug!(
            replays,
            reason = error.kind().as_str(),
            "the answer broke off and is asked for again"
        );
        tokio::time::sleep(wait).await;
    }
}
