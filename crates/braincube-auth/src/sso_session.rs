//! [`SsoSession`]: a session of the SSO service, opened with an OAuth2 token and renewed on demand.
//!
//! [`request`] builds the session request and parses the response, [`grant`] refreshes the token of
//! a login. This module decides when.

mod grant;
mod request;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use http::{HeaderName, HeaderValue};
use secrecy::SecretString;
use tokio::sync::Mutex;
use zeroize::Zeroizing;

use self::grant::Grant;
use self::request::{SessionEndpoint, SessionRequest};
use crate::login::Application;
use crate::store::{Account, SecretStore, StoredToken};
use crate::{AuthError, Authorization, Exchange, Invalidated, TokenSource};

/// The header of the session token (Python package `braincube_connector` 2.8.0).
const IPLSSOTOKEN: HeaderName = HeaderName::from_static("iplssotoken");

/// A session of the SSO service, sent in the header `IPLSSOTOKEN` of every request.
///
/// The session is opened on first use, with an OAuth2 access token. Opening is single-flight: at
/// most one exchange runs at a time, and all requests that wait for it share its result, including
/// an error. A session that the service rejected is renewed by the next call. If that fails, the
/// waiting requests get the error and the old session is kept, because it may still be valid for
/// other requests.
///
/// All futures are cancellation-safe: if the one that runs the exchange is dropped, the next one
/// starts another exchange.
#[derive(Debug)]
pub struct SsoSession {
    exchange: Arc<dyn Exchange>,
    state: Mutex<State>,
    /// The number of completed exchanges.
    finished: AtomicU64,
}

#[derive(Debug)]
struct State {
    request: SessionRequest,
    /// Refreshes the token of a login; `None` for a configured token.
    grant: Option<Grant>,
    session: Option<Authorization>,
    is_refused: bool,
    /// The error of the last exchange, if it failed.
    failure: Option<AuthError>,
    endpoint: SessionEndpoint,
}

impl State {
    /// All secrets that must not occur in an error.
    fn secrets(&self) -> Vec<Zeroizing<Vec<u8>>> {
        let session = self.session.as_ref().map(Authorization::value);
        let sent = session.into_iter().map(HeaderValue::as_bytes);
        let sent = sent.chain([self.request.token()]);
        let sent = sent.map(|secret| Zeroizing::new(secret.to_vec()));
        let login = self.grant.iter().flat_map(Grant::secrets);
        sent.chain(login).collect()
    }
}

impl SsoSession {
    /// Creates a session of the service at `sso_base_url`. It is not open yet.
    ///
    /// # Errors
    ///
    /// When the URL is invalid, or the token is not a valid header value.
    pub fn new(
        sso_base_url: &str,
        oauth2_token: impl Into<SecretString>,
        exchange: Arc<dyn Exchange>,
    ) -> Result<Self, AuthError> {
        let request = SessionRequest::new(sso_base_url, oauth2_token.into())?;
        Ok(Self::with(request, None, exchange))
    }

    /// Creates a session that is opened with the token of a login, which is stored under `account`. An expired token is
    /// refreshed, if the service issued a refresh token, and stored again.
    ///
    /// # Errors
    ///
    /// When the token is not a valid header value.
    pub fn from_login(
        application: Application,
        account: Account,
        token: StoredToken,
        store: Arc<dyn SecretStore>,
        exchange: Arc<dyn Exchange>,
    ) -> Result<Self, AuthError> {
        let access_token = token.access_token().clone();
        let request = SessionRequest::new(application.sso_base_url(), access_token)?;
        let grant = Grant::new(application, account, token, store);
        Ok(Self::with(request, Some(grant), exchange))
    }

    fn with(request: SessionRequest, grant: Option<Grant>, exchange: Arc<dyn Exchange>) -> Self {
        let state = State {
            request,
            grant,
            session: None,
            is_refused: false,
            failure: None,
            endpoint: SessionEndpoint::default(),
        };
        Self {
            exchange,
            state: Mutex::new(state),
            finished: AtomicU64::new(0),
        }
    }

