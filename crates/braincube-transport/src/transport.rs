//! [`Transport`]: how requests travel, as one value.

mod builder;
mod ending;
mod replay;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use braincube_auth::TokenSource;
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body::Body as HttpBody;
use tokio::time::Instant;
use tower::Service;

pub use self::builder::TransportBuilder;
use self::ending::is_whole;
pub use self::replay::BrokenOff;
use self::replay::Replay;
use crate::body::Body;
use crate::error::{BoxError, Error, ErrorKind};
use crate::expect::Expect;
use crate::origins::AllowedOrigins;
use crate::retry::RetryOptions;
use crate::stack::{self, Stack};

/// Sends requests, with everything between a request and an answer that can be trusted.
///
/// From a request down to the network stand these layers, each public in [`layer`](crate::layer):
///
/// 1. operation: one span and one deadline around all attempts; a status becomes an [`Error`]
/// 2. permit: so many operations at once, data and metadata apart
/// 3. retry: backoff, `Retry-After`, a budget, never past the deadline
/// 4. re-authentication: one new session per 401, if there can be one
/// 5. authorization: foreign origins are refused, own ones get the credential
/// 6. redirect guard: none is followed, unless a [`RedirectPolicy`](crate::RedirectPolicy) allows it
/// 7. rate: so many requests in a second, if there is a limit
/// 8. inspection: size, pace, and whether it is JSON at all
/// 9. decompression: gzip
/// 10. attempt: one span for each, and the limit on the time to the first byte
/// 11. [`HttpClient`](crate::HttpClient): pool, TLS, proxy, TCP
///
/// Above them all, [`read`](Self::read) and [`read_with`](Self::read_with) ask again for an answer that breaks off.
///
/// Requests carry absolute URIs, and in their extensions a [`braincube_model::Operation`], which
/// decides whether they may be repeated; a [`Deadline`](crate::Deadline) and an
/// [`Expect`](crate::Expect) if wanted.
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
/// let answer = transport.read(request).await?;
/// println!("{} bytes after {} attempts", answer.body.len(), answer.attempts);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Transport {
    stack: Stack,
    replay: Replay,
}

/// An answer, whole.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Answer {
    /// The status, one of success.
    pub status: StatusCode,
    /// The headers, without those of the encoding that has been undone.
    pub headers: HeaderMap,
    /// The body, decompressed.
    pub body: Bytes,
    /// How many bytes of body came over the network.
    pub wire_bytes: u64,
    /// How often the request was sent.
    pub attempts: u32,
    /// How long it all took, waits between attempts included.
    pub elapsed: Duration,
}

impl Transport {
    /// A transport to these origins, with credentials from `tokens`.
    pub fn builder(tokens: Arc<dyn TokenSource>, origins: AllowedOrigins) -> TransportBuilder {
        TransportBuilder::new(Some(tokens), origins)
    }

    /// A transport to these origins that adds no credential, such as to obtain one with.
    pub fn builder_without_credentials(origins: AllowedOrigins) -> TransportBuilder {
        TransportBuilder::new(None, origins)
    }

    /// Any service as a transport, without a policy: no repeats, no limits, no credentials.
    ///
    /// For a service that has its own, such as a stack of [layers](crate::layer), and for tests. A
    /// status that is no success becomes an error here too. An answer that breaks off is not asked
    /// for again unless [`replaying`](Self::replaying) says so. [`TransportBuilder::build_with`]
    /// puts the whole policy over a service.
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
    /// let answer = transport.read(Request::get("/mb/all/summary").body(Bytes::new())?).await?;
    /// assert_eq!(answer.body, "{\"items\": []}");
    /// let error = transport.read(Request::get("/nowhere").body(Bytes::new())?).await.unwrap_err();
    /// assert!(error.is_not_found());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new<S, B>(service: S) -> Self
    where
        S: Service<Request<Bytes>, Response = Response<B>> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send + 'static,
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        Self {
            stack: stack::bare(service),
            replay: Replay::none(),
        }
    }

    /// The same transport, but [`read`](Self::read) and [`read_with`](Self::read_with) ask again for an answer that breaks
    /// off while it is read, after the waits of these options and for as long as they allow; for columns of data, twice.
    ///
    /// No layer can do this, since all of them have done their part when the head of an answer is there. A transport from a
    /// builder does it with the options of its own; one over a stack of [layers](crate::layer) of one's own needs this, with
    /// a clone of the options of its [`RetryLayer`](crate::layer::RetryLayer), so that both draw on one budget.
    #[must_use]
    pub fn replaying(mut self, options: RetryOptions) -> Self {
        self.replay.retry = options;
        self
    }

    /// Sends a request; the answer's body is still to be read.
    ///
    /// # Errors
    ///
    /// Everything that [`ErrorKind`](crate::ErrorKind) lists, an unsuccessful status among it.
    pub async fn send(&self, request: Request<Bytes>) -> Result<Response<Body>, Error> {
        self.stack.send(request).await
    }

    /// Sends a request and reads its answer to the end; asks again where it breaks off.
    ///
    /// An answer without a length, not in chunks either, ends where the connection does, and nothing in HTTP tells whether it
    /// is whole. Of JSON, that its brackets and texts are closed does; where they are not, it has broken off.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), and what may go wrong with a [`Body`].
    pub async fn read(&self, request: Request<Bytes>) -> Result<Answer, Error> {
        let started = Instant::now();
        let expect: Expect = request.extensions().get().copied().unwrap_or_default();
        self.read_with(request, |response| async move {
            let (parts, mut body) = response.into_parts();
            let content = body.collect().await?;
            if expect == Expect::Json && body.is_open_ended() && !is_whole(&content) {
                let message = "the connection was closed in the middle of the answer's JSON";
                return Err(body.in_context(Error::new(ErrorKind::Interrupted, message)));
            }
            Ok(Answer {
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
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Transport").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use super::{Answer, Transport, TransportBuilder};
    use crate::Body;

    #[test]
    fn x9_transports_are_shared_between_threads() {
        fn assert_shared<T: Clone + Debug + Send + Sync + 'static>() {}
        fn assert_sent<T: Debug + Send + 'static>() {}
        assert_shared::<Transport>();
        assert_shared::<TransportBuilder>();
        assert_shared::<Answer>();
        assert_sent::<Body>();
    }
}
