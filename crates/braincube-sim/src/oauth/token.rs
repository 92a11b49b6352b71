//! The token request: a code or a refresh token for an access token.

use serde_json::{Value, json};

use crate::oauth::parameters::Parameters;
use crate::oauth::pkce;
use crate::oauth::refusal::Refusal;
use crate::oauth::server::OAuth;
use crate::oauth::settings::RefreshTokens;

impl OAuth {
    /// The answer to a token request, whose body is a form.
    pub(crate) fn token(&self, form: &[u8]) -> Result<Value, Refusal> {
        let form = Parameters::parse(form)?;
        self.check_client(&form)?;
        let gives_refresh_token = match form.required("grant_type", "there is no grant_type")? {
            "authorization_code" => {
                self.check_code(&form)?;
                self.server.refresh_tokens != RefreshTokens::Absent
            }
            "refresh_token" => {
                self.check_refresh_token(&form)?;
                self.server.refresh_tokens == RefreshTokens::Rotated
            }
            _ => return Err(Refusal::unsupported_grant_type()),
        };
        let lifetime = self.server.access_token_lifetime;
        let mut answer = json!({
            "access_token": self.grants.new_access_token(lifetime),
            "token_type": "Bearer",
            "expires_in": lifetime.as_secs(),
            "scope": "BASE API",
        });
        if gives_refresh_token {
            answer["refresh_token"] = self.grants.new_refresh_token().into();
        }
        Ok(answer)
    }

    fn check_client(&self, form: &Parameters) -> Result<(), Refusal> {
        let secret = self.server.client_secret.as_ref();
        let is_secret =
            secret.is_none_or(|secret| form.get("client_secret") == Some(secret.as_str()));
        if form.get("client_id") == Some(&*self.server.client_id) && is_secret {
            Ok(())
        } else {
            Err(Refusal::invalid_client())
        }
    }

    /// Uses up a code; after an attempt that fails it is gone as well.
    fn check_code(&self, form: &Parameters) -> Result<(), Refusal> {
        let code = form.required("code", "there is no code")?;
        let code = self.grants.take_code(code);
        let authorized = code.ok_or(Refusal::invalid_grant(
            "the code is not valid, or not any more",
        ))?;
        if form.get("redirect_uri") != Some(&authorized.redirect_uri) {
            let description = "the redirect_uri is not the one that the code was given for";
            return Err(Refusal::invalid_grant(description));
        }
        let verifier = form.get("code_verifier");
        match authorized.challenge {
            Some(challenge)
                if !verifier.is_some_and(|verifier| pkce::answers(verifier, &challenge)) =>
            {
                Err(Refusal::invalid_grant(
                    "the code_verifier does not answer the code_challenge",
                ))
            }
            _ => Ok(()),
        }
    }

    fn check_refresh_token(&self, form: &Parameters) -> Result<(), Refusal> {
        let token = form.required("refresh_token", "there is no refresh_token")?;
        let once = self.server.refresh_tokens == RefreshTokens::Rotated;
        if self.grants.use_refresh_token(token, once) {
            Ok(())
        } else {
            Err(Refusal::invalid_grant(
                "the refresh_token is not valid, or not any more",
            ))
        }
    }
}
