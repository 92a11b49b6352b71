//! [`TokenSource`]: provides the header that authenticates requests.

use std::fmt::Debug;

use async_trait::async_trait;

use crate::{AuthError, Authorization};

/// Whether a token source can provide another token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a token is renewable or it is not")]
pub enum Invalidated {
    /// The next call of [`TokenSource::authorization`] returns another token or an error.
    Renewable,
    /// There is no other token: a 401 response is final.
    Final,
}

/// Provides the header that authenticates every request.
///
/// The client calls [`authorization`](Self::authorization) for each attempt. After a 401 response
/// it passes the rejected generation to [`invalidate`](Self::invalidate), and sends the request once
/// more if the result is [`Invalidated::Renewable`].
#[async_trait]
pub trait TokenSource: Debug + Send + Sync {
    /// Returns the current authorization if it is available without waiting.
    ///
    /// `None` by default: the caller then calls [`authorization`](Self::authorization).
    fn cached(&self) -> Option<Authorization> {
        None
    }

    /// Whether a rejected token can be replaced by another one.
    ///
    /// If not, requests need not be kept for another attempt. `true` by default, which is always
    /// correct: the result of [`invalidate`](Self::invalidate) decides.
    fn is_renewable(&self) -> bool {
        true
    }

    /// Returns the header to send.
    ///
    /// # Errors
    ///
    /// When there is no token and none can be obtained.
    async fn authorization(&self) -> Result<Authorization, AuthError>;

    /// Records that the service rejected the token of `generation`.
    ///
    /// Has no effect if that generation has already been replaced, so that many concurrent 401
    /// responses cause one renewal.
    async fn invalidate(&self, generation: u64) -> Invalidated;
}

#[cfg(any(test, feature = "testing"))]
mockall::mock! {
    /// A mock [`TokenSource`](crate::TokenSource).
    #[derive(Debug)]
    pub TokenSource {}

    #[async_trait]
    impl TokenSource for TokenSource {
        async fn authorization(&self) -> Result<Authorization, AuthError>;
        async fn invalidate(&self, generation: u64) -> Invalidated;
    }
}
