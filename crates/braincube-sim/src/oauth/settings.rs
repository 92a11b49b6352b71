//! [`OAuth2Server`]: the settings of the authorization server.

use std::time::Duration;

use axum::http::Uri;

use crate::error::Error;
use crate::token::Token;

/// The default OAuth2 access token of a simulator.
pub const DEMO_OAUTH2_TOKEN: &str = "demo-oauth2-token";

/// The default id of the registered application.
pub const DEMO_CLIENT_ID: &str = "demo-client";

/// The default secret of the registered application.
pub const DEMO_CLIENT_SECRET: &str = "demo-client-secret";

/// The default redirect URI of the registered application: that of the Python package `braincube-token-getter` 0.0.2.
pub const DEMO_REDIRECT_URI: &str = "https://localhost:5000/token";

/// How PKCE challenges are handled (RFC 7636).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PkceRule {
    /// An authorization request without a challenge is rejected.
    Required,
    /// A challenge is optional, and checked if it is sent.
    #[default]
    WhenSent,
    /// Challenges and verifiers are ignored, as by a server without PKCE.
    Ignored,
}

/// Which `state` the redirect to the client contains.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum StateResponse {
    /// The `state` of the request.
    #[default]
    Echoed,
    /// None.
    Omitted,
    /// Another one, as in a forged callback.
    Forged,
}

/// How refresh tokens are issued.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefreshTokens {
    /// Not at all.
    Absent,
    /// A refresh token is valid until it is revoked.
    Kept,
    /// A refresh token is valid once and replaced on use.
    #[default]
    Rotated,
}

/// The format of errors. The public OAuth2 providers of Braincube read both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorForm {
    /// `{"error": "invalid_grant", "error_description": "…"}` (RFC 6749).
    #[default]
    Text,
    /// `{"error": {"type": "invalid_grant", "message": "…", "code": 400}}`.
    Object,
}

/// The format of the responses of the token, session and identity endpoints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResponseForm {
    /// JSON with its content type.
    #[default]
    Json,
    /// JSON with the content type `text/plain`.
    WrongContentType,
    /// An HTML page with status 200, as from a captive portal.
    Html,
}

/// The settings of the authorization server of a simulator.
///
/// ```
/// use braincube_sim::{OAuth2Server, PkceRule, Simulator};
///
/// let server = OAuth2Server::new()
///     .any_loopback_redirect()
///     .pkce(PkceRule::Required)
///     .sessions_of_requests(100);
/// let builder = Simulator::builder().oauth2(server);
/// ```
#[derive(Clone, Debug)]
#[must_use = "pass it to `SimulatorBuilder::oauth2`"]
pub struct OAuth2Server {
    pub(crate) access_token: Token,
    pub(crate) client_id: Box<str>,
    /// `None` for a public client.
    pub(crate) client_secret: Option<Token>,
    pub(crate) redirect_uri: Box<str>,
    pub(crate) any_loopback_redirect: bool,
    pub(crate) pkce: PkceRule,
    pub(crate) state: StateResponse,
    pub(crate) denies: bool,
    pub(crate) refresh_tokens: RefreshTokens,
    pub(crate) access_token_lifetime: Duration,
    pub(crate) error_form: ErrorForm,
    pub(crate) response_form: ResponseForm,
    pub(crate) delay: Duration,
    pub(crate) has_session_path: bool,
    pub(crate) session_requests: Option<u64>,
    pub(crate) session_lifetime: Option<Duration>,
}

impl Default for OAuth2Server {
    fn default() -> Self {
        Self {
            access_token: Token::new(DEMO_OAUTH2_TOKEN),
            client_id: DEMO_CLIENT_ID.into(),
            client_secret: Some(Token::new(DEMO_CLIENT_SECRET)),
            redirect_uri: DEMO_REDIRECT_URI.into(),
            any_loopback_redirect: false,
            pkce: PkceRule::default(),
            state: StateResponse::default(),
            denies: false,
            refresh_tokens: RefreshTokens::default(),
            access_token_lifetime: Duration::from_secs(3600),
            error_form: ErrorForm::default(),
            response_form: ResponseForm::default(),
            delay: Duration::ZERO,
            has_session_path: true,
            session_requests: None,
            session_lifetime: None,
        }
    }
}

impl OAuth2Server {
    /// Default settings: no faults, one registered application and one access token.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the access token that is valid from the start, instead of [`DEMO_OAUTH2_TOKEN`].
    pub fn access_token(mut self, token: impl AsRef<str>) -> Self {
        self.access_token = Token::new(token.as_ref());
        self
    }

    /// Sets the registered application, instead of [`DEMO_CLIENT_ID`] with [`DEMO_CLIENT_SECRET`].
    pub fn client(mut self, id: impl Into<Box<str>>, secret: impl AsRef<str>) -> Self {
        self.client_id = id.into();
        self.client_secret = Some(Token::new(secret.as_ref()));
        self
    }

    /// Registers a public client, which has no secret.
    pub fn public_client(mut self, id: impl Into<Box<str>>) -> Self {
        self.client_id = id.into();
        self.client_secret = None;
        self
    }

