//! [`Pasting`]: a login whose callback a person brings from the browser.

use braincube_auth::RedirectUri;
use braincube_auth::login::{AuthorizationRequest, LoginError};
use braincube_auth::store::StoredToken;

use super::Login;

/// A login whose callback a person brings from the browser's address bar. Nobody listens on the
/// redirect address, so that no certificate and no free port is needed.
#[derive(Debug)]
#[must_use = "a login ends with its callback"]
pub struct Pasting {
    login: Login,
    request: AuthorizationRequest,
}

impl Pasting {
    pub(super) const fn new(login: Login, request: AuthorizationRequest) -> Self {
        Self { login, request }
    }

    /// Takes a callback without a `state` too, for a service that does not send it back. A wrong
    /// one is refused all the same.
    pub fn with_optional_state(mut self) -> Self {
        self.request = self.request.with_optional_state();
        self
    }

    /// Where the person's browser goes.
    pub fn address(&self) -> String {
        self.request.address()
    }

    /// What the address that the person brings begins with.
    pub const fn redirect_uri(&self) -> &RedirectUri {
        self.request.redirect_uri()
    }

    /// Whether this is the callback of this login; sends nothing. A person who copied something
    /// else may try again.
    ///
    /// # Errors
    ///
    /// [`LoginError::Callback`] for anything else, [`LoginError::Denied`] where the service
    /// refused.
    pub fn check(&self, callback: &str) -> Result<(), LoginError> {
        self.request.read_callback(callback).map(|_| ())
    }

    /// Trades the code of the callback for a token, and keeps that.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check), where the service gives no token, or where it cannot be kept.
    pub async fn finish(self, callback: &str) -> Result<StoredToken, LoginError> {
        let code = self.request.read_callback(callback)?;
        self.login.complete(self.request, code).await
    }
}
