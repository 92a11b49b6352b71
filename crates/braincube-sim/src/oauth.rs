//! [`OAuth`]: the authorization server of the SSO service, from the consent of the user to a session.
//!
//! These modules decide without I/O; the routes are in `routes/oauth.rs`.

mod authorize;
mod error;
mod parameters;
mod server;
mod sessions;
mod settings;
mod token;
mod token_store;

pub(crate) use self::error::OAuthError;
pub(crate) use self::server::OAuth;
pub use self::settings::{
    DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, DEMO_OAUTH2_TOKEN, DEMO_REDIRECT_URI, ErrorForm,
    OAuth2Server, PkceRule, RefreshTokens, ResponseForm, StateResponse,
};
