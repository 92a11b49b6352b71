//! Logging in: obtains an OAuth2 access token through a browser.
//!
//! The authorization code flow of RFC 6749, with `state` and PKCE (RFC 7636, S256), without I/O. The
//! caller opens the browser and sends the request:
//!
//! 1. [`AuthorizationRequest::new`] generates the secrets of one login.
//!    [`address`](AuthorizationRequest::address) is the URL to open in the browser.
//! 2. The service redirects the browser to the [`RedirectUri`] with a code in the query.
//!    [`read_callback`](AuthorizationRequest::read_callback) validates that URL.
//! 3. [`into_token_request`](AuthorizationRequest::into_token_request) builds the request that exchanges
//!    the code for a token. It consumes the login, because a code is valid for one use: the request
//!    must never be retried.
//! 4. [`read_token`] parses the response, and a [store](crate::store) keeps the token.
//!
//! Paths and parameters are those of the Python package `braincube-token-getter` 0.0.2 and of
//! Braincube's OAuth2 providers for other languages. Whether the service supports `state` and PKCE is
//! not documented. A service that follows the RFC returns `state` and ignores unknown parameters.
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
//! // The callback of another login is rejected.
//! let forged = "http://127.0.0.1:5000/callback?code=evil&state=guessed";
//! assert!(request.read_callback(forged).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod application;
mod error;
mod redirect_uri;
mod request;
mod token;

pub use self::application::Application;
pub use self::error::{CallbackProblem, ErrorCode, LoginError};
pub use self::redirect_uri::RedirectUri;
pub use self::request::{AuthorizationCode, AuthorizationRequest};
pub use self::token::read_token;
