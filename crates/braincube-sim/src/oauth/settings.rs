//! [`OAuth2Server`]: what the authorization server holds, and how it behaves.

use std::time::Duration;

use crate::access::Token;
use crate::error::Error;
use crate::oauth::redirect;

/// The OAuth2 access token that a simulator accepts unless it was given another.
pub const DEMO_OAUTH2_TOKEN: &str = "demo-oauth2-token";

/// The id of the registered application, unless another was given.
pub const DEMO_CLIENT_ID: &str = "demo-client";

/// The secret of the registered application, unless another was given.
pub const DEMO_CLIENT_SECRET: &str = "demo-client-secret";

/// The redirect URI of the registered application, unless another was given: the one of the Python package
/// `braincube-token-getter` 0.0.2.
pub const DEMO_REDIRECT_URI: &str = "https://localhost:5000/token";

/// What becomes of a PKCE challenge (RFC 7636).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PkceRule {
    /// A code that was asked for without a challenge is refused.
    Required,
    /// A challenge that was sent is checked; none need be.
    #[default]
    WhenSent,
    /// Challenges and verifiers are not looked at, as by a server that does not know them.
    Ignored,
}

/// What becomes of the `state` of an authorization request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum StateAnswer {
    /// It comes back as it was sent.
    #[default]
    Echoed,
    /// It does not come back.
    Omitted,
    /// Another one comes back, as in a forged callback.
    Forged,
}

/// What a refresh token is good for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefreshTokens {
    /// There are none.
    Absent,
    /// One is good until it is revoked, and using it gives no other.
    Kept,
    /// One is good once, and using it gives the next.
    #[default]
    Rotated,
}

/// How an error is written; the public OAuth2 providers of Braincube read both forms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorForm {
    /// `{"error": "invalid_grant", "error_description": "…"}`, as RFC 6749 has it.
    #[default]
    Text,
    /// `{"error": {"type": "invalid_grant", "message": "…", "code": 400}}`.
    Object,
}

/// What the answers of the token, session and identity paths look like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnswerForm {
    /// JSON, and called so.
    #[default]
    Json,
    /// JSON that is called `text/plain`.
    WrongContentType,
    /// A page of HTML with status 200, as of a portal that wants a login.
    Html,
}

/// The authorization server of a simulator: what it holds, and how it behaves.
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
#[must_use = "it is given to `SimulatorBuilder::oauth2`"]
pub struct OAuth2Server {
    pub(crate) access_token: Token,
    pub(crate) client_id: Box<str>,
    /// `None` for a public application.
    pub(crate) client_secret: Option<Token>,
    pub(crate) redirect_uri: Box<str>,
    pub(crate) any_loopback_redirect: bool,
    pub(crate) pkce: PkceRule,
    pub(crate) state: StateAnswer,
    pub(crate) denies: bool,
    pub(crate) refresh_tokens: RefreshTokens,
    pub(crate) access_token_lifetime: Duration,
    pub(crate) error_form: ErrorForm,
    pub(crate) answer_form: AnswerForm,
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
            state: StateAnswer::default(),
            denies: false,
            refresh_tokens: RefreshTokens::default(),
            access_token_lifetime: Duration::from_secs(3600),
            error_form: ErrorForm::default(),
            answer_form: AnswerForm::default(),
            delay: Duration::ZERO,
            has_session_path: true,
            session_requests: None,
            session_lifetime: None,
        }
    }
}

impl OAuth2Server {
    /// A server that behaves well, with one registered application and one access token.
    pub fn new() -> Self {
        Self::default()
    }

    /// An OAuth2 access token that is good from the start, instead of [`DEMO_OAUTH2_TOKEN`].
    pub fn access_token(mut self, token: impl AsRef<str>) -> Self {
        self.access_token = Token::new(token.as_ref());
        self
    }

    /// The registered application, instead of [`DEMO_CLIENT_ID`] with [`DEMO_CLIENT_SECRET`].
    pub fn client(mut self, id: impl Into<Box<str>>, secret: impl AsRef<str>) -> Self {
        self.client_id = id.into();
        self.client_secret = Some(Token::new(secret.as_ref()));
        self
    }

    /// Makes the registered application a public one, which has no secret.
    pub fn public_client(mut self, id: impl Into<Box<str>>) -> Self {
        self.client_id = id.into();
        self.client_secret = None;
        self
    }

    /// The registered redirect URI, instead of [`DEMO_REDIRECT_URI`]. An authorization request must name it exactly.
    pub fn redirect_uri(mut self, uri: impl Into<Box<str>>) -> Self {
        self.redirect_uri = uri.into();
        self
    }

    /// Accepts also every `http` redirect URI on a loopback host, whatever its port and path (RFC 8252, section 7.3).
    pub fn any_loopback_redirect(mut self) -> Self {
        self.any_loopback_redirect = true;
        self
    }

    /// What becomes of a PKCE challenge.
    pub fn pkce(mut self, rule: PkceRule) -> Self {
        self.pkce = rule;
        self
    }

    /// What becomes of `state`.
    pub fn state(mut self, answer: StateAnswer) -> Self {
        self.state = answer;
        self
    }

    /// Lets the user deny every request: `error=access_denied` instead of a code.
    pub fn denying(mut self) -> Self {
        self.denies = true;
        self
    }

    /// What a refresh token is good for.
    pub fn refresh_tokens(mut self, kind: RefreshTokens) -> Self {
        self.refresh_tokens = kind;
        self
    }

    /// How long an access token that was asked for is good, instead of an hour.
    pub fn access_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.access_token_lifetime = lifetime;
        self
    }

    /// How an error is written.
    pub fn error_form(mut self, form: ErrorForm) -> Self {
        self.error_form = form;
        self
    }

    /// What the answers of the token, session and identity paths look like.
    pub fn answer_form(mut self, form: AnswerForm) -> Self {
        self.answer_form = form;
        self
    }

    /// Waits this long before each answer of the token, session and identity paths.
    pub fn slow(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Leaves out `/sso-server/ws/oauth2/session`, as a service that has only the path
    /// `/sso-server/rest/session/openWithToken` of before.
    pub fn without_session_path(mut self) -> Self {
        self.has_session_path = false;
        self
    }

    /// Ends each session after it has admitted this many requests.
    pub fn sessions_of_requests(mut self, requests: u64) -> Self {
        self.session_requests = Some(requests);
        self
    }

    /// Ends each session after this long, whether it is used or not.
    pub fn session_lifetime(mut self, lifetime: Duration) -> Self {
        self.session_lifetime = Some(lifetime);
        self
    }

    /// Refuses settings that nobody could use.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.access_token.check("access_token")?;
        if let Some(secret) = &self.client_secret {
            secret.check("client")?;
        }
        if self.client_id.is_empty() {
            return Err(Error::setting("client", "its id is empty"));
        }
        redirect::check(&self.redirect_uri)
    }
}
