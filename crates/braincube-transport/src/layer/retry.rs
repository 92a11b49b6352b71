//! [`RetryLayer`]: sends a request again when that is safe and may help. What is safe says the
//! table in `retry/classify.rs`.

use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Request, Response};
use tower::{Layer, Service, ServiceExt};

use super::then::{Judge, Then, Verdict};
use crate::context::operation_of;
use crate::deadline::Deadline;
use crate::error::Error;
use crate::kept::Kept;
use crate::progress::{Progress, UnderWay};
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

impl<S: Clone> Layer<S> for RetryLayer {
    type Service = Retry<S>;

    fn layer(&self, inner: S) -> Retry<S> {
        Retry {
            spare: Arc::new(inner.clone()),
            inner,
            options: Arc::clone(&self.options),
        }
    }
}

/// The service of a [`RetryLayer`].
#[derive(Clone, Debug)]
pub struct Retry<S> {
    inner: S,
    /// What further attempts are sent with: to clone all that stands below, for each request, would cost more.
    spare: Arc<S>,
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
    type Future = Then<S::Future, Box<FirstAttempt<S>>>;

    fn poll_ready(&mut self, cx: &mut TaskContext<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Bytes>) -> Self::Future {
        // Begun before the request is kept, so that all attempts share it.
        let progress = Progress::of(&mut request);
        // In a box: it is large, and every layer above would move it.
        let first = Box::new(FirstAttempt {
            service: Arc::clone(&self.spare),
            request: Kept::of(&request),
            plan: Plan {
                options: Arc::clone(&self.options),
                operation: operation_of(&request),
                deadline: request.extensions().get().copied(),
                under_way: Some(progress.begin_try()),
                repeated: false,
                progress,
            },
        });
        Then::new(self.inner.call(request), first)
    }
}

/// The first attempt, which may not be the last.
#[derive(Debug)]
pub struct FirstAttempt<S> {
    service: Arc<S>,
    request: Kept,
    plan: Plan,
}

impl<S, B> Judge<Result<Response<B>, Error>> for Box<FirstAttempt<S>>
where
    S: Service<Request<Bytes>, Response = Response<B>, Error = Error>,
    S: Clone + Send + Sync + 'static,
    S::Future: Send,
    B: Send + 'static,
{
    type Output = Result<Response<B>, Error>;

    fn judge(mut self, result: Self::Output) -> Verdict<Self::Output> {
        match self.plan.wait_after(&result) {
            None => Verdict::Done(result),
            Some(wait) => Verdict::More(Box::pin(self.others(wait))),
        }
    }
}

impl<S, B> FirstAttempt<S>
where
    S: Service<Request<Bytes>, Response = Response<B>, Error = Error>,
    S: Clone + Send + Sync + 'static,
    S::Future: Send,
    B: Send + 'static,
{
    /// All further attempts, the next of them after a wait.
    async fn others(mut self, mut wait: Duration) -> Result<Response<B>, Error> {
        loop {
            tokio::time::sleep(wait).await;
            let service = S::clone(&self.service);
            let result = service.oneshot(self.request.request()).await;
            match self.plan.wait_after(&result) {
                None => return result,
                Some(next) => wait = next,
            }
        }
    }
}

/// What decides on another attempt.
#[derive(Debug)]
struct Plan {
    options: Arc<RetryOptions>,
    operation: braincube_model::Operation,
    deadline: Option<Deadline>,
    progress: Progress,
    /// The try whose outcome is open.
    under_way: Option<UnderWay>,
    /// Whether the attempt has been paid for.
    repeated: bool,
}

impl Plan {
    /// How long to wait for the next attempt, if there is to be one, which is then paid for.
    fn wait_after<B>(&mut self, result: &Result<Response<B>, Error>) -> Option<Duration> {
        self.under_way = None;
        let outcome = match result {
            Ok(response) => Outcome::Status(response.status()),
            Err(error) => Outcome::Failed(error),
        };
        let once = match decide(&self.operation, outcome) {
            Decision::Repeat => None,
            Decision::RepeatOnce(once) => Some(once),
            Decision::Stop => {
                if outcome.is_success() {
                    self.options.deposit(self.repeated);
                }
                return None;
            }
        };
        if once.is_some_and(|once| !self.progress.has_left(once)) {
            return None;
        }
        let asked = result
            .as_ref()
            .ok()
            .and_then(|response| retry_after(response.headers(), SystemTime::now()));
        let remaining = self.deadline.map(|deadline| deadline.remaining());
        // What a replay has used up counts, and so do the repeats of another such layer further in.
        let tries = self.progress.tries();
        let wait = next_wait(&self.options, tries, asked, remaining)?;
        if !self.options.withdraw() {
            return None;
        }
        if let Some(once) = once {
            self.progress.use_up(once);
        }
        tracing::debug!(
            attempt = tries,
            wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
            reason = %reason(outcome),
            "the request is repeated"
        );
        self.under_way = Some(self.progress.begin_try());
        self.repeated = true;
        Some(wait)
    }
}

/// How long to wait for the next attempt, if there should be one.
fn next_wait(
    options: &RetryOptions,
    attempt: u32,
    asked: Option<Duration>,
    remaining: Option<Duration>,
) -> Option<Duration> {
    if attempt >= options.attempts || asked > Some(options.longest_retry_after) {
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

    #[test]
    fn h9_h11_h12_when_and_how_long_to_wait() {
        let options = RetryOptions::default().random(|| 1.0);
        let seconds = |seconds: Option<f64>| seconds.map(Duration::from_secs_f64);
        type Row = (u32, Option<f64>, Option<f64>, Option<f64>);
        let table: [Row; 11] = [
            // attempt, asked by the server, remaining; the wait
            (1, None, None, Some(0.2)),
            (3, None, None, Some(0.8)),
            (4, None, None, None),
            (1, Some(7.0), None, Some(7.0)),
            (1, Some(0.0), None, Some(0.2)),
            (1, Some(120.0), None, Some(120.0)),
            (1, Some(121.0), None, None),
            (1, Some(7.0), Some(8.0), Some(7.0)),
            (1, Some(7.0), Some(6.0), None),
            (1, None, Some(0.1), None),
            (1, None, Some(0.2), None),
        ];
        for row @ (attempt, asked, remaining, expected) in table {
            let wait = next_wait(&options, attempt, seconds(asked), seconds(remaining));
            assert_eq!(wait, seconds(expected), "{row:?}");
        }
    }
}
