//! [`OperationState`]: what is known about one operation, shared by its attempts, their layers and the response body.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use braincube_auth::{Authorization, redact};
use braincube_model::Operation;
use http::uri::{Authority, Scheme};
use http::{HeaderValue, Method, Request, Uri};
use tokio::time::Instant;

use crate::http_client::UsedConnection;

/// The operation of a request that does not carry one in its extensions.
const UNNAMED_READ: Operation = Operation::read("request", "/{path}");
const UNNAMED_WRITE: Operation = Operation::write("request", "/{path}");

/// The state of one operation. Its clones, in the extensions of every attempt, share the same state.
#[derive(Clone)]
pub(crate) struct OperationState {
    shared: Arc<Shared>,
}

struct Shared {
    operation: Operation,
    method: Method,
    scheme: Option<Scheme>,
    authority: Option<Authority>,
    started: Instant,
    attempts: AtomicU32,
    is_attempt_running: AtomicBool,
    /// The bytes of the latest attempt's body that have been received.
    wire_bytes: AtomicU64,
    /// Whether a body counts them.
    is_counted: AtomicBool,
    is_open_ended: AtomicBool,
    latest: Mutex<LatestAttempt>,
}

/// What is known about the latest attempt.
#[derive(Default)]
struct LatestAttempt {
    authorization: Option<Authorization>,
    connection: Option<UsedConnection>,
}

/// An attempt whose response has not begun; ends when it is dropped.
pub(crate) struct AttemptGuard {
    state: OperationState,
}

impl Drop for AttemptGuard {
    fn drop(&mut self) {
        self.state.shared.is_attempt_running.store(false, Relaxed);
    }
}

impl OperationState {
    /// The state in the extensions of a request, inserted if there is none.
    pub(crate) fn of<B>(request: &mut Request<B>) -> Self {
        if let Some(state) = request.extensions().get::<Self>() {
            return state.clone();
        }
        let state = Self {
            shared: Arc::new(Shared {
                operation: operation_of(request),
                method: request.method().clone(),
                scheme: request.uri().scheme().cloned(),
                authority: request.uri().authority().cloned(),
                started: Instant::now(),
                attempts: AtomicU32::default(),
                is_attempt_running: AtomicBool::default(),
                wire_bytes: AtomicU64::default(),
                is_counted: AtomicBool::default(),
                is_open_ended: AtomicBool::default(),
                latest: Mutex::default(),
            }),
        };
        request.extensions_mut().insert(state.clone());
        state
    }

    pub(crate) fn operation(&self) -> Operation {
        self.shared.operation
    }

    pub(crate) fn method(&self) -> &Method {
        &self.shared.method
    }

    pub(crate) fn authority(&self) -> Option<&Authority> {
        self.shared.authority.as_ref()
    }

    /// Scheme, host and port of the request; `None` if its URI is relative.
    pub(crate) fn origin(&self) -> Option<Box<str>> {
        let (scheme, authority) = (&self.shared.scheme, &self.shared.authority);
        let is_absolute = scheme.is_some() && authority.is_some();
        is_absolute.then(|| origin_text(scheme.as_ref(), authority.as_ref()))
    }

    /// When the operation began, before its first attempt.
    pub(crate) fn started(&self) -> Instant {
        self.shared.started
    }

    /// Begins the next attempt and counts it.
    ///
    /// An attempt that begins inside another one is the same: an [`AttemptLayer`](crate::layer::AttemptLayer) may be below
    /// another one, while the request is sent once.
    pub(crate) fn begin_attempt(&self) -> AttemptGuard {
        let shared = &*self.shared;
        shared.wire_bytes.store(0, Relaxed);
        shared.is_counted.store(false, Relaxed);
        self.latest().connection = None;
        if !shared.is_attempt_running.swap(true, Relaxed) {
            shared.attempts.fetch_add(1, Relaxed);
        }
        let state = self.clone();
        AttemptGuard { state }
    }

    /// How often the request was sent, redirected requests and those with a renewed session included.
    pub(crate) fn attempts(&self) -> u32 {
        self.shared.attempts.load(Relaxed)
    }

