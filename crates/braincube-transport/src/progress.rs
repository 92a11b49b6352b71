//! [`Progress`]: what the layers of one operation tell each other, shared between its attempts.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use braincube_auth::Authorization;
use http::{HeaderValue, Request};
use tokio::time::Instant;

use crate::http_client::UsedConnection;

/// One operation's progress; its clones, in the extensions of every attempt, are the same one.
#[derive(Clone, Default)]
pub(crate) struct Progress {
    shared: Arc<Shared>,
}

struct Shared {
    started: Instant,
    attempts: Counter,
    tries: Counter,
    renewed: AtomicBool,
    /// Which of the repeats that there is only one of have been used, one bit each.
    once: AtomicU8,
    /// How many bytes of the latest attempt's answer have come.
    wire_bytes: AtomicU64,
    /// Whether somebody counts them.
    is_counted: AtomicBool,
    /// Whether that answer ends where the connection does.
    is_open_ended: AtomicBool,
    latest: Mutex<Latest>,
}

/// What is known of the latest attempt.
#[derive(Default)]
struct Latest {
    /// The credential that it was sent with.
    sent: Option<Authorization>,
    /// The connection that it was sent over.
    connection: Option<UsedConnection>,
    /// The failures since the last attempt that was answered with success.
    failures: Failures,
}

/// Failures in a row.
#[derive(Clone, Copy, Default)]
pub(crate) struct Failures {
    /// The time of the first one.
    since: Option<Instant>,
    pub(crate) count: u32,
}

impl Failures {
    /// The time that has passed since the first one.
    pub(crate) fn elapsed(&self) -> Duration {
        self.since.map_or(Duration::ZERO, |since| since.elapsed())
    }
}

impl Default for Shared {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            attempts: Counter::default(),
            tries: Counter::default(),
            renewed: AtomicBool::default(),
            once: AtomicU8::default(),
            wire_bytes: AtomicU64::default(),
            is_counted: AtomicBool::default(),
            is_open_ended: AtomicBool::default(),
            latest: Mutex::default(),
        }
    }
}

/// Counts what an operation does one after the other.
///
/// What begins within another one is the same: layers may stand twice in a stack, as where one's own stands under a whole
/// transport, and a request is sent once all the same.
#[derive(Default)]
struct Counter {
    begun: AtomicU32,
    is_under_way: AtomicBool,
}

impl Counter {
    fn so_far(&self) -> u32 {
        self.begun.load(Ordering::Relaxed)
    }
}

/// What has begun and not ended.
pub(crate) struct UnderWay {
    progress: Progress,
    counter: fn(&Shared) -> &Counter,
}

impl UnderWay {
    fn begin(progress: &Progress, counter: fn(&Shared) -> &Counter) -> Self {
        let counted = counter(&progress.shared);
        if !counted.is_under_way.swap(true, Ordering::Relaxed) {
            counted.begun.fetch_add(1, Ordering::Relaxed);
        }
        let progress = progress.clone();
        Self { progress, counter }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let counted = (self.counter)(&self.progress.shared);
        counted.is_under_way.store(false, Ordering::Relaxed);
    }
}

impl fmt::Debug for UnderWay {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("UnderWay").finish_non_exhaustive()
    }
}

/// What justifies one repeat of an operation, and no more: whatever else has been repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Once {
    /// A host that is not known may have got its name a moment ago.
    UnknownHost = 1,
    /// A service that computed for minutes without an answer gets one more chance.
    FirstByte = 2,
    /// A slow way rarely becomes a fast one.
    Slow = 4,
    /// A connection that died while it was idle says nothing of the service.
    DeadConnection = 8,
}

impl Progress {
    /// The progress that a request belongs to, begun here if there is none yet.
    pub(crate) fn of<B>(request: &mut Request<B>) -> Self {
        request
            .extensions_mut()
            .get_or_insert_default::<Self>()
            .clone()
    }

    /// When the operation began, before its first attempt.
    pub(crate) fn started(&self) -> Instant {
        self.shared.started
    }

    /// Counts one more request on the wire, for as long as it is unanswered.
    pub(crate) fn begin_attempt(&self) -> UnderWay {
        self.shared.wire_bytes.store(0, Ordering::Relaxed);
        self.shared.is_counted.store(false, Ordering::Relaxed);
        self.latest().connection = None;
        UnderWay::begin(self, |shared| &shared.attempts)
    }

