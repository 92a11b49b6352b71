//! [`LoginError`]: why a login failed.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use http::StatusCode;

use crate::BoxError;
use crate::store::StoreError;

/// Why a login failed. No message contains a code, a token or the text of a response; see
/// [`detail`](Self::detail) for the latter.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoginError {
    /// No `client_id` is configured.
    #[error(
        "no client id: set \"client_id\" (and \"client_secret\", if the service requires one) in the \
         configuration file, or BRAINCUBE_CLIENT_ID in the environment"
    )]
    MissingClientId,
    /// No path can be appended to the base URL of the SSO service.
    #[error("invalid SSO base URL; expected an absolute URL such as https://mybraincube.com")]
    InvalidSsoBaseUrl,
    /// The operating system cannot generate random bytes.
    #[error("the operating system cannot generate the random bytes that a login needs")]
    Randomness {
        /// The error of the operating system.
        source: getrandom::Error,
    },
    /// Not the callback of this login. The right one may still arrive.
    #[error(transparent)]
    Callback(#[from] CallbackProblem),
    /// The user or the service denied the authorization.
    #[error("login denied by the SSO service: {error}")]
    Denied {
        /// The OAuth2 error code, such as `access_denied`.
        error: ErrorCode,
        /// The description that the service sent with it.
        detail: Option<Box<str>>,
    },
    /// Cannot listen for the callback: the port is in use, or the address does not belong to this
    /// machine. The user can still paste the callback.
    #[error("cannot listen for the login callback on {address}")]
    Listen {
        /// The socket address.
        address: SocketAddr,
        /// The error of the operating system.
        source: io::Error,
    },
    /// This program cannot listen on the redirect URI.
    #[error("cannot listen on the redirect URI {redirect_uri}")]
    NoListener {
        /// The redirect URI.
        redirect_uri: String,
    },
    /// No valid callback arrived in time.
    #[error("no login callback within {} s", waited.as_secs())]
    TimedOut {
        /// The timeout.
        waited: Duration,
    },
    /// No complete response to the token request. The request is not retried; log in again.
    #[error("cannot obtain a token: no complete response from the SSO service; log in again")]
    Unreachable {
        /// The connection error.
        source: BoxError,
    },
    /// The service rejected the token request.
    #[error("cannot obtain a token: the SSO service rejected the request ({status}, {error})")]
    Rejected {
        /// The status of the response.
        status: StatusCode,
        /// The OAuth2 error code, such as `invalid_grant`.
        error: ErrorCode,
        /// The description that the service sent with it.
        detail: Option<Box<str>>,
    },
    /// The response has an unexpected status and no OAuth2 error.
    #[error("cannot obtain a token: the SSO service responded with {status}")]
    UnexpectedStatus {
        /// The status.
        status: StatusCode,
        /// What it says besides.
        detail: Option<Box<str>>,
    },
    /// The response does not contain a token.
    #[error("cannot obtain a token: the response of the SSO service {reason}")]
    UnexpectedResponse {
        /// What is wrong with the response, without its text.
        reason: &'static str,
        /// What it says besides.
        detail: Option<Box<str>>,
    },
    /// The token was issued but cannot be stored. Log in again once the store can be used.
    #[error("cannot store the token")]
    Store(#[from] StoreError),
    /// The HTTP client for the service cannot be created.
    #[error("cannot set up the connection to the SSO service")]
    Setup {
        /// The cause.
        source: BoxError,
    },
}

impl LoginError {
    /// The description of the error that the service sent, in `error_description` or in the `message`
    /// of an error object: at most 256 bytes, with control characters escaped and without the secrets
    /// of the login.
    ///
    /// It is text of the service: show it, but do not interpret it.
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::Denied { detail, .. }
            | Self::Rejected { detail, .. }
            | Self::UnexpectedStatus { detail, .. }
            | Self::UnexpectedResponse { detail, .. } => detail.as_deref(),
            _ => None,
        }
    }
}

/// An OAuth2 error code: at most 64 characters of those that the codes of RFC 6749 consist of. Any
/// other text is replaced, because it could repeat a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorCode(Box<str>);

impl ErrorCode {
    pub(super) fn new(code: &str) -> Self {
        if Self::is_valid(code) {
            Self(code.into())
        } else {
            Self("unspecified error".into())
        }
    }

    /// Whether a text is a valid error code.
    pub(super) fn is_valid(text: &str) -> bool {
        const MAX_LEN: usize = 64;
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        !text.is_empty() && text.len() <= MAX_LEN && text.chars().all(is_plain)
    }

    /// The error code.
    pub const fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a URL is not the callback of a login.
///
/// None of these ends the login: the URL may come from anywhere, and the right one may still arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CallbackProblem {
    /// Not a URL.
    #[error("not a URL; copy the whole address from the browser's address bar")]
    InvalidUrl,
    /// The URL is longer than any callback.
    #[error("the URL is too long for a callback")]
    TooLong,
    /// Scheme, host, port or path differ from the redirect URI.
    #[error("the URL does not match the redirect URI")]
    WrongAddress,
    /// The query has no `state`.
    #[error("the URL has no \"state\" and may belong to another login")]
    MissingState,
    /// The `state` is not that of this login.
    #[error("the URL belongs to another login: its \"state\" does not match")]
    WrongState,
    /// A parameter occurs more than once.
    #[error("the URL has more than one \"{name}\"")]
    Duplicate {
        /// The name of the parameter.
        name: &'static str,
    },
    /// Both a code and an error, or neither.
    #[error("the URL must have either a \"code\" or an \"error\"")]
    MissingCode,
    /// The code is empty or has invalid characters.
    #[error("the URL has an invalid \"code\"")]
    InvalidCode,
}
