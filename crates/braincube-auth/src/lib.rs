//! Configuration and credentials of the Braincube client. Performs no network I/O.
//!
//! - [`Config`] has the addresses of the two services and the credential. It is loaded from a [`ConfigBuilder`], a file and
//!   the environment; [`Setting`] shows where each value came from.
//! - [`TokenSource`] provides the header that authenticates requests: a [`PersonalAccessToken`], or an [`SsoSession`] that
//!   is opened with an OAuth2 token.
//! - [`Exchange`] sends the requests of a session. This crate builds them and parses the responses; the caller implements
//!   the exchange.
//! - [`login`] obtains an OAuth2 token through a browser, and [`store`] stores it.
//!
//! Secrets are [`SecretString`](secrecy::SecretString)s from the moment they are read. No `Debug` output, error or warning
//! of this crate contains one.
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

mod config;
mod error;
mod exchange;
pub mod login;
pub mod redact;
mod secret;
mod sso_session;
pub mod store;
mod token_source;

pub use async_trait::async_trait;
pub use bytes;
pub use http;
pub use secrecy;

pub use crate::config::{
    Config, ConfigBuilder, ConfigError, ConfigSearch, ConfigWarning, Environment, Origin,
    ProxyAddress, ProxyChoice, Setting, ValueProblem, is_loopback_host, parse_duration,
};
pub use crate::error::AuthError;
pub use crate::exchange::{BoxError, Exchange};
pub use crate::login::RedirectUri;
pub use crate::sso_session::SsoSession;
pub use crate::token_source::{Authorization, Invalidated, PersonalAccessToken, TokenSource};

#[cfg(any(test, feature = "testing"))]
pub use crate::{exchange::MockExchange, token_source::MockTokenSource};