    /// Whether the bytes of the latest answer are still to be counted, from now on by whoever asks.
    pub(crate) fn begin_answer(&self, is_open_ended: bool) -> bool {
        let shared = &*self.shared;
        let is_first = !shared.is_counted.swap(true, Ordering::Relaxed);
        if is_first {
            shared.is_open_ended.store(is_open_ended, Ordering::Relaxed);
        }
        is_first
    }

    /// Whether the latest answer ends where the connection does, so that nothing shows whether it is whole.
    pub(crate) fn is_open_ended(&self) -> bool {
        self.shared.is_open_ended.load(Ordering::Relaxed)
    }

    /// How many requests were sent, repeated, redirected or with a new session.
    pub(crate) fn attempts(&self) -> u32 {
        self.shared.attempts.so_far()
    }

    /// Counts one more try to get the answer, for as long as its outcome is open.
    pub(crate) fn begin_try(&self) -> UnderWay {
        UnderWay::begin(self, |shared| &shared.tries)
    }

    /// How often the answer has been tried for, over all replays. A try may take several requests: where a redirect
    /// leads and a new session are part of it.
    pub(crate) fn tries(&self) -> u32 {
        self.shared.tries.so_far()
    }

    /// Takes the latest try out of the count: it says nothing of the service.
    pub(crate) fn discount_try(&self) {
        let counted = &self.shared.tries.begun;
        let less = |tries: u32| tries.checked_sub(1);
        let _ = counted.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
    }

    /// Counts bytes of the latest attempt's answer.
    pub(crate) fn receive(&self, bytes: usize) {
        self.shared
            .wire_bytes
            .fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// How many bytes of the latest attempt's answer have come over the network; 0 where nobody counts.
    pub(crate) fn wire_bytes(&self) -> u64 {
        self.shared.wire_bytes.load(Ordering::Relaxed)
    }

    /// Whether the one repeat that this justifies is still to be had.
    pub(crate) fn has_left(&self, once: Once) -> bool {
        self.shared.once.load(Ordering::Relaxed) & once as u8 == 0
    }

    /// Uses the one repeat that this justifies.
    pub(crate) fn use_up(&self, once: Once) {
        self.shared.once.fetch_or(once as u8, Ordering::Relaxed);
    }

    pub(crate) fn record_renewal(&self) {
        self.shared.renewed.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_renewed(&self) -> bool {
        self.shared.renewed.load(Ordering::Relaxed)
    }

    pub(crate) fn record_sent(&self, authorization: Authorization) {
        self.latest().sent = Some(authorization);
    }

    pub(crate) fn sent_generation(&self) -> Option<u64> {
        Some(self.latest().sent.as_ref()?.generation())
    }

    pub(crate) fn sent_value(&self) -> Option<HeaderValue> {
        Some(self.latest().sent.as_ref()?.value().clone())
    }

    pub(crate) fn record_connection(&self, connection: UsedConnection) {
        self.latest().connection = Some(connection);
    }

    /// Whether the connection of the latest attempt was used before, and no byte of an answer has come.
    pub(crate) fn may_be_on_dead_connection(&self) -> bool {
        let latest = self.latest();
        latest
            .connection
            .as_ref()
            .is_some_and(UsedConnection::may_be_dead)
    }

    /// Records a failure, and returns all since the last success.
    pub(crate) fn record_failure(&self) -> Failures {
        let failures = &mut self.latest().failures;
        failures.since.get_or_insert_with(Instant::now);
        failures.count = failures.count.saturating_add(1);
        *failures
    }

    /// An attempt was answered with success: the next failure is a first one again.
    pub(crate) fn record_success(&self) {
        self.latest().failures = Failures::default();
    }

    fn latest(&self) -> MutexGuard<'_, Latest> {
        self.shared
            .latest
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Progress")
            .field("attempts", &self.attempts())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::Progress;

    #[test]
    fn h12_what_begins_within_another_is_counted_once() {
        let progress = Progress::default();
        let outer = progress.begin_attempt();
        let inner = progress.begin_attempt();
        let innermost = progress.begin_attempt();
        assert_eq!(progress.attempts(), 1);
        drop(innermost);
        drop(inner);
        // Repeated by what stands between the two.
        let inner = progress.begin_attempt();
        let innermost = progress.begin_attempt();
        assert_eq!(progress.attempts(), 2);
        drop((innermost, inner, outer));
        let outer = progress.begin_attempt();
        assert_eq!((progress.attempts(), progress.tries()), (3, 0));
        drop(outer);
    }
}
