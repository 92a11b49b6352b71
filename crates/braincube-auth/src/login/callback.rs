//! Validates the callback of a login.

use std::fmt;

use secrecy::SecretString;
use zeroize::Zeroizing;

use super::{ErrorCode, LoginError};
use crate::redact;

/// The authorization code of a valid callback. It can be exchanged for a token once.
pub struct AuthorizationCode(SecretString);

impl AuthorizationCode {
    pub(super) const fn as_secret(&self) -> &SecretString {
        &self.0
    }
}

/// Does not show the code.
impl fmt::Debug for AuthorizationCode {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("AuthorizationCode")
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

/// Parses a query whose `state` is valid.
pub(super) fn read(
    query: &str,
    check_state: impl FnOnce(Option<&str>) -> Result<(), CallbackProblem>,
) -> Result<AuthorizationCode, LoginError> {
    let [state, code, error] = ["state", "code", "error"].map(|name| only(query, name));
    // Checked first: a forged request must not even end the login.
    let state = state?;
    check_state(state.as_deref().map(String::as_str))?;
    match (code?, error?) {
        (Some(code), None) if is_code(&code) => {
            Ok(AuthorizationCode(SecretString::from(code.as_str())))
        }
        (Some(_), None) => Err(CallbackProblem::InvalidCode.into()),
        (None, Some(error)) => Err(LoginError::Denied {
            error: ErrorCode::new(&error),
            detail: only(query, "error_description")
                .ok()
                .flatten()
                .and_then(|text| redact::sanitize(text.trim(), state.as_deref(), redact::MAX_LEN))
                .filter(|text| !text.is_empty()),
        }),
        _ => Err(CallbackProblem::MissingCode.into()),
    }
}

/// Returns the decoded value of a parameter, which may occur at most once.
fn only(query: &str, name: &'static str) -> Result<Option<Zeroizing<String>>, CallbackProblem> {
    let mut values = form_urlencoded::parse(query.as_bytes())
        .filter(|(key, _)| key == name)
        .map(|(_, value)| Zeroizing::new(value.into_owned()));
    let first = values.next();
    match values.next() {
        Some(_) => Err(CallbackProblem::Duplicate { name }),
        None => Ok(first),
    }
}

/// RFC 6749, appendix A.11: visible ASCII and spaces.
fn is_code(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}
