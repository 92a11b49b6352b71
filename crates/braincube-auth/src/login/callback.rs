//! What comes back from the browser: a code, a refusal, or something else.

use std::fmt;

use secrecy::SecretString;
use zeroize::Zeroizing;

use super::{LoginError, ServerWord};
use crate::words;

/// The code of a callback that was found to be good. It is traded for a token once.
pub struct AuthorizationCode(SecretString);

impl AuthorizationCode {
    pub(super) const fn as_secret(&self) -> &SecretString {
        &self.0
    }
}

/// Without the code.
impl fmt::Debug for AuthorizationCode {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("AuthorizationCode")
    }
}

/// What is wrong with something that was brought as the callback of a login.
///
/// None ends the login: anybody can bring anything, and the right one may still come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CallbackProblem {
    /// No address at all.
    #[error("that is no address: copy all of what the browser shows in its address bar")]
    NoAddress,
    /// An address longer than any callback.
    #[error("that is far too long for the address of a callback")]
    TooLong,
    /// Another scheme, host, port or path than that of the redirect address.
    #[error("that is not the address that the service sends the browser to")]
    OtherAddress,
    /// No `state`.
    #[error("the address has no \"state\", so that it may be of another login")]
    MissingState,
    /// A `state` of another login, or of nobody's.
    #[error("the address is not of this login: its \"state\" is another")]
    WrongState,
    /// A parameter that is there more than once.
    #[error("the address has \"{name}\" more than once")]
    Duplicate {
        /// The parameter.
        name: &'static str,
    },
    /// Both a code and an error, or neither.
    #[error("the address must have either a \"code\" or an \"error\"")]
    NoCode,
    /// A code that is empty, or has characters that no code has.
    #[error("the address has a \"code\" that cannot be one")]
    ImpossibleCode,
}

/// The code of a query whose `state` passes.
pub(super) fn read(
    query: &str,
    check_state: impl FnOnce(Option<&str>) -> Result<(), CallbackProblem>,
) -> Result<AuthorizationCode, LoginError> {
    let [state, code, error] = ["state", "code", "error"].map(|name| only(query, name));
    // Before anything else: what a stranger sends must not even end the login.
    let state = state?;
    check_state(state.as_deref().map(String::as_str))?;
    match (code?, error?) {
        (Some(code), None) if is_code(&code) => {
            Ok(AuthorizationCode(SecretString::from(code.as_str())))
        }
        (Some(_), None) => Err(CallbackProblem::ImpossibleCode.into()),
        (None, Some(error)) => Err(LoginError::Denied {
            error: ServerWord::new(&error),
            detail: only(query, "error_description")
                .ok()
                .flatten()
                .and_then(|text| words::presentable(text.trim(), state.as_deref(), words::LONGEST))
                .filter(|text| !text.is_empty()),
        }),
        _ => Err(CallbackProblem::NoCode.into()),
    }
}

/// The one value of a parameter, decoded.
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
