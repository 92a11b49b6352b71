//! What is asked of the SSO service to open a session, and how its answer is read.

use std::fmt;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION};
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri};
use secrecy::SecretString;
use serde::Deserialize;
use serde::de::{Error, IgnoredAny, MapAccess, Visitor};

use crate::{AuthError, json, secret, words};

/// The largest answer that is looked at. A session token has less than a kilobyte.
const LIMIT: usize = words::LONGEST_BODY;

/// What stands in front of the token in its header.
const SCHEME: &str = "Bearer ";

/// Where a session is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Door {
    /// As the Python package `braincube_connector` does since 2.5.0.
    #[default]
    New,
    /// As the Python package did before.
    Old,
}

impl Door {
    const fn path(self) -> &'static str {
        match self {
            Self::New => "/sso-server/ws/oauth2/session",
            Self::Old => "/sso-server/rest/session/openWithToken",
        }
    }
}

/// The request for a session, ready to be sent again and again.
#[derive(Debug)]
pub(super) struct Question {
    new: Uri,
    old: Uri,
    bearer: HeaderValue,
}

impl Question {
    pub(super) fn new(sso_base_url: &str, oauth2_token: SecretString) -> Result<Self, AuthError> {
        let bearer = secret::token(oauth2_token).and_then(|token| secret::header(SCHEME, &token));
        Ok(Self {
            new: address(sso_base_url, Door::New)?,
            old: address(sso_base_url, Door::Old)?,
            bearer: bearer.map_err(|problem| AuthError::InvalidToken { problem })?,
        })
    }

    pub(super) fn request(&self, door: Door) -> Request<Bytes> {
        let mut request = Request::new(Bytes::new());
        *request.method_mut() = Method::GET;
        *request.uri_mut() = match door {
            Door::New => self.new.clone(),
            Door::Old => self.old.clone(),
        };
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(AUTHORIZATION, self.bearer.clone());
        request
    }

    /// The session token of an answer: `{"token": "…"}`, or the bare `"…"` of older services.
    pub(super) fn session_token(&self, answer: &Response<Bytes>) -> Result<HeaderValue, AuthError> {
        let status = answer.status();
        let is_large = answer.body().len() > LIMIT;
        let said = || words::said_in(answer.body(), [self.token()]);
        if !status.is_success() {
            let detail = said();
            return Err(match status {
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                    AuthError::Refused { status, detail }
                }
                _ => AuthError::UnexpectedStatus { status, detail },
            });
        }
        let unexpected = |reason| AuthError::UnexpectedAnswer {
            reason,
            detail: said(),
        };
        if is_large {
            return Err(unexpected("is far too large for one"));
        }
        // The parser's own error may quote the body.
        let SessionToken(token) = json::read(answer.body())
            .map_err(|_quotes| unexpected("is no JSON with a session token in it"))?;
        secret::token(token)
            .and_then(|token| secret::header("", &token))
            .map_err(|_| unexpected("has a session token that no header can carry"))
    }

    /// The token that it is asked with.
    pub(super) fn token(&self) -> &[u8] {
        let bearer = self.bearer.as_bytes();
        bearer.strip_prefix(SCHEME.as_bytes()).unwrap_or(bearer)
    }
}

fn address(sso_base_url: &str, door: Door) -> Result<Uri, AuthError> {
    let base = sso_base_url.trim_end_matches('/');
    let uri: Result<Uri, _> = format!("{base}{}", door.path()).parse();
    match uri {
        Ok(uri) if uri.host().is_some() && uri.query().is_none() => Ok(uri),
        _ => Err(AuthError::InvalidSsoBaseUrl),
    }
}

/// Whether the service does not know the path at all.
pub(super) fn is_no_door(answer: &Response<Bytes>) -> bool {
    answer.status() == StatusCode::NOT_FOUND
}

/// A session token out of either form, a secret from the start.
struct SessionToken(SecretString);

impl<'de> Deserialize<'de> for SessionToken {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EitherForm)
    }
}

struct EitherForm;

impl<'de> Visitor<'de> for EitherForm {
    type Value = SessionToken;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a session token")
    }

    fn visit_str<E: Error>(self, token: &str) -> Result<SessionToken, E> {
        Ok(SessionToken(token.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<SessionToken, A::Error> {
        let mut token = None;
        while let Some(key) = map.next_key::<String>()? {
            if key != "token" {
                map.next_value::<IgnoredAny>()?;
            } else if token.replace(map.next_value::<SecretString>()?).is_some() {
                return Err(A::Error::duplicate_field("token"));
            }
        }
        token
            .map(SessionToken)
            .ok_or_else(|| A::Error::missing_field("token"))
    }
}

#[cfg(test)]
mod tests;
