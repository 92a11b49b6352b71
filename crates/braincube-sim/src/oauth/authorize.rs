//! The authorization request: the user consents at once, or denies.

use crate::oauth::grants::Authorized;
use crate::oauth::parameters::Parameters;
use crate::oauth::refusal::Refusal;
use crate::oauth::server::OAuth;
use crate::oauth::settings::StateAnswer;
use crate::oauth::{pkce, redirect};

/// The `state` of a forged callback.
const FORGED_STATE: &str = "forged-state";

impl OAuth {
    /// Where the browser is sent, with a code or with an error.
    ///
    /// Nobody is sent to a redirect URI that is not the application's: that is an error of this function.
    pub(crate) fn authorize(&self, query: &str) -> Result<String, Refusal> {
        let parameters = Parameters::parse(query.as_bytes())?;
        let client_id = parameters.required("client_id", "there is no client_id")?;
        if client_id != &*self.server.client_id {
            return Err(Refusal::invalid_request("the client_id is not registered"));
        }
        let redirect_uri = parameters.required("redirect_uri", "there is no redirect_uri")?;
        if !redirect::is_registered(&self.server, redirect_uri) {
            return Err(Refusal::invalid_request(
                "the redirect_uri is not the registered one",
            ));
        }
        let decision = self.decide(&parameters, redirect_uri);
        let mut answer = match &decision {
            Ok(code) => vec![("code", code.as_str())],
            Err(refusal) => {
                vec![
                    ("error", refusal.error),
                    ("error_description", refusal.description),
                ]
            }
        };
        let state = match self.server.state {
            StateAnswer::Echoed => parameters.get("state"),
            StateAnswer::Omitted => None,
            StateAnswer::Forged => Some(FORGED_STATE),
        };
        answer.extend(state.map(|state| ("state", state)));
        Ok(redirect::with_query(redirect_uri, &answer))
    }

    /// A code, or why there is none.
    fn decide(&self, parameters: &Parameters, redirect_uri: &str) -> Result<String, Refusal> {
        let kind = parameters.required("response_type", "there is no response_type")?;
        if kind != "code" {
            return Err(Refusal::unsupported_response_type());
        }
        let challenge = pkce::challenge(self.server.pkce, parameters)?;
        if self.server.denies {
            return Err(Refusal::access_denied());
        }
        let redirect_uri = redirect_uri.to_owned();
        Ok(self.grants.new_code(Authorized {
            redirect_uri,
            challenge,
        }))
    }
}
