//! Builds the request that opens a session, and parses the response.

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION};
use http::{HeaderValue, Request, Response, StatusCode, Uri};
use secrecy::SecretString;
use serde::Deserialize;

use crate::exchange::read_json;
use crate::{AuthError, redact, secret};

/// Maximum size of a response body that is parsed, in bytes. A session token has less than a kilobyte.
const LIMIT: usize = redact::MAX_BODY_LEN;

/// The authentication scheme before the token.
const SCHEME: &str = "Bearer ";

/// The endpoint that opens a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum SessionEndpoint {
    /// Used by the Python package `braincube_connector` since 2.5.0.
    #[default]
    Current,
    /// Used by earlier versions of the Python package.
    Legacy,
}

impl SessionEndpoint {
    const fn path(self) -> &'static str {
        match self {
            Self::Current => "/sso-server/ws/oauth2/session",
            Self::Legacy => "/sso-server/rest/session/openWithToken",
        }
    }
}

/// The request that opens a session; it can be sent any number of times.
#[derive(Debug)]
pub(super) struct SessionRequest {
    current: Uri,
    legacy: Uri,
    bearer: HeaderValue,
}

impl SessionRequest {
    pub(super) fn new(sso_base_url: &str, oauth2_token: SecretString) -> Result<Self, AuthError> {
        let bearer = secret::token(oauth2_token).and_then(|token| secret::header(SCHEME, &token));
        Ok(Self {
            current: address(sso_base_url, SessionEndpoint::Current)?,
            legacy: address(sso_base_url, SessionEndpoint::Legacy)?,
            bearer: bearer.map_err(|problem| AuthError::InvalidToken { problem })?,
        })
    }

    pub(super) fn build(&self, endpoint: SessionEndpoint) -> Request<Bytes> {
        let uri = match endpoint {
            SessionEndpoint::Current => &self.current,
            SessionEndpoint::Legacy => &self.legacy,
        };
        Request::get(uri)
            .header(ACCEPT, "application/json")
            .header(AUTHORIZATION, &self.bearer)
            .body(Bytes::new())
            .expect("the URI and the headers are valid")
    }

    /// Parses the session token: `{"token": "…"}`, or the bare `"…"` of older services.
    pub(super) fn session_token(
        &self,
        response: &Response<Bytes>,
    ) -> Result<HeaderValue, AuthError> {
        let status = response.status();
        let is_large = response.body().len() > LIMIT;
        let detail = || redact::error_message(response.body(), [self.token()]);
        if !status.is_success() {
            let detail = detail();
            return Err(match status {
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                    AuthError::Rejected { status, detail }
                }
                _ => AuthError::UnexpectedStatus { status, detail },
            });
        }
        let unexpected = |reason| AuthError::UnexpectedResponse {
            reason,
            detail: detail(),
        };
        if is_large {
            return Err(unexpected("is too large for a session token"));
        }
        // The parser's error may quote the body.
        let token = read_token(response.body())
            .map_err(|_quotes| unexpected("is not JSON with a session token"))?;
        secret::token(token)
            .and_then(|token| secret::header("", &token))
            .map_err(|_| unexpected("has a session token that is not a valid header value"))
    }

    /// The OAuth2 token that the request contains.
    pub(super) fn token(&self) -> &[u8] {
        let bearer = self.bearer.as_bytes();
        bearer.strip_prefix(SCHEME.as_bytes()).unwrap_or(bearer)
    }
}

fn address(sso_base_url: &str, endpoint: SessionEndpoint) -> Result<Uri, AuthError> {
    let base = sso_base_url.trim_end_matches('/');
    let uri: Result<Uri, _> = format!("{base}{}", endpoint.path()).parse();
    match uri {
        Ok(uri) if uri.host().is_some() && uri.query().is_none() => Ok(uri),
        _ => Err(AuthError::InvalidSsoBaseUrl),
    }
}

/// Whether the service does not have this endpoint.
pub(super) fn is_unknown_endpoint(response: &Response<Bytes>) -> bool {
    response.status() == StatusCode::NOT_FOUND
}

/// Reads a session token in either form. An untagged enum would buffer the token in a copy that is not zeroized.
fn read_token(body: &[u8]) -> serde_json::Result<SecretString> {
    #[derive(Deserialize)]
    struct Session {
        token: SecretString,
    }

    read_json(body).or_else(|_| read_json(body).map(|Session { token }| token))
}

#[cfg(test)]
mod tests;
