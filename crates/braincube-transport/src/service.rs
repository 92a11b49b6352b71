//! [`HttpService`]: the services that a transport and its layers accept, and their type-erased form.

use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body as HttpBody;
use tower::{Service, ServiceBuilder, ServiceExt};

use crate::body::Body;
use crate::error::{BoxError, Error};
use crate::layer::AttemptLayer;

pub(crate) type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// An alias for the bounds of a service that sends HTTP requests. It is implemented for every service that satisfies them.
pub trait HttpService:
    Service<
        Request<Bytes>,
        Response = Response<Self::ResponseBody>,
        Error: Into<BoxError>,
        Future: Send + 'static,
    > + Clone
    + Send
    + Sync
    + 'static
{
    /// The body of its responses.
    type ResponseBody: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static;
}

impl<S, B> HttpService for S
where
    S: Service<Request<Bytes>, Response = Response<B>, Error: Into<BoxError>>,
    S: Clone + Send + Sync + 'static,
    S::Future: Send + 'static,
    B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    type ResponseBody = B;
}

/// A service of any type that sends a request once. It is shared: each request is sent by a clone, which is made inside the
/// request's future, so that both take one allocation.
pub(crate) trait ErasedService: Send + Sync {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<Result<Response<Body>, Error>>;
}

impl<S: HttpService<Error = Error, ResponseBody = Body>> ErasedService for S {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<Result<Response<Body>, Error>> {
        Box::pin(self.clone().oneshot(request))
    }
}

/// Gives a service the errors and the body of this crate, and counts its attempts.
///
/// If a layer of the service counts them already, they are counted once.
pub(crate) fn erase<S: HttpService>(service: S) -> Arc<dyn ErasedService> {
    let layers = ServiceBuilder::new()
        .map_response(|response: Response<_>| response.map(Body::new))
        .layer(AttemptLayer::default());
    Arc::new(layers.service(service))
}
