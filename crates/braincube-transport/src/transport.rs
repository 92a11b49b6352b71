//! [`Transport`]: sends requests and reads their responses.

mod access;
mod builder;
mod call;
mod redirect;
mod replay;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use braincube_auth::{BoxError, Exchange, TokenSource};
use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use tokio::time::Instant;

pub use self::builder::TransportBuilder;
use self::call::{Call, Policy};
pub use self::redirect::RedirectPolicy;
use crate::body::Body;
use crate::error::{Error, ErrorKind, TimeoutPhase};
use crate::extensions::Expect;
use crate::origins::AllowedOrigins;
use crate::retry::{Outcome, RetryOptions};
use crate::service::{ErasedService, HttpService, erase};

/// Sends requests, and returns responses that have been checked.
///
/// For each operation, a transport
///
/// - creates a span, and applies one deadline to all attempts; a status that is not a success becomes an [`Error`];
/// - limits how many operations run at once, with separate limits for data and metadata;
/// - sends the request again after a failure (backoff, `Retry-After`, a retry budget, never past the deadline), with a new
///   session after a status 401, and to where a redirect leads if the [`RedirectPolicy`] allows it. [`read`](Self::read) and
///   [`read_with`](Self::read_with) request a truncated response again.
///
/// Each attempt passes these layers, which are public in [`layer`](crate::layer):
///
/// 1. authorization: requests to other origins are refused, all others get the credential
/// 2. rate limit: requests per second, if limited
/// 3. inspection: size and speed of the body, and whether it is JSON
/// 4. decompression: gzip
/// 5. attempt: a span, and the time limit for the first byte
/// 6. [`HttpClient`](crate::HttpClient): connection pool, TLS, proxy, TCP
///
/// Requests carry absolute URIs, and in their extensions a [`braincube_model::Operation`], which decides whether they may be
/// sent again. A [`Deadline`](crate::Deadline) and an [`Expect`] are optional.
///
/// Clones are cheap and share connections. The futures need a tokio runtime with its timer.
///
/// ```no_run
/// # async fn example(tokens: std::sync::Arc<dyn braincube_auth::TokenSource>) -> Result<(), Box<dyn std::error::Error>> {
/// use braincube_model::Operation;
/// use braincube_transport::{AllowedOrigins, Transport};
/// use bytes::Bytes;
/// use http::Request;
///
/// let origins = AllowedOrigins::new(["https://example.com", "https://api.example.com"])?;
/// let transport = Transport::builder(tokens, origins).build()?;
/// let request = Request::get("https://example.com/sso-server/ws/user/me")
///     .extension(Operation::read("braincubes", "/sso-server/ws/user/me"))
///     .body(Bytes::new())?;
/// let response = transport.read(request).await?;
/// println!("{} bytes after {} attempts", response.body.len(), response.attempts);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Transport {
    service: Arc<dyn ErasedService>,
    policy: Arc<Policy>,
}

/// A complete response.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Response {
    /// The status, which is a success.
    pub status: StatusCode,
    /// The headers, without those of the encoding that has been removed.
    pub headers: HeaderMap,
    /// The decompressed body.
    pub body: Bytes,
    /// How many bytes of the body were received, before decompression.
    pub wire_bytes: u64,
    /// How often the request was sent.
    pub attempts: u32,
    /// The time of the operation, including the waits between attempts.
    pub elapsed: Duration,
}

/// Classifies the error of a function that reads a response body: whether another attempt may help.
pub trait BodyFailure {
    /// Whether the response ended too early.
    fn is_truncated(&self) -> bool;

    /// Whether the response arrived too slowly. It is requested once more.
    fn is_too_slow(&self) -> bool {
        false
    }
}

impl BodyFailure for Error {
    fn is_truncated(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::Interrupted | ErrorKind::Timeout(TimeoutPhase::Idle)
        )
    }

    fn is_too_slow(&self) -> bool {
        self.kind() == ErrorKind::Timeout(TimeoutPhase::Throughput)
    }
}

impl Transport {
    /// A builder for a transport to these origins, with credentials from `tokens`.
    pub fn builder(tokens: Arc<dyn TokenSource>, origins: AllowedOrigins) -> TransportBuilder {
        TransportBuilder::new(Some(tokens), origins)
    }

    /// A builder for a transport to these origins without credentials, such as one to obtain a credential with.
    pub fn builder_without_credentials(origins: AllowedOrigins) -> TransportBuilder {
        TransportBuilder::new(None, origins)
    }

