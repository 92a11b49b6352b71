//! [`ReauthenticateLayer`]: one more attempt with a new session, when the server no longer accepts
//! the one that was used.

use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use braincube_auth::{Invalidated, TokenSource};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use tower::{Layer, Service, ServiceExt};

use super::BoxFuture;
use crate::context::operation_of;
use crate::error::{Error, ErrorKind, NotJson};
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

impl<S> Layer<S> for ReauthenticateLayer {
    type Service = Reauthenticate<S>;

    fn layer(&self, inner: S) -> Reauthenticate<S> {
        Reauthenticate {
            inner,
            tokens: self.tokens.clone(),
        }
    }
}

/// The service of a [`ReauthenticateLayer`].
#[derive(Clone, Debug)]
pub struct Reauthenticate<S> {
    inner: S,
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
    type Future = BoxFuture<Result<Response<B>, Error>>;

    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        Box::pin(run(self.inner.clone(), request, self.tokens.clone()))
    }
}

async fn run<S, B>(
    service: S,
    mut request: Request<Bytes>,
    tokens: Option<Arc<dyn TokenSource>>,
) -> Result<Response<B>, Error>
where
    S: Service<Request<Bytes>, Response = Response<B>, Error = Error> + Clone,
{
    let Some(tokens) = tokens else {
        return service.oneshot(request).await;
    };
    let progress = Progress::of(&mut request);
    let repeatable = operation_of(&request).is_repeatable();
    let first = service.clone().oneshot(request.clone()).await;
    if !speaks_of_the_session(&first, repeatable) {
        return first;
    }
    // The generation keeps this from discarding a session that another request has renewed.
    let renewed = match progress.sent_generation() {
        Some(generation) => tokens.invalidate(generation).await,
        None => Invalidated::Final,
    };
    if renewed == Invalidated::Final {
        return first.map_err(not_logged_in);
    }
    drop(first);
    progress.record_renewal();
    tracing::debug!("the session is no longer accepted and is renewed");
    service.oneshot(request).await.map_err(not_logged_in)
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
