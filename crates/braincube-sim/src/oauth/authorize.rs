//! The authorization request. The user consents immediately, or denies.

use crate::oauth::error::OAuthError;
use crate::oauth::parameters::Parameters;
use crate::oauth::server::OAuth;
use crate::oauth::settings::StateResponse;
use crate::oauth::token_store::Authorized;
use crate::oauth::{pkce, redirect};

/// The `state` of a forged callback.
const FORGED_STATE: &str = "forged-state";

impl OAuth {
    /// Returns the URI to which the browser is redirected, with a code or an error.
    ///
    /// A redirect URI that is not registered is an error of this function: the browser is not redirected.
    pub(crate) fn authorize(&self, query: &str) -> Result<String, OAuthError> {
        let parameters = Parameters::parse(query.as_bytes())?;
        let client_id = parameters.required("client_id", "there is no client_id")?;
        if client_id != &*self.server.client_id {
            return Err(OAuthError::invalid_request(
                "the client_id is not registered",
            ));
        }
        let redirect_uri = parameters.required("redirect_uri", "there is no redirect_uri")?;
        if !redirect::is_registered(&self.server, redirect_uri) {
            return Err(OAuthError::invalid_request(
                "the redirect_uri is not the registered one",
            ));
        }
        let decision = self.decide(&parameters, redirect_uri);
        let mut response = match &decision {
            Ok(code) => vec![("code", code.as_str())],
            Err(error) => {
                vec![
                    ("error", error.error),
                    ("error_description", error.description),
                ]
            }
        };
        let state = match self.server.state {
            StateResponse::Echoed => parameters.get("state"),
            StateResponse::Omitted => None,
            StateResponse::Forged => Some(FORGED_STATE),
        };
        response.extend(state.map(|state| ("state", state)));
        Ok(redirect::with_query(redirect_uri, &response))
    }

    /// Issues a code, or returns the error for the browser.
    fn decide(&self, parameters: &Parameters, redirect_uri: &str) -> Result<String, OAuthError> {
        let kind = parameters.required("response_type", "there is no response_type")?;
        if kind != "code" {
            return Err(OAuthError::unsupported_response_type());
        }
        let challenge = pkce::challenge(self.server.pkce, parameters)?;
        if self.server.denies {
            return Err(OAuthError::access_denied());
        }
        let redirect_uri = redirect_uri.to_owned();
        Ok(self.tokens.new_code(Authorized {
            redirect_uri,
            challenge,
        }))
    }
}
