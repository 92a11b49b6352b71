//! [`RedirectGuardLayer`]: no redirect is followed, so that no credential follows one; unless a
//! [`RedirectPolicy`] says so, and then within the request's own origin alone.

mod rules;

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::{Method, Request, Response, StatusCode, Uri};
use pin_project_lite::pin_project;
use tower::util::Oneshot;
use tower::{Layer, Service, ServiceExt};

use self::rules::{Redirect, blocked};
use crate::error::Error;

/// How many redirects in a row are followed, where any is.
const MOST: u8 = 3;

/// What becomes of an answer that sends the client elsewhere: a status 3xx, but for 304.
///
/// ```
/// use braincube_transport::{AllowedOrigins, RedirectPolicy, Transport};
///
/// let origins = AllowedOrigins::new(["https://api.example.com"])?;
/// let builder = Transport::builder_without_credentials(origins);
/// let transport = builder.redirects(RedirectPolicy::SameOrigin).build_with(/* a service */
/// # tower::service_fn(|_| async { Ok::<_, braincube_transport::Error>(http::Response::new(braincube_transport::Body::empty())) })
/// )?;
/// # Ok::<(), braincube_transport::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RedirectPolicy {
    /// An error, whatever it leads to.
    #[default]
    Block,
    /// Followed to the same scheme, host and port, at most three times in a row; an error otherwise.
    ///
    /// The method and the body stay what they were: 307 and 308 are followed for any method, 301,
    /// 302 and 303 for GET and HEAD alone, since they turn any other into a GET.
    SameOrigin,
}

/// Turns redirects into errors that name the other origin, or follows those within the origin where the policy says so.
#[derive(Clone, Copy, Debug, Default)]
pub struct RedirectGuardLayer {
    policy: RedirectPolicy,
}

impl RedirectGuardLayer {
    /// The layer; it lets through what the policy allows.
    pub fn new(policy: RedirectPolicy) -> Self {
        Self { policy }
    }
}

impl<S> Layer<S> for RedirectGuardLayer {
    type Service = RedirectGuard<S>;

    fn layer(&self, inner: S) -> RedirectGuard<S> {
        RedirectGuard {
            policy: self.policy,
            inner,
        }
    }
}

/// The service of a [`RedirectGuardLayer`].
#[derive(Clone, Debug)]
pub struct RedirectGuard<S> {
    policy: RedirectPolicy,
    inner: S,
}

impl<S, Body, B> Service<Request<Body>> for RedirectGuard<S>
where
    S: Service<Request<Body>, Response = Response<B>, Error = Error> + Clone,
    Body: Clone,
{
    type Response = Response<B>;
    type Error = Error;
    type Future = RedirectGuardFuture<S, Body>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let follow = (self.policy == RedirectPolicy::SameOrigin).then(|| Follow {
            service: self.inner.clone(),
            request: request.clone(),
            left: MOST,
        });
        RedirectGuardFuture {
            method: request.method().clone(),
            from: request.uri().clone(),
            follow: follow.map(Box::new),
            answer: Answer::First {
                answer: self.inner.call(request),
            },
        }
    }
}

/// What it takes to send a request once more.
struct Follow<S, Body> {
    service: S,
    request: Request<Body>,
    left: u8,
}

impl<S, Body> Follow<S, Body>
where
    S: Service<Request<Body>> + Clone,
    Body: Clone,
{
    /// The same request to another address.
    fn send(&mut self, to: Uri) -> Oneshot<S, Request<Body>> {
        self.left -= 1;
        *self.request.uri_mut() = to;
        self.service.clone().oneshot(self.request.clone())
    }
}

pin_project! {
    /// The future of a [`RedirectGuard`].
    pub struct RedirectGuardFuture<S, Body>
    where
        S: Service<Request<Body>>,
    {
        method: Method,
        from: Uri,
        follow: Option<Box<Follow<S, Body>>>,
        #[pin]
        answer: Answer<S::Future, Oneshot<S, Request<Body>>>,
    }
}

pin_project! {
    #[project = AnswerProjection]
    enum Answer<F, N> {
        First { #[pin] answer: F },
        Next { #[pin] answer: N },
    }
}

impl<S, Body, B> Future for RedirectGuardFuture<S, Body>
where
    S: Service<Request<Body>, Response = Response<B>, Error = Error> + Clone,
    Body: Clone,
{
    type Output = Result<Response<B>, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            let response = ready!(match this.answer.as_mut().project() {
                AnswerProjection::First { answer } => answer.poll(cx),
                AnswerProjection::Next { answer } => answer.poll(cx),
            })?;
            // Not modified leads nowhere: it says that the client has the answer already.
            let status = response.status();
            if !status.is_redirection() || status == StatusCode::NOT_MODIFIED {
                return Poll::Ready(Ok(response));
            }
            let redirect = Redirect::of(this.from, &response);
            let Some(follow) = this.follow else {
                return Poll::Ready(Err(blocked(&redirect, "redirects are not followed")));
            };
            let to = match redirect.same_origin(this.method) {
                Ok(to) if follow.left > 0 => to,
                Ok(_) => return Poll::Ready(Err(blocked(&redirect, "that is one too many"))),
                Err(reason) => return Poll::Ready(Err(blocked(&redirect, reason))),
            };
            tracing::debug!(
                status = response.status().as_u16(),
                "a redirect within the origin is followed"
            );
            *this.from = to.clone();
            this.answer.set(Answer::Next {
                answer: follow.send(to),
            });
        }
    }
}

impl<S, Body> fmt::Debug for RedirectGuardFuture<S, Body>
where
    S: Service<Request<Body>>,
{
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("RedirectGuardFuture")
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}
