//! [`RetryOptions`]: how long failed requests are retried, and how long to wait between attempts.

mod decision;
mod state;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

pub(crate) use self::decision::{Outcome, retry_after};
pub(crate) use self::state::RetryState;

/// How long failed requests are retried, and how long to wait between attempts: exponential backoff with full jitter, and a
/// retry budget.
///
/// A request is retried until [`retry_for`](Self::retry_for) has passed since its first failure: 15 s by default, and five
/// minutes if it is marked as [`LongRunning`](crate::LongRunning). The last attempt begins at the end of that time. A response
/// with a status of success resets it.
///
/// The wait before attempt *n + 1* is random between zero and `base * 2^(n - 1)`, at most `cap`. A `Retry-After` lengthens
/// the wait, up to `max_retry_after`, even if that is longer than `retry_for`; if it is longer than that, the error is
/// returned at once. After a status 429 without a `Retry-After`, the wait is at least a second.
///
/// The retry budget prevents that retries overload a failing service. It is a token bucket of 100 retries, shared by the
/// clones of the options. A successful retry refunds its token, and five operations that succeed without a retry earn one.
/// So a thousand calls to a dead service send 1,100 requests: about twelve operations at once can be retried for 15 s, and
/// four for five minutes. When the budget is exhausted, errors are returned at once.
///
/// No wait exceeds the [`Deadline`](crate::Deadline) of the operation.
///
/// ```
/// use std::time::Duration;
///
/// use braincube_transport::RetryOptions;
///
/// let patient = RetryOptions::default().retry_for(Duration::from_secs(600));
/// let never = RetryOptions::none();
/// ```
#[derive(Clone)]
pub struct RetryOptions {
    pub(crate) attempts: u32,
    pub(crate) max_retry_after: Duration,
    retry_for: Option<Duration>,
    pub(crate) base: Duration,
    cap: Duration,
    random: Arc<dyn Fn() -> f64 + Send + Sync>,
    budget: Option<Arc<Budget>>,
    observer: Option<Observer>,
}

type Observer = Arc<dyn Fn(&RetryNotice) + Send + Sync>;

/// A failed request that is about to be retried; see [`RetryOptions::on_retry`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RetryNotice {
    /// What failed, such as `connection refused` or `status 503`. Contains no value from the request and no secret.
    pub reason: String,
    /// The wait before the next attempt.
    pub wait: Duration,
    /// How long the operation is retried in total; `None` if there is only one more attempt.
    pub retry_for: Option<Duration>,
}

impl Default for RetryOptions {
    fn default() -> Self {
        Self {
            attempts: u32::MAX,
            max_retry_after: Duration::from_secs(120),
            retry_for: None,
            base: Duration::from_millis(200),
            cap: Duration::from_secs(30),
            random: Arc::new(fastrand::f64),
            budget: Some(Arc::default()),
            observer: None,
        }
    }
}

impl RetryOptions {
    /// How long requests are retried by default: longer than a service takes to restart.
    pub const RETRY_FOR: Duration = Duration::from_secs(15);

    /// How long requests that are [`LongRunning`](crate::LongRunning) are retried by default.
    pub const RETRY_LONG_RUNNING_FOR: Duration = Duration::from_secs(300);

    /// No retries.
    pub fn none() -> Self {
        Self::default().retry_for(Duration::ZERO)
    }

    /// How long a failed operation is retried, from its first failure on; zero for no retries. By default
    /// [`RETRY_FOR`](Self::RETRY_FOR), or [`RETRY_LONG_RUNNING_FOR`](Self::RETRY_LONG_RUNNING_FOR).
    #[must_use]
    pub fn retry_for(mut self, time: Duration) -> Self {
        self.retry_for = Some(time);
        self
    }

    /// The maximum number of attempts within that time, including the first; by default unlimited. 0 counts as 1.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// The maximum wait before the second attempt; by default 200 ms. It doubles with each attempt.
    #[must_use]
    pub fn base(mut self, base: Duration) -> Self {
        self.base = base;
        self
    }

    /// The maximum wait without a `Retry-After`; by default 30 s.
    #[must_use]
    pub fn cap(mut self, cap: Duration) -> Self {
        self.cap = cap;
        self
    }

    /// The maximum `Retry-After` that is waited for; by default 120 s.
    #[must_use]
    pub fn max_retry_after(mut self, max: Duration) -> Self {
        self.max_retry_after = max;
        self
    }

    /// The source of the jitter: fractions from 0 to 1. For reproducible tests.
    #[must_use]
    pub fn random(mut self, fraction: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        self.random = Arc::new(fraction);
        self
    }

