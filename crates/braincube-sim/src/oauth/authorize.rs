//! The authorization request. The user consents immediately, or denies.

use crate::oauth::error::OAuthError;
use crate::oauth::parameters::{Parameters, pkce_challenge};
use crate::oauth::server::OAuth;
use crate::oauth::settings::StateResponse;
use crate::oauth::token_store::Authorized;

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
        if !self.server.accepts_redirect_uri(redirect_uri) {
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
        Ok(with_query(redirect_uri, &response))
    }

    /// Issues a code, or returns the error for the browser.
    fn decide(&self, parameters: &Parameters, redirect_uri: &str) -> Result<String, OAuthError> {
        let kind = parameters.required("response_type", "there is no response_type")?;
        if kind != "code" {
            return Err(OAuthError::UNSUPPORTED_RESPONSE_TYPE);
        }
        let challenge = pkce_challenge(self.server.pkce, parameters)?;
        if self.server.denies {
            return Err(OAuthError::ACCESS_DENIED);
        }
        let redirect_uri = redirect_uri.to_owned();
        Ok(self.tokens.new_code(Authorized {
            redirect_uri,
            challenge,
        }))
    }
}

/// Appends parameters to the query of the redirect URI.
fn with_query(uri: &str, parameters: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parameters);
    let mark = if uri.contains('?') { '&' } else { '?' };
    format!("{uri}{mark}{}", query.finish())
}

#[cfg(test)]
mod tests {
    use super::with_query;

    #[test]
    fn parameters_are_percent_encoded_and_appended_to_a_query() {
        let parameters = [("code", "a&b"), ("state", "ü")];
        assert_eq!(
            with_query("http://x/", &parameters),
            "http://x/?code=a%26b&state=%C3%BC"
        );
        assert_eq!(
            with_query("http://x/?y=1", &[("code", "2")]),
            "http://x/?y=1&code=2"
        );
    }
}
