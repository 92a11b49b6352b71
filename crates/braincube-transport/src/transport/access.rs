//! [`Access`]: which requests may be sent, when, and with which credential.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use braincube_auth::{AuthError, Authorization, Invalidated, TokenSource};
use bytes::Bytes;
use http::header::USER_AGENT;
use http::{HeaderValue, Request, Response, StatusCode, Uri};

use crate::error::{Error, ErrorKind, NotJson, find_cause};
use crate::operation::{OperationState, origin_of};
use crate::origins::{AllowedOrigins, RELATIVE};
use crate::rate_limiter::RateLimiter;

/// How many sessions are opened for one attempt after its first.
const MAX_RENEWALS: u32 = 3;

/// Prepares the requests of a transport before they are sent.
#[derive(Clone, Debug)]
pub(super) struct Access {
    pub(super) origins: AllowedOrigins,
    pub(super) user_agent: HeaderValue,
    /// Without it, requests carry no credential.
    pub(super) tokens: Option<Arc<dyn TokenSource>>,
    pub(super) rate_limiter: Option<Arc<RateLimiter>>,
}

impl Access {
    /// Rejects a request to another origin, adds the headers to all others, and waits for their turn if their rate is
    /// limited.
    pub(super) async fn prepare(&self, request: &mut Request<Bytes>) -> Result<(), Error> {
        // Before a credential is requested, which may itself send a request.
        if !self.origins.allows(request.uri()) {
            return Err(foreign(request.uri()));
        }
        let headers = request.headers_mut().entry(USER_AGENT);
        headers.or_insert_with(|| self.user_agent.clone());
        let tokens = self.tokens.as_deref();
        if let Some(tokens) = tokens {
            let authorization = match tokens.cached() {
                Some(authorization) => authorization,
                None => tokens.authorization().await.map_err(no_credential)?,
            };
            sign(request, authorization);
        }
        match &self.rate_limiter {
            Some(limiter) if !limiter.try_acquire() => {
                wait_for_turn(limiter, tokens, request).await
            }
            _ => Ok(()),
        }
    }
}

/// Waits for a turn, and then adds the credential that is current: the session may have been renewed in the meantime.
async fn wait_for_turn(
    limiter: &RateLimiter,
    tokens: Option<&dyn TokenSource>,
    request: &mut Request<Bytes>,
) -> Result<(), Error> {
    let mut place = limiter.queue();
    let mut renews = tokens;
    loop {
        place.ready().await;
        if let Some(current) = tokens.and_then(TokenSource::cached) {
            sign(request, current);
        } else if let Some(tokens) = renews.take() {
            // The old session would be rejected, and the request that renews it needs the turn. Only once, because not every
            // source caches its credential.
            drop(place);
            let current = tokens.authorization().await.map_err(no_credential)?;
            sign(request, current);
            place = limiter.queue();
            continue;
        }
        if place.try_acquire() {
            return Ok(());
        }
    }
}

/// Puts the credential into a request, and replaces one that is there.
fn sign(request: &mut Request<Bytes>, authorization: Authorization) {
    let value = authorization.value().clone();
    request.headers_mut().insert(authorization.name(), value);
    OperationState::of(request).record_authorization(authorization);
}

fn foreign(uri: &Uri) -> Error {
    if uri.authority().is_none() {
        return Error::new(ErrorKind::Input, RELATIVE);
    }
    let message = format!(
        "{} is not the origin of a configured base URL; the request is not sent",
        origin_of(uri),
    );
    Error::new(ErrorKind::Input, message)
}

/// If the credential had to be obtained by a request, the error has the kind of that request's error. That request has been
/// retried already.
fn no_credential(error: AuthError) -> Error {
    let kind = match find_cause::<Error>(&error) {
        Some(cause) => cause.kind(),
        None if error.is_transient() => ErrorKind::Server,
        None => ErrorKind::Unauthenticated,
    };
    let detail = error.detail().map(Into::into);
    Error::new(kind, "there is no credential to send the request with")
        .with_detail(detail)
        .with_source(error)
        .into_final()
}

/// The sessions that requests have been sent with.
///
/// A request is sent again with a new session after a status 401, or if it is idempotent after an HTML page. A new session
/// that is rejected too is final, unless it has been accepted for another request: then the credential is valid, and the
/// session has ended already, such as one that is valid for a few requests only. Up to three sessions are opened in this way.
#[derive(Clone, Debug)]
pub(super) struct Sessions {
    tokens: Arc<dyn TokenSource>,
    /// One more than the latest generation that the server has accepted; 0 before the first.
    accepted: Arc<AtomicU64>,
}

