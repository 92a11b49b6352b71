//! [`RateLayer`]: limits the requests per second.

use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use braincube_auth::TokenSource;
use bytes::Bytes;
use http::Request;
use tower::{Layer, Service, ServiceExt};

use super::authorize::{no_credential, sign};
use super::{BoxFuture, Either};
use crate::error::Error;
use crate::options::ConcurrencyOptions;
use crate::rate_limiter::RateLimiter;
use crate::service::HttpService;

/// Sends requests at even intervals in FIFO order, if their rate is limited.
///
/// It belongs below every layer that sends requests, so that all of them wait for their turn. A request that has waited is
/// sent with the current credential, since its session may have been renewed. A request that is dropped while it waits takes
/// no turn.
#[derive(Clone, Debug)]
pub struct RateLayer {
    limit: Option<Arc<Limit>>,
}

#[derive(Debug)]
struct Limit {
    limiter: Arc<RateLimiter>,
    tokens: Option<Arc<dyn TokenSource>>,
}

impl RateLayer {
    /// A layer with the limit of these options, which all layers with these options or a clone of them share. `tokens` are
    /// those of the [`AuthorizeLayer`](super::AuthorizeLayer) above, if there is one.
    pub fn new(options: &ConcurrencyOptions, tokens: Option<Arc<dyn TokenSource>>) -> Self {
        let limit = |limiter: &Arc<RateLimiter>| {
            Arc::new(Limit {
                limiter: Arc::clone(limiter),
                tokens,
            })
        };
        Self {
            limit: options.rate_limiter.as_ref().map(limit),
        }
    }
}

impl<S> Layer<S> for RateLayer {
    type Service = Rate<S>;

    fn layer(&self, inner: S) -> Rate<S> {
        Rate {
            inner,
            limit: self.limit.clone(),
        }
    }
}

/// The service of a [`RateLayer`].
#[derive(Clone, Debug)]
pub struct Rate<S> {
    inner: S,
    limit: Option<Arc<Limit>>,
}

impl<S: HttpService<Error = Error>> Service<Request<Bytes>> for Rate<S> {
    type Response = S::Response;
    type Error = Error;
    type Future = Either<S::Future, BoxFuture<Result<S::Response, Error>>>;

    fn poll_ready(&mut self, cx: &mut TaskContext<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        match &self.limit {
            Some(limit) if !limit.limiter.try_acquire() => {
                let sending = send_in_turn(self.inner.clone(), request, Arc::clone(limit));
                Either::Right(Box::pin(sending))
            }
            _ => Either::Left(self.inner.call(request)),
        }
    }
}

/// Sends a request when its turn has come, with the credential that is current then.
async fn send_in_turn<S: HttpService<Error = Error>>(
    service: S,
    mut request: Request<Bytes>,
    limit: Arc<Limit>,
) -> Result<S::Response, Error> {
    let mut place = limit.limiter.queue();
    let mut renews = limit.tokens.as_deref();
    loop {
        place.ready().await;
        let cached = limit.tokens.as_ref().and_then(|tokens| tokens.cached());
        if let Some(current) = cached {
            sign(&mut request, current);
        } else if let Some(tokens) = renews.take() {
            // The old session would be rejected, and the request that renews it needs the turn. Only once, because not every
            // source caches its credential.
            drop(place);
            let current = tokens.authorization().await.map_err(no_credential)?;
            sign(&mut request, current);
            place = limit.limiter.queue();
            continue;
        }
        if place.try_acquire() {
            return service.oneshot(request).await;
        }
    }
}
