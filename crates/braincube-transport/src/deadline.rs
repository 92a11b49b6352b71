//! [`Deadline`]: when an operation must be done, carried in a request's extensions.

use std::time::Duration;

use http::Request;
use tokio::time::Instant;

/// When an operation must be done, with all its repeats and the reading of its answer.
///
/// Put one into a request's extensions to bound that request alone:
///
/// ```
/// use std::time::Duration;
///
/// use bytes::Bytes;
/// use braincube_transport::Deadline;
/// use http::Request;
///
/// let mut request = Request::new(Bytes::new());
/// request.extensions_mut().insert(Deadline::after(Duration::from_secs(5)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline {
    pub(crate) at: Instant,
    pub(crate) limit: Duration,
}

/// Longer than any operation, short enough to be added to any instant.
pub(crate) const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 3600);

impl Deadline {
    /// The deadline that is this long from now.
    pub fn after(limit: Duration) -> Self {
        let limit = limit.min(FAR);
        Self {
            at: Instant::now() + limit,
            limit,
        }
    }

    /// Begins the deadline of a request: the one that it carries or that of `total`, whichever comes first. The request
    /// carries it from now on.
    pub(crate) fn begin<B>(request: &mut Request<B>, total: Option<Duration>) -> Option<Self> {
        let asked = request.extensions().get::<Self>().copied();
        let deadline = asked.into_iter().chain(total.map(Self::after)).min()?;
        request.extensions_mut().insert(deadline);
        Some(deadline)
    }

    /// What is left until then; zero if it has passed.
    pub fn remaining(&self) -> Duration {
        self.at.saturating_duration_since(Instant::now())
    }
}
