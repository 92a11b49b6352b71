//! [`Listening`]: a login that waits for the browser.

use std::fmt;
use std::time::Duration;

use braincube_auth::RedirectUri;
use braincube_auth::login::{AuthorizationRequest, LoginError};
use braincube_auth::store::StoredToken;

use super::Login;
use super::listener::Listener;

/// How long a person may take.
const PATIENCE: Duration = Duration::from_secs(5 * 60);

/// A login that waits on this machine for the browser to come back.
///
/// Only the callback of this login ends it, with the right `state`: visits of anything else are
/// answered with an error, counted in the log, and waited through.
#[must_use = "a login ends with its callback"]
pub struct Listening {
    login: Login,
    request: AuthorizationRequest,
    listener: Listener,
    patience: Duration,
}

impl Listening {
    pub(super) const fn new(
        login: Login,
        request: AuthorizationRequest,
        listener: Listener,
    ) -> Self {
        Self {
            login,
            request,
            listener,
            patience: PATIENCE,
        }
    }

    /// How long to wait, in place of five minutes.
    pub const fn with_timeout(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Where the person's browser goes.
    pub fn address(&self) -> String {
        self.request.address()
    }

    /// Where the callback is listened for, with the port that was taken.
    pub const fn redirect_uri(&self) -> &RedirectUri {
        self.request.redirect_uri()
    }

    /// The SHA-256 of the listener's certificate, if it has one, as browsers show it.
    pub fn fingerprint(&self) -> Option<&str> {
        self.listener.fingerprint()
    }

    /// Waits for the callback, trades its code for a token, and keeps that.
    ///
    /// # Errors
    ///
    /// [`LoginError::TimedOut`], [`LoginError::Denied`], where the service gives no token, or
    /// where it cannot be kept.
    pub async fn finish(self) -> Result<StoredToken, LoginError> {
        let callback = self.listener.callback(&self.request);
        let waited = self.patience;
        let code = tokio::time::timeout(waited, callback)
            .await
            .map_err(|_elapsed| LoginError::TimedOut { waited })??;
        // One callback, then nobody listens any more.
        drop(self.listener);
        self.login.complete(self.request, code).await
    }
}

impl fmt::Debug for Listening {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Listening")
            .field("login", &self.login)
            .field("redirect_uri", self.redirect_uri())
            .finish_non_exhaustive()
    }
}
