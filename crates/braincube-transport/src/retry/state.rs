//! [`RetryState`]: counts the failures of one operation and decides on its next attempt.

use std::sync::Arc;
use std::time::Duration;

use braincube_model::{Operation, OperationClass};
use tokio::time::Instant;

use super::decision::{Decision, Outcome, RequestedWait, SingleRetry, decide};
use super::{RetryNotice, RetryOptions};
use crate::extensions::Deadline;

/// How often a truncated response is requested again however long that takes. Columns of data are not requested more often,
/// because they cost the service and the network a lot; other responses are, for as long as other failures are retried.
const TRUNCATED_RETRIES: u32 = 2;

/// The retries of one operation.
#[derive(Debug)]
pub(crate) struct RetryState {
    options: Arc<RetryOptions>,
    operation: Operation,
    deadline: Option<Deadline>,
    /// For how long a failure is retried.
    retry_for: Duration,
    attempts: u32,
    /// The failures since the last response with a status of success.
    failures: Failures,
    /// The responses whose body was truncated or too slow.
    body_failures: Failures,
    /// The single retries that have been used, one bit each.
    used: u8,
    /// Whether the latest attempt was paid for with a token of the budget.
    is_retry: bool,
}

/// Failures in a row.
#[derive(Debug, Default)]
struct Failures {
    count: u32,
    since: Option<Instant>,
}

impl Failures {
    /// Adds one, and returns the time since the first.
    fn record(&mut self) -> Duration {
        self.count = self.count.saturating_add(1);
        self.since.get_or_insert_with(Instant::now).elapsed()
    }
}

impl RetryState {
    pub(crate) fn new(
        options: &Arc<RetryOptions>,
        operation: Operation,
        deadline: Option<Deadline>,
        is_long_running: bool,
    ) -> Self {
        Self {
            options: Arc::clone(options),
            operation,
            deadline,
            retry_for: options.retry_duration(is_long_running),
            attempts: 1,
            failures: Failures::default(),
            body_failures: Failures::default(),
            used: 0,
            is_retry: false,
        }
    }

    /// How long to wait for the next attempt, which takes a token of the budget; `None` if there is none.
    pub(crate) fn wait_after(&mut self, outcome: Outcome) -> Option<Duration> {
        if outcome.is_success() {
            self.failures = Failures::default();
            self.options.deposit(std::mem::take(&mut self.is_retry));
            return None;
        }
        let single = match decide(&self.operation, outcome) {
            Decision::Retry => None,
            Decision::RetryOnce(single) => Some(single),
            Decision::Stop => return None,
        };
        if outcome.is_on_reused_connection() && self.has_left(SingleRetry::DeadConnection) {
            return self.replace_connection();
        }
        if single.is_some_and(|single| !self.has_left(single)) {
            return None;
        }
        let wait = self.next_wait(outcome, single)?;
        if !self.options.withdraw() {
            return None;
        }
        self.used |= single.map_or(0, |single| single as u8);
        tracing::debug!(
            attempt = self.attempts,
            wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
            reason = outcome.message(),
            "retrying the request"
        );
        if !outcome.is_of_body() {
            self.is_retry = true;
            self.options.notify(|| RetryNotice {
                reason: outcome.message(),
                wait,
                retry_for: single.is_none().then_some(self.retry_for),
            });
        }
        self.attempts = self.attempts.saturating_add(1);
        Some(wait)
    }

    /// Refunds the token if the response had to be requested again because of its body.
    pub(crate) fn body_is_complete(&self) {
        if self.body_failures.count > 0 {
            self.options.deposit(true);
        }
    }

    fn next_wait(&mut self, outcome: Outcome, single: Option<SingleRetry>) -> Option<Duration> {
        let failures = match outcome.is_of_body() {
            true => &mut self.body_failures,
            false => &mut self.failures,
        };
        let mut failing_for = failures.record();
        if outcome.is_of_body() && failures.count <= TRUNCATED_RETRIES || single.is_some() {
            // However long the attempts before took.
            failing_for = Duration::ZERO;
        }
        if outcome.is_of_body()
            && failures.count > TRUNCATED_RETRIES
            && self.operation.class() == OperationClass::Data
        {
            return None;
        }
        let failure = Failure {
            attempts: self.attempts,
            in_a_row: failures.count,
            failing_for,
            retry_for: self.retry_for,
            requested: outcome.requested_wait(),
            remaining: self.remaining(),
        };
        failure.next_wait(&self.options)
    }

