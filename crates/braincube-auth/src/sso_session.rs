//! [`SsoSession`]: a session of the SSO service, opened with an OAuth2 token and renewed on demand.
//!
//! What is asked and how the answer is read stands in [`question`], how the token of a login is
//! refreshed in [`grant`]; here is when.

mod grant;
mod question;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use http::{HeaderName, HeaderValue};
use secrecy::SecretString;
use tokio::sync::Mutex;
use zeroize::Zeroizing;

use self::grant::Grant;
use self::question::{Door, Question};
use crate::login::Application;
use crate::store::{Account, SecretStore, StoredToken};
use crate::{AuthError, Authorization, Exchange, Invalidated, TokenSource};

/// The header of the session token (Python package `braincube_connector` 2.8.0).
const IPLSSOTOKEN: HeaderName = HeaderName::from_static("iplssotoken");

/// A session of the SSO service, sent in the header `IPLSSOTOKEN` of every request.
///
/// It is opened when it is first needed, with an OAuth2 access token. However many requests wait
/// for it, one exchange is under way at a time, and all that waited share its outcome, failure
/// included. A session that the service refused is renewed in the same way when the next request
/// asks; if that fails, those that waited learn why, and the old session is kept for others: it
/// may work for them still.
///
/// Dropping a request that waits, or the one that asks, leaves the others well: the next one asks.
#[derive(Debug)]
pub struct SsoSession {
    exchange: Arc<dyn Exchange>,
    state: Mutex<State>,
    /// How many exchanges have come to an end.
    finished: AtomicU64,
}

#[derive(Debug)]
struct State {
    question: Question,
    /// What refreshes the token, where it is that of a login.
    grant: Option<Grant>,
    session: Option<Authorization>,
    is_refused: bool,
    /// Of the last exchange, if it failed.
    failure: Option<AuthError>,
    door: Door,
}

impl State {
    /// What nobody else may see of it.
    fn secrets(&self) -> Vec<Zeroizing<Vec<u8>>> {
        let session = self.session.as_ref().map(Authorization::value);
        let sent = session.into_iter().map(HeaderValue::as_bytes);
        let sent = sent.chain([self.question.token()]);
        let sent = sent.map(|secret| Zeroizing::new(secret.to_vec()));
        let login = self.grant.iter().flat_map(Grant::secrets);
        sent.chain(login).collect()
    }
}

impl SsoSession {
    /// A session that is not open yet, of the service at `sso_base_url`.
    ///
    /// # Errors
    ///
    /// When the address is none, or when no header can carry the token.
    pub fn new(
        sso_base_url: &str,
        oauth2_token: impl Into<SecretString>,
        exchange: Arc<dyn Exchange>,
    ) -> Result<Self, AuthError> {
        let question = Question::new(sso_base_url, oauth2_token.into())?;
        Ok(Self::with(question, None, exchange))
    }

    /// A session that is opened with the token of a login, as it stands in the store under the account. A token that
    /// has ended is refreshed where the service gave what it takes, and put back into the store.
    ///
    /// # Errors
    ///
    /// When no header can carry the token.
    pub fn of_login(
        application: Application,
        account: Account,
        token: StoredToken,
        store: Arc<dyn SecretStore>,
        exchange: Arc<dyn Exchange>,
    ) -> Result<Self, AuthError> {
        let access_token = token.access_token().clone();
        let question = Question::new(application.sso_base_url(), access_token)?;
        let grant = Grant::new(application, account, token, store);
        Ok(Self::with(question, Some(grant), exchange))
    }

    fn with(question: Question, grant: Option<Grant>, exchange: Arc<dyn Exchange>) -> Self {
        let state = State {
            question,
            grant,
            session: None,
            is_refused: false,
            failure: None,
            door: Door::default(),
        };
        Self {
            exchange,
            state: Mutex::new(state),
            finished: AtomicU64::new(0),
        }
    }

    /// Opens a session; where the token of a login has ended, with a fresh one.
    async fn open(&self, state: &mut State) -> Result<Authorization, AuthError> {
        // The clock of this machine may be wrong: if nothing fresh is to be had, the old token is
        // tried all the same.
        let early = match &state.grant {
            Some(grant) if grant.is_expired() => Some(self.refresh(state).await),
            _ => None,
        };
        let outcome = self.open_with_token(state).await;
        let is_refused = matches!(outcome, Err(AuthError::Refused { .. }));
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

    /// Puts a fresh token into the question.
    async fn refresh(&self, state: &mut State) -> Result<(), AuthError> {
        if let Some(grant) = &mut state.grant {
            state.question = grant.refresh(self.exchange.as_ref()).await?;
        }
        Ok(())
    }

    /// Opens a session, at the door that worked last or else at the older one.
    async fn open_with_token(&self, state: &mut State) -> Result<Authorization, AuthError> {
        let question = &state.question;
        let (answer, door) = match self.ask(question, state.door).await? {
            answer if state.door == Door::New && question::is_no_door(&answer) => {
                (self.ask(question, Door::Old).await?, Door::Old)
            }
            answer => (answer, state.door),
        };
        let value = question.session_token(&answer)?;
        state.door = door;
        let generation = state.session.as_ref().map_or(0, Authorization::generation);
        Ok(Authorization::new(IPLSSOTOKEN, value, generation + 1))
    }

    async fn ask(
        &self,
        question: &Question,
        door: Door,
    ) -> Result<http::Response<bytes::Bytes>, AuthError> {
        let answer = self.exchange.send(question.request(door)).await;
        answer.map_err(AuthError::unreachable)
    }
}

#[async_trait]
impl TokenSource for SsoSession {
    fn at_hand(&self) -> Option<Authorization> {
        // Where somebody holds the state, there is something to wait for.
        let state = self.state.try_lock().ok()?;
        state.session.clone().filter(|_| !state.is_refused)
    }

    async fn authorization(&self) -> Result<Authorization, AuthError> {
        let arrival = self.finished.load(Ordering::Acquire);
        let mut state = self.state.lock().await;

        let was_under_way = self.finished.load(Ordering::Acquire) != arrival;
        if let Some(failure) = state.failure.as_ref().filter(|_| was_under_way) {
            return Err(failure.clone());
        }
        // Somebody else may have opened or renewed it while this request waited.
        if let Some(session) = state.session.as_ref().filter(|_| !state.is_refused) {
            return Ok(session.clone());
        }

        let mut secrets = state.secrets();
        let mut outcome = self.open(&mut state).await;
        if let Err(error) = &mut outcome {
            // A service may repeat a secret that it was sent with another question.
            secrets.extend(state.secrets());
            error.keep_out(&secrets);
        }
        // From here on nothing waits, so that the outcome is recorded whole or not at all.
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
