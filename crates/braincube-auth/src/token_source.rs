//! [`TokenSource`]: provides the header that authenticates requests, such as a [`PersonalAccessToken`].

use std::fmt::Debug;

use async_trait::async_trait;
use http::{HeaderName, HeaderValue};
use secrecy::SecretString;

use crate::{AuthError, secret};

/// The header that authenticates a request, and the generation of its token.
///
/// The value is marked sensitive: neither `Debug` nor a log shows it.
///
/// ```
/// use braincube_auth::Authorization;
/// use braincube_auth::http::{HeaderName, HeaderValue};
///
/// let name = HeaderName::from_static("x-api-key");
/// let authorization = Authorization::new(name, HeaderValue::from_static("a token"), 1);
/// assert!(authorization.value().is_sensitive());
/// assert!(!format!("{authorization:?}").contains("a token"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorization {
    name: HeaderName,
    value: HeaderValue,
    generation: u64,
}

impl Authorization {
    /// Creates a header and marks its value sensitive.
    ///
    /// `generation` numbers the tokens of one source in ascending order.
    pub fn new(name: HeaderName, mut value: HeaderValue, generation: u64) -> Self {
        value.set_sensitive(true);
        Self {
            name,
            value,
            generation,
        }
    }

    /// The name of the header.
    pub const fn name(&self) -> &HeaderName {
        &self.name
    }

    /// The value of the header, marked sensitive.
    pub const fn value(&self) -> &HeaderValue {
        &self.value
    }

    /// The generation of the token within its source.
    pub const fn generation(&self) -> u64 {
        self.generation
    }
}

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

/// The header of the Python package `braincube_connector` 2.8.0, `X-api-key`; header names are
/// case-insensitive.
const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// A personal access token (PAT), sent in the header `X-api-key` of every request.
///
/// Its scopes must include `BRAINCUBE` and `SSO_READ`. It cannot be renewed: a 401 response is
/// final.
#[derive(Clone, Debug)]
pub struct PersonalAccessToken {
    authorization: Authorization,
}

impl PersonalAccessToken {
    /// Creates a token from the text of the account settings. One trailing line break is removed.
    ///
    /// ```
    /// use braincube_auth::PersonalAccessToken;
    ///
    /// assert!(PersonalAccessToken::new("a-token\n").is_ok());
    /// assert!(PersonalAccessToken::new("two\nlines").is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`AuthError::InvalidToken`] if the text is not a valid header value. The error does not contain it.
    pub fn new(token: impl Into<SecretString>) -> Result<Self, AuthError> {
        secret::token(token.into())
            .and_then(|token| secret::header("", &token))
            .map(|value| Self {
                authorization: Authorization::new(X_API_KEY, value, 0),
            })
            .map_err(|problem| AuthError::InvalidToken { problem })
    }
}

#[async_trait]
impl TokenSource for PersonalAccessToken {
    fn cached(&self) -> Option<Authorization> {
        Some(self.authorization.clone())
    }

    fn is_renewable(&self) -> bool {
        false
    }

    async fn authorization(&self) -> Result<Authorization, AuthError> {
        Ok(self.authorization.clone())
    }

    async fn invalidate(&self, _generation: u64) -> Invalidated {
        Invalidated::Final
    }
}

#[cfg(any(test, feature = "testing"))]
mockall::mock! {
    /// A mock [`TokenSource`].
    #[derive(Debug)]
    pub TokenSource {}

    #[async_trait]
    impl TokenSource for TokenSource {
        async fn authorization(&self) -> Result<Authorization, AuthError>;
        async fn invalidate(&self, generation: u64) -> Invalidated;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn h2_a_rejected_pat_is_final_and_stays_the_same() {
        let token = PersonalAccessToken::new("a-pat").unwrap();
        let before = token.authorization().await.unwrap();
        assert_eq!(before.name(), "X-api-key");
        assert_eq!(before.value(), "a-pat");
        assert_eq!(token.cached(), Some(before.clone()));
        assert!(!token.is_renewable());

        assert_eq!(
            token.invalidate(before.generation()).await,
            Invalidated::Final
        );
        assert_eq!(token.authorization().await.unwrap(), before);
    }
}
