//! [`AuthorizationRequest`]: one login, from the address for the browser to the request for a token.

use std::fmt;

use bytes::Bytes;
use http::Request;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::SecretString;
use url::Url;
use zeroize::Zeroizing;

use super::callback::{self, AuthorizationCode, CallbackProblem};
use super::{Application, LoginError, RedirectUri};
use crate::secret;

/// What an application for the Python package asks for.
const SCOPE: &str = "BASE API";

/// The longest address that is read as a callback, in bytes.
const LONGEST: usize = 8 * 1024;

/// All but the characters that stand for themselves anywhere (RFC 3986, section 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// One login: its secrets are made for it and serve nothing else.
pub struct AuthorizationRequest {
    application: Application,
    redirect_uri: RedirectUri,
    state: SecretString,
    verifier: SecretString,
    is_state_optional: bool,
}

impl AuthorizationRequest {
    /// A login with fresh secrets: `state`, by which its callback is told from others, and the
    /// verifier of PKCE, without which its code is of no use to anybody.
    ///
    /// # Errors
    ///
    /// [`LoginError::Randomness`] when the operating system gives no random bytes.
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

    /// Takes a callback without a `state` too, for a service that does not send it back.
    ///
    /// A wrong one is refused all the same. Only for callbacks that a person brings from the
    /// browser: whoever listens for them would take anybody's.
    #[must_use]
    pub fn with_optional_state(mut self) -> Self {
        self.is_state_optional = true;
        self
    }

    /// The application that asks.
    pub const fn application(&self) -> &Application {
        &self.application
    }

    /// Where the callback arrives.
    pub const fn redirect_uri(&self) -> &RedirectUri {
        &self.redirect_uri
    }

    /// Where the browser goes. It holds the `state` of this login: show it to the person who logs
    /// in, and to nobody else.
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

    /// The code of a callback, as the whole address that the browser was sent to.
    ///
    /// Scheme, host, port and path must be those of the redirect address, the `state` that of this
    /// login; there must be one code.
    ///
    /// # Errors
    ///
    /// [`LoginError::Callback`] for the address of anything else: the right one may still come.
    /// [`LoginError::Denied`] when the service sent word, with the right `state`, that there will
    /// be no code.
    pub fn read_callback(&self, address: &str) -> Result<AuthorizationCode, LoginError> {
        let address = address.trim();
        if address.len() > LONGEST {
            return Err(CallbackProblem::TooLong.into());
        }
        // A URL parser drops line breaks: what is read must be what is there.
        if address.contains(|c: char| c.is_control() || c.is_whitespace()) {
            return Err(CallbackProblem::NoAddress.into());
        }
        let url = Url::parse(address).map_err(|_| CallbackProblem::NoAddress)?;
        if !self.redirect_uri.is_place_of(&url) {
            return Err(CallbackProblem::OtherAddress.into());
        }
        self.read_query(url.query().unwrap_or_default())
    }

    /// The code of a callback, as the query of an address that has been compared already.
    ///
    /// # Errors
    ///
    /// As [`read_callback`](Self::read_callback).
    pub fn read_query(&self, query: &str) -> Result<AuthorizationCode, LoginError> {
        callback::read(query, |state| match state {
            Some(state) if secret::is(&self.state, state) => Ok(()),
            Some(_) => Err(CallbackProblem::WrongState),
            None if self.is_state_optional => Ok(()),
            None => Err(CallbackProblem::MissingState),
        })
    }

    /// The request that trades the code for a token. It must be sent once and never again, and no
    /// redirect of its answer may be followed.
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

/// Without the secrets.
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

#[cfg(test)]
mod tests;
