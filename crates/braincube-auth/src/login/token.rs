//! How the answer to a request for a token is read.

use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::Response;
use secrecy::SecretString;
use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use zeroize::Zeroizing;

use super::{LoginError, ServerWord};
use crate::store::StoredToken;
use crate::{json, secret, words};

/// The largest answer that is looked at, in bytes.
pub(crate) const LIMIT: usize = words::LONGEST_BODY;

/// The token of an answer to `form`, the body of a request for it; the answer came at `now`.
///
/// What is secret in the form is kept out of the error, should the answer repeat it.
///
/// `access_token` must be a text that a header can carry, and `token_type` `bearer` where it is
/// given; `refresh_token` and `expires_in` are kept. An error may be a text, as RFC 6749 has it, with
/// a sentence in `error_description`, or an object with a `type` and a `message`, as Braincube's
/// OAuth2 provider for PHP reads it.
///
/// # Errors
///
/// When the service refused, or when its answer holds no such token.
pub fn read_token(
    answer: &Response<Bytes>,
    form: &[u8],
    now: SystemTime,
) -> Result<StoredToken, LoginError> {
    let status = answer.status();
    let said = || words::said_in(answer.body(), secrets(form));
    let unexpected = |reason| LoginError::UnexpectedAnswer {
        reason,
        detail: said(),
    };
    if answer.body().len() > LIMIT {
        return Err(unexpected("is far too large for a token"));
    }
    // The parser's own error may quote the body.
    let fields: Result<Fields, _> = json::read(answer.body());
    if let Ok(Fields {
        error: Some(refusal),
        error_description,
        ..
    }) = &fields
    {
        return Err(LoginError::Refused {
            status,
            error: ServerWord::new(&refusal.word),
            detail: refusal.detail(error_description.as_ref(), form),
        });
    }
    if !status.is_success() {
        return Err(LoginError::UnexpectedStatus {
            status,
            detail: said(),
        });
    }
    let fields = fields.map_err(|_quotes| unexpected("is no JSON with a token in it"))?;
    if let Some(kind) = &fields.token_type
        && !kind.eq_ignore_ascii_case("bearer")
    {
        return Err(unexpected("has a token that is no bearer token"));
    }
    let access_token = fields
        .access_token
        .ok_or_else(|| unexpected("has no \"access_token\""))?;
    let access_token = secret::token(access_token)
        .map_err(|_| unexpected("has an \"access_token\" that no header can carry"))?;
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
    error: Option<Refusal>,
    error_description: Option<Value>,
}

/// A number of seconds, written as one or as a text; whatever else stands there says nothing.
struct Seconds(Option<u64>);

/// An error: a word, or an object with one as its `type` and a sentence as its `message`.
#[derive(Default)]
struct Refusal {
    word: String,
    message: Option<Value>,
}

impl Refusal {
    fn of(word: impl ToString) -> Self {
        Self {
            word: word.to_string(),
            message: None,
        }
    }

    /// What the service says in a sentence, fit to be shown.
    fn detail(&self, description: Option<&Value>, form: &[u8]) -> Option<Box<str>> {
        let sentences = [description, self.message.as_ref()];
        let sentence = sentences.into_iter().flatten().find_map(Value::as_str);
        // A service may give a sentence where a word should be.
        let instead = Some(self.word.as_str()).filter(|word| !ServerWord::is_one(word));
        let text = sentence.or(instead)?.trim();
        if text.is_empty() {
            return None;
        }
        words::presentable(text, secrets(form), words::LONGEST)
    }
}

/// What nobody else may see of a form.
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

impl<'de> Deserialize<'de> for Refusal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RefusalVisitor)
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

struct RefusalVisitor;

impl<'de> Visitor<'de> for RefusalVisitor {
    type Value = Refusal;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an error")
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<Refusal, E> {
        Ok(Refusal::of(word))
    }

    fn visit_u64<E: Error>(self, code: u64) -> Result<Refusal, E> {
        Ok(Refusal::of(code))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Refusal, E> {
        Ok(Refusal::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Refusal, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Refusal::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Refusal, A::Error> {
        let mut refusal = Refusal::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "type" => {
                    let kind: Option<Refusal> = map.next_value()?;
                    refusal.word = kind.unwrap_or_default().word;
                }
                "message" => refusal.message = map.next_value()?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(refusal)
    }
}

#[cfg(test)]
mod tests;
