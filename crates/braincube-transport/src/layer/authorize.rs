//! [`AuthorizeLayer`]: refuses foreign origins, and gives every request to an own one its
//! credential.

use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use braincube_auth::{AuthError, Authorization, TokenSource};
use bytes::Bytes;
use http::{Request, Response};
use tower::{Layer, Service, ServiceExt};

use super::then::{Pass, Then};
use crate::context::origin_of;
use crate::error::{Error, ErrorKind, find_cause};
use crate::origins::{AllowedOrigins, RELATIVE};
use crate::progress::Progress;

/// Sends requests to the allowed origins only, each with a current credential.
#[derive(Clone, Debug)]
pub struct AuthorizeLayer {
    origins: AllowedOrigins,
    tokens: Option<Arc<dyn TokenSource>>,
}

impl AuthorizeLayer {
    /// A layer for these origins; without `tokens`, requests travel without a credential.
    pub fn new(origins: AllowedOrigins, tokens: Option<Arc<dyn TokenSource>>) -> Self {
        Self { origins, tokens }
    }
}

impl<S> Layer<S> for AuthorizeLayer {
    type Service = Authorize<S>;

    fn layer(&self, inner: S) -> Authorize<S> {
        Authorize {
            inner,
            policy: self.clone(),
        }
    }
}

/// The service of an [`AuthorizeLayer`].
#[derive(Clone, Debug)]
pub struct Authorize<S> {
    inner: S,
    policy: AuthorizeLayer,
}

impl<S, B> Service<Request<Bytes>> for Authorize<S>
where
    S: Service<Request<Bytes>, Response = Response<B>, Error = Error>,
    S: Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
{
    type Response = Response<B>;
    type Error = Error;
    type Future = Then<S::Future, Pass>;

    fn poll_ready(&mut self, cx: &mut TaskContext<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Bytes>) -> Self::Future {
        // Before a credential is asked for: asking may itself send a request.
        if !self.policy.origins.owns(request.uri()) {
            return Then::boxed(std::future::ready(Err(foreign(&request))));
        }
        if let Some(tokens) = &self.policy.tokens {
            match tokens.cached() {
                Some(authorization) => sign(&mut request, authorization),
                None => {
                    let tokens = Arc::clone(tokens);
                    return Then::boxed(ask(self.inner.clone(), request, tokens));
                }
            }
        }
        Then::new(self.inner.call(request), Pass)
    }
}

/// Sends a request once there is a credential for it.
async fn ask<S, B>(
    service: S,
    mut request: Request<Bytes>,
    tokens: Arc<dyn TokenSource>,
) -> Result<Response<B>, Error>
where
    S: Service<Request<Bytes>, Response = Response<B>, Error = Error>,
{
    let authorization = tokens.authorization().await.map_err(no_credential)?;
    sign(&mut request, authorization);
    service.oneshot(request).await
}

/// Puts the credential into a request, in the place of one that it may have.
pub(super) fn sign(request: &mut Request<Bytes>, authorization: Authorization) {
    let value = authorization.value().clone();
    request.headers_mut().insert(authorization.name(), value);
    Progress::of(request).record_sent(authorization);
}

fn foreign(request: &Request<Bytes>) -> Error {
    if request.uri().authority().is_none() {
        return Error::new(ErrorKind::Input, RELATIVE);
    }
    let message = format!(
        "{} is not one of the configured base URLs, and nothing is sent anywhere else",
        origin_of(request.uri()),
    );
    Error::new(ErrorKind::Input, message)
}

/// Where the credential had to be fetched by a request, that request's kind of failure is this
/// one's; it has been repeated as often as it may be.
pub(super) fn no_credential(error: AuthError) -> Error {
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
