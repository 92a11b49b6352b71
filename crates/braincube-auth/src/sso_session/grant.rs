//! [`Grant`]: the token of a login and its renewal.

use std::sync::Arc;
use std::time::SystemTime;

use http::StatusCode;
use zeroize::Zeroizing;

use super::request::SessionRequest;
use crate::login::{Application, LoginError, read_token};
use crate::store::{Account, SecretStore, StoreError, StoredToken};
use crate::{AuthError, Exchange, secret};

/// The token of a login, with what is needed to refresh it.
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

    /// All secrets that must not occur in an error.
    pub(super) fn secrets(&self) -> impl Iterator<Item = Zeroizing<Vec<u8>>> {
        let own = [Some(self.token.access_token()), self.token.refresh_token()];
        let all = own.into_iter().chain([self.application.client_secret()]);
        all.flatten().map(secret::bytes)
    }

    /// Whether the token has expired by the clock of this machine.
    pub(super) fn is_expired(&self) -> bool {
        self.token.is_expired(SystemTime::now())
    }

    /// Returns the next session request: with the token that another process has stored in the
    /// meantime, otherwise with a refreshed token, which is stored.
    ///
    /// The refresh request is never retried: a refresh token may be valid for one use only.
    pub(super) async fn refresh(
        &mut self,
        exchange: &dyn Exchange,
    ) -> Result<SessionRequest, AuthError> {
        if let Some(token) = self.newer_stored_token()? {
            return self.use_token(token);
        }
        let Some(refresh_token) = self.token.refresh_token() else {
            return Err(login_ended());
        };
        let request = self.application.refresh_request(refresh_token);
        let form = request.body().clone();
        let response = exchange
            .send(request)
            .await
            .map_err(AuthError::unreachable)?;
        let fresh = match read_token(&response, &form, SystemTime::now()) {
            Ok(token) => token.or_refresh_token(Some(refresh_token)),
            Err(error) => match session_error(&error) {
                // Another process may have used the refresh token in the meantime.
                Some(refusal @ AuthError::LoginEnded { .. }) => {
                    self.newer_stored_token()?.ok_or(refusal)?
                }
                Some(error) => return Err(error),
                None => return Err(AuthError::other(error)),
            },
        };
        if let Err(error) = self.store.save(&self.account, &fresh) {
            // This process can use the token; the next one may have to log in.
            tracing::warn!(%error, "cannot store the refreshed token");
        }
        self.use_token(fresh)
    }

    /// Returns the stored token if it differs. A removed token means that the user logged out.
    fn newer_stored_token(&self) -> Result<Option<StoredToken>, AuthError> {
        let stored = self.store.load(&self.account);
        let stored = stored.map_err(|error: StoreError| AuthError::other(error))?;
        let stored = stored.ok_or_else(login_ended)?;
        Ok(Some(stored).filter(|stored| !stored.is_same_access(&self.token)))
    }

    fn use_token(&mut self, token: StoredToken) -> Result<SessionRequest, AuthError> {
        let base = self.application.sso_base_url();
        let request = SessionRequest::new(base, token.access_token().clone())?;
        self.token = token;
        Ok(request)
    }
}

/// The error for a login that ended without a request to the service.
fn login_ended() -> AuthError {
    AuthError::LoginEnded { detail: None }
}

/// Maps the error of a refresh to that of the session.
fn session_error(error: &LoginError) -> Option<AuthError> {
    let detail = error.detail().map(Into::into);
    match error {
        LoginError::Rejected { status, .. } | LoginError::UnexpectedStatus { status, .. } => {
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
        LoginError::UnexpectedResponse { reason, .. } => {
            Some(AuthError::UnexpectedResponse { reason, detail })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
