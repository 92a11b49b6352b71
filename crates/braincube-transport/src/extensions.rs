//! What a caller can put into the extensions of a request: [`Deadline`], [`Expect`] and [`LongRunning`].

use std::time::Duration;

use http::Request;
use tokio::time::Instant;

use crate::error::{Error, TimeoutPhase};

/// When an operation must be complete, retries and the reading of the response included.
///
/// In the extensions of a request, it limits this request alone:
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

/// Longer than any operation, and short enough to be added to any instant.
pub(crate) const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 3600);

impl Deadline {
    /// The deadline at this time from now.
    pub fn after(limit: Duration) -> Self {
        let limit = limit.min(FAR);
        Self {
            at: Instant::now() + limit,
            limit,
        }
    }

    /// The earlier of the deadline in the request and of `total` from now, which is inserted into the request.
    pub(crate) fn begin<B>(request: &mut Request<B>, total: Option<Duration>) -> Option<Self> {
        let own = request.extensions().get::<Self>().copied();
        let deadline = own.into_iter().chain(total.map(Self::after)).min()?;
        request.extensions_mut().insert(deadline);
        Some(deadline)
    }

    /// The error of an operation that has exceeded it.
    pub(crate) fn exceeded(&self) -> Error {
        Error::timeout(TimeoutPhase::Deadline, self.limit)
    }

    /// The time left; zero if the deadline has passed.
    pub fn remaining(&self) -> Duration {
        self.at.saturating_duration_since(Instant::now())
    }
}

/// Which response a request expects.
///
/// Without one in the extensions of the request, JSON is expected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expect {
    /// JSON. An empty body, an HTML page or any other text is an error.
    #[default]
    Json,
    /// Any body with a status of success, also an empty one.
    Anything,
    /// Any body with any status except a redirect. If the status is not a success, only the beginning of the body is read:
    /// at most 16 KiB, and what arrives within five seconds.
    AnyStatus,
}

/// Marks a request as part of long-running work, such as a stream of many extractions.
///
/// In the extensions of a request, it raises the default of [`RetryOptions::retry_for`](crate::RetryOptions::retry_for) from
/// 15 s to five minutes, so that work of an hour survives the restart of a service. A duration that is set in the options
/// takes precedence.
///
/// ```
/// use braincube_transport::LongRunning;
/// use bytes::Bytes;
/// use http::Request;
///
/// let mut request = Request::new(Bytes::new());
/// request.extensions_mut().insert(LongRunning);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LongRunning;
