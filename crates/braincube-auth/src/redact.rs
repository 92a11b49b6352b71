//! Removes secrets from messages of the server, escapes control characters and limits the length.

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use percent_encoding::percent_decode;
use serde_json::{Map, Value};

use crate::exchange::read_json;

/// Maximum length of a server message in an error, in bytes.
pub const MAX_LEN: usize = 256;

/// Maximum length of a body that is searched for a message, in bytes. Error responses are short.
pub const MAX_BODY_LEN: usize = 64 * 1024;

/// Returns the text without `secrets`, with control characters escaped, truncated to `max_len` bytes; `None` if a part of
/// a secret would remain.
///
/// A secret that occurs verbatim is replaced by `[credential]`. If at least 12 bytes of it occur in another form
/// (partial, percent-encoded, hexadecimal or base64), the whole text is withheld.
///
/// ```
/// use braincube_auth::redact::{MAX_LEN, sanitize};
///
/// let shown = sanitize("code a-code-canary is \u{1b}[1mused", ["a-code-canary"], MAX_LEN);
/// assert_eq!(shown.as_deref(), Some("code [credential] is \\u{1b}[1mused"));
/// let withheld = sanitize("no code begins with a-code-canar", ["a-code-canary"], MAX_LEN);
/// assert_eq!(withheld, None);
/// ```
pub fn sanitize<S: AsRef<[u8]>>(
    text: &str,
    secrets: impl IntoIterator<Item = S>,
    max_len: usize,
) -> Option<Box<str>> {
    let mut text = text.to_owned();
    for secret in secrets {
        text = without_secret(&text, secret.as_ref())?;
    }
    Some(escape_and_truncate(&text, max_len))
}

/// Returns the error message in a JSON body, as [`sanitize`] shows it: the text in `error`, `message`, `errors` or
/// another member that services use. `None` if the body is longer than [`MAX_BODY_LEN`].
///
/// ```
/// use braincube_auth::redact::error_message;
///
/// let body = br#"{"error": {"message": "a-token-canary has been revoked", "code": 4}}"#;
/// let shown = error_message(body, ["a-token-canary"]);
/// assert_eq!(shown.as_deref(), Some("[credential] has been revoked"));
/// ```
pub fn error_message<S: AsRef<[u8]>>(
    body: &[u8],
    secrets: impl IntoIterator<Item = S>,
) -> Option<Box<str>> {
    if body.len() > MAX_BODY_LEN {
        return None;
    }
    sanitize(&find_message(body)?, secrets, MAX_LEN)
}

/// Replaces the secret; `None` if a part of it remains.
fn without_secret(text: &str, secret: &[u8]) -> Option<String> {
    if secret.is_empty() {
        return Some(text.to_owned());
    }
    let text = text.replace(std::str::from_utf8(secret).ok()?, "[credential]");
    (!leaks_secret(&text, secret)).then_some(text)
}

/// Escapes control characters and truncates to `max_len` bytes.
fn escape_and_truncate(text: &str, max_len: usize) -> Box<str> {
    let mut shown = String::new();
    for character in text.chars() {
        let before = shown.len();
        if character.is_control() || is_invisible(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
        if shown.len() > max_len {
            shown.truncate(before);
            break;
        }
    }
    shown.into()
}

/// Whether a character hides or reorders the text around it.
///
/// The joiners U+200C and U+200D do neither, and scripts and emoji need them.
pub const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// The members that contain the message, most specific first, in any case.
const MESSAGE_KEYS: [&str; 6] = [
    "error_description",
    "message",
    "error",
    "errors",
    "detail",
    "title",
];

/// Returns the message in a JSON body that is an object.
fn find_message(body: &[u8]) -> Option<String> {
    let body: Map<String, Value> = read_json(body).ok()?;
    // An error object is more specific than a text beside it.
    let error = member(&body, "error").filter(|error| !error.is_string());
    error
        .and_then(message_in)
        .or_else(|| message_in_object(&body))
}

fn member<'v>(object: &'v Map<String, Value>, key: &str) -> Option<&'v Value> {
    let mut fields = object.iter();
    let field = fields.find(|(name, _)| name.eq_ignore_ascii_case(key))?;
    Some(field.1)
}

fn message_in_object(object: &Map<String, Value>) -> Option<String> {
    MESSAGE_KEYS
        .iter()
        .find_map(|key| match member(object, key)? {
            // Messages by the name of a field.
            Value::Object(fields) if *key == "errors" => joined(fields.values()),
            value => message_in(value),
        })
}

/// Returns a text, the message of an object, or the messages of a list.
fn message_in(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Array(values) => joined(values.iter()),
        Value::Object(object) => message_in_object(object),
        _ => None,
    }
}

fn joined<'v>(values: impl Iterator<Item = &'v Value>) -> Option<String> {
    let texts: Vec<String> = values.filter_map(message_in).collect();
    (!texts.is_empty()).then(|| texts.join("; "))
}

/// Minimum length of a part of a secret that counts as a leak, in bytes.
const MIN_LEAK_LEN: usize = 12;

/// Returns whether the text contains at least [`MIN_LEAK_LEN`] bytes of the secret: verbatim, percent-encoded, in
/// hexadecimal or in base64, alone or within other data.
fn leaks_secret(text: &str, secret: &[u8]) -> bool {
    let text = text.as_bytes();
    let decoded: Vec<u8> = percent_decode(text).collect();
    let digits: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    shares(text, secret, MIN_LEAK_LEN)
        || shares(&decoded, secret, MIN_LEAK_LEN)
        || shares(text, digits.as_bytes(), 2 * MIN_LEAK_LEN)
        || shares_base64(text, secret)
}

/// Returns whether both texts share a substring of this length, ignoring ASCII case.
fn shares(text: &[u8], form: &[u8], length: usize) -> bool {
    let (text, form) = (text.to_ascii_lowercase(), form.to_ascii_lowercase());
    let pieces: HashSet<&[u8]> = form.windows(length).collect();
    !pieces.is_empty() && text.windows(length).any(|piece| pieces.contains(piece))
}

/// Base64 encodes a secret in three ways, depending on the number of bytes before it.
fn shares_base64(text: &[u8], secret: &[u8]) -> bool {
    // The alphabet for URLs differs in two characters.
    let text: Vec<u8> = text
        .iter()
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            other => *other,
        })
        .collect();
    (0..3).any(|before| {
        let encoded = STANDARD_NO_PAD.encode([&vec![0; before], secret].concat());
        // The first four characters encode the preceding bytes, the last one depends on the following ones.
        let first = if before == 0 { 0 } else { 4 };
        let inner = encoded
            .as_bytes()
            .get(first..encoded.len().saturating_sub(1));
        inner.is_some_and(|inner| shares(&text, inner, MIN_LEAK_LEN / 3 * 4))
    })
}

#[cfg(test)]
mod tests;