    /// Begins the body of the latest attempt. Returns whether the caller has to count its bytes: `false` if a layer further
    /// down already does.
    pub(crate) fn begin_body(&self, is_open_ended: bool) -> bool {
        let is_first = !self.shared.is_counted.swap(true, Relaxed);
        if is_first {
            self.shared.is_open_ended.store(is_open_ended, Relaxed);
        }
        is_first
    }

    /// Whether the latest body ends with its connection, so that HTTP cannot tell whether it is complete.
    pub(crate) fn is_open_ended(&self) -> bool {
        self.shared.is_open_ended.load(Relaxed)
    }

    /// Counts received bytes of the latest attempt's body.
    pub(crate) fn count_wire_bytes(&self, bytes: usize) {
        self.shared.wire_bytes.fetch_add(bytes as u64, Relaxed);
    }

    /// The received bytes of the latest attempt's body, before decompression; 0 if they are not counted.
    pub(crate) fn wire_bytes(&self) -> u64 {
        self.shared.wire_bytes.load(Relaxed)
    }

    pub(crate) fn record_authorization(&self, authorization: Authorization) {
        self.latest().authorization = Some(authorization);
    }

    /// The generation of the credential that the latest attempt carried.
    pub(crate) fn sent_generation(&self) -> Option<u64> {
        Some(self.latest().authorization.as_ref()?.generation())
    }

    pub(crate) fn record_connection(&self, connection: UsedConnection) {
        self.latest().connection = Some(connection);
    }

    /// Whether the latest attempt was sent on a reused connection, and no byte of a response has arrived.
    pub(crate) fn may_be_on_dead_connection(&self) -> bool {
        let latest = self.latest();
        let connection = latest.connection.as_ref();
        connection.is_some_and(UsedConnection::may_be_dead)
    }

    /// Text of the server in a form that may be shown: escaped, cut to `max_len` bytes, and without the credential that
    /// was sent. `None` if a part of the credential would be left.
    pub(crate) fn sanitize(&self, text: &str, max_len: usize) -> Option<Box<str>> {
        redact::sanitize(text, self.sent_value().as_ref().map(secret), max_len)
    }

    /// The server's error message in a JSON body, [sanitized](Self::sanitize).
    pub(crate) fn error_message(&self, body: &[u8]) -> Option<Box<str>> {
        redact::error_message(body, self.sent_value().as_ref().map(secret))
    }

    fn sent_value(&self) -> Option<HeaderValue> {
        Some(self.latest().authorization.as_ref()?.value().clone())
    }

    fn latest(&self) -> MutexGuard<'_, LatestAttempt> {
        let latest = self.shared.latest.lock();
        latest.unwrap_or_else(PoisonError::into_inner)
    }
}

/// Omits the authority, which may contain a user, and the credential.
impl fmt::Debug for OperationState {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("OperationState")
            .field("operation", &self.operation())
            .field("method", self.method())
            .field("origin", &self.origin())
            .field("attempts", &self.attempts())
            .finish_non_exhaustive()
    }
}

/// The operation of a request. One without an [`Operation`] is idempotent if its method is safe.
pub(crate) fn operation_of<B>(request: &Request<B>) -> Operation {
    match request.extensions().get::<Operation>() {
        Some(operation) => *operation,
        None if request.method().is_safe() => UNNAMED_READ,
        None => UNNAMED_WRITE,
    }
}

/// Scheme, host and port of a URI, without its user, path and query.
pub(crate) fn origin_of(uri: &Uri) -> Box<str> {
    origin_text(uri.scheme(), uri.authority())
}

fn origin_text(scheme: Option<&Scheme>, authority: Option<&Authority>) -> Box<str> {
    let scheme = scheme.map_or("?", Scheme::as_str);
    let host = authority.map_or("?", Authority::host);
    match authority.and_then(Authority::port_u16) {
        Some(port) => format!("{scheme}://{host}:{port}").into(),
        None => format!("{scheme}://{host}").into(),
    }
}

/// The secret in the value of a header: without the scheme in `Bearer abc`.
fn secret(header: &HeaderValue) -> &[u8] {
    let mut words = header.as_bytes().rsplit(|&byte| byte == b' ');
    words.next().unwrap_or_default()
}

#[cfg(test)]
mod tests;