    /// Calls `observer` for each retry of a failed request, before the wait. It must not block.
    #[must_use]
    pub fn on_retry(mut self, observer: impl Fn(&RetryNotice) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Disables the retry budget.
    #[must_use]
    pub fn without_budget(mut self) -> Self {
        self.budget = None;
        self
    }

    /// How long an operation is retried.
    pub(crate) fn retry_duration(&self, is_long_running: bool) -> Duration {
        self.retry_for.unwrap_or(match is_long_running {
            true => Self::RETRY_LONG_RUNNING_FOR,
            false => Self::RETRY_FOR,
        })
    }

    pub(crate) fn notify(&self, notice: impl FnOnce() -> RetryNotice) {
        if let Some(observer) = &self.observer {
            observer(&notice());
        }
    }

    /// Adds the tokens that a success earns.
    pub(crate) fn deposit(&self, was_retried: bool) {
        if let Some(budget) = &self.budget {
            budget.deposit(was_retried);
        }
    }

    /// Takes a token for a retry; `false` if there is none left.
    pub(crate) fn withdraw(&self) -> bool {
        let paid = self.budget.as_ref().is_none_or(|budget| budget.withdraw());
        if !paid {
            tracing::debug!("no retry: the retry budget is exhausted");
        }
        paid
    }

    /// The wait after an attempt, counted from 1.
    pub(crate) fn backoff(&self, attempt: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(attempt.saturating_sub(1));
        let longest = self.base.saturating_mul(doubled).min(self.cap);
        let fraction = (self.random)();
        // `clamp` would keep NaN.
        let fraction = if fraction > 0.0 {
            fraction.min(1.0)
        } else {
            0.0
        };
        // The maximum duration does not fit after rounding to floating-point seconds.
        let wait = Duration::try_from_secs_f64(longest.as_secs_f64() * fraction);
        wait.map_or(longest, |wait| wait.min(longest))
    }
}

impl fmt::Debug for RetryOptions {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("RetryOptions")
            .field("retry_for", &self.retry_for)
            .field("attempts", &self.attempts)
            .field("base", &self.base)
            .field("cap", &self.cap)
            .field("max_retry_after", &self.max_retry_after)
            .finish_non_exhaustive()
    }
}

/// The tokens of a full budget: 100 retries.
const FULL_BUDGET: u32 = 100 * RETRY_COST;
const RETRY_COST: u32 = 5;
/// What an operation earns that succeeds without a retry.
const SUCCESS_REWARD: u32 = 1;

/// A token bucket, as in the SDKs of AWS: a retry costs five tokens, a success earns one, a successful retry refunds its
/// five.
///
/// Time does not refill it: a service that never responds receives 100 retries in total.
#[derive(Debug)]
struct Budget {
    tokens: AtomicU32,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            tokens: AtomicU32::new(FULL_BUDGET),
        }
    }
}

impl Budget {
    /// Takes the tokens for a retry; `false` if there are not enough.
    fn withdraw(&self) -> bool {
        self.update(|tokens| tokens.checked_sub(RETRY_COST))
    }

    /// Adds the tokens that a success earns.
    fn deposit(&self, was_retried: bool) {
        let earned = if was_retried {
            RETRY_COST
        } else {
            SUCCESS_REWARD
        };
        // A full budget, which is the usual case, is not written to.
        self.update(|tokens| (tokens < FULL_BUDGET).then(|| FULL_BUDGET.min(tokens + earned)));
    }

    fn update(&self, change: impl FnMut(u32) -> Option<u32>) -> bool {
        self.tokens.fetch_update(Relaxed, Relaxed, change).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Budget, RetryOptions};

    #[test]
    fn the_longest_wait_doubles_up_to_the_cap() {
        let options = RetryOptions::default().random(|| 1.0);
        let waits = [1, 2, 3, 6, 7, 8, 40, u32::MAX].map(|n| options.backoff(n).as_millis());
        assert_eq!(waits, [200, 400, 800, 6400, 12_800, 25_600, 30_000, 30_000]);
    }

    #[test]
    fn jitter_is_full_and_stays_in_range_for_any_source() {
        let wait = |fraction| RetryOptions::default().random(move || fraction).backoff(1);
        assert_eq!(wait(0.0), Duration::ZERO);
        assert_eq!(wait(0.5), Duration::from_millis(100));
        assert_eq!(wait(-3.0), Duration::ZERO);
        assert_eq!(wait(9.0), Duration::from_millis(200));
        assert_eq!(wait(f64::NAN), Duration::ZERO);
    }

    #[test]
    fn n1_the_maximum_duration_is_a_valid_wait() {
        let forever = RetryOptions::default()
            .base(Duration::MAX)
            .cap(Duration::MAX);
        for (fraction, longest) in [(1.0, Duration::MAX), (0.5, Duration::MAX / 2)] {
            let wait = forever.clone().random(move || fraction).backoff(3);
            assert!(wait.abs_diff(longest) <= Duration::from_secs(1 << 12));
        }
    }

    #[test]
    fn the_default_source_spreads() {
        let options = RetryOptions::default();
        let waits: Vec<_> = (0..100).map(|_| options.backoff(1)).collect();
        assert!(waits.iter().any(|wait| wait.as_millis() < 100));
        assert!(waits.iter().any(|wait| wait.as_millis() > 100));
    }

    #[test]
    fn one_attempt_is_the_least() {
        assert_eq!(RetryOptions::default().attempts(0).attempts, 1);
        assert_eq!(RetryOptions::none().retry_duration(true), Duration::ZERO);
    }

    /// How many retries are left.
    fn left(budget: &Budget) -> usize {
        std::iter::repeat_with(|| budget.withdraw())
            .take_while(|paid| *paid)
            .count()
    }

    #[test]
    fn h12_the_budget_is_exhausted_after_100_retries_without_a_success() {
        let budget = Budget::default();
        budget.deposit(false);
        assert_eq!(left(&budget), 100, "the budget does not exceed its maximum");
        assert!(!budget.withdraw());
    }

    #[test]
    fn h12_five_successes_earn_a_retry_and_a_successful_retry_costs_nothing() {
        let budget = Budget::default();
        assert_eq!(left(&budget), 100);
        for (successes, retries) in [(4, 0), (1, 1), (10, 2), (1000, 100)] {
            (0..successes).for_each(|_| budget.deposit(false));
            assert_eq!(left(&budget), retries, "{successes}");
        }
        budget.deposit(true);
        assert_eq!(left(&budget), 1);
    }
}
