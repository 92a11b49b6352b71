//! [`Error`]: the error of the transport, with a [kind](ErrorKind), the context of the request, and a
//! [`source`](std::error::Error::source).

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

/// The error of an inner service or body.
pub(crate) type BoxError = Box<dyn StdError + Send + Sync>;

/// A request that failed, or a transport that could not be built.
///
/// Its text contains the operation, the method, the path template, the origin, the status and the number of attempts, but no
/// header, query, body, or name or id from the path. The server's error message is in [`detail`](Self::detail), the cause in
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
    /// The kind of the error.
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// The status of the response, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        self.inner.status
    }

    /// How often the request was sent; 0 if it was not sent.
    pub fn attempts(&self) -> u32 {
        self.inner.attempts
    }

    /// The time from the call to this error, including the waits between attempts.
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

    /// The path of the request, with placeholders instead of names and ids.
    pub fn path_template(&self) -> Option<&'static str> {
        Some(self.inner.context.as_ref()?.operation.path_template())
    }

    /// Scheme, host and port of the request.
    pub fn origin(&self) -> Option<&str> {
        self.inner.context.as_ref()?.origin.as_deref()
    }

    /// The request id in the response, which helps the server's operators to find the request.
    pub fn request_id(&self) -> Option<&str> {
        self.inner.request_id.as_deref()
    }

    /// The server's `Retry-After`. It is not waited for if it is longer than the options or the deadline allow.
    pub fn retry_after(&self) -> Option<Duration> {
        self.inner.retry_after
    }

    /// The server's error message: the text in `error`, `message` or `errors` of a JSON body.
    ///
    /// At most 256 bytes, with escaped control characters, and without the credential if the server echoed it. The text is
    /// not trusted: show it, do not act on it.
    pub fn detail(&self) -> Option<&str> {
        self.inner.detail.as_deref()
    }

    /// Whether no connection could be opened.
    pub fn is_connect(&self) -> bool {
        matches!(self.inner.kind, ErrorKind::Connect(_))
    }

    /// Whether a time limit was exceeded.
    pub fn is_timeout(&self) -> bool {
        matches!(self.inner.kind, ErrorKind::Timeout(_))
    }

    /// Whether the connection was interrupted before the response was complete.
    pub fn is_interrupted(&self) -> bool {
        self.inner.kind == ErrorKind::Interrupted
    }

    /// Whether the server does not accept the credential.
    pub fn is_unauthenticated(&self) -> bool {
        self.inner.kind == ErrorKind::Unauthenticated
    }

    /// Whether the credential does not allow the request.
    pub fn is_forbidden(&self) -> bool {
        self.inner.kind == ErrorKind::Forbidden
    }

    /// Whether the requested resource does not exist.
    pub fn is_not_found(&self) -> bool {
        self.inner.kind == ErrorKind::NotFound
    }

    /// Whether the server limits the rate of requests.
    pub fn is_throttled(&self) -> bool {
        self.inner.kind == ErrorKind::Throttled
    }

    /// Whether the response had no body. Some services respond in this way if a list is empty.
    pub fn is_empty_response(&self) -> bool {
        self.inner.kind == ErrorKind::NotJson(NotJson::Empty)
    }
}

/// For your own layers and services.
impl Error {
    /// An error of your own layer or service.
    ///
    /// The kind decides whether the request is retried, as described for [`ErrorKind`]: use [`ErrorKind::Connect`] only if
    /// nothing was sent, and [`ErrorKind::Interrupted`] if that is not known. The message says what failed and what to do, in
    /// one line without a full stop, and contains no secret and no value from the request. The transport adds the context of
    /// the request.
    ///
    /// A service may also return errors of other types. They become `Connect` if an [`std::io::Error`] among their causes is
    /// `ConnectionRefused`, and `Interrupted` otherwise, and are the [`source`](std::error::Error::source).
    ///
    /// ```
    /// use braincube_transport::{Body, Error, ErrorKind, Transport};
    /// use bytes::Bytes;
    /// use http::{Request, Response};
    ///
    /// let closed = tower::service_fn(|_: Request<Bytes>| async {
    ///     Err::<Response<Body>, _>(Error::new(ErrorKind::Rejected, "closed for the night; try again at six"))
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

    /// The same error with a cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.inner.source = Some(source.into());
        self
    }

    /// Marks the failure of a request on a connection that earlier requests had used, before a byte of its response arrived.
    ///
    /// The connection has most likely died while it was idle. A transport sends an idempotent request once more at once, and
    /// does not count the failed attempt as a retry. A service that marks its errors in this way must use another connection
    /// then, as [`HttpClient`](crate::HttpClient) does.
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
            TimeoutPhase::FirstByte => "no response within",
            TimeoutPhase::Idle => "the response stalled for",
            TimeoutPhase::Throughput => "the response was too slow over",
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

    /// Marks an error that is not retried, regardless of its kind.
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
