//! [`AuthorizationRequest`]: one login, from the authorization URL to the token request.

use std::fmt;

use bytes::Bytes;
use http::Request;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::SecretString;
use url::Url;
use zeroize::Zeroizing;

use super::{Application, CallbackProblem, ErrorCode, LoginError, RedirectUri};
use crate::{redact, secret};

/// The scope that applications for the Python package request.
const SCOPE: &str = "BASE API";

/// Maximum length of a callback URL, in bytes.
const MAX_CALLBACK_LEN: usize = 8 * 1024;

/// All characters except the unreserved ones (RFC 3986, section 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// One login. Its secrets are generated for it and used for nothing else.
pub struct AuthorizationRequest {
    application: Application,
    redirect_uri: RedirectUri,
    state: SecretString,
    verifier: SecretString,
    is_state_optional: bool,
}

impl AuthorizationRequest {
    /// Starts a login with new secrets: the `state` that identifies its callback, and the PKCE verifier
    /// without which its code cannot be used.
    ///
    /// # Errors
    ///
    /// [`LoginError::Randomness`] if the operating system cannot generate random bytes.
    pub fn new(application: Application, redirect_uri: RedirectUri) -> Result<Self, LoginError> {
        let random = || secret::random().map_err(|source| LoginError::Randomness { source });
        Ok(Self {
            application,
            redirect_uri,
            state: random()?,
            verifier: random()?,
            is_state_optional: false,
        })
    }

    /// Also accepts a callback without a `state`, for a service that does not return it.
    ///
    /// A wrong `state` is still rejected. Use it only for callbacks that the user pastes: a listener
    /// would accept a callback from any sender.
    #[must_use]
    pub fn with_optional_state(mut self) -> Self {
        self.is_state_optional = true;
        self
    }

    /// The application that requests the token.
    pub const fn application(&self) -> &Application {
        &self.application
    }

    /// The URI at which the callback arrives.
    pub const fn redirect_uri(&self) -> &RedirectUri {
        &self.redirect_uri
    }

    /// The URL to open in the browser. It contains the `state` of this login: show it only to the
    /// user who logs in.
    pub fn address(&self) -> String {
        let mut query = Zeroizing::new(String::new());
        secret::append(&mut query, "state", &self.state);
        format!(
            "{}?client_id={}&response_type=code&scope={}&redirect_uri={}&{}\
             &code_challenge={}&code_challenge_method=S256",
            self.application.authorize_address(),
            encoded(self.application.client_id()),
            encoded(SCOPE),
            encoded(self.redirect_uri.as_str()),
            *query,
            secret::challenge(&self.verifier),
        )
    }

    /// Returns the authorization code of a callback, given as the whole URL.
    ///
    /// Scheme, host, port and path must equal those of the redirect URI, the `state` must be that of
    /// this login, and there must be exactly one code.
    ///
    /// # Errors
    ///
    /// [`LoginError::Callback`] for any other URL; the right one may still arrive.
    /// [`LoginError::Denied`] if the service reported, with the right `state`, that it issues no code.
    pub fn read_callback(&self, address: &str) -> Result<AuthorizationCode, LoginError> {
        let address = address.trim();
        if address.len() > MAX_CALLBACK_LEN {
            return Err(CallbackProblem::TooLong.into());
        }
        // A URL parser drops line breaks, so that it would accept a URL that differs from the input.
        if address.contains(|c: char| c.is_control() || c.is_whitespace()) {
            return Err(CallbackProblem::InvalidUrl.into());
        }
        let url = Url::parse(address).map_err(|_| CallbackProblem::InvalidUrl)?;
        if !self.redirect_uri.matches(&url) {
            return Err(CallbackProblem::WrongAddress.into());
        }
        self.read_query(url.query().unwrap_or_default())
    }

    /// Returns the authorization code of a callback, given as the query of a URL that has been compared.
    ///
    /// # Errors
    ///
    /// As [`read_callback`](Self::read_callback).
    pub fn read_query(&self, query: &str) -> Result<AuthorizationCode, LoginError> {
        read_callback_query(query, |state| match state {
            Some(state) if secret::is(&self.state, state) => Ok(()),
            Some(_) => Err(CallbackProblem::WrongState),
            None if self.is_state_optional => Ok(()),
            None => Err(CallbackProblem::MissingState),
        })
    }

    /// Builds the request that exchanges the code for a token. It must not be retried, and redirects
    /// must not be followed.
    pub fn into_token_request(self, code: AuthorizationCode) -> Request<Bytes> {
        let redirect_uri = self.redirect_uri.as_str().as_bytes();
        self.application
            .token_request("authorization_code", |form| {
                secret::append(form, "code", code.as_secret());
                form.push_str("&redirect_uri=");
                form.extend(form_urlencoded::byte_serialize(redirect_uri));
                secret::append(form, "code_verifier", &self.verifier);
            })
    }
}

/// Does not show the secrets.
impl fmt::Debug for AuthorizationRequest {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("AuthorizationRequest")
            .field("application", &self.application)
            .field("redirect_uri", &self.redirect_uri)
            .finish_non_exhaustive()
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// The authorization code of a valid callback. It can be exchanged for a token once.
pub struct AuthorizationCode(SecretString);

impl AuthorizationCode {
    const fn as_secret(&self) -> &SecretString {
        &self.0
    }
}

/// Does not show the code.
impl fmt::Debug for AuthorizationCode {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("AuthorizationCode")
    }
}

/// Parses a query whose `state` is valid.
fn read_callback_query(
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

#[cfg(test)]
mod tests;
