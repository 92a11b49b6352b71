//! [`Error`]: one opaque error for all of the transport, with a [kind](ErrorKind), the request's
//! context, and the cause in [`source`](std::error::Error::source) alone.

mod classify;
mod kind;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use braincube_model::Operation;
use http::{Method, StatusCode};

pub(crate) use self::classify::{ConnectFailure, find_cause, from_body, from_service};
pub use self::kind::{
    ConnectStage, DnsReason, ErrorKind, NotJson, ProxyReason, TimeoutPhase, TlsReason,
};
use crate::operation::OperationState;

/// Any error that a lower service or body may bring.
pub(crate) type BoxError = Box<dyn StdError + Send + Sync>;

/// A request that did not succeed, or a transport that could not be built.
///
/// Its text names the operation, the method, the path's template, the origin, the status and the
/// number of attempts: never a header, a query, a name or id from the path, or a body. What the
/// server had to say is in [`detail`](Self::detail), the cause in
/// [`source`](std::error::Error::source).
pub struct Error {
    inner: Box<Inner>,
}

struct Inner {
    kind: ErrorKind,
    message: Cow<'static, str>,
    context: Option<Context>,
    status: Option<StatusCode>,
    attempts: u32,
    elapsed: Duration,
    retry_after: Option<Duration>,
    request_id: Option<Box<str>>,
    detail: Option<Box<str>>,
    final_: bool,
    on_reused_connection: bool,
    source: Option<BoxError>,
}

/// The request that an error belongs to.
#[derive(Debug)]
struct Context {
    operation: Operation,
    method: Method,
    origin: Option<Box<str>>,
}

impl Error {
    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// The status of the answer, if there was an answer.
    pub fn status(&self) -> Option<StatusCode> {
        self.inner.status
    }

    /// How often the request was sent; 0 if it never got as far as being tried.
    pub fn attempts(&self) -> u32 {
        self.inner.attempts
    }

    /// How long it took from the call to this error, waits between attempts included.
    pub fn elapsed(&self) -> Duration {
        self.inner.elapsed
    }

    /// The name of the operation, in `snake_case`.
    pub fn operation(&self) -> Option<&'static str> {
        Some(self.inner.context.as_ref()?.operation.name())
    }

    /// The method of the request.
    pub fn method(&self) -> Option<&Method> {
        Some(&self.inner.context.as_ref()?.method)
    }

    /// The path of the request, with placeholders in the place of names and ids.
    pub fn path_template(&self) -> Option<&'static str> {
        Some(self.inner.context.as_ref()?.operation.path_template())
    }

    /// Scheme, host and port of the request.
    pub fn origin(&self) -> Option<&str> {
        self.inner.context.as_ref()?.origin.as_deref()
    }

    /// The id that the server gave the request, to quote to its operators.
    pub fn request_id(&self) -> Option<&str> {
        self.inner.request_id.as_deref()
    }

    /// How long the server asked to wait before the next request, in its `Retry-After`. Longer than
    /// the options or the deadline allow, it is not waited for.
    pub fn retry_after(&self) -> Option<Duration> {
        self.inner.retry_after
    }

    /// What the server said, if it said it in the `error`, `message` or `errors` of a JSON body.
    ///
    /// At most 256 bytes, control characters escaped, without the credential should the server
    /// have echoed it. It is the server's text all the same: show it, do not act on it.
    pub fn detail(&self) -> Option<&str> {
        self.inner.detail.as_deref()
    }

    /// Whether no connection came about.
    pub fn is_connect(&self) -> bool {
        matches!(self.inner.kind, ErrorKind::Connect(_))
    }

    /// Whether something took too long.
    pub fn is_timeout(&self) -> bool {
        matches!(self.inner.kind, ErrorKind::Timeout(_))
    }

    /// Whether the connection broke before the answer was complete.
    pub fn is_interrupted(&self) -> bool {
        self.inner.kind == ErrorKind::Interrupted
    }

    /// Whether the server does not know who is asking.
    pub fn is_unauthenticated(&self) -> bool {
        self.inner.kind == ErrorKind::Unauthenticated
    }

    /// Whether the credential does not allow the request.
    pub fn is_forbidden(&self) -> bool {
        self.inner.kind == ErrorKind::Forbidden
    }

    /// Whether what was addressed does not exist.
    pub fn is_not_found(&self) -> bool {
        self.inner.kind == ErrorKind::NotFound
    }

    /// Whether the server asked for fewer requests.
    pub fn is_throttled(&self) -> bool {
        self.inner.kind == ErrorKind::Throttled
    }

    /// Whether the answer had no body at all, as some services answer where a list is empty.
    pub fn is_empty_answer(&self) -> bool {
        self.inner.kind == ErrorKind::NotJson(NotJson::Empty)
    }
}

