//! [`AuthorizeLayer`]: rejects requests to other origins, and adds the credential to all others.

use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use braincube_auth::{AuthError, Authorization, TokenSource};
use bytes::Bytes;
use http::Request;
use tower::{Layer, Service, ServiceExt};

use super::{BoxFuture, Either};
use crate::error::{Error, ErrorKind, find_cause};
use crate::operation::{OperationState, origin_of};
use crate::origins::{AllowedOrigins, RELATIVE};
use crate::service::HttpService;

/// Sends requests to the allowed origins only, each with the current credential.
#[derive(Clone, Debug)]
pub struct AuthorizeLayer {
    origins: AllowedOrigins,
    tokens: Option<Arc<dyn TokenSource>>,
}

impl AuthorizeLayer {
    /// A layer for these origins; without `tokens`, requests carry no credential.
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

impl<S: HttpService<Error = Error>> Service<Request<Bytes>> for Authorize<S> {
    type Response = S::Response;
    type Error = Error;
    type Future = Either<S::Future, BoxFuture<Result<S::Response, Error>>>;

    fn poll_ready(&mut self, cx: &mut TaskContext<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Bytes>) -> Self::Future {
        // Before a credential is requested, which may itself send a request.
        if !self.policy.origins.owns(request.uri()) {
            let error = foreign(&request);
            return Either::Right(Box::pin(std::future::ready(Err(error))));
        }
        if let Some(tokens) = &self.policy.tokens {
            match tokens.cached() {
                Some(authorization) => sign(&mut request, authorization),
                None => {
                    let tokens = Arc::clone(tokens);
                    let inner = self.inner.clone();
                    return Either::Right(Box::pin(send_authorized(inner, request, tokens)));
                }
            }
        }
        Either::Left(self.inner.call(request))
    }
}

/// Sends a request when its credential has been obtained.
async fn send_authorized<S: HttpService<Error = Error>>(
    service: S,
    mut request: Request<Bytes>,
    tokens: Arc<dyn TokenSource>,
) -> Result<S::Response, Error> {
    let authorization = tokens.authorization().await.map_err(no_credential)?;
    sign(&mut request, authorization);
    service.oneshot(request).await
}

/// Puts the credential into a request, and replaces one that is there.
pub(super) fn sign(request: &mut Request<Bytes>, authorization: Authorization) {
    let value = authorization.value().clone();
    request.headers_mut().insert(authorization.name(), value);
    OperationState::of(request).record_authorization(authorization);
}

fn foreign(request: &Request<Bytes>) -> Error {
    if request.uri().authority().is_none() {
        return Error::new(ErrorKind::Input, RELATIVE);
    }
    let message = format!(
        "{} is not the origin of a configured base URL; the request is not sent",
        origin_of(request.uri()),
    );
    Error::new(ErrorKind::Input, message)
}

/// If the credential had to be obtained by a request, the error has the kind of that request's error. That request has been
/// retried already.
pub(super) fn no_credential(error: AuthError) -> Error {
    let kind = match find_cause::<Error>(&error) {
        Some(cause) => cause.kind(),
        None if error.is_transient() => ErrorKind::Server,
        None => ErrorKind::Unauthenticated,
    };
    let detail = error.detail().map(Into::into);
    Error::new(kind, "no credential for the request could be obtained")
        .with_detail(detail)
        .with_source(error)
        .into_final()
}