/// The sessions that one attempt has used up.
#[derive(Debug, Default)]
pub(super) struct Renewals {
    pub(super) count: u32,
    /// The generation of the latest that was rejected.
    rejected: Option<u64>,
}

impl Sessions {
    pub(super) fn new(tokens: Arc<dyn TokenSource>) -> Self {
        let accepted = Arc::default();
        Self { tokens, accepted }
    }

    /// Invalidates the session of the latest request if the server rejected it. Returns whether to send the request again.
    pub(super) async fn renew(
        &self,
        verdict: SessionVerdict,
        state: &OperationState,
        renewals: &mut Renewals,
    ) -> bool {
        if !self.tokens.is_renewable() {
            return false;
        }
        let Some(generation) = state.sent_generation() else {
            return false;
        };
        let may_help = match (verdict, renewals.rejected) {
            (SessionVerdict::Accepted, _) => {
                self.accept(generation);
                false
            }
            (SessionVerdict::Unauthorized, None) => true,
            (SessionVerdict::Unauthorized, Some(before)) => self.is_used_up(generation, before),
            (SessionVerdict::Page, None) => state.operation().is_idempotent(),
            _ => false,
        };
        if !may_help || renewals.count >= MAX_RENEWALS {
            return false;
        }
        // The generation prevents that a session is discarded that another request has renewed.
        if self.tokens.invalidate(generation).await == Invalidated::Final {
            return false;
        }
        renewals.rejected = Some(generation);
        renewals.count += 1;
        tracing::debug!("the session is no longer accepted and is renewed");
        true
    }

    fn accept(&self, generation: u64) {
        // Not written to if it is known, which is the usual case.
        if !self.have_accepted(generation) {
            let next = generation.saturating_add(1);
            self.accepted.fetch_max(next, Relaxed);
        }
    }

    /// Whether the session that replaced another one has been accepted for another request. One that has not been will be
    /// followed by others like it.
    fn is_used_up(&self, generation: u64, before: u64) -> bool {
        generation != before && self.have_accepted(generation)
    }

    /// Whether the server has accepted the session of this generation, or of a later one.
    fn have_accepted(&self, generation: u64) -> bool {
        self.accepted.load(Relaxed) > generation
    }
}

/// What an outcome says about the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SessionVerdict {
    Accepted,
    /// A status 401: the server rejected the request before it did anything, also if it is not idempotent.
    Unauthorized,
    /// An HTML page, which gateways send when a session has ended.
    Page,
    Unknown,
}

impl SessionVerdict {
    pub(super) fn of<B>(result: &Result<Response<B>, Error>) -> Self {
        match result {
            Ok(response) if response.status().is_success() => Self::Accepted,
            Ok(response) if response.status() == StatusCode::UNAUTHORIZED => Self::Unauthorized,
            Ok(_) => Self::Unknown,
            Err(error) => match error.kind() {
                ErrorKind::NotJson(NotJson::Html | NotJson::LoginPage) => Self::Page,
                _ => Self::Unknown,
            },
        }
    }
}

/// Changes the error for a login page into the one for a status 401, which has the same meaning.
pub(super) fn login_page_is_unauthenticated(error: Error) -> Error {
    if error.kind() == ErrorKind::NotJson(NotJson::LoginPage) {
        error.with_kind(
            ErrorKind::Unauthenticated,
            "the server does not accept the credential: it responded with a login page",
        )
    } else {
        error
    }
}

#[cfg(test)]
mod tests {
    use http::Response;

    use super::SessionVerdict::{self, Accepted, Page, Unauthorized, Unknown};
    use crate::error::{Error, ErrorKind, NotJson};

    #[test]
    fn h1_h14_what_an_outcome_says_about_the_session() {
        for (status, expected) in [
            (200, Accepted),
            (204, Accepted),
            (401, Unauthorized),
            (403, Unknown),
            (503, Unknown),
        ] {
            let response = Response::builder().status(status).body(()).unwrap();
            assert_eq!(SessionVerdict::of(&Ok(response)), expected, "{status}");
        }
        for (kind, expected) in [
            (ErrorKind::NotJson(NotJson::Html), Page),
            (ErrorKind::NotJson(NotJson::LoginPage), Page),
            (ErrorKind::NotJson(NotJson::Empty), Unknown),
            (ErrorKind::Interrupted, Unknown),
        ] {
            let result = Err::<Response<()>, _>(Error::new(kind, ""));
            assert_eq!(SessionVerdict::of(&result), expected, "{kind:?}");
        }
    }
}
