//! [`AuthError`]: why there is no token to send.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use http::StatusCode;
use zeroize::Zeroizing;

use crate::{BoxError, ValueProblem, words};

/// Why there is no token to send.
///
/// It can be cloned: requests that wait for the same session share its failure. No text of it
/// holds a token or what an answer said; the last is in [`detail`](Self::detail).
#[derive(Clone)]
#[non_exhaustive]
pub enum AuthError {
    /// A token that no header can carry.
    InvalidToken {
        /// What is wrong with it.
        problem: ValueProblem,
    },
    /// A base URL of the SSO service to which no path can be appended.
    InvalidSsoBaseUrl,
    /// The SSO service gave no whole answer: it cannot be reached, or broke off.
    Unreachable {
        /// What the exchange met.
        source: Arc<dyn Error + Send + Sync>,
    },
    /// The SSO service refused the OAuth2 token: it is wrong, revoked or too old.
    Refused {
        /// 401 or 403.
        status: StatusCode,
        /// What it says besides.
        detail: Option<Box<str>>,
    },
    /// The token of a login has ended, and there is nothing to get another one with.
    LoginEnded {
        /// What the service says of it, where it was asked for another one.
        detail: Option<Box<str>>,
    },
    /// The SSO service answered with a status that says nothing of the token.
    UnexpectedStatus {
        /// What it answered.
        status: StatusCode,
        /// What it says besides.
        detail: Option<Box<str>>,
    },
    /// The SSO service answered with something that holds no session token.
    UnexpectedAnswer {
        /// What is wrong with the answer; nothing of its text.
        reason: &'static str,
        /// What it says besides.
        detail: Option<Box<str>>,
    },
    /// A failure of a [`TokenSource`](crate::TokenSource) written elsewhere.
    Other {
        /// What it met.
        source: Arc<dyn Error + Send + Sync>,
    },
}

impl AuthError {
    /// The failure of a [`TokenSource`](crate::TokenSource) of your own.
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

    /// The status of the answer, if there was one that says why.
    pub const fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Refused { status, .. } | Self::UnexpectedStatus { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// What the SSO service said, if it said it in the `error`, `message` or `errors` of a JSON body.
    ///
    /// At most 256 bytes, control characters escaped, without a token of the session's or of the login's should it have
    /// repeated one. It is the service's text all the same: show it, do not act on it.
    ///
    /// ```
    /// use braincube_auth::AuthError;
    /// use braincube_auth::http::StatusCode;
    ///
    /// let status = StatusCode::UNAUTHORIZED;
    /// let refused = AuthError::Refused { status, detail: Some("the account is locked".into()) };
    /// assert_eq!(refused.detail(), Some("the account is locked"));
    /// assert!(!format!("{refused} {refused:?}").contains("locked"));
    /// ```
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::Refused { detail, .. }
            | Self::LoginEnded { detail }
            | Self::UnexpectedStatus { detail, .. }
            | Self::UnexpectedAnswer { detail, .. } => detail.as_deref(),
            _ => None,
        }
    }

    /// Keeps these secrets out of what the service said.
    pub(crate) fn keep_out(&mut self, secrets: &[Zeroizing<Vec<u8>>]) {
        if let Self::Refused { detail, .. }
        | Self::LoginEnded { detail }
        | Self::UnexpectedStatus { detail, .. }
        | Self::UnexpectedAnswer { detail, .. } = self
        {
            let said = detail.take();
            *detail = said.and_then(|said| words::presentable(&said, secrets, words::LONGEST));
        }
    }

    /// Whether the same question may be answered later: the service could not be reached, was
    /// busy, or failed.
    ///
    /// ```
    /// use braincube_auth::AuthError;
    /// use braincube_auth::http::StatusCode;
    ///
    /// let (busy, refused) = (StatusCode::SERVICE_UNAVAILABLE, StatusCode::UNAUTHORIZED);
    /// let busy = AuthError::UnexpectedStatus { status: busy, detail: None };
    /// let refused = AuthError::Refused { status: refused, detail: None };
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

/// Without what the service said.
impl fmt::Debug for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let mut show = |name, field: &dyn fmt::Debug| f.debug_tuple(name).field(field).finish();
        match self {
            Self::InvalidToken { problem } => show("InvalidToken", problem),
            Self::InvalidSsoBaseUrl => f.write_str("InvalidSsoBaseUrl"),
            Self::Unreachable { source } => show("Unreachable", source),
            Self::Refused { status, .. } => show("Refused", status),
            Self::LoginEnded { .. } => f.write_str("LoginEnded"),
            Self::UnexpectedStatus { status, .. } => show("UnexpectedStatus", status),
            Self::UnexpectedAnswer { reason, .. } => show("UnexpectedAnswer", reason),
            Self::Other { source } => show("Other", source),
        }
    }
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::InvalidToken { problem } => write!(f, "the token {problem}"),
            Self::InvalidSsoBaseUrl => {
                f.write_str("the SSO base URL is no address such as https://mybraincube.com")
            }
            Self::Unreachable { .. } => {
                f.write_str("no session: the SSO service gave no whole answer")
            }
            Self::Refused { status, .. } => write!(
                f,
                "no session: the SSO service refused the OAuth2 token ({status}); request a new \
                 one, or use a personal access token"
            ),
            Self::LoginEnded { .. } => f.write_str("no session: the login has ended; log in again"),
            Self::UnexpectedStatus { status, .. } => {
                write!(f, "no session: the SSO service answered {status}")
            }
            Self::UnexpectedAnswer { reason, .. } => {
                write!(f, "no session: the answer of the SSO service {reason}")
            }
            Self::Other { .. } => f.write_str("the source of tokens has none"),
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
