//! [`Exchange`]: sends a request to the SSO service.

use std::error::Error;
use std::fmt::Debug;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;

/// The cause of a failed exchange.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// Sends one request to the SSO service and returns the complete response.
///
/// The request is complete: it has an absolute URI and its own credential, and no other may be
/// added. A response with any status is an `Ok`. An implementation must not follow redirects, must
/// limit the duration and the size of the response (a session response has a few hundred bytes),
/// and must not use the [`TokenSource`](crate::TokenSource) that calls it.
#[async_trait]
pub trait Exchange: Debug + Send + Sync {
    /// Sends `request` and reads the response body to its end.
    ///
    /// # Errors
    ///
    /// When no complete response was received. The error becomes the
    /// [source](std::error::Error::source) of an [`AuthError`](crate::AuthError).
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, BoxError>;
}

/// Parses the JSON of a response, skipping a leading UTF-8 byte order mark.
pub(crate) fn read_json<'de, T: Deserialize<'de>>(body: &'de [u8]) -> serde_json::Result<T> {
    serde_json::from_slice(body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body))
}

#[cfg(any(test, feature = "testing"))]
mockall::mock! {
    /// A mock [`Exchange`].
    #[derive(Debug)]
    pub Exchange {}

    #[async_trait]
    impl Exchange for Exchange {
        async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, BoxError>;
    }
}
