//! [`LongRunning`]: the mark of a request that belongs to long work, carried in its extensions.

use http::Request;

/// Marks a request as part of work that runs for long, such as a stream of many extractions.
///
/// Put into a request's extensions, it makes the default of [`RetryOptions::retry_for`](crate::RetryOptions::retry_for)
/// five minutes instead of 15 s: what has run for an hour should survive the restart of a service. Where the options name a
/// time, that counts.
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

impl LongRunning {
    /// Whether a request is marked so.
    pub(crate) fn marks<B>(request: &Request<B>) -> bool {
        request.extensions().get::<Self>().is_some()
    }
}