    /// A transport over any service, without a policy: no retries, no limits, no credentials.
    ///
    /// For tests, and for services that have a policy of their own. A status that is not a success becomes an error here
    /// too. [`TransportBuilder::build_with`] adds the whole policy to a service.
    ///
    /// ```
    /// use braincube_transport::{Body, Transport};
    /// use bytes::Bytes;
    /// use http::{Request, Response};
    ///
    /// let transport = Transport::new(tower::service_fn(|request: Request<Bytes>| async move {
    ///     let found = request.uri().path() == "/mb/all/summary";
    ///     let status = if found { 200 } else { 404 };
    ///     Response::builder().status(status).body(Body::from("{\"items\": []}"))
    /// }));
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
    /// let response = transport.read(Request::get("/mb/all/summary").body(Bytes::new())?).await?;
    /// assert_eq!(response.body, "{\"items\": []}");
    /// let error = transport.read(Request::get("/nowhere").body(Bytes::new())?).await.unwrap_err();
    /// assert!(error.is_not_found());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new<S: HttpService>(service: S) -> Self {
        Self {
            service: erase(service),
            policy: Arc::default(),
        }
    }

    /// The same transport, with retries of failed requests and truncated responses.
    #[must_use]
    pub fn with_retry(mut self, options: RetryOptions) -> Self {
        Arc::make_mut(&mut self.policy).retry = Some(Arc::new(options));
        self
    }

    /// Sends a request and returns the response with its body to be read. A body that is truncated is not requested again.
    ///
    /// # Errors
    ///
    /// Any [`ErrorKind`], also for a status that is not a success.
    pub async fn send(&self, request: Request<Bytes>) -> Result<http::Response<Body>, Error> {
        Call::begin(self, request).respond().await
    }

    /// Sends a request and reads its response, which is requested again if it is truncated.
    ///
    /// A body without a length and without chunks ends with its connection, and HTTP cannot tell whether it is complete.
    /// JSON is complete if its brackets and strings are closed.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), and the errors of a [`Body`].
    pub async fn read(&self, request: Request<Bytes>) -> Result<Response, Error> {
        let started = Instant::now();
        let expect: Expect = request.extensions().get().copied().unwrap_or_default();
        self.read_with(request, |response| async move {
            let (parts, mut body) = response.into_parts();
            let content = body.collect().await?;
            if expect == Expect::Json && body.is_open_ended() && !is_complete_json(&content) {
                let message = "the connection was closed inside the JSON of the response";
                return Err(body.in_context(Error::new(ErrorKind::Interrupted, message)));
            }
            Ok(Response {
                status: parts.status,
                headers: parts.headers,
                body: content,
                wire_bytes: body.wire_bytes(),
                attempts: body.attempts(),
                elapsed: started.elapsed(),
            })
        })
        .await
    }

    /// Sends a request and passes the response to `read`; sends it again if the response is truncated while it is read.
    ///
    /// A truncated response is requested again for as long as failures are retried and at least twice, columns of data twice,
    /// and a response that arrives too slowly once. Requests that are not idempotent are sent once. One deadline limits all
    /// attempts.
    ///
    /// If `read` returns an error, it must discard what it has read: the next response starts with the first byte.
    ///
    /// A body without a length and without chunks ends without an error wherever its connection ends, so `read` must check
    /// that it is complete. [`read`](Self::read) checks the end of its JSON.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), and the errors of `read`.
    pub async fn read_with<T, E, R, F>(&self, request: Request<Bytes>, mut read: R) -> Result<T, E>
    where
        T: Send,
        R: FnMut(http::Response<Body>) -> F + Send,
        F: Future<Output = Result<T, E>> + Send,
        E: From<Error> + BodyFailure + Send,
    {
        let mut call = Call::begin(self, request);
        loop {
            let response = call.respond().await?;
            let result = read(response).await;
            let outcome = match &result {
                Ok(_) => {
                    call.end();
                    return result;
                }
                Err(error) if error.is_truncated() => Outcome::Truncated,
                Err(error) if error.is_too_slow() => Outcome::TooSlow,
                Err(_) => return result,
            };
            let Some(wait) = call.wait_after(outcome) else {
                return result;
            };
            drop(result);
            tokio::time::sleep(wait).await;
        }
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Transport").finish_non_exhaustive()
    }
}

/// Sends the requests of a token source. The transport must be one
/// [without credentials](Transport::builder_without_credentials); otherwise the token source would wait for itself.
#[async_trait]
impl Exchange for Transport {
    async fn send(&self, mut request: Request<Bytes>) -> Result<http::Response<Bytes>, BoxError> {
        // The token source has its own errors for a status that is not a success and for a body without a token.
        request.extensions_mut().insert(Expect::AnyStatus);
        let response = self.read(request).await?;
        let mut exchanged = http::Response::new(response.body);
        *exchanged.status_mut() = response.status;
        *exchanged.headers_mut() = response.headers;
        Ok(exchanged)
    }
}

/// Whether all brackets and strings of a JSON text are closed. The text need not be valid.
fn is_complete_json(json: &[u8]) -> bool {
    let mut open = 0_usize;
    let mut bytes = json.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            b'"' if !skip_string(&mut bytes) => return false,
            _ => {}
        }
    }
    open == 0
}

/// Skips the rest of a string. Returns whether it is closed.
fn skip_string<'a>(bytes: &mut impl Iterator<Item = &'a u8>) -> bool {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return true,
            b'\\' => {
                bytes.next();
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use super::{Response, Transport, TransportBuilder, is_complete_json};
    use crate::Body;

    #[test]
    fn x9_transports_are_shared_between_threads() {
        fn assert_shared<T: Clone + Debug + Send + Sync + 'static>() {}
        fn assert_sent<T: Debug + Send + 'static>() {}
        assert_shared::<Transport>();
        assert_shared::<TransportBuilder>();
        assert_shared::<Response>();
        assert_sent::<Body>();
    }

    #[test]
    fn n10_json_is_complete_once_all_of_it_is_closed() {
        for json in [
            r#"{"items": [{"bcId": "1", "name": "a } ] \" \\"}, []], "more": {}}"#,
            r#"["\\", "\"", "é"]"#,
            r#""text""#,
        ] {
            assert!(is_complete_json(json.as_bytes()), "{json}");
            for end in 0..json.len() {
                assert_eq!(
                    is_complete_json(&json.as_bytes()[..end]),
                    end == 0,
                    "{end} of {json}"
                );
            }
        }
        // Text without brackets counts as complete, and its decoder finds invalid JSON.
        for other in ["", "12", "tru", "]", "{}]]"] {
            assert!(is_complete_json(other.as_bytes()), "{other}");
        }
    }
}
