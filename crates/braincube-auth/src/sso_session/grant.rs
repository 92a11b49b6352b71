//! [`Grant`]: the token of a login, and how another one is got in its place.

use std::sync::Arc;
use std::time::SystemTime;

use http::StatusCode;
use zeroize::Zeroizing;

use super::question::Question;
use crate::login::{Application, LoginError, read_token};
use crate::store::{Account, SecretStore, StoreError, StoredToken};
use crate::{AuthError, Exchange, secret};

/// The token of a login, and what it takes to get another one.
#[derive(Debug)]
pub(super) struct Grant {
    application: Application,
    account: Account,
    token: StoredToken,
    store: Arc<dyn SecretStore>,
}

impl Grant {
    pub(super) fn new(
        application: Application,
        account: Account,
        token: StoredToken,
        store: Arc<dyn SecretStore>,
    ) -> Self {
        Self {
            application,
            account,
            token,
            store,
        }
    }

    /// What nobody else may see of it.
    pub(super) fn secrets(&self) -> impl Iterator<Item = Zeroizing<Vec<u8>>> {
        let own = [Some(self.token.access_token()), self.token.refresh_token()];
        let all = own.into_iter().chain([self.application.client_secret()]);
        all.flatten().map(secret::bytes)
    }

    /// Whether the token has ended by the clock of this machine.
    pub(super) fn is_expired(&self) -> bool {
        self.token.is_expired(SystemTime::now())
    }

    /// What to ask for a session with now: the token that somebody else has put into the store
    /// since, else a fresh one from the service, which goes into the store.
    ///
    /// The request is sent once: a refresh token may be good for one use.
    pub(super) async fn refresh(&mut self, exchange: &dyn Exchange) -> Result<Question, AuthError> {
        if let Some(token) = self.newer()? {
            return self.adopt(token);
        }
        let Some(refresh_token) = self.token.refresh_token() else {
            return Err(ended());
        };
        let request = self.application.refresh_request(refresh_token);
        let form = request.body().clone();
        let answer = exchange
            .send(request)
            .await
            .map_err(AuthError::unreachable)?;
        let fresh = match read_token(&answer, &form, SystemTime::now()) {
            Ok(token) => token.or_refresh_token(Some(refresh_token)),
            Err(error) => match refused(&error) {
                // Another process may have used the refresh token a moment before.
                Some(refusal @ AuthError::LoginEnded { .. }) => self.newer()?.ok_or(refusal)?,
                Some(error) => return Err(error),
                None => return Err(AuthError::other(error)),
            },
        };
        if let Err(error) = self.store.save(&self.account, &fresh) {
            // It serves this process; the next one may have to log in.
            tracing::warn!(%error, "the refreshed token cannot be kept");
        }
        self.adopt(fresh)
    }

    /// The token in the store, if it is another one. A login that is gone was ended on purpose.
    fn newer(&self) -> Result<Option<StoredToken>, AuthError> {
        let stored = self.store.load(&self.account);
        let stored = stored.map_err(|error: StoreError| AuthError::other(error))?;
        let stored = stored.ok_or_else(ended)?;
        Ok(Some(stored).filter(|stored| !stored.is_same_access(&self.token)))
    }

    fn adopt(&mut self, token: StoredToken) -> Result<Question, AuthError> {
        let base = self.application.sso_base_url();
        let question = Question::new(base, token.access_token().clone())?;
        self.token = token;
        Ok(question)
    }
}

/// A login that has ended without the service having been asked.
fn ended() -> AuthError {
    AuthError::LoginEnded { detail: None }
}

/// What a refusal means for the session.
fn refused(error: &LoginError) -> Option<AuthError> {
    let detail = error.detail().map(Into::into);
    match error {
        LoginError::Refused { status, .. } | LoginError::UnexpectedStatus { status, .. } => {
            Some(match *status {
                StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => {
                    AuthError::UnexpectedStatus {
                        status: *status,
                        detail,
                    }
                }
                status if status.is_server_error() => {
                    AuthError::UnexpectedStatus { status, detail }
                }
                _ => AuthError::LoginEnded { detail },
            })
        }
        LoginError::UnexpectedAnswer { reason, .. } => {
            Some(AuthError::UnexpectedAnswer { reason, detail })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
