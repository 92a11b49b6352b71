//! The token request: exchanges a code or a refresh token for an access token.

use serde_json::{Value, json};

use crate::oauth::error::OAuthError;
use crate::oauth::parameters::{Parameters, matches_challenge};
use crate::oauth::server::OAuth;
use crate::oauth::settings::RefreshTokens;

impl OAuth {
    /// Processes a token request with this form as its body.
    pub(crate) fn token(&self, form: &[u8]) -> Result<Value, OAuthError> {
        let form = Parameters::parse(form)?;
        self.check_client(&form)?;
        let issues_refresh_token = match form.required("grant_type", "there is no grant_type")? {
            "authorization_code" => {
                self.check_code(&form)?;
                self.server.refresh_tokens != RefreshTokens::Absent
            }
            "refresh_token" => {
                self.check_refresh_token(&form)?;
                self.server.refresh_tokens == RefreshTokens::Rotated
            }
            _ => return Err(OAuthError::UNSUPPORTED_GRANT_TYPE),
        };
        let lifetime = self.server.access_token_lifetime;
        let mut response = json!({
            "access_token": self.tokens.new_access_token(lifetime),
            "token_type": "Bearer",
            "expires_in": lifetime.as_secs(),
            "scope": "BASE API",
        });
        if issues_refresh_token {
            response["refresh_token"] = self.tokens.new_refresh_token().into();
        }
        Ok(response)
    }

    fn check_client(&self, form: &Parameters) -> Result<(), OAuthError> {
        let secret = self.server.client_secret.as_ref();
        let is_secret =
            secret.is_none_or(|secret| form.get("client_secret") == Some(secret.as_str()));
        if form.get("client_id") == Some(&*self.server.client_id) && is_secret {
            Ok(())
        } else {
            Err(OAuthError::INVALID_CLIENT)
        }
    }

    /// Uses a code. It is no longer valid after a failed attempt.
    fn check_code(&self, form: &Parameters) -> Result<(), OAuthError> {
        let code = form.required("code", "there is no code")?;
        let code = self.tokens.take_code(code);
        let authorized = code.ok_or(OAuthError::invalid_grant(
            "the code is not valid, was used or has expired",
        ))?;
        if form.get("redirect_uri") != Some(&authorized.redirect_uri) {
            let description = "the redirect_uri is not that of the authorization request";
            return Err(OAuthError::invalid_grant(description));
        }
        let verifier = form.get("code_verifier");
        match authorized.challenge {
            Some(challenge)
                if !verifier.is_some_and(|verifier| matches_challenge(verifier, &challenge)) =>
            {
                Err(OAuthError::invalid_grant(
                    "the code_verifier does not match the code_challenge",
                ))
            }
            _ => Ok(()),
        }
    }

    fn check_refresh_token(&self, form: &Parameters) -> Result<(), OAuthError> {
        let token = form.required("refresh_token", "there is no refresh_token")?;
        let once = self.server.refresh_tokens == RefreshTokens::Rotated;
        if self.tokens.use_refresh_token(token, once) {
            Ok(())
        } else {
            Err(OAuthError::invalid_grant(
                "the refresh_token is not valid or was used",
            ))
        }
    }
}
