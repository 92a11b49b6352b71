//! [`ReauthenticateLayer`]: one more attempt with a new session, when the server no longer accepts
//! the one that was used.

use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use braincube_auth::{Invalidated, TokenSource};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use tower::{Layer, Service, ServiceExt};

use super::then::{Judge, Then, Verdict};
use crate::context::operation_of;
use crate::error::{Error, ErrorKind, NotJson};
use crate::kept::Kept;
use crate::progress::Progress;

/// Renews the session once per request that comes back with a 401 or with a page to log in on.
///
/// Stands above [`AuthorizeLayer`](super::AuthorizeLayer), which fetches the new credential.
#[derive(Clone, Debug)]
pub struct ReauthenticateLayer {
    tokens: Option<Arc<dyn TokenSource>>,
}

impl ReauthenticateLayer {
    /// A layer that renews what `tokens` gives; without one, nothing is renewed.
    pub fn new(tokens: Option<Arc<dyn TokenSource>>) -> Self {
        Self { tokens }
    }
}

impl<S: Clone> Layer<S> for ReauthenticateLayer {
    type Service = Reauthenticate<S>;

    fn layer(&self, inner: S) -> Reauthenticate<S> {
        Reauthenticate {
            spare: Arc::new(inner.clone()),
            inner,
            tokens: self.tokens.clone(),
        }
    }
}

/// The service of a [`ReauthenticateLayer`].
#[derive(Clone, Debug)]
pub struct Reauthenticate<S> {
    inner: S,
    /// What a request is sent once more with: to clone all that stands below, for each request, would cost more.
    spare: Arc<S>,
    tokens: Option<Arc<dyn TokenSource>>,
}

impl<S, B> Service<Request<Bytes>> for Reauthenticate<S>
where
    S: Service<Request<Bytes>, Response = Response<B>, Error = Error>,
    S: Clone + Send + Sync + 'static,
    S::Future: Send,
    B: Send + 'static,
{
    type Response = Response<B>;
    type Error = Error;
    type Future = Then<S::Future, Session<S>>;

    fn poll_ready(&mut self, cx: &mut TaskContext<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Bytes>) -> Self::Future {
        let renewable = self.tokens.as_ref().filter(|tokens| tokens.is_renewable());
        let session = Session {
            repeatable: operation_of(&request).is_repeatable(),
            has_token: self.tokens.is_some(),
            renewal: renewable.map(|tokens| {
                Box::new(Renewal {
                    service: Arc::clone(&self.spare),
                    tokens: Arc::clone(tokens),
                    progress: Progress::of(&mut request),
                    request: Kept::of(&request),
                })
            }),
        };
        Then::new(self.inner.call(request), session)
    }
}

/// Whether the server still accepts the session, and what is to be done if not.
#[derive(Debug)]
pub struct Session<S> {
    repeatable: bool,
    has_token: bool,
    /// In a box: it is large, and every layer above would move it, even where nothing can be renewed.
    renewal: Option<Box<Renewal<S>>>,
}

/// What it takes to send a request once more, with another session.
#[derive(Debug)]
struct Renewal<S> {
    service: Arc<S>,
    tokens: Arc<dyn TokenSource>,
    request: Kept,
    progress: Progress,
}

impl<S, B> Judge<Result<Response<B>, Error>> for Session<S>
where
    S: Service<Request<Bytes>, Response = Response<B>, Error = Error>,
    S: Clone + Send + Sync + 'static,
    S::Future: Send,
    B: Send + 'static,
{
    type Output = Result<Response<B>, Error>;

    fn judge(self, first: Self::Output) -> Verdict<Self::Output> {
        if !self.has_token || !speaks_of_the_session(&first, self.repeatable) {
            return Verdict::Done(first);
        }
        match self.renewal {
            Some(renewal) => Verdict::More(Box::pin(renewal.run(first))),
            None => Verdict::Done(first.map_err(not_logged_in)),
        }
    }
}

impl<S, B> Renewal<S>
where
    S: Service<Request<Bytes>, Response = Response<B>, Error = Error> + Clone,
{
    async fn run(self, first: Result<Response<B>, Error>) -> Result<Response<B>, Error> {
        // The generation keeps this from discarding a session that another request has renewed.
        let renewed = match self.progress.sent_generation() {
            Some(generation) => self.tokens.invalidate(generation).await,
            None => Invalidated::Final,
        };
        if renewed == Invalidated::Final {
            return first.map_err(not_logged_in);
        }
        drop(first);
        self.progress.record_renewal();
        tracing::debug!("the session is no longer accepted and is renewed");
        let service = S::clone(&self.service);
        let again = service.oneshot(self.request.into_request());
        again.await.map_err(not_logged_in)
    }
}

/// Whether another session may change the outcome, and asking again is safe.
fn speaks_of_the_session<B>(outcome: &Result<Response<B>, Error>, repeatable: bool) -> bool {
    match outcome {
        // The server has refused before it did anything, whatever was asked.
        Ok(response) => response.status() == StatusCode::UNAUTHORIZED,
        Err(error) => {
            let page = [NotJson::Html, NotJson::LoginPage].map(ErrorKind::NotJson);
            repeatable && page.contains(&error.kind())
        }
    }
}

/// A page to log in on is how some gateways say 401.
fn not_logged_in(error: Error) -> Error {
    if error.kind() == ErrorKind::NotJson(NotJson::LoginPage) {
        error.with_kind(
            ErrorKind::Unauthenticated,
            "the server answered with a page to log in on: it does not accept the credential",
        )
    } else {
        error
    }
}
