//! [`OAuth`]: the authorization server with what it has granted so far.

use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;

use crate::oauth::grants::Grants;
use crate::oauth::mint::Mint;
use crate::oauth::refusal::Refusal;
use crate::oauth::sessions::Sessions;
use crate::oauth::settings::OAuth2Server;

/// The header of a session token.
const IPLSSOTOKEN: &str = "iplssotoken";

/// The authorization server with what it has granted so far.
#[derive(Debug)]
pub(crate) struct OAuth {
    pub(crate) server: OAuth2Server,
    pub(super) grants: Grants,
    sessions: Sessions,
    mint: Arc<Mint>,
}

impl OAuth {
    pub(crate) fn new(server: OAuth2Server) -> Self {
        let mint = Arc::new(Mint::default());
        let grants = Grants::new(Arc::clone(&mint));
        grants.accept_access_token(server.access_token.as_str());
        let sessions = Sessions::new(
            Arc::clone(&mint),
            server.session_requests,
            server.session_lifetime,
        );
        Self {
            server,
            grants,
            sessions,
            mint,
        }
    }

    /// Whether a request carries a session that is open, which counts as a request of it.
    pub(crate) fn admits(&self, headers: &HeaderMap) -> bool {
        let token = headers
            .get(IPLSSOTOKEN)
            .and_then(|value| value.to_str().ok());
        token.is_some_and(|token| self.sessions.admit(token))
    }

    /// A new session for the access token in the header `Authorization`.
    pub(crate) fn open_session(&self, headers: &HeaderMap) -> Result<String, Refusal> {
        self.check_access_token(headers)?;
        Ok(self.sessions.open())
    }

    /// Whether the path of a session is one that this service has.
    pub(crate) fn check_session_path(&self) -> Result<(), Refusal> {
        if self.server.has_session_path {
            Ok(())
        } else {
            Err(Refusal::not_found())
        }
    }

    /// Looks for a good access token in the header `Authorization`.
    pub(crate) fn check_access_token(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let value = headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let token = value.and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then_some(token)
        });
        if token.is_some_and(|token| self.grants.is_access_token(token)) {
            Ok(())
        } else {
            Err(Refusal::invalid_token())
        }
    }

    /// Every code and token that was made here.
    pub(crate) fn issued(&self) -> Vec<String> {
        self.mint.made()
    }

    pub(crate) fn end_sessions(&self) {
        self.sessions.end_all();
    }

    pub(crate) fn revoke(&self) {
        self.grants.revoke();
        self.sessions.end_all();
    }
}
