//! Logging in: an OAuth2 access token with the help of a person and a browser.
//!
//! The authorization code flow of RFC 6749, with `state` and PKCE (RFC 7636, S256), as a value that
//! is asked and told; whoever has a browser and a connection does the rest:
//!
//! 1. [`AuthorizationRequest::new`] makes the secrets of one login, and
//!    [`address`](AuthorizationRequest::address) is where the person's browser goes;
//! 2. the service sends the browser to the [`RedirectUri`] with a code in the address, which
//!    [`read_callback`](AuthorizationRequest::read_callback) reads and judges;
//! 3. [`into_token_request`](AuthorizationRequest::into_token_request) is the one request that trades the
//!    code for a token. It takes the login with it, since a code is good for one use: it must be
//!    sent once and never again;
//! 4. [`read_token`] reads the answer, and a [store](crate::store) keeps what is in it.
//!
//! Paths and parameters are those of the Python package `braincube-token-getter` 0.0.2 and of
//! Braincube's OAuth2 providers for other languages. Whether the service knows `state` and PKCE is
//! not documented; a service that follows the RFC sends the one back and ignores what it does not
//! know.
//!
//! ```
//! use braincube_auth::Config;
//! use braincube_auth::login::AuthorizationRequest;
//!
//! let config = Config::builder()
//!     .domain("mybraincube.com")
//!     .client_id("my-application")
//!     .redirect_uri("http://127.0.0.1:5000/callback")
//!     .build()?;
//! let request = AuthorizationRequest::new(config.application()?, config.redirect_uri().clone())?;
//! let address = request.address();
//! assert!(address.starts_with(
//!     "https://mybraincube.com/sso-server/vendors/braincube/authorize.jsp?client_id=my-application\
//!      &response_type=code&scope=BASE%20API\
//!      &redirect_uri=http%3A%2F%2F127.0.0.1%3A5000%2Fcallback&state="
//! ));
//! // The callback of somebody else's login is refused.
//! let forged = "http://127.0.0.1:5000/callback?code=evil&state=guessed";
//! assert!(request.read_callback(forged).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod application;
mod callback;
mod error;
mod redirect_uri;
mod request;
mod token;

pub use self::application::Application;
pub use self::callback::{AuthorizationCode, CallbackProblem};
pub use self::error::{LoginError, ServerWord};
pub use self::redirect_uri::RedirectUri;
pub use self::request::AuthorizationRequest;
pub use self::token::read_token;