/// For layers and services of one's own.
impl Error {
    /// An error of a layer or a service of one's own.
    ///
    /// The kind decides whether the request is repeated, as [`ErrorKind`] says: [`ErrorKind::Connect`] only where nothing
    /// was sent, [`ErrorKind::Interrupted`] where that is not known. The message says what failed and what to do, in one
    /// line without a full stop, and holds no secret and no value from the request: which request it was is added on the
    /// way up.
    ///
    /// An error of another type may come from below as well. It becomes `Connect` where an [`std::io::Error`] among its
    /// causes says `ConnectionRefused`, and `Interrupted` otherwise, with itself as the
    /// [`source`](std::error::Error::source).
    ///
    /// ```
    /// use braincube_transport::{Body, Error, ErrorKind, Transport};
    /// use bytes::Bytes;
    /// use http::{Request, Response};
    ///
    /// let closed = tower::service_fn(|_: Request<Bytes>| async {
    ///     Err::<Response<Body>, _>(Error::new(ErrorKind::Rejected, "closed for the night; ask again at six"))
    /// });
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
    /// let request = Request::get("https://api.example.com/mb").body(Bytes::new())?;
    /// let error = Transport::new(closed).read(request).await.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Rejected);
    /// assert!(error.to_string().contains("closed for the night"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            inner: Box::new(Inner {
                kind,
                message: message.into(),
                context: None,
                status: None,
                attempts: 0,
                elapsed: Duration::ZERO,
                retry_after: None,
                request_id: None,
                detail: None,
                final_: false,
                on_reused_connection: false,
                source: None,
            }),
        }
    }

    /// The same, with what caused it.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.inner.source = Some(source.into());
        self
    }

    /// Marks the failure of a request on a connection that earlier requests had used, before a byte of its response came.
    ///
    /// The connection has most likely died while it was idle. [`RetryLayer`](crate::layer::RetryLayer) sends an idempotent
    /// request once more at once, without counting the failed attempt; a service that marks its errors so should use
    /// another connection then. [`HttpClient`](crate::HttpClient) does both.
    #[must_use]
    pub fn on_reused_connection(mut self) -> Self {
        self.inner.on_reused_connection = true;
        self
    }
}

impl Error {
    pub(crate) fn config(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Config, message)
    }

    pub(crate) fn timeout(phase: TimeoutPhase, limit: Duration) -> Self {
        let what = match phase {
            TimeoutPhase::Connect => "no connection within",
            TimeoutPhase::FirstByte => "no answer within",
            TimeoutPhase::Idle => "the answer stalled for",
            TimeoutPhase::Throughput => "the answer came too slowly over",
            TimeoutPhase::Deadline => "not done within",
        };
        Self::new(ErrorKind::Timeout(phase), format!("{what} {limit:?}"))
    }

    pub(crate) fn with_kind(
        mut self,
        kind: ErrorKind,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.inner.kind = kind;
        self.inner.message = message.into();
        self
    }

    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.inner.status = Some(status);
        self
    }

    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.inner.retry_after = wait;
        self
    }

    pub(crate) fn with_request_id(mut self, id: Option<Box<str>>) -> Self {
        self.inner.request_id = id;
        self
    }

    pub(crate) fn with_detail(mut self, detail: Option<Box<str>>) -> Self {
        self.inner.detail = detail;
        self
    }

    /// Marks an error that no repeat can help, whatever its kind.
    pub(crate) fn into_final(mut self) -> Self {
        self.inner.final_ = true;
        self
    }

    pub(crate) fn is_final(&self) -> bool {
        self.inner.final_
    }

    pub(crate) fn is_on_reused_connection(&self) -> bool {
        self.inner.on_reused_connection
    }

    /// What failed, without the request that it belongs to.
    pub(crate) fn message(&self) -> &str {
        &self.inner.message
    }

    /// Adds the request that the error belongs to, unless an inner operation has done so.
    pub(crate) fn in_context(mut self, state: &OperationState) -> Self {
        if self.inner.context.is_none() {
            self.inner.context = Some(Context {
                operation: state.operation(),
                method: state.method().clone(),
                origin: state.origin(),
            });
            self.inner.elapsed = state.started().elapsed();
            self.inner.attempts = state.attempts();
        }
        self
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(self.inner.source.as_deref()?)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Some(context) = &self.inner.context else {
            return f.write_str(&self.inner.message);
        };
        let operation = &context.operation;
        write!(f, "{}: {}", operation.name(), self.inner.message)?;
        write!(f, " ({} {}", context.method, operation.path_template())?;
        if let Some(origin) = &context.origin {
            write!(f, " at {origin}")?;
        }
        if let Some(status) = self.inner.status {
            write!(f, ", status {}", status.as_u16())?;
        }
        if self.inner.attempts > 1 {
            let seconds = self.inner.elapsed.as_secs_f64();
            write!(f, ", {} attempts in {seconds:.1} s", self.inner.attempts)?;
        }
        if let Some(wait) = self.inner.retry_after {
            write!(f, ", asked to wait {} s", wait.as_secs())?;
        }
        if let Some(id) = &self.inner.request_id {
            write!(f, ", request id {id}")?;
        }
        f.write_str(")")
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let inner = &*self.inner;
        let mut debug = f.debug_struct("Error");
        debug.field("kind", &inner.kind);
        debug.field("message", &inner.message);
        if let Some(context) = &inner.context {
            debug.field("context", context);
        }
        if let Some(status) = &inner.status {
            debug.field("status", &status.as_u16());
        }
        debug.field("attempts", &inner.attempts);
        if let Some(source) = &inner.source {
            debug.field("source", source);
        }
        debug.finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
