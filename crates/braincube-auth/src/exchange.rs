//! [`Exchange`]: the seam through which a credential is traded for another.

use std::error::Error;
use std::fmt::Debug;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};

/// The cause of an exchange that got no answer.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// Sends one request to the SSO service and hands back the whole answer.
///
/// The request is complete: it has an absolute URI and its own credential, and must not be given
/// another. An answer of any status is an `Ok`. An implementation follows no redirect, bounds the
/// time and the size of an answer (a session's is a few hundred bytes), and does not go through
/// the [`TokenSource`](crate::TokenSource) that uses it.
#[async_trait]
pub trait Exchange: Debug + Send + Sync {
    /// The answer to `request`, with its body read to the end.
    ///
    /// # Errors
    ///
    /// When no whole answer came back: its error becomes the
    /// [source](std::error::Error::source) of an [`AuthError`](crate::AuthError).
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, BoxError>;
}

#[cfg(any(test, feature = "testing"))]
mockall::mock! {
    /// An [`Exchange`](crate::Exchange) whose requests a test expects and answers.
    #[derive(Debug)]
    pub Exchange {}

    #[async_trait]
    impl Exchange for Exchange {
        async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, BoxError>;
    }
}
