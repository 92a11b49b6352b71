//! Who you are to a Braincube: where the service is, and what to show at its door.
//!
//! - [`Config`] says where the two services are and which credential to use. It comes from a
//!   [`ConfigBuilder`], a file, environment variables and two default places, and tells for each
//!   [`Setting`] where it came from.
//! - [`TokenSource`] gives the header that goes with every request: a [`PersonalAccessToken`], or
//!   an [`SsoSession`] opened with an OAuth2 token.
//! - [`Exchange`] is how a session asks the service something. This crate opens no socket: it
//!   describes a request and reads the answer, and whoever has a connection sends it.
//! - [`login`] gets an OAuth2 token with the help of a person and a browser, and [`store`] keeps it.
//!
//! Secrets are [`SecretString`](secrecy::SecretString)s from the moment they are read. No `Debug`
//! output, no error and no warning of this crate holds one.
//!
//! ```
//! use braincube_auth::Config;
//!
//! let config = Config::builder()
//!     .domain("mybraincube.com")
//!     .api_key("a personal access token")
//!     .build()?;
//! assert_eq!(config.sso_base_url(), "https://mybraincube.com");
//! assert_eq!(config.api_base_url(), "https://api.mybraincube.com");
//! # Ok::<(), braincube_auth::ConfigError>(())
//! ```

mod authorization;
mod config;
mod error;
mod exchange;
mod json;
pub mod login;
mod personal_access_token;
mod secret;
mod sso_session;
pub mod store;
mod token_source;
pub mod words;

pub use async_trait::async_trait;
pub use bytes;
pub use http;
pub use secrecy;

pub use crate::authorization::Authorization;
pub use crate::config::{
    Config, ConfigBuilder, ConfigError, ConfigSearch, ConfigWarning, Origin, ProxyAddress,
    ProxyChoice, Setting, Surroundings, ValueProblem, parse_duration,
};
pub use crate::error::AuthError;
pub use crate::exchange::{BoxError, Exchange};
pub use crate::login::RedirectUri;
pub use crate::personal_access_token::PersonalAccessToken;
pub use crate::sso_session::SsoSession;
pub use crate::token_source::{Invalidated, TokenSource};

#[cfg(any(test, feature = "testing"))]
pub use crate::{exchange::MockExchange, token_source::MockTokenSource};
