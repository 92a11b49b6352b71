//! [`ReauthenticateLayer`]: one more attempt with a new session, when the server no longer accepts
//! the one that was used.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
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

/// How many sessions one request may use up behind its first.
const MOST_RENEWALS: usize = 3;

/// Renews the session once per request that comes back with a 401 or with a page to log in on.
///
/// A new session that is refused too is the end, unless it has been accepted for another request: then it is not the
/// credential that is wrong, the session has ended already, as one does that is good for a few requests alone. Up to three
/// are opened for one request in this way.
///
/// Stands above [`AuthorizeLayer`](super::AuthorizeLayer), which fetches the new credential.
#[derive(Clone, Debug)]
pub struct ReauthenticateLayer {
    sessions: Option<Arc<Sessions>>,
}

/// The sessions that requests have had.
#[derive(Debug)]
struct Sessions {
    tokens: Arc<dyn TokenSource>,
    /// One more than the latest generation that the server has accepted; 0 before the first.
    accepted: AtomicU64,
}

impl ReauthenticateLayer {
    /// A layer that renews what `tokens` gives; without one, nothing is renewed.
    pub fn new(tokens: Option<Arc<dyn TokenSource>>) -> Self {
        let sessions = |tokens| {
            Arc::new(Sessions {
                tokens,
                accepted: AtomicU64::new(0),
            })
        };
        Self {
            sessions: tokens.map(sessions),
        }
    }
}

impl<S: Clone> Layer<S> for ReauthenticateLayer {
    type Service = Reauthenticate<S>;

    fn layer(&self, inner: S) -> Reauthenticate<S> {
        Reauthenticate {
            spare: Arc::new(inner.clone()),
            inner,
            sessions: self.sessions.clone(),
        }
    }
}

/// The service of a [`ReauthenticateLayer`].
#[derive(Clone, Debug)]
pub struct Reauthenticate<S> {
    inner: S,
    /// What a request is sent once more with: to clone all that stands below, for each request, would cost more.
    spare: Arc<S>,
    sessions: Option<Arc<Sessions>>,
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
        let renewable = |sessions: &&Arc<Sessions>| sessions.tokens.is_renewable();
        let renewable = self.sessions.as_ref().filter(renewable);
        let session = Session {
            repeatable: operation_of(&request).is_repeatable(),
            has_token: self.sessions.is_some(),
            renewal: renewable.map(|sessions| {
                Box::new(Renewal {
                    service: Arc::clone(&self.spare),
                    sessions: Arc::clone(sessions),
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
    sessions: Arc<Sessions>,
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
        let refused = self.has_token && speaks_of_the_session(&first, self.repeatable);
        match self.renewal {
            Some(renewal) if refused => Verdict::More(Box::pin(renewal.run(first))),
            Some(renewal) => {
                renewal.note(&first);
                Verdict::Done(first)
            }
            None if refused => Verdict::Done(first.map_err(not_logged_in)),
            None => Verdict::Done(first),
        }
    }
}

impl<S, B> Renewal<S>
where
    S: Service<Request<Bytes>, Response = Response<B>, Error = Error>,
    S: Clone + Send + Sync + 'static,
    S::Future: Send,
    B: Send + 'static,
{
    async fn run(self, mut refused: Result<Response<B>, Error>) -> Result<Response<B>, Error> {
        let mut before = None;
        for _ in 0..MOST_RENEWALS {
            let Some(generation) = self.progress.sent_generation() else {
                break;
            };
            if before.is_some_and(|before| !self.sessions.is_used_up(generation, before)) {
                break;
            }
            before = Some(generation);
            // The generation keeps this from discarding a session that another request has renewed.
            if self.sessions.tokens.invalidate(generation).await == Invalidated::Final {
                break;
            }
            drop(refused);
            self.progress.record_renewal();
            tracing::debug!("the session is no longer accepted and is renewed");
            let service = S::clone(&self.service);
            refused = service.oneshot(self.request.request()).await;
            if !is_unauthorized(&refused) {
                self.note(&refused);
                break;
            }
        }
        refused.map_err(not_logged_in)
    }
}

impl<S> Renewal<S> {
    /// Takes note of the session, if it was accepted.
    fn note<B>(&self, outcome: &Result<Response<B>, Error>) {
        let is_success = |response: &Response<B>| response.status().is_success();
        if outcome.as_ref().is_ok_and(is_success)
            && let Some(generation) = self.progress.sent_generation()
        {
            self.sessions.accept(generation);
        }
    }
}

impl Sessions {
    fn accept(&self, generation: u64) {
        // Mostly it is known, and then nobody writes.
        if !self.have_accepted(generation) {
            let after = generation.saturating_add(1);
            self.accepted.fetch_max(after, Ordering::Relaxed);
        }
    }

    /// Whether a session that came in the place of another has been good for somebody else. One that has not will be
    /// followed by others like it.
    fn is_used_up(&self, generation: u64, before: u64) -> bool {
        generation != before && self.have_accepted(generation)
    }

    /// Whether the server has accepted the session of this generation, or of a later one.
    fn have_accepted(&self, generation: u64) -> bool {
        self.accepted.load(Ordering::Relaxed) > generation
    }
}

/// Whether another session may change the outcome, and asking again is safe.
fn speaks_of_the_session<B>(outcome: &Result<Response<B>, Error>, repeatable: bool) -> bool {
    match outcome {
        // The server has refused before it did anything, whatever was asked.
        Ok(_) => is_unauthorized(outcome),
        Err(error) => {
            let page = [NotJson::Html, NotJson::LoginPage].map(ErrorKind::NotJson);
            repeatable && page.contains(&error.kind())
        }
    }
}

fn is_unauthorized<B>(outcome: &Result<Response<B>, Error>) -> bool {
    let status = outcome.as_ref().map(Response::status);
    status.is_ok_and(|status| status == StatusCode::UNAUTHORIZED)
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
