//! [`PersonalAccessToken`]: a token created in the account settings of a Braincube.

use async_trait::async_trait;
use http::HeaderName;
use secrecy::SecretString;

use crate::{AuthError, Authorization, Invalidated, TokenSource, secret};

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
