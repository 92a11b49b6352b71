//! Parses the response to a token request.

use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::Response;
use secrecy::SecretString;
use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use zeroize::Zeroizing;

use super::{ErrorCode, LoginError};
use crate::store::StoredToken;
use crate::{json, redact, secret};

/// Maximum size of a response body that is parsed, in bytes.
pub(crate) const LIMIT: usize = redact::MAX_BODY_LEN;

/// Parses the response to the token request with the body `form`, received at `now`.
///
/// Secrets of the form are removed from the error if the response repeats them.
///
/// `access_token` must be a valid header value, and `token_type`, if present, must be `bearer`.
/// `refresh_token` and `expires_in` are kept. An error is a text with a sentence in
/// `error_description` (RFC 6749), or an object with a `type` and a `message`, as Braincube's OAuth2
/// provider for PHP reads it.
///
/// # Errors
///
/// When the service rejected the request, or its response has no valid token.
pub fn read_token(
    response: &Response<Bytes>,
    form: &[u8],
    now: SystemTime,
) -> Result<StoredToken, LoginError> {
    let status = response.status();
    let detail = || redact::error_message(response.body(), secrets(form));
    let unexpected = |reason| LoginError::UnexpectedResponse {
        reason,
        detail: detail(),
    };
    if response.body().len() > LIMIT {
        return Err(unexpected("is too large for a token"));
    }
    // The parser's error may quote the body.
    let fields: Result<Fields, _> = json::read(response.body());
    if let Ok(Fields {
        error: Some(error),
        error_description,
        ..
    }) = &fields
    {
        return Err(LoginError::Refused {
            status,
            error: ErrorCode::new(&error.code),
            detail: error.detail(error_description.as_ref(), form),
        });
    }
    if !status.is_success() {
        return Err(LoginError::UnexpectedStatus {
            status,
            detail: detail(),
        });
    }
    let fields = fields.map_err(|_quotes| unexpected("is not JSON with a token"))?;
    if let Some(kind) = &fields.token_type
        && !kind.eq_ignore_ascii_case("bearer")
    {
        return Err(unexpected("has a token that is not a bearer token"));
    }
    let access_token = fields
        .access_token
        .ok_or_else(|| unexpected("has no \"access_token\""))?;
    let access_token = secret::token(access_token)
        .map_err(|_| unexpected("has an \"access_token\" that is not a valid header value"))?;
    let expires_at = fields
        .expires_in
        .and_then(|Seconds(seconds)| now.checked_add(Duration::from_secs(seconds?)));
    let refresh_token = fields.refresh_token.filter(|own| !secret::is_empty(own));
    Ok(StoredToken::new(access_token, refresh_token, expires_at))
}

/// The fields of RFC 6749, sections 5.1 and 5.2.
#[derive(Deserialize)]
struct Fields {
    access_token: Option<SecretString>,
    token_type: Option<String>,
    refresh_token: Option<SecretString>,
    expires_in: Option<Seconds>,
    error: Option<OAuthError>,
    error_description: Option<Value>,
}

/// A number of seconds as a number or a text; `None` for any other value.
struct Seconds(Option<u64>);

/// An error: a code, or an object with a code as `type` and a sentence as `message`.
#[derive(Default)]
struct OAuthError {
    code: String,
    message: Option<Value>,
}

impl OAuthError {
    fn new(code: impl ToString) -> Self {
        Self {
            code: code.to_string(),
            message: None,
        }
    }

    /// The description of the error, without secrets.
    fn detail(&self, description: Option<&Value>, form: &[u8]) -> Option<Box<str>> {
        let sentences = [description, self.message.as_ref()];
        let sentence = sentences.into_iter().flatten().find_map(Value::as_str);
        // Some services send a sentence instead of a code.
        let code = Some(self.code.as_str()).filter(|code| !ErrorCode::is_valid(code));
        let text = sentence.or(code)?.trim();
        if text.is_empty() {
            return None;
        }
        redact::sanitize(text, secrets(form), redact::MAX_LEN)
    }
}

/// The secrets in a form.
fn secrets(form: &[u8]) -> impl Iterator<Item = Zeroizing<Vec<u8>>> {
    const SECRET: [&str; 4] = ["code", "code_verifier", "client_secret", "refresh_token"];
    form_urlencoded::parse(form)
        .filter(|(key, _)| SECRET.contains(&&**key))
        .map(|(_, value)| Zeroizing::new(value.into_owned().into_bytes()))
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SecondsVisitor)
    }
}

impl<'de> Deserialize<'de> for OAuthError {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OAuthErrorVisitor)
    }
}

struct SecondsVisitor;

impl<'de> Visitor<'de> for SecondsVisitor {
    type Value = Seconds;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("seconds")
    }

    fn visit_u64<E: Error>(self, seconds: u64) -> Result<Seconds, E> {
        Ok(Seconds(Some(seconds)))
    }

    fn visit_i64<E: Error>(self, _negative: i64) -> Result<Seconds, E> {
        Ok(Seconds(None))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Seconds, E> {
        Ok(Seconds(None))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Seconds, E> {
        Ok(Seconds(text.parse().ok()))
    }
}

struct OAuthErrorVisitor;

impl<'de> Visitor<'de> for OAuthErrorVisitor {
    type Value = OAuthError;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an error")
    }

    fn visit_str<E: Error>(self, code: &str) -> Result<OAuthError, E> {
        Ok(OAuthError::new(code))
    }

    fn visit_u64<E: Error>(self, code: u64) -> Result<OAuthError, E> {
        Ok(OAuthError::new(code))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<OAuthError, E> {
        Ok(OAuthError::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<OAuthError, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(OAuthError::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<OAuthError, A::Error> {
        let mut error = OAuthError::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "type" => {
                    let kind: Option<OAuthError> = map.next_value()?;
                    error.code = kind.unwrap_or_default().code;
                }
                "message" => error.message = map.next_value()?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(error)
    }
}

#[cfg(test)]
mod tests;
