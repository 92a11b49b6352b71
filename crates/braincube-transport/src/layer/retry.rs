//! [`RetryLayer`]: sends a request again when that is safe and may help. What is safe says the
//! table in `retry/classify.rs`.

use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Request, Response};
use tower::{Layer, Service, ServiceExt};

use super::BoxFuture;
use crate::context::operation_of;
use crate::deadline::Deadline;
use crate::error::Error;
use crate::progress::Progress;
use crate::retry::RetryOptions;
use crate::retry::after::retry_after;
use crate::retry::classify::{Decision, Outcome, decide};

/// Repeats requests as [`RetryOptions`] say.
#[derive(Clone, Debug, Default)]
pub struct RetryLayer {
    options: Arc<RetryOptions>,
}

impl RetryLayer {
    /// A layer with these options.
    pub fn new(options: RetryOptions) -> Self {
        Self {
            options: Arc::new(options),
        }
    }
}

impl<S> Layer<S> for RetryLayer {
    type Service = Retry<S>;

    fn layer(&self, inner: S) -> Retry<S> {
        Retry {
            inner,
            options: Arc::clone(&self.options),
        }
    }
}

/// The service of a [`RetryLayer`].
#[derive(Clone, Debug)]
pub struct Retry<S> {
    inner: S,
    options: Arc<RetryOptions>,
}

impl<S, B> Service<Request<Bytes>> for Retry<S>
where
    S: Service<Request<Bytes>, Response = Response<B>, Error = Error>,
    S: Clone + Send + Sync + 'static,
    S::Future: Send,
    B: Send + 'static,
{
    type Response = Response<B>;
    type Error = Error;
    type Future = BoxFuture<Result<Response<B>, Error>>;

    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<Result<(), Error>> {
        // Each attempt waits for the service below on its own.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        Box::pin(run(self.inner.clone(), request, Arc::clone(&self.options)))
    }
}

async fn run<S, B>(
    service: S,
    mut request: Request<Bytes>,
    options: Arc<RetryOptions>,
) -> Result<Response<B>, Error>
where
    S: Service<Request<Bytes>, Response = Response<B>, Error = Error> + Clone,
{
    let operation = operation_of(&request);
    let deadline = request.extensions().get::<Deadline>().copied();
    // Begun before the first clone, so that all attempts share it.
    let progress = Progress::of(&mut request);
    options.deposit();
    // What a replay has used up already counts.
    let mut attempt = progress.attempts() + 1;
    loop {
        let result = service.clone().oneshot(request.clone()).await;
        let (outcome, asked) = match &result {
            Ok(response) => {
                let asked = retry_after(response.headers(), SystemTime::now());
                (Outcome::Status(response.status()), asked)
            }
            Err(error) => (Outcome::Failed(error), None),
        };
        let decision = decide(&operation, outcome);
        let remaining = deadline.map(|deadline| deadline.remaining());
        let Some(wait) = next_wait(&options, decision, attempt, asked, remaining) else {
            return result;
        };
        if !options.withdraw() {
            return result;
        }
        tracing::debug!(
            attempt,
            wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
            reason = %reason(outcome),
            "the request is repeated"
        );
        drop(result);
        tokio::time::sleep(wait).await;
        attempt += 1;
    }
}

/// How long to wait for the next attempt, if there should be one.
fn next_wait(
    options: &RetryOptions,
    decision: Decision,
    attempt: u32,
    asked: Option<Duration>,
    remaining: Option<Duration>,
) -> Option<Duration> {
    let most = match decision {
        Decision::Repeat => options.attempts,
        Decision::RepeatOnce => options.attempts.min(2),
        Decision::Stop => return None,
    };
    if attempt >= most || asked > Some(options.longest_retry_after) {
        return None;
    }
    let wait = options.backoff(attempt).max(asked.unwrap_or_default());
    // An attempt that could not begin before the deadline is not waited for.
    let in_time = remaining.is_none_or(|remaining| wait < remaining);
    in_time.then_some(wait)
}

fn reason(outcome: Outcome) -> String {
    match outcome {
        Outcome::Status(status) => status.as_u16().to_string(),
        Outcome::Failed(error) => error.kind().as_str().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::next_wait;
    use crate::retry::RetryOptions;
    use crate::retry::classify::Decision::{self, Repeat, RepeatOnce, Stop};

    #[test]
    fn h9_h11_h12_when_and_how_long_to_wait() {
        let options = RetryOptions::default().random(|| 1.0);
        let seconds = |seconds: Option<f64>| seconds.map(Duration::from_secs_f64);
        type Row = (Decision, u32, Option<f64>, Option<f64>, Option<f64>);
        let table: [Row; 14] = [
            // decision, attempt, asked by the server, remaining; the wait
            (Repeat, 1, None, None, Some(0.2)),
            (Repeat, 3, None, None, Some(0.8)),
            (Repeat, 4, None, None, None),
            (RepeatOnce, 1, None, None, Some(0.2)),
            (RepeatOnce, 2, None, None, None),
            (Stop, 1, None, None, None),
            (Repeat, 1, Some(7.0), None, Some(7.0)),
            (Repeat, 1, Some(0.0), None, Some(0.2)),
            (Repeat, 1, Some(120.0), None, Some(120.0)),
            (Repeat, 1, Some(121.0), None, None),
            (Repeat, 1, Some(7.0), Some(8.0), Some(7.0)),
            (Repeat, 1, Some(7.0), Some(6.0), None),
            (Repeat, 1, None, Some(0.1), None),
            (Repeat, 1, None, Some(0.2), None),
        ];
        for row @ (decision, attempt, asked, remaining, expected) in table {
            let wait = next_wait(
                &options,
                decision,
                attempt,
                seconds(asked),
                seconds(remaining),
            );
            assert_eq!(wait, seconds(expected), "{row:?}");
        }
    }
}
