//! Parses the response to a token request.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::Response;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;
use zeroize::Zeroizing;

use super::{ErrorCode, LoginError};
use crate::exchange::read_json;
use crate::store::StoredToken;
use crate::{redact, secret};

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
    let message = || redact::error_message(response.body(), secrets(form));
    let unexpected = |reason| LoginError::UnexpectedResponse {
        reason,
        detail: message(),
    };
    if response.body().len() > LIMIT {
        return Err(unexpected("is too large for a token"));
    }
    // The parser's error may quote the body.
    let fields: Result<Fields, _> = read_json(response.body());
    if let Ok(Fields {
        error: Some(error),
        error_description,
        ..
    }) = &fields
    {
        let (code, message) = code_and_message(error);
        let description = error_description.as_ref().and_then(Value::as_str);
        return Err(LoginError::Rejected {
            status,
            error: ErrorCode::new(&code),
            detail: detail(&code, description.or(message), form),
        });
    }
    if !status.is_success() {
        return Err(LoginError::UnexpectedStatus {
            status,
            detail: message(),
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
    let lifetime = fields.expires_in.as_ref().and_then(seconds);
    let expires_at = lifetime.and_then(|seconds| now.checked_add(Duration::from_secs(seconds)));
    let refresh_token = fields.refresh_token.filter(|own| !secret::is_empty(own));
    Ok(StoredToken::new(access_token, refresh_token, expires_at))
}

/// The fields of RFC 6749, sections 5.1 and 5.2. Fields with secrets are typed, so that no other copy is made.
#[derive(Deserialize)]
struct Fields {
    access_token: Option<SecretString>,
    token_type: Option<String>,
    refresh_token: Option<SecretString>,
    expires_in: Option<Value>,
    error: Option<Value>,
    error_description: Option<Value>,
}

/// Reads a number of seconds, given as a number or a text.
fn seconds(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) => text.parse().ok(),
        value => value.as_u64(),
    }
}

/// Reads the code and the sentence of an error: a code, or an object with a code as `type` and a sentence as `message`.
fn code_and_message(error: &Value) -> (String, Option<&str>) {
    match error {
        Value::String(code) => (code.clone(), None),
        Value::Number(code) => (code.to_string(), None),
        Value::Object(error) => (
            error
                .get("type")
                .map_or_else(String::new, |code| code_and_message(code).0),
            error.get("message").and_then(Value::as_str),
        ),
        _ => (String::new(), None),
    }
}

/// Returns the description of an error, without secrets.
fn detail(code: &str, sentence: Option<&str>, form: &[u8]) -> Option<Box<str>> {
    // Some services send a sentence instead of a code.
    let code = Some(code).filter(|code| !ErrorCode::is_valid(code));
    let text = sentence.or(code)?.trim();
    if text.is_empty() {
        return None;
    }
    redact::sanitize(text, secrets(form), redact::MAX_LEN)
}

/// The secrets in a form.
fn secrets(form: &[u8]) -> impl Iterator<Item = Zeroizing<Vec<u8>>> {
    const SECRET: [&str; 4] = ["code", "code_verifier", "client_secret", "refresh_token"];
    form_urlencoded::parse(form)
        .filter(|(key, _)| SECRET.contains(&&**key))
        .map(|(_, value)| Zeroizing::new(value.into_owned().into_bytes()))
}

#[cfg(test)]
mod tests;