    /// Sets the registered redirect URI, instead of [`DEMO_REDIRECT_URI`]. Requests must match it exactly.
    pub fn redirect_uri(mut self, uri: impl Into<Box<str>>) -> Self {
        self.redirect_uri = uri.into();
        self
    }

    /// Also accepts `http` redirect URIs on a loopback host with any port and path (RFC 8252, section 7.3).
    pub fn any_loopback_redirect(mut self) -> Self {
        self.any_loopback_redirect = true;
        self
    }

    /// Sets how PKCE challenges are handled.
    pub fn pkce(mut self, rule: PkceRule) -> Self {
        self.pkce = rule;
        self
    }

    /// Sets which `state` the redirect to the client contains.
    pub fn state(mut self, state: StateResponse) -> Self {
        self.state = state;
        self
    }

    /// Makes the user deny all requests: `error=access_denied` instead of a code.
    pub fn denying(mut self) -> Self {
        self.denies = true;
        self
    }

    /// Sets how refresh tokens are issued.
    pub fn refresh_tokens(mut self, kind: RefreshTokens) -> Self {
        self.refresh_tokens = kind;
        self
    }

    /// Sets the lifetime of issued access tokens, one hour by default.
    pub fn access_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.access_token_lifetime = lifetime;
        self
    }

    /// Sets the format of errors.
    pub fn error_form(mut self, form: ErrorForm) -> Self {
        self.error_form = form;
        self
    }

    /// Sets the format of the responses of the token, session and identity endpoints.
    pub fn response_form(mut self, form: ResponseForm) -> Self {
        self.response_form = form;
        self
    }

    /// Delays the responses of the token, session and identity endpoints.
    pub fn slow(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Removes `/sso-server/ws/oauth2/session`, as in an older service that has only
    /// `/sso-server/rest/session/openWithToken`.
    pub fn without_session_path(mut self) -> Self {
        self.has_session_path = false;
        self
    }

    /// Ends each session after this number of requests.
    pub fn sessions_of_requests(mut self, requests: u64) -> Self {
        self.session_requests = Some(requests);
        self
    }

    /// Ends each session after this time, independent of its use.
    pub fn session_lifetime(mut self, lifetime: Duration) -> Self {
        self.session_lifetime = Some(lifetime);
        self
    }

    /// Whether an authorization request may have this redirect URI.
    pub(super) fn accepts_redirect_uri(&self, uri: &str) -> bool {
        uri == &*self.redirect_uri || (self.any_loopback_redirect && is_plain_loopback(uri))
    }

    /// Rejects settings that no client could use.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.access_token.check("access_token")?;
        if let Some(secret) = &self.client_secret {
            secret.check("client")?;
        }
        if self.client_id.is_empty() {
            return Err(Error::setting("client", "its id is empty"));
        }
        check_redirect_uri(&self.redirect_uri)
    }
}

/// Rejects a redirect URI that is not absolute or not a valid header value.
fn check_redirect_uri(uri: &str) -> Result<(), Error> {
    let parsed = uri.parse::<Uri>();
    let is_absolute = parsed.is_ok_and(|uri| uri.scheme().is_some() && uri.host().is_some());
    if is_absolute && !uri.contains('#') && uri.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(())
    } else {
        let reason = format!("{uri:?} is not an absolute URI without a fragment");
        Err(Error::setting("redirect_uri", reason))
    }
}

/// Whether this is a plain `http` URI of this machine.
fn is_plain_loopback(uri: &str) -> bool {
    if check_redirect_uri(uri).is_err() {
        return false;
    }
    uri.parse::<Uri>().is_ok_and(|uri| {
        uri.scheme_str() == Some("http")
            && matches!(uri.host(), Some("127.0.0.1" | "[::1]" | "localhost"))
            // With a user name before it, another host would look like this one.
            && uri.authority().is_some_and(|whole| !whole.as_str().contains('@'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirect_uris_must_match_exactly_unless_any_loopback_uri_is_allowed() {
        let exact = OAuth2Server::new();
        let any = OAuth2Server::new().any_loopback_redirect();
        for (uri, is_exact, is_loopback) in [
            ("https://localhost:5000/token", true, true),
            ("https://localhost:5000/token/", false, false),
            ("https://localhost:5001/token", false, false),
            ("http://127.0.0.1:49152/callback/x", false, true),
            ("http://[::1]:49152/", false, true),
            ("http://localhost:1/", false, true),
            ("http://127.0.0.1:1/#fragment", false, false),
            ("http://127.0.0.1:1@evil.example/", false, false),
            ("http://evil@127.0.0.1:1/", false, false),
            ("http://127.0.0.1.evil.example/", false, false),
            ("http://127.0.0.1:1/\r\nX: y", false, false),
            ("/token", false, false),
            ("", false, false),
        ] {
            assert_eq!(exact.accepts_redirect_uri(uri), is_exact, "{uri}");
            assert_eq!(any.accepts_redirect_uri(uri), is_loopback, "{uri}");
        }
    }
}
