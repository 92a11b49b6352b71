//! [`PersonalAccessToken`]: a token made by hand in the account settings of a Braincube.

use async_trait::async_trait;
use http::HeaderName;
use secrecy::SecretString;

use crate::{AuthError, Authorization, Invalidated, TokenSource, secret};

/// The header of the Python package `braincube_connector` 2.8.0, `X-api-key`: names of headers
/// have no case.
const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// A personal access token (PAT), sent in the header `X-api-key` of every request.
///
/// Its scopes must include `BRAINCUBE` and `SSO_READ`. There is only this one: a refusal by the
/// service is final.
#[derive(Clone, Debug)]
pub struct PersonalAccessToken {
    authorization: Authorization,
}

impl PersonalAccessToken {
    /// The token as it was copied from the account settings; one line break at its end is dropped.
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
    /// [`AuthError::InvalidToken`] for a text that no header can carry. It does not hold the text.
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
    fn at_hand(&self) -> Option<Authorization> {
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
    async fn h2_a_refused_pat_is_final_and_stays_the_same() {
        let token = PersonalAccessToken::new("a-pat").unwrap();
        let before = token.authorization().await.unwrap();
        assert_eq!(before.name(), "X-api-key");
        assert_eq!(before.value(), "a-pat");
        assert_eq!(token.at_hand(), Some(before.clone()));
        assert!(!token.is_renewable());

        assert_eq!(
            token.invalidate(before.generation()).await,
            Invalidated::Final
        );
        assert_eq!(token.authorization().await.unwrap(), before);
    }
}
