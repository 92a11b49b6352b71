//! [`RateLayer`]: how many requests are sent in a second.

use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use braincube_auth::TokenSource;
use bytes::Bytes;
use http::{Request, Response};
use tower::{Layer, Service, ServiceExt};

use super::authorize::{no_credential, sign};
use super::then::{Pass, Then};
use crate::error::Error;
use crate::options::ConcurrencyOptions;
use crate::turns::Turns;

/// Sends requests at even distances, in the order in which they came, if there is a limit; else at once.
///
/// Stands below whatever sends requests of its own accord: repeats, new sessions and followed redirects wait for their
/// turn too. A request that has waited travels with the credential of that moment: its session may have been renewed in
/// the meantime, or just be at it. One that is dropped while it waits takes no turn.
#[derive(Clone, Debug)]
pub struct RateLayer {
    limit: Option<Arc<Limit>>,
}

#[derive(Debug)]
struct Limit {
    turns: Arc<Turns>,
    tokens: Option<Arc<dyn TokenSource>>,
}

impl RateLayer {
    /// A layer with the limit of these options, which all layers of these options and of their clones share. `tokens` are
    /// those of the [`AuthorizeLayer`](super::AuthorizeLayer) above, if there is one.
    pub fn new(options: &ConcurrencyOptions, tokens: Option<Arc<dyn TokenSource>>) -> Self {
        let limit = |turns: &Arc<Turns>| {
            Arc::new(Limit {
                turns: Arc::clone(turns),
                tokens,
            })
        };
        Self {
            limit: options.turns.as_ref().map(limit),
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

impl<S, B> Service<Request<Bytes>> for Rate<S>
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

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        match &self.limit {
            Some(limit) if !limit.turns.take_at_once() => {
                Then::boxed(later(self.inner.clone(), request, Arc::clone(limit)))
            }
            _ => Then::new(self.inner.call(request), Pass),
        }
    }
}

/// Sends a request when it is its turn.
async fn later<S, B>(
    service: S,
    mut request: Request<Bytes>,
    limit: Arc<Limit>,
) -> Result<Response<B>, Error>
where
    S: Service<Request<Bytes>, Response = Response<B>, Error = Error>,
{
    let mut place = limit.turns.join();
    let mut renews = limit.tokens.as_deref();
    loop {
        place.comes().await;
        let cached = limit.tokens.as_ref().and_then(|tokens| tokens.cached());
        if let Some(current) = cached {
            sign(&mut request, current);
        } else if let Some(tokens) = renews.take() {
            // The old session would be refused, and whoever renews it needs the turn. Once: not every source has a
            // credential at hand.
            drop(place);
            let current = tokens.authorization().await.map_err(no_credential)?;
            sign(&mut request, current);
            place = limit.turns.join();
            continue;
        }
        if place.take() {
            return service.oneshot(request).await;
        }
    }
}
