//! [`PermitLayer`]: how many operations of each family may be under way at once.

use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use braincube_model::Family;
use bytes::Bytes;
use http::{Request, Response};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::{Layer, Service, ServiceExt};

use super::then::{Judge, Then, Verdict};
use crate::body::Body;
use crate::context::operation_of;
use crate::error::{Error, ErrorKind};
use crate::options::ConcurrencyOptions;

/// Lets operations begin in the order in which they came, each once it has a permit.
///
/// A permit is held across all attempts, so that repeats never add to what is under way, and until
/// the answer has been read to its end, has failed or is dropped. A future that is kept and not polled keeps its permit,
/// or its place among those that wait: whoever has several under way must poll all of them, as `join!` does, or spawn
/// them. To await another operation while a buffered stream of them stands still may wait for ever.
#[derive(Clone, Debug)]
pub struct PermitLayer {
    metadata: Arc<Semaphore>,
    data: Arc<Semaphore>,
}

impl PermitLayer {
    /// A layer with these many permits, which all services made by it and by its clones share.
    pub fn new(options: &ConcurrencyOptions) -> Self {
        let permits = |count: usize| Arc::new(Semaphore::new(count.min(Semaphore::MAX_PERMITS)));
        Self {
            metadata: permits(options.metadata.get()),
            data: permits(options.data.get()),
        }
    }
}

impl<S> Layer<S> for PermitLayer {
    type Service = Permit<S>;

    fn layer(&self, inner: S) -> Permit<S> {
        Permit {
            inner,
            permits: self.clone(),
        }
    }
}

/// The service of a [`PermitLayer`].
#[derive(Clone, Debug)]
pub struct Permit<S> {
    inner: S,
    permits: PermitLayer,
}

impl<S> Service<Request<Bytes>> for Permit<S>
where
    S: Service<Request<Bytes>, Response = Response<Body>, Error = Error>,
    S: Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response<Body>;
    type Error = Error;
    type Future = Then<S::Future, Hold>;

    fn poll_ready(&mut self, cx: &mut TaskContext<'_>) -> Poll<Result<(), Error>> {
        // Which permit is needed is known with the request.
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let permits = match operation_of(&request).family() {
            Family::Data => &self.permits.data,
            _ => &self.permits.metadata,
        };
        // Whoever waits already comes first: a permit that is free is not one of theirs.
        match Arc::clone(permits).try_acquire_owned() {
            Ok(permit) => Then::new(self.inner.call(request), Hold { permit }),
            Err(_) => Then::boxed(wait(self.inner.clone(), request, Arc::clone(permits))),
        }
    }
}

/// Gives an answer its permit.
#[derive(Debug)]
pub struct Hold {
    permit: OwnedSemaphorePermit,
}

impl Judge<Result<Response<Body>, Error>> for Hold {
    type Output = Result<Response<Body>, Error>;

    fn judge(self, answer: Self::Output) -> Verdict<Self::Output> {
        Verdict::Done(answer.map(|answer| answer.map(|body| body.holding(self.permit))))
    }
}

async fn wait<S>(
    service: S,
    request: Request<Bytes>,
    permits: Arc<Semaphore>,
) -> Result<Response<Body>, Error>
where
    S: Service<Request<Bytes>, Response = Response<Body>, Error = Error>,
{
    let permit = permits.acquire_owned().await.map_err(|closed| {
        Error::new(ErrorKind::Input, "the transport takes no more requests").with_source(closed)
    })?;
    let response = service.oneshot(request).await?;
    Ok(response.map(|body| body.holding(permit)))
}
