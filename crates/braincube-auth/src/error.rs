//! [`AuthError`]: why a token source has no token.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use http::StatusCode;
use zeroize::Zeroizing;

use crate::{BoxError, ValueProblem, redact};

/// Why a token source has no token.
///
/// It can be cloned, because all requests that wait for the same session get the same error. `Display` and `Debug` contain
/// neither a token nor the text of a response; see [`detail`](Self::detail) for the latter.
#[derive(Clone)]
#[non_exhaustive]
pub enum AuthError {
    /// The token is not a valid header value.
    InvalidToken {
        /// Why it is invalid.
        problem: ValueProblem,
    },
    /// No path can be appended to the base URL of the SSO service.
    InvalidSsoBaseUrl,
    /// No complete response: the SSO service cannot be reached, or its response was truncated.
    Unreachable {
        /// The error of the [`Exchange`](crate::Exchange).
        source: Arc<dyn Error + Send + Sync>,
    },
    /// The SSO service rejected the OAuth2 token: it is wrong, revoked or expired.
    Rejected {
        /// 401 or 403.
        status: StatusCode,
        /// The message of the response.
        detail: Option<Box<str>>,
    },
    /// The token of a login has expired and cannot be refreshed.
    LoginEnded {
        /// The message of the response to the refresh request, if one was sent.
        detail: Option<Box<str>>,
    },
    /// The SSO service responded with an unexpected status.
    UnexpectedStatus {
        /// The status.
        status: StatusCode,
        /// The message of the response.
        detail: Option<Box<str>>,
    },
    /// The response of the SSO service has no session token.
    UnexpectedResponse {
        /// Why the response is invalid, without its text.
        reason: &'static str,
        /// The message of the response.
        detail: Option<Box<str>>,
    },
    /// The error of another implementation of [`TokenSource`](crate::TokenSource).
    Other {
        /// The cause.
        source: Arc<dyn Error + Send + Sync>,
    },
}

impl AuthError {
    /// Creates an error for your own implementation of [`TokenSource`](crate::TokenSource).
    pub fn other(source: impl Into<BoxError>) -> Self {
        Self::Other {
            source: source.into().into(),
        }
    }

    pub(crate) fn unreachable(source: BoxError) -> Self {
        Self::Unreachable {
            source: source.into(),
        }
    }

    /// The status of the response, if it is the cause.
    pub const fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Rejected { status, .. } | Self::UnexpectedStatus { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// The error message of the SSO service, from `error`, `message`, `errors` or a similar member of a JSON body: at most
    /// 256 bytes, with control characters escaped and without the tokens of the session and of the login.
    ///
    /// It is text of the service: show it, but do not interpret it.
    ///
    /// ```
    /// use braincube_auth::AuthError;
    /// use braincube_auth::http::StatusCode;
    ///
    /// let status = StatusCode::UNAUTHORIZED;
    /// let refused = AuthError::Rejected { status, detail: Some("the account is locked".into()) };
    /// assert_eq!(refused.detail(), Some("the account is locked"));
    /// assert!(!format!("{refused} {refused:?}").contains("locked"));
    /// ```
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::Rejected { detail, .. }
            | Self::LoginEnded { detail }
            | Self::UnexpectedStatus { detail, .. }
            | Self::UnexpectedResponse { detail, .. } => detail.as_deref(),
            _ => None,
        }
    }

    /// Removes secrets from the message of the service.
    pub(crate) fn redact(&mut self, secrets: &[Zeroizing<Vec<u8>>]) {
        if let Self::Rejected { detail, .. }
        | Self::LoginEnded { detail }
        | Self::UnexpectedStatus { detail, .. }
        | Self::UnexpectedResponse { detail, .. } = self
        {
            let message = detail.take();
            *detail = message.and_then(|text| redact::sanitize(&text, secrets, redact::MAX_LEN));
        }
    }

    /// Whether a later attempt may succeed: the service could not be reached, was overloaded, or failed.
    ///
    /// ```
    /// use braincube_auth::AuthError;
    /// use braincube_auth::http::StatusCode;
    ///
    /// let (busy, refused) = (StatusCode::SERVICE_UNAVAILABLE, StatusCode::UNAUTHORIZED);
    /// let busy = AuthError::UnexpectedStatus { status: busy, detail: None };
    /// let refused = AuthError::Rejected { status: refused, detail: None };
    /// assert!(busy.is_transient());
    /// assert!(!refused.is_transient());
    /// ```
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::UnexpectedStatus { status, .. } => {
                status.is_server_error()
                    || *status == StatusCode::REQUEST_TIMEOUT
                    || *status == StatusCode::TOO_MANY_REQUESTS
            }
            _ => false,
        }
    }
}

/// Does not show the message of the service.
impl fmt::Debug for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let mut show = |name, field: &dyn fmt::Debug| f.debug_tuple(name).field(field).finish();
        match self {
            Self::InvalidToken { problem } => show("InvalidToken", problem),
            Self::InvalidSsoBaseUrl => f.write_str("InvalidSsoBaseUrl"),
            Self::Unreachable { source } => show("Unreachable", source),
            Self::Rejected { status, .. } => show("Rejected", status),
            Self::LoginEnded { .. } => f.write_str("LoginEnded"),
            Self::UnexpectedStatus { status, .. } => show("UnexpectedStatus", status),
            Self::UnexpectedResponse { reason, .. } => show("UnexpectedResponse", reason),
            Self::Other { source } => show("Other", source),
        }
    }
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::InvalidToken { problem } => write!(f, "the token {problem}"),
            Self::InvalidSsoBaseUrl => {
                f.write_str("invalid SSO base URL; expected one such as https://mybraincube.com")
            }
            Self::Unreachable { .. } => {
                f.write_str("no session: no complete response from the SSO service")
            }
            Self::Rejected { status, .. } => write!(
                f,
                "no session: the SSO service refused the OAuth2 token ({status}); request a new \
                 one, or use a personal access token"
            ),
            Self::LoginEnded { .. } => f.write_str("no session: the login has ended; log in again"),
            Self::UnexpectedStatus { status, .. } => {
                write!(f, "no session: the SSO service responded with {status}")
            }
            Self::UnexpectedResponse { reason, .. } => {
                write!(f, "no session: the response of the SSO service {reason}")
            }
            Self::Other { .. } => f.write_str("the token source has no token"),
        }
    }
}

impl Error for AuthError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            // The error itself, not the `Arc`: a caller may look for its type.
            Self::Unreachable { source } | Self::Other { source } => Some(source.as_ref()),
            _ => None,
        }
    }
}
