//! [`OAuth`]: the state of the authorization server.

use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;

use crate::oauth::error::OAuthError;
use crate::oauth::sessions::Sessions;
use crate::oauth::settings::OAuth2Server;
use crate::oauth::token_store::{TokenIssuer, TokenStore};

/// The header with a session token.
const IPLSSOTOKEN: &str = "iplssotoken";

/// The authorization server with its codes, tokens and sessions.
#[derive(Debug)]
pub(crate) struct OAuth {
    pub(crate) server: OAuth2Server,
    pub(super) tokens: TokenStore,
    sessions: Sessions,
    issuer: Arc<TokenIssuer>,
}

impl OAuth {
    pub(crate) fn new(server: OAuth2Server) -> Self {
        let issuer = Arc::new(TokenIssuer::default());
        let tokens = TokenStore::new(Arc::clone(&issuer));
        tokens.accept_access_token(server.access_token.as_str());
        let sessions = Sessions::new(
            Arc::clone(&issuer),
            server.session_requests,
            server.session_lifetime,
        );
        Self {
            server,
            tokens,
            sessions,
            issuer,
        }
    }

    /// Whether a request has an open session. The request is counted.
    pub(crate) fn admits(&self, headers: &HeaderMap) -> bool {
        let token = headers
            .get(IPLSSOTOKEN)
            .and_then(|value| value.to_str().ok());
        token.is_some_and(|token| self.sessions.admit(token))
    }

    /// Opens a session for the access token in the header `Authorization`.
    pub(crate) fn open_session(&self, headers: &HeaderMap) -> Result<String, OAuthError> {
        self.check_access_token(headers)?;
        Ok(self.sessions.open())
    }

    /// Whether this service has the current session endpoint.
    pub(crate) fn check_session_path(&self) -> Result<(), OAuthError> {
        if self.server.has_session_path {
            Ok(())
        } else {
            Err(OAuthError::NOT_FOUND)
        }
    }

    /// Checks the access token in the header `Authorization`.
    pub(crate) fn check_access_token(&self, headers: &HeaderMap) -> Result<(), OAuthError> {
        let value = headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let token = value.and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then_some(token)
        });
        if token.is_some_and(|token| self.tokens.is_access_token(token)) {
            Ok(())
        } else {
            Err(OAuthError::INVALID_TOKEN)
        }
    }

    /// All codes and tokens that were issued, the last 10,000 at most.
    pub(crate) fn issued(&self) -> Vec<String> {
        self.issuer.issued()
    }

    pub(crate) fn end_sessions(&self) {
        self.sessions.end_all();
    }

    pub(crate) fn revoke(&self) {
        self.tokens.revoke();
        self.sessions.end_all();
    }
}