    /// Another attempt at once on another connection, once in an operation. It does not count as an attempt and costs no
    /// token, because the failure says nothing about the service.
    fn replace_connection(&mut self) -> Option<Duration> {
        if self.remaining().is_some_and(|left| left.is_zero()) {
            return None;
        }
        self.used |= SingleRetry::DeadConnection as u8;
        tracing::debug!("retrying the request: its connection had died while it was idle");
        Some(Duration::ZERO)
    }

    fn has_left(&self, single: SingleRetry) -> bool {
        self.used & single as u8 == 0
    }

    fn remaining(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.remaining())
    }
}

/// What is known after a failure that may be retried.
struct Failure {
    attempts: u32,
    /// The failures since the last success.
    in_a_row: u32,
    /// The time since the first of them.
    failing_for: Duration,
    retry_for: Duration,
    requested: RequestedWait,
    /// The time until the deadline.
    remaining: Option<Duration>,
}

impl Failure {
    /// How long to wait for the next attempt; `None` if there should be none.
    fn next_wait(&self, options: &RetryOptions) -> Option<Duration> {
        let left = self.retry_for.checked_sub(self.failing_for);
        let left = left.filter(|left| !left.is_zero() && self.attempts < options.attempts)?;
        let least = match self.requested {
            RequestedWait::RetryAfter(wait) if wait > options.max_retry_after => return None,
            RequestedWait::RetryAfter(least) | RequestedWait::AtLeast(least) => least,
            RequestedWait::None => Duration::ZERO,
        };
        let backoff = options.backoff(self.in_a_row).min(left);
        // A wait that would miss the deadline is shortened, but not below the base of the backoff, to use the time left.
        let half = self.remaining.map(|remaining| remaining / 2);
        let in_time = half.filter(|half| *half >= options.base);
        let wait = in_time.map_or(backoff, |half| backoff.min(half)).max(least);
        let is_in_time = self.remaining.is_none_or(|remaining| wait < remaining);
        is_in_time.then_some(wait)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Failure;
    use super::RequestedWait::{AtLeast, None as Nothing, RetryAfter};
    use crate::retry::RetryOptions;

    fn seconds(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    #[test]
    fn h9_h11_h12_h28_n22_when_and_how_long_to_wait() {
        let options = RetryOptions::default().random(|| 1.0);
        let after = |of: f64| RetryAfter(seconds(of));
        for row @ (attempts, failing_for, requested, remaining, expected) in [
            (1, 0.0, Nothing, None, Some(0.2)),
            (3, 0.6, Nothing, None, Some(0.8)),
            (7, 12.6, Nothing, None, Some(2.4)),
            (8, 15.0, Nothing, None, None),
            (2, 30.0, Nothing, None, None),
            (1, 0.0, AtLeast(seconds(1.0)), None, Some(1.0)),
            (4, 3.0, AtLeast(seconds(1.0)), None, Some(1.6)),
            (1, 0.0, after(7.0), None, Some(7.0)),
            (1, 0.0, after(0.0), None, Some(0.2)),
            (1, 0.0, after(120.0), None, Some(120.0)),
            (2, 14.9, after(120.0), None, Some(120.0)),
            (2, 120.0, after(120.0), None, None),
            (1, 0.0, after(121.0), None, None),
            (1, 0.0, after(7.0), Some(8.0), Some(7.0)),
            (1, 0.0, after(7.0), Some(6.0), None),
            (6, 6.2, Nothing, Some(4.0), Some(2.0)),
            (6, 6.2, after(3.0), Some(4.0), Some(3.0)),
            (1, 0.0, Nothing, Some(0.1), None),
            (1, 0.0, Nothing, Some(0.2), None),
        ] {
            let failure = Failure {
                attempts,
                in_a_row: attempts,
                failing_for: seconds(failing_for),
                retry_for: seconds(15.0),
                requested,
                remaining: remaining.map(seconds),
            };
            let wait = failure.next_wait(&options);
            assert_eq!(wait, expected.map(seconds), "{row:?}");
        }
    }
}
