//! [`LoginError`]: why a login ended without a token.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use http::StatusCode;

use super::CallbackProblem;
use crate::BoxError;
use crate::store::StoreError;

/// Why a login ended without a token. No text of it holds a code, a token or what an answer said; the last is in
/// [`detail`](Self::detail).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoginError {
    /// No `client_id` is configured.
    #[error(
        "to log in, the application that asks must be known: set \"client_id\" (and \
         \"client_secret\", where the service wants one) in the configuration file, or \
         BRAINCUBE_CLIENT_ID in the environment"
    )]
    MissingClientId,
    /// An address of the SSO service to which no path can be appended.
    #[error("the SSO base URL is no address such as https://mybraincube.com")]
    InvalidSsoBaseUrl,
    /// The operating system gives no random bytes.
    #[error("the operating system gives no random bytes, without which no login is safe")]
    Randomness {
        /// What it says.
        source: getrandom::Error,
    },
    /// Something else than the callback of this login. The right one may still come.
    #[error(transparent)]
    Callback(#[from] CallbackProblem),
    /// The service, or the person, said no.
    #[error("the service gives no code: it answered {error}")]
    Denied {
        /// The service's word for the reason, such as `access_denied`.
        error: ServerWord,
        /// What it says besides.
        detail: Option<Box<str>>,
    },
    /// Nobody can listen for the callback: another program does, or the address is none of this
    /// machine. The callback can still be brought by hand.
    #[error("cannot listen on {address} for the browser to come back")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// What the operating system says.
        source: io::Error,
    },
    /// The redirect address is not one that this program can listen on.
    #[error("nothing can listen on the redirect address {redirect_uri} here")]
    NoListener {
        /// The address.
        redirect_uri: String,
    },
    /// No good callback came in time.
    #[error("nobody came back from the browser within {} seconds", waited.as_secs())]
    TimedOut {
        /// How long it was waited for.
        waited: Duration,
    },
    /// The request for a token got no whole answer. It is not repeated: log in again.
    #[error("no token: the SSO service gave no whole answer; log in again")]
    Unreachable {
        /// What the connection met.
        source: BoxError,
    },
    /// The service refused to give a token.
    #[error("no token: the SSO service refused ({status}, {error})")]
    Refused {
        /// The status of its answer.
        status: StatusCode,
        /// The service's word for the reason, such as `invalid_grant`.
        error: ServerWord,
        /// What it says besides.
        detail: Option<Box<str>>,
    },
    /// The service answered with a status that gives no reason.
    #[error("no token: the SSO service answered {status}")]
    UnexpectedStatus {
        /// The status.
        status: StatusCode,
        /// What it says besides.
        detail: Option<Box<str>>,
    },
    /// The service answered with something that holds no token.
    #[error("no token: the answer of the SSO service {reason}")]
    UnexpectedAnswer {
        /// What is wrong with the answer; nothing of its text.
        reason: &'static str,
        /// What it says besides.
        detail: Option<Box<str>>,
    },
    /// The token was given and cannot be kept. Log in again once the store can be used.
    #[error("the token cannot be kept")]
    Store(#[from] StoreError),
    /// What connects to the service cannot be set up.
    #[error("the connection to the SSO service cannot be set up")]
    Setup {
        /// What is missing.
        source: BoxError,
    },
}

impl LoginError {
    /// What the service said of its refusal, in `error_description` or in the `message` of an error
    /// that is an object: at most 256 bytes, control characters escaped, without the code and the
    /// other secrets of the login should the service have repeated them.
    ///
    /// It is the service's text all the same: show it, do not act on it.
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::Denied { detail, .. }
            | Self::Refused { detail, .. }
            | Self::UnexpectedStatus { detail, .. }
            | Self::UnexpectedAnswer { detail, .. } => detail.as_deref(),
            _ => None,
        }
    }
}

/// A word that a service gives as its reason: at most 64 characters, and only such as the words
/// of RFC 6749 have, so that no secret that it might repeat comes along in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerWord(Box<str>);

impl ServerWord {
    pub(super) fn new(word: &str) -> Self {
        if Self::is_one(word) {
            Self(word.into())
        } else {
            Self("with words of its own".into())
        }
    }

    /// Whether a text is such a word.
    pub(super) fn is_one(text: &str) -> bool {
        const LONGEST: usize = 64;
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        !text.is_empty() && text.len() <= LONGEST && text.chars().all(is_plain)
    }

    /// The word.
    pub const fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ServerWord {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}
