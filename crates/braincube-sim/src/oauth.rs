//! [`OAuth`]: the SSO service's authorization server, from the consent of a user to a session.
//!
//! What is granted and refused is decided by the functions below here, without a socket; the paths stand in
//! `routes/oauth.rs`.

mod authorize;
mod grants;
mod mint;
mod parameters;
mod pkce;
mod redirect;
mod refusal;
mod server;
mod sessions;
mod settings;
mod token;

pub(crate) use self::refusal::Refusal;
pub(crate) use self::server::OAuth;
pub use self::settings::{
    AnswerForm, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, DEMO_OAUTH2_TOKEN, DEMO_REDIRECT_URI,
    ErrorForm, OAuth2Server, PkceRule, RefreshTokens, StateAnswer,
};
