//! The only module that exposes secrets.
//!
//! All other modules hold [`SecretString`]s; `expose_secret` occurs in no other file. Not zeroized:
//! the bytes of a header value or of a form, and copies made by the HTTP client.

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use http::HeaderValue;
use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use serde::Serializer;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::ValueProblem;

/// The number of characters that a masked secret shows, and the minimum number that stay hidden.
const SHOWN: usize = 4;
const HIDDEN: usize = 12;
pub(crate) const MASK: &str = "************";

/// Returns a token that is a valid header value, without a trailing line break.
pub(crate) fn token(given: SecretString) -> Result<SecretString, ValueProblem> {
    let text = given.expose_secret();
    let line = text.strip_suffix('\n').unwrap_or(text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.trim().is_empty() {
        return Err(ValueProblem::Empty);
    }
    if line.trim() != line {
        return Err(ValueProblem::OuterWhitespace);
    }
    if !line.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Err(ValueProblem::ForbiddenCharacter);
    }
    if line.len() == text.len() {
        return Ok(given);
    }
    Ok(SecretString::from(line))
}

/// Returns a sensitive header value: `scheme`, then the secret.
pub(crate) fn header(scheme: &str, secret: &SecretString) -> Result<HeaderValue, ValueProblem> {
    let secret = secret.expose_secret();
    let mut text = Zeroizing::new(String::with_capacity(scheme.len() + secret.len()));
    text.push_str(scheme);
    text.push_str(secret);
    let mut value =
        HeaderValue::from_str(&text).map_err(|_silent| ValueProblem::ForbiddenCharacter)?;
    value.set_sensitive(true);
    Ok(value)
}

/// Masks a secret: shows its last four characters if at least twelve stay hidden.
///
/// The mask has a fixed length, so that it does not reveal the length of the secret.
pub(crate) fn masked(secret: &SecretString) -> String {
    let text = secret.expose_secret();
    match text.chars().count().checked_sub(SHOWN) {
        Some(hidden) if hidden >= HIDDEN => MASK.chars().chain(text.chars().skip(hidden)).collect(),
        _ => MASK.to_owned(),
    }
}

/// Splits an address into the address without user and password, and `user:password` with the percent-encoding removed.
///
/// As in curl, the last `@` before the path ends the password. Both parts are bytes: a password need not be UTF-8.
pub(crate) fn without_user(address: &SecretString) -> (String, Option<SecretSlice<u8>>) {
    let text = address.expose_secret();
    let begin = text.find("://").map_or(0, |scheme| scheme + "://".len());
    let end = text[begin..]
        .find(['/', '?', '#'])
        .map_or(text.len(), |end| begin + end);
    let Some(at) = text[begin..end].rfind('@').map(|at| begin + at) else {
        return (text.to_owned(), None);
    };
    let address = format!("{}{}", &text[..begin], &text[at + 1..]);
    let (user, password) = text[begin..at]
        .split_once(':')
        .unwrap_or((&text[begin..at], ""));
    let mut both = Zeroizing::new(Vec::with_capacity(text.len()));
    both.extend(percent_decode_str(user));
    both.push(b':');
    both.extend(percent_decode_str(password));
    (address, Some(SecretSlice::from(both.to_vec())))
}

/// Whether there is white space or a control character within the trimmed text.
pub(crate) fn has_inner_space(secret: &SecretString) -> bool {
    let text = secret.expose_secret().trim();
    text.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// Removes leading and trailing white space.
pub(crate) fn trimmed(secret: &SecretString) -> SecretString {
    SecretString::from(secret.expose_secret().trim())
}

/// `Basic`, then `user:password` in base64 (RFC 7617); marked sensitive.
pub(crate) fn basic(user: &SecretSlice<u8>) -> HeaderValue {
    let encoded = SecretString::from(BASE64_STANDARD.encode(user.expose_secret()));
    header("Basic ", &encoded).expect("base64 is a valid header value")
}

/// The bytes of the secret, to search for them in a server message.
pub(crate) fn bytes(secret: &SecretString) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(secret.expose_secret().as_bytes().to_vec())
}

/// Whether the secret is empty. Some services send an empty text instead of no token.
pub(crate) fn is_empty(secret: &SecretString) -> bool {
    secret.expose_secret().is_empty()
}

