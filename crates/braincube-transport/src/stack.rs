//! The order of the layers, in one place.

use std::pin::Pin;
use std::sync::Arc;

use braincube_auth::TokenSource;
use bytes::Bytes;
use http::header::USER_AGENT;
use http::{HeaderValue, Request, Response};
use http_body::Body as HttpBody;
use tower::{Service, ServiceBuilder, ServiceExt};
use tower_http::set_header::SetRequestHeaderLayer;

use crate::body::Body;
use crate::error::{BoxError, Error};
use crate::layer::{
    AttemptLayer, AuthorizeLayer, GzipLayer, InspectLayer, OperationLayer, PermitLayer, RateLayer,
    ReauthenticateLayer, RedirectGuardLayer, RedirectPolicy, RetryLayer,
};
use crate::options::{ConcurrencyOptions, LimitOptions, TimeoutOptions};
use crate::origins::AllowedOrigins;
use crate::retry::RetryOptions;

/// What a transport is once its layers' types are forgotten.
pub(crate) type Stack = Arc<dyn Erased>;

type Sending = Pin<Box<dyn Future<Output = Result<Response<Body>, Error>> + Send>>;

/// A service whose type is forgotten, and which is shared: each request has a clone of its own, made where the request's
/// future is, so that a clone and its future take one allocation.
pub(crate) trait Erased: Send + Sync {
    fn send(&self, request: Request<Bytes>) -> Sending;
}

impl<S> Erased for S
where
    S: Service<Request<Bytes>, Response = Response<Body>, Error = Error>,
    S: Clone + Send + Sync + 'static,
    S::Future: Send,
{
    fn send(&self, request: Request<Bytes>) -> Sending {
        Box::pin(self.clone().oneshot(request))
    }
}

/// What the layers need to know.
pub(crate) struct Policy {
    pub(crate) origins: AllowedOrigins,
    pub(crate) tokens: Option<Arc<dyn TokenSource>>,
    pub(crate) timeouts: TimeoutOptions,
    pub(crate) retry: RetryOptions,
    pub(crate) limits: LimitOptions,
    pub(crate) concurrency: ConcurrencyOptions,
    pub(crate) redirects: RedirectPolicy,
    pub(crate) user_agent: HeaderValue,
}

/// All layers over a service, the outermost first.
pub(crate) fn with_policy<S, B>(service: S, policy: Policy) -> Stack
where
    S: Service<Request<Bytes>, Response = Response<B>> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let Policy {
        origins,
        tokens,
        timeouts,
        retry,
        limits,
        concurrency,
        redirects,
        user_agent,
    } = policy;
    let layers = ServiceBuilder::new()
        // One span and one deadline around all attempts; below here a status is no error yet.
        .layer(OperationLayer::new(timeouts.total))
        // Above the repeats: they never add to what is under way.
        .layer(PermitLayer::new(&concurrency))
        .layer(RetryLayer::new(retry))
        // Below the retries: a renewed session is no failure to back off from.
        .layer(ReauthenticateLayer::new(tokens.clone()))
        // Below the repeats: every attempt asks for the credential of that moment.
        .layer(AuthorizeLayer::new(origins, tokens.clone()))
        // Below the credential: no request to another origin can come into being from here on.
        .layer(RedirectGuardLayer::new(redirects))
        // Below all that sends requests: whatever is on the wire has waited for its turn.
        .layer(RateLayer::new(&concurrency, tokens))
        // Above the decompression: limits hold for what comes out of it.
        .layer(InspectLayer::new(limits, timeouts.clone()))
        // Only gzip: it is the one that the service may offer.
        .layer(GzipLayer)
        .layer(SetRequestHeaderLayer::if_not_present(
            USER_AGENT, user_agent,
        ))
        // Below the decompression: received bytes are counted as they were sent.
        .layer(AttemptLayer::new(Some(timeouts)));
    Arc::new(layers.service(service))
}

/// A service as it is, with errors and bodies of this crate: no layer that decides anything. It may be a stack of the same
/// layers; what they count is counted once.
pub(crate) fn bare<S, B>(service: S) -> Stack
where
    S: Service<Request<Bytes>, Response = Response<B>> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let layers = ServiceBuilder::new()
        .layer(OperationLayer::default())
        .map_response(|response: Response<_>| response.map(Body::new))
        .layer(AttemptLayer::default());
    Arc::new(layers.service(service))
}