    /// Opens a session. An expired token of a login is refreshed first.
    async fn open(&self, state: &mut State) -> Result<Authorization, AuthError> {
        // The clock of this machine may be wrong: if the refresh fails, the old token is tried anyway.
        let early = match &state.grant {
            Some(grant) if grant.is_expired() => Some(self.refresh(state).await),
            _ => None,
        };
        let outcome = self.open_with_token(state).await;
        let is_refused = matches!(outcome, Err(AuthError::Rejected { .. }));
        if !is_refused || state.grant.is_none() {
            return outcome;
        }
        match early {
            None => {
                self.refresh(state).await?;
                self.open_with_token(state).await
            }
            Some(refreshed) => refreshed.and(outcome),
        }
    }

    /// Replaces the token by a refreshed one.
    async fn refresh(&self, state: &mut State) -> Result<(), AuthError> {
        if let Some(grant) = &mut state.grant {
            state.request = grant.refresh(self.exchange.as_ref()).await?;
        }
        Ok(())
    }

    /// Opens a session at the endpoint that worked last, or at the legacy one.
    async fn open_with_token(&self, state: &mut State) -> Result<Authorization, AuthError> {
        let request = &state.request;
        let (response, endpoint) = match self.send(request, state.endpoint).await? {
            response
                if state.endpoint == SessionEndpoint::Current
                    && request::is_unknown_endpoint(&response) =>
            {
                (
                    self.send(request, SessionEndpoint::Legacy).await?,
                    SessionEndpoint::Legacy,
                )
            }
            response => (response, state.endpoint),
        };
        let value = request.session_token(&response)?;
        state.endpoint = endpoint;
        let generation = state.session.as_ref().map_or(0, Authorization::generation);
        Ok(Authorization::new(IPLSSOTOKEN, value, generation + 1))
    }

    async fn send(
        &self,
        request: &SessionRequest,
        endpoint: SessionEndpoint,
    ) -> Result<http::Response<bytes::Bytes>, AuthError> {
        let response = self.exchange.send(request.build(endpoint)).await;
        response.map_err(AuthError::unreachable)
    }
}

#[async_trait]
impl TokenSource for SsoSession {
    fn cached(&self) -> Option<Authorization> {
        // A locked state means that an exchange may be in progress.
        let state = self.state.try_lock().ok()?;
        state.session.clone().filter(|_| !state.is_refused)
    }

    async fn authorization(&self) -> Result<Authorization, AuthError> {
        let arrival = self.finished.load(Ordering::Acquire);
        let mut state = self.state.lock().await;

        let was_in_progress = self.finished.load(Ordering::Acquire) != arrival;
        if let Some(failure) = state.failure.as_ref().filter(|_| was_in_progress) {
            return Err(failure.clone());
        }
        // Another call may have opened or renewed the session in the meantime.
        if let Some(session) = state.session.as_ref().filter(|_| !state.is_refused) {
            return Ok(session.clone());
        }

        let mut secrets = state.secrets();
        let mut outcome = self.open(&mut state).await;
        if let Err(error) = &mut outcome {
            // A response may contain a secret that was sent with another request.
            secrets.extend(state.secrets());
            error.redact(&secrets);
        }
        // No await from here on, so that the result is recorded completely or not at all.
        state.is_refused = false;
        state.failure = outcome.as_ref().err().cloned();
        if let Ok(session) = &outcome {
            state.session = Some(session.clone());
        }
        self.finished.fetch_add(1, Ordering::Release);
        outcome
    }

    async fn invalidate(&self, generation: u64) -> Invalidated {
        let mut state = self.state.lock().await;
        let current = state.session.as_ref().map(Authorization::generation);
        if current == Some(generation) {
            state.is_refused = true;
        }
        Invalidated::Renewable
    }
}

#[cfg(test)]
mod tests;
