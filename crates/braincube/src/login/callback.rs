//! The two ways to receive the callback of a login: [`CallbackListener`] and [`PastedCallback`].

use std::fmt;
use std::time::Duration;

use braincube_auth::RedirectUri;
use braincube_auth::login::{AuthorizationRequest, LoginError};
use braincube_auth::store::StoredToken;

use super::Login;
use super::loopback::LoopbackListener;

/// How long the user may take.
const TIMEOUT: Duration = Duration::from_secs(5 * 60);

/// A login that waits on this machine for the callback.
///
/// Only the callback with the `state` of this login ends it. Other requests get an error response,
/// are counted in the log, and do not end the login.
#[must_use = "call `finish` to wait for the callback"]
pub struct CallbackListener {
    login: Login,
    request: AuthorizationRequest,
    listener: LoopbackListener,
    timeout: Duration,
}

impl CallbackListener {
    pub(super) const fn new(
        login: Login,
        request: AuthorizationRequest,
        listener: LoopbackListener,
    ) -> Self {
        Self {
            login,
            request,
            listener,
            timeout: TIMEOUT,
        }
    }

    /// Sets how long to wait for the callback, by default five minutes.
    pub const fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The URL to open in the browser.
    pub fn address(&self) -> String {
        self.request.address()
    }

    /// The redirect URI, with the port that was chosen.
    pub const fn redirect_uri(&self) -> &RedirectUri {
        self.request.redirect_uri()
    }

    /// The SHA-256 fingerprint of the certificate of the listener, if it has one, as browsers show it.
    pub fn fingerprint(&self) -> Option<&str> {
        self.listener.fingerprint()
    }

    /// Waits for the callback, exchanges its code for a token, and stores the token.
    ///
    /// # Errors
    ///
    /// [`LoginError::TimedOut`], [`LoginError::Denied`], or if the service issues no token or it
    /// cannot be stored.
    pub async fn finish(self) -> Result<StoredToken, LoginError> {
        let callback = self.listener.callback(&self.request);
        let waited = self.timeout;
        let code = tokio::time::timeout(waited, callback)
            .await
            .map_err(|_elapsed| LoginError::TimedOut { waited })??;
        // The sockets are closed before the code is exchanged.
        drop(self.listener);
        self.login.complete(self.request, code).await
    }
}

impl fmt::Debug for CallbackListener {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("CallbackListener")
            .field("login", &self.login)
            .field("redirect_uri", self.redirect_uri())
            .finish_non_exhaustive()
    }
}

/// A login whose callback the user pastes from the address bar of the browser. No program listens on
/// the redirect URI, so neither a certificate nor a free port is needed.
#[derive(Debug)]
#[must_use = "call `finish` with the callback"]
pub struct PastedCallback {
    login: Login,
    request: AuthorizationRequest,
}

impl PastedCallback {
    pub(super) const fn new(login: Login, request: AuthorizationRequest) -> Self {
        Self { login, request }
    }

    /// Also accepts a callback without a `state`, for a service that does not return it. A wrong
    /// `state` is still rejected.
    pub fn with_optional_state(mut self) -> Self {
        self.request = self.request.with_optional_state();
        self
    }

    /// The URL to open in the browser.
    pub fn address(&self) -> String {
        self.request.address()
    }

    /// The URI with which the pasted URL must start.
    pub const fn redirect_uri(&self) -> &RedirectUri {
        self.request.redirect_uri()
    }

    /// Checks whether this is the callback of this login, without sending a request. The user may
    /// try again after an error.
    ///
    /// # Errors
    ///
    /// [`LoginError::Callback`] for any other text, [`LoginError::Denied`] if the service denied
    /// the login.
    pub fn check(&self, callback: &str) -> Result<(), LoginError> {
        self.request.read_callback(callback).map(|_| ())
    }

    /// Exchanges the code of the callback for a token and stores it.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check), or if the service issues no token or it cannot be stored.
    pub async fn finish(self, callback: &str) -> Result<StoredToken, LoginError> {
        let code = self.request.read_callback(callback)?;
        self.login.complete(self.request, code).await
    }
}
