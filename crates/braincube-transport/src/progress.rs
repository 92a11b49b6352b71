//! [`Progress`]: what the layers of one operation tell each other, shared between its attempts.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use braincube_auth::Authorization;
use http::{HeaderValue, Request};
use tokio::time::Instant;

/// One operation's progress; its clones, in the extensions of every attempt, are the same one.
#[derive(Clone, Default)]
pub(crate) struct Progress {
    shared: Arc<Shared>,
}

struct Shared {
    started: Instant,
    attempts: AtomicU32,
    tries: AtomicU32,
    renewed: AtomicBool,
    /// How many bytes of the latest attempt's answer have come.
    wire_bytes: AtomicU64,
    sent: Mutex<Option<Sent>>,
}

impl Default for Shared {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            attempts: AtomicU32::default(),
            tries: AtomicU32::default(),
            renewed: AtomicBool::default(),
            wire_bytes: AtomicU64::default(),
            sent: Mutex::default(),
        }
    }
}

/// The credential that the latest attempt travelled with.
struct Sent {
    generation: u64,
    value: HeaderValue,
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

    /// Counts one more request on the wire; returns how many came before it.
    pub(crate) fn begin_attempt(&self) -> u32 {
        self.shared.wire_bytes.store(0, Ordering::Relaxed);
        self.shared.attempts.fetch_add(1, Ordering::Relaxed)
    }

    /// How many requests were sent, repeated, redirected or with a new session.
    pub(crate) fn attempts(&self) -> u32 {
        self.shared.attempts.load(Ordering::Relaxed)
    }

    /// Counts one more try to get the answer; returns how many there are with it.
    pub(crate) fn begin_try(&self) -> u32 {
        self.shared.tries.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// How often the answer has been tried for, over all replays. A try may take several requests: where a redirect
    /// leads and a new session are part of it.
    pub(crate) fn tries(&self) -> u32 {
        self.shared.tries.load(Ordering::Relaxed)
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

    pub(crate) fn record_renewal(&self) {
        self.shared.renewed.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_renewed(&self) -> bool {
        self.shared.renewed.load(Ordering::Relaxed)
    }

    pub(crate) fn record_sent(&self, authorization: &Authorization) {
        let sent = Sent {
            generation: authorization.generation(),
            value: authorization.value().clone(),
        };
        *self.lock() = Some(sent);
    }

    pub(crate) fn sent_generation(&self) -> Option<u64> {
        Some(self.lock().as_ref()?.generation)
    }

    pub(crate) fn sent_value(&self) -> Option<HeaderValue> {
        Some(self.lock().as_ref()?.value.clone())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Sent>> {
        self.shared
            .sent
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
