//! How the answer to a request for a token is read.

use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::Response;
use secrecy::SecretString;
use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{LoginError, ServerWord};
use crate::{json, secret};
use crate::store::StoredToken;

/// The largest answer that is looked at, in bytes.
pub(crate) const LIMIT: usize = 64 * 1024;

/// The token of an answer that came at `now`.
///
/// `access_token` must be a text that a header can carry, and `token_type` `bearer` where it is
/// given; `refresh_token` and `expires_in` are kept. An error may be a text, as RFC 6749 has it,
/// or an object with a `type`, as Braincube's OAuth2 provider for PHP reads it.
///
/// # Errors
///
/// When the service refused, or when its answer holds no such token.
pub fn read_token(answer: &Response<Bytes>, now: SystemTime) -> Result<StoredToken, LoginError> {
    let status = answer.status();
    let unexpected = |reason| LoginError::UnexpectedAnswer { reason };
    if answer.body().len() > LIMIT {
        return Err(unexpected("is far too large for a token"));
    }
    // The parser's own error may quote the body.
    let fields: Result<Fields, _> = json::read(answer.body());
    if let Ok(Fields {
        error: Some(Word(word)),
        ..
    }) = &fields
    {
        let error = ServerWord::new(word);
        return Err(LoginError::Refused { status, error });
    }
    if !status.is_success() {
        return Err(LoginError::UnexpectedStatus { status });
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
    error: Option<Word>,
}

/// A number of seconds, written as one or as a text; whatever else stands there says nothing.
struct Seconds(Option<u64>);

/// The word of an error: a text, or the `type` of an object.
struct Word(String);

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SecondsVisitor)
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordVisitor)
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

struct WordVisitor;

impl<'de> Visitor<'de> for WordVisitor {
    type Value = Word;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an error")
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<Word, E> {
        Ok(Word(word.to_owned()))
    }

    fn visit_u64<E: Error>(self, code: u64) -> Result<Word, E> {
        Ok(Word(code.to_string()))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Word, E> {
        Ok(Word(String::new()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Word, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Word(String::new()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Word, A::Error> {
        let mut word = String::new();
        while let Some(key) = map.next_key::<String>()? {
            if key == "type" {
                let kind: Option<Word> = map.next_value()?;
                word = kind.map(|Word(kind)| kind).unwrap_or_default();
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Word(word))
    }
}

#[cfg(test)]
mod tests;
