//! [`RateLayer`]: how many requests are sent in a second.

use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use tokio::time::Instant;
use tower::{Layer, Service, ServiceExt};

use super::then::{Pass, Then};
use crate::error::Error;
use crate::options::ConcurrencyOptions;

/// Sends requests at even distances, in the order in which they came, if there is a limit; else at once.
///
/// Stands below the repeats, since each of them is a request too, and above the
/// [credential](super::AuthorizeLayer), which is that of the moment in which a request is sent.
#[derive(Clone, Debug)]
pub struct RateLayer {
    pace: Option<Arc<Pace>>,
}

impl RateLayer {
    /// A layer with the limit of these options, which all services made by it and by its clones share.
    pub fn new(options: &ConcurrencyOptions) -> Self {
        let pace = |rate: std::num::NonZeroU32| Arc::new(Pace::new(rate.get()));
        Self {
            pace: options.requests_per_second.map(pace),
        }
    }
}

impl<S> Layer<S> for RateLayer {
    type Service = Rate<S>;

    fn layer(&self, inner: S) -> Rate<S> {
        Rate {
            inner,
            pace: self.pace.clone(),
        }
    }
}

/// The service of a [`RateLayer`].
#[derive(Clone, Debug)]
pub struct Rate<S> {
    inner: S,
    pace: Option<Arc<Pace>>,
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
        if let Some(pace) = &self.pace {
            let now = Instant::now();
            let turn = pace.turn(now);
            if turn > now {
                return Then::boxed(later(self.inner.clone(), request, turn));
            }
        }
        Then::new(self.inner.call(request), Pass)
    }
}

async fn later<S, B>(
    service: S,
    request: Request<Bytes>,
    turn: Instant,
) -> Result<Response<B>, Error>
where
    S: Service<Request<Bytes>, Response = Response<B>, Error = Error>,
{
    tokio::time::sleep_until(turn).await;
    service.oneshot(request).await
}

/// Whose turn it is when.
#[derive(Debug)]
struct Pace {
    distance: Duration,
    /// The first turn that nobody has.
    next: Mutex<Option<Instant>>,
}

impl Pace {
    fn new(per_second: u32) -> Self {
        Self {
            distance: Duration::from_secs(1) / per_second,
            next: Mutex::new(None),
        }
    }

    /// Takes the next turn: now, or behind all that have been taken. One that is not used is lost.
    fn turn(&self, now: Instant) -> Instant {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = next.map_or(now, |next| next.max(now));
        *next = Some(turn + self.distance);
        turn
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::Pace;

    #[test]
    fn turns_have_a_distance_and_none_is_saved_up() {
        let start = Instant::now();
        let pace = Pace::new(4);
        let turn = |arrival: u64| {
            let turn = pace.turn(start + Duration::from_millis(arrival));
            (turn - start).as_millis()
        };
        let turns = [0, 0, 10, 600, 600, 5000, 5000].map(turn);
        assert_eq!(turns, [0, 250, 500, 750, 1000, 5000, 5250]);
    }
}
