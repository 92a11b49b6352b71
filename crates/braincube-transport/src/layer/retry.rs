//! [`RetryLayer`]: sends a request again when that is safe and may help. What is safe says the
//! table in `retry/classify.rs`.

use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use tower::{Layer, Service, ServiceExt};

use super::then::{Judge, Then, Verdict};
use crate::context::operation_of;
use crate::deadline::Deadline;
use crate::error::Error;
use crate::kept::Kept;
use crate::long_running::LongRunning;
use crate::progress::{Once, Progress, UnderWay};
use crate::retry::after::retry_after;
use crate::retry::classify::{Decision, Outcome, decide};
use crate::retry::{RetryNotice, RetryOptions};

/// The least wait after a status 429 that does not say how long to wait.
const THROTTLED: Duration = Duration::from_secs(1);

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
                patience: self.options.patience(LongRunning::marks(&request)),
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
    S: Clone + Send + Sync,
    S::Future: Send,
    B: Send,
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
    /// For how long the operation is retried.
    patience: Duration,
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
                    self.progress.record_success();
                    self.options.deposit(self.repeated);
                }
                return None;
            }
        };
        if outcome.is_on_reused_connection() && self.progress.has_left(Once::DeadConnection) {
            return self.replace_connection();
        }
        if once.is_some_and(|once| !self.progress.has_left(once)) {
            return None;
        }
        // What a replay has used up counts, and so do the repeats of another such layer further in.
        let tries = self.progress.tries();
        let failures = self.progress.record_failure();
        let wait = next_wait(
            &self.options,
            &Failure {
                tries,
                // What is repeated once is so however long the attempts before it took.
                failing_for: once.map_or(failures.elapsed(), |_| Duration::ZERO),
                in_a_row: failures.count,
                patience: self.patience,
                wanted: wanted_wait(result),
                remaining: self.remaining(),
            },
        )?;
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
        self.options.notify(|| RetryNotice {
            reason: shown_reason(outcome),
            wait,
            retry_for: once.is_none().then_some(self.patience),
        });
        self.under_way = Some(self.progress.begin_try());
        self.repeated = true;
        Some(wait)
    }

    /// Another attempt at once, over another connection, that neither counts nor costs: the one before says nothing of the
    /// service. Only once for an operation.
    fn replace_connection(&mut self) -> Option<Duration> {
        if self.remaining().is_some_and(|left| left.is_zero()) {
            return None;
        }
        self.progress.use_up(Once::DeadConnection);
        self.progress.discount_try();
        tracing::debug!("the request is repeated: its connection had died while it was idle");
        self.under_way = Some(self.progress.begin_try());
        Some(Duration::ZERO)
    }

    fn remaining(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.remaining())
    }
}

/// What is known after a failure that may be followed by another attempt.
struct Failure {
    tries: u32,
    /// How many attempts have failed since the last success.
    in_a_row: u32,
    /// The time since the first failure.
    failing_for: Duration,
    patience: Duration,
    wanted: Wanted,
    /// The time until the deadline.
    remaining: Option<Duration>,
}

/// The wait that a response wants, whatever the backoff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Nothing,
    /// By a status 429 that does not say how long.
    AtLeast(Duration),
    /// By a `Retry-After`.
    Asked(Duration),
}

fn wanted_wait<B>(result: &Result<Response<B>, Error>) -> Wanted {
    let Ok(response) = result else {
        return Wanted::Nothing;
    };
    match retry_after(response.headers(), SystemTime::now()) {
        Some(asked) => Wanted::Asked(asked),
        None if response.status() == StatusCode::TOO_MANY_REQUESTS => Wanted::AtLeast(THROTTLED),
        None => Wanted::Nothing,
    }
}

/// How long to wait for the next attempt, if there should be one.
fn next_wait(options: &RetryOptions, failure: &Failure) -> Option<Duration> {
    let left = failure.patience.checked_sub(failure.failing_for);
    let left = left.filter(|left| !left.is_zero() && failure.tries < options.attempts)?;
    let least = match failure.wanted {
        Wanted::Asked(asked) if asked > options.longest_retry_after => return None,
        Wanted::Asked(least) | Wanted::AtLeast(least) => least,
        Wanted::Nothing => Duration::ZERO,
    };
    let backoff = options.backoff(failure.in_a_row).min(left);
    // A wait that would miss the deadline is shortened, down to the shortest one, so that the time is used up.
    let half = failure.remaining.map(|remaining| remaining / 2);
    let in_time = half.filter(|half| *half >= options.shortest_backoff());
    let wait = in_time.map_or(backoff, |half| backoff.min(half)).max(least);
    // An attempt that could not begin before the deadline is not waited for.
    let in_time = failure.remaining.is_none_or(|remaining| wait < remaining);
    in_time.then_some(wait)
}

/// What failed, in the words of its error.
fn shown_reason(outcome: Outcome) -> String {
    match outcome {
        Outcome::Status(status) => format!("status {}", status.as_u16()),
        Outcome::Failed(error) => error.message().to_owned(),
    }
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

    use super::Wanted::{Asked, AtLeast, Nothing};
    use super::{Failure, next_wait};
    use crate::retry::RetryOptions;

    fn seconds(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    #[test]
    fn h9_h11_h12_h28_n22_when_and_how_long_to_wait() {
        let options = RetryOptions::default().random(|| 1.0);
        let asked = |of: f64| Asked(seconds(of));
        for row @ (tries, failing_for, wanted, remaining, expected) in [
            (1, 0.0, Nothing, None, Some(0.2)),
            (3, 0.6, Nothing, None, Some(0.8)),
            (7, 12.6, Nothing, None, Some(2.4)),
            (8, 15.0, Nothing, None, None),
            (2, 30.0, Nothing, None, None),
            (1, 0.0, AtLeast(seconds(1.0)), None, Some(1.0)),
            (4, 3.0, AtLeast(seconds(1.0)), None, Some(1.6)),
            (1, 0.0, asked(7.0), None, Some(7.0)),
            (1, 0.0, asked(0.0), None, Some(0.2)),
            (1, 0.0, asked(120.0), None, Some(120.0)),
            (2, 14.9, asked(120.0), None, Some(120.0)),
            (2, 120.0, asked(120.0), None, None),
            (1, 0.0, asked(121.0), None, None),
            (1, 0.0, asked(7.0), Some(8.0), Some(7.0)),
            (1, 0.0, asked(7.0), Some(6.0), None),
            (6, 6.2, Nothing, Some(4.0), Some(2.0)),
            (6, 6.2, asked(3.0), Some(4.0), Some(3.0)),
            (1, 0.0, Nothing, Some(0.1), None),
            (1, 0.0, Nothing, Some(0.2), None),
        ] {
            let failure = Failure {
                tries,
                in_a_row: tries,
                failing_for: seconds(failing_for),
                patience: seconds(15.0),
                wanted,
                remaining: remaining.map(seconds),
            };
            let wait = next_wait(&options, &failure);
            assert_eq!(wait, expected.map(seconds), "{row:?}");
        }
    }
}
