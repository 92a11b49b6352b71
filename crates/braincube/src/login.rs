//! Logging in: an OAuth2 token with the help of a person and a browser (feature `login`).
//!
//! [`Login`] is a site and an application. It offers two ways for the browser to come back:
//!
//! - [`listen`](Login::listen), where the redirect address is a plain `http` one of this machine:
//!   a listener takes the callback;
//! - [`paste`](Login::paste), for any redirect address: nobody listens there, the browser says
//!   that it cannot connect, and the person copies the address from it.
//!
//! Either way the token goes into the store, from which every [`Client`](crate::Client) of the
//! same configuration takes it, and refreshes it where the service allows that.
//!
//! ```no_run
//! # async fn log_in() -> Result<(), Box<dyn std::error::Error>> {
//! use braincube::Config;
//! use braincube::login::Login;
//!
//! let config = Config::load(None)?; // with a client_id and a redirect_uri
//! let listening = Login::new(&config)?.listen().await?;
//! println!("open {}", listening.address());
//! listening.finish().await?;
//! # Ok(())
//! # }
//! ```

mod connection;
mod listener;
mod listening;
mod page;
mod pasting;
mod service;
#[cfg(feature = "legacy-tls-login")]
mod tls;
mod visit;

use std::fmt;
use std::sync::Arc;

use braincube_auth::login::{Application, AuthorizationRequest};
use braincube_auth::store::{Account, SecretStore};
use braincube_auth::{Config, RedirectUri};

pub use braincube_auth::login::{CallbackProblem, LoginError};
pub use braincube_auth::store::{StoreError, StoredToken};

pub use self::listening::Listening;
pub use self::pasting::Pasting;

use self::listener::Listener;
use self::service::Service;

/// A site, an application that is registered with it, and a store for its tokens.
#[derive(Clone)]
pub struct Login {
    application: Application,
    account: Account,
    redirect_uri: RedirectUri,
    service: Service,
    store: Arc<dyn SecretStore>,
}

impl Login {
    /// A login with the site and the application of a configuration, into its
    /// [own store](Config::secret_store).
    ///
    /// # Errors
    ///
    /// Without a `client_id` or a store, or where certificates cannot be read.
    pub fn new(config: &Config) -> Result<Self, LoginError> {
        let store = config.secret_store().ok_or_else(|| LoginError::Setup {
            source: "there is no home folder to keep the token in".into(),
        })?;
        Self::with_store(config, store)
    }

    /// A login into a store of the caller's.
    ///
    /// # Errors
    ///
    /// Without a `client_id`, or where certificates cannot be read.
    pub fn with_store(config: &Config, store: Arc<dyn SecretStore>) -> Result<Self, LoginError> {
        Ok(Self {
            application: config.application()?,
            account: config.account()?,
            redirect_uri: config.redirect_uri().clone(),
            service: Service::new(config)?,
            store,
        })
    }

    /// Where the service will send the browser, as it is registered with the application.
    pub const fn redirect_uri(&self) -> &RedirectUri {
        &self.redirect_uri
    }

    /// Listens on this machine for the browser to come back.
    ///
    /// # Errors
    ///
    /// [`LoginError::NoListener`] where the redirect address is no plain `http` one of this
    /// machine, [`LoginError::Listen`] where its port is taken: [`paste`](Self::paste) serves both.
    pub async fn listen(&self) -> Result<Listening, LoginError> {
        let listener = Listener::plain(&self.redirect_uri).await?;
        self.listening(listener)
    }

    /// Listens on this machine with a certificate that is made for it and forgotten after it, for
    /// an `https` redirect address of this machine (feature `legacy-tls-login`). Browsers warn of
    /// such a certificate; [`Listening::fingerprint`] is what to compare it by.
    ///
    /// # Errors
    ///
    /// As [`listen`](Self::listen).
    #[cfg(feature = "legacy-tls-login")]
    pub async fn listen_with_tls(&self) -> Result<Listening, LoginError> {
        let listener = Listener::with_tls(&self.redirect_uri).await?;
        self.listening(listener)
    }

    fn listening(&self, listener: Listener) -> Result<Listening, LoginError> {
        // A free port was taken: the service is told which.
        let request = self.request(listener.redirect_uri().clone())?;
        Ok(Listening::new(self.clone(), request, listener))
    }

    /// A login whose callback the person brings from the browser.
    ///
    /// # Errors
    ///
    /// [`LoginError::Randomness`].
    pub fn paste(&self) -> Result<Pasting, LoginError> {
        let request = self.request(self.redirect_uri.clone())?;
        Ok(Pasting::new(self.clone(), request))
    }

    /// Forgets the token of the last login; whether there was one. The service is not told: it has
    /// no known address for that, so the token stays good until it ends by itself.
    ///
    /// # Errors
    ///
    /// Where the store cannot be written.
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
