//! [`TokenSource`]: the seam between who you are and what is sent.

use std::fmt::Debug;

use async_trait::async_trait;

use crate::{AuthError, Authorization};

/// Whether asking a source again can give another token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "there is another token or there is none"
)]
pub enum Invalidated {
    /// The next call of [`TokenSource::authorization`] gives another token, or says why it cannot.
    Renewable,
    /// There is no other token: a refusal by the service is final.
    Final,
}

/// Gives the header that every request to the service carries.
///
/// A layer that sends requests asks for an [`Authorization`] per attempt. When the service answers
/// 401 it reports the generation that was refused with [`invalidate`](Self::invalidate), and asks
/// once more if the answer is [`Invalidated::Renewable`].
#[async_trait]
pub trait TokenSource: Debug + Send + Sync {
    /// What [`authorization`](Self::authorization) would give, if that takes no waiting.
    ///
    /// By default nothing, which is always right: then it is asked for.
    fn at_hand(&self) -> Option<Authorization> {
        None
    }

    /// Whether another token can ever come behind one that the service refused.
    ///
    /// Where none can, requests need not be kept for another attempt. By default yes, which is
    /// always right: [`invalidate`](Self::invalidate) has the last word.
    fn is_renewable(&self) -> bool {
        true
    }

    /// The header to send now.
    ///
    /// # Errors
    ///
    /// When there is no token and none can be had.
    async fn authorization(&self) -> Result<Authorization, AuthError>;

    /// Takes note that the service refused the token of `generation`.
    ///
    /// A generation that has been replaced already changes nothing, so that many requests refused
    /// at once lead to one renewal.
    async fn invalidate(&self, generation: u64) -> Invalidated;
}

#[cfg(any(test, feature = "testing"))]
mockall::mock! {
    /// A [`TokenSource`](crate::TokenSource) whose calls a test expects and answers.
    #[derive(Debug)]
    pub TokenSource {}

    #[async_trait]
    impl TokenSource for TokenSource {
        async fn authorization(&self) -> Result<Authorization, AuthError>;
        async fn invalidate(&self, generation: u64) -> Invalidated;
    }
}
