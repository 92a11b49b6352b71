//! Logging in: obtains an OAuth2 token through a browser (feature `login`).
//!
//! [`Login`] is a site and an application. There are two ways to receive the callback of the browser:
//!
//! - [`listen`](Login::listen): a listener on this machine receives it. Requires a plain `http`
//!   redirect URI on this machine.
//! - [`paste`](Login::paste): the user copies the URL from the browser, which cannot connect to the
//!   redirect URI. Works with any redirect URI.
//!
//! In both cases the token is stored. Each [`Client`](crate::Client) with the same configuration uses
//! it, and refreshes it if the service allows that.
//!
//! ```no_run
//! # async fn log_in() -> Result<(), Box<dyn std::error::Error>> {
//! use braincube::Config;
//! use braincube::login::Login;
//!
//! let config = Config::load(None)?; // with a client_id and a redirect_uri
//! let listener = Login::new(&config)?.listen().await?;
//! println!("open {}", listener.address());
//! listener.finish().await?;
//! # Ok(())
//! # }
//! ```

mod callback;
mod callback_request;
mod loopback;
mod page;
mod service;
#[cfg(feature = "legacy-tls-login")]
mod tls;

use std::fmt;
use std::sync::Arc;

use braincube_auth::login::{Application, AuthorizationRequest};
use braincube_auth::store::{Account, SecretStore};
use braincube_auth::{Config, RedirectUri};
use braincube_transport::HttpClient;

pub use braincube_auth::login::{CallbackProblem, LoginError};
pub use braincube_auth::store::{StoreError, StoredToken};

pub use self::callback::{CallbackListener, PastedCallback};

use self::loopback::LoopbackListener;

/// A site, an application that is registered with it, and a store for the tokens.
#[derive(Clone)]
pub struct Login {
    application: Application,
    account: Account,
    redirect_uri: RedirectUri,
    http: HttpClient,
    store: Arc<dyn SecretStore>,
}

impl Login {
    /// Creates a login with the site and the application of a configuration and its
    /// [store](Config::secret_store).
    ///
    /// # Errors
    ///
    /// Without a `client_id` or a store, or if the certificates cannot be read.
    pub fn new(config: &Config) -> Result<Self, LoginError> {
        let store = config.secret_store().ok_or_else(|| LoginError::Setup {
            source: "no home directory for the token store".into(),
        })?;
        Self::with_store(config, store)
    }

    /// Creates a login with another store.
    ///
    /// # Errors
    ///
    /// Without a `client_id`, or if the certificates cannot be read.
    pub fn with_store(config: &Config, store: Arc<dyn SecretStore>) -> Result<Self, LoginError> {
        Ok(Self {
            application: config.application()?,
            account: config.account()?,
            redirect_uri: config.redirect_uri().clone(),
            http: service::client(config)?,
            store,
        })
    }

    /// The URI to which the service redirects the browser, as registered with the application.
    pub const fn redirect_uri(&self) -> &RedirectUri {
        &self.redirect_uri
    }

    /// Listens on this machine for the callback.
    ///
    /// # Errors
    ///
    /// [`LoginError::NoListener`] if the redirect URI is not plain `http` on this machine,
    /// [`LoginError::Listen`] if its port is in use. [`paste`](Self::paste) works in both cases.
    pub async fn listen(&self) -> Result<CallbackListener, LoginError> {
        let listener = LoopbackListener::plain(&self.redirect_uri).await?;
        self.callback_listener(listener)
    }

    /// Listens on this machine with TLS, for an `https` redirect URI on this machine (feature
    /// `legacy-tls-login`). The certificate is generated for this login and kept in memory only.
    /// Browsers warn about it; the user compares [`CallbackListener::fingerprint`].
    ///
    /// # Errors
    ///
    /// As [`listen`](Self::listen).
    #[cfg(feature = "legacy-tls-login")]
    pub async fn listen_with_tls(&self) -> Result<CallbackListener, LoginError> {
        let listener = LoopbackListener::with_tls(&self.redirect_uri).await?;
        self.callback_listener(listener)
    }

    fn callback_listener(
        &self,
        listener: LoopbackListener,
    ) -> Result<CallbackListener, LoginError> {
        // The request contains the port that was chosen.
        let request = self.request(listener.redirect_uri().clone())?;
        Ok(CallbackListener::new(self.clone(), request, listener))
    }

    /// Starts a login whose callback the user pastes.
    ///
    /// # Errors
    ///
    /// [`LoginError::Randomness`].
    pub fn paste(&self) -> Result<PastedCallback, LoginError> {
        let request = self.request(self.redirect_uri.clone())?;
        Ok(PastedCallback::new(self.clone(), request))
    }

    /// Removes the token of the last login. Returns whether there was one. The service has no known
    /// endpoint to revoke the token, so it remains valid until it expires.
    ///
    /// # Errors
    ///
    /// If the store cannot be written.
    pub fn log_out(&self) -> Result<bool, LoginError> {
        Ok(self.store.remove(&self.account)?)
    }

    fn request(&self, redirect_uri: RedirectUri) -> Result<AuthorizationRequest, LoginError> {
        AuthorizationRequest::new(self.application.clone(), redirect_uri)
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Login")
            .field("application", &self.application)
            .field("redirect_uri", &self.redirect_uri)
            .finish_non_exhaustive()
    }
}