/// Returns 32 random bytes as 43 characters of URL-safe base64.
pub(crate) fn random() -> Result<SecretString, getrandom::Error> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(bytes.as_mut())?;
    Ok(SecretString::from(
        BASE64_URL_SAFE_NO_PAD.encode(bytes.as_ref()),
    ))
}

/// The S256 code challenge of a PKCE verifier (RFC 7636).
pub(crate) fn challenge(secret: &SecretString) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(secret.expose_secret()))
}

/// Compares a secret with a text in constant time.
pub(crate) fn is(secret: &SecretString, text: &str) -> bool {
    let secret = secret.expose_secret().as_bytes();
    secret.ct_eq(text.as_bytes()).into()
}

/// Compares two secrets in constant time.
pub(crate) fn same(one: &SecretString, other: &SecretString) -> bool {
    is(one, other.expose_secret())
}

/// Appends `name=secret` to a form or a query, percent-encoded.
pub(crate) fn append(form: &mut Zeroizing<String>, name: &str, secret: &SecretString) {
    if !form.is_empty() {
        form.push('&');
    }
    form.push_str(name);
    form.push('=');
    form.extend(form_urlencoded::byte_serialize(
        secret.expose_secret().as_bytes(),
    ));
}

/// Serializes a secret into a token store, the only place where it is stored in plain text.
pub(crate) fn serialize<S: Serializer>(secret: &SecretString, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(secret.expose_secret())
}

/// As [`serialize`], for an optional secret.
pub(crate) fn serialize_optional<S: Serializer>(
    secret: &Option<SecretString>,
    to: S,
) -> Result<S::Ok, S::Error> {
    match secret {
        Some(secret) => serialize(secret, to),
        None => to.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c9_tokens_that_are_not_valid_header_values_are_rejected() {
        let table = [
            ("a-token", Ok("a-token")),
            // The example in the manual of the Python package contains a space.
            ("token value", Ok("token value")),
            ("a-token\n", Ok("a-token")),
            ("a-token\r\n", Ok("a-token")),
            ("a-token\n\n", Err(ValueProblem::OuterWhitespace)),
            (" a-token", Err(ValueProblem::OuterWhitespace)),
            ("a-token\t", Err(ValueProblem::OuterWhitespace)),
            ("a\ntoken", Err(ValueProblem::ForbiddenCharacter)),
            ("a\0token", Err(ValueProblem::ForbiddenCharacter)),
            ("tökén", Err(ValueProblem::ForbiddenCharacter)),
            ("", Err(ValueProblem::Empty)),
            ("\n", Err(ValueProblem::Empty)),
            ("  \t", Err(ValueProblem::Empty)),
        ];
        for (given, expected) in table {
            let found = token(SecretString::from(given));
            let found = found.as_ref().map(|secret| secret.expose_secret());
            assert_eq!(found.map_err(ValueProblem::clone), expected, "{given:?}");
        }
    }

    #[test]
    fn l7_the_mask_shows_four_characters_and_hides_at_least_twelve() {
        let table = [
            ("", "************"),
            ("short", "************"),
            ("123456789012345", "************"),
            ("1234567890123456", "************3456"),
            ("a much longer secret than that", "************that"),
            ("ééééééééééééüüüü", "************üüüü"),
        ];
        for (secret, expected) in table {
            assert_eq!(masked(&SecretString::from(secret)), expected);
        }
    }

    #[test]
    fn the_challenge_matches_the_example_of_rfc_7636() {
        // Appendix B of the RFC.
        let verifier = SecretString::from("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(
            challenge(&verifier),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn random_secrets_have_43_characters_and_differ() {
        let (one, other) = (random().unwrap(), random().unwrap());
        assert_eq!(one.expose_secret().len(), 43);
        assert!(!same(&one, &other) && same(&one, &one.clone()));
        assert!(!is(&one, "") && !is(&one, &one.expose_secret()[..42]));
    }

    #[test]
    fn headers_are_sensitive() {
        let value = header("Bearer ", &SecretString::from("a-token")).unwrap();
        assert_eq!(value, "Bearer a-token");
        assert!(value.is_sensitive());
    }
}
