//! The one place where a secret is looked at.
//!
//! Everything else holds [`SecretString`]s and passes them on; `expose_secret` stands in no other
//! file. What cannot be wiped: the bytes of a header value or of a form, and whatever copies the sending
//! side makes of them.

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

/// How many characters of a secret a person is shown, and how many must stay hidden for that.
const SHOWN: usize = 4;
const HIDDEN: usize = 12;
pub(crate) const MASK: &str = "************";

/// A token that a header can carry, without the line break that an editor leaves behind it.
pub(crate) fn token(given: SecretString) -> Result<SecretString, ValueProblem> {
    let text = given.expose_secret();
    let line = text.strip_suffix('\n').unwrap_or(text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.trim().is_empty() {
        return Err(ValueProblem::Empty);
    }
    if line.trim() != line {
        return Err(ValueProblem::SurroundingSpace);
    }
    if !line.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Err(ValueProblem::ForbiddenCharacter);
    }
    if line.len() == text.len() {
        return Ok(given);
    }
    Ok(SecretString::from(line))
}

/// A header value marked sensitive: `scheme`, then the secret.
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

/// A secret as people may see it: its last four characters if at least twelve stay hidden.
///
/// The mask has one length, so that it does not tell the length of the secret.
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

/// Whether a text with a secret in it has a blank or a control character that surrounding blanks do not explain.
pub(crate) fn has_blank_inside(secret: &SecretString) -> bool {
    let text = secret.expose_secret().trim();
    text.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// The same secret without surrounding blanks and line breaks.
pub(crate) fn trimmed(secret: &SecretString) -> SecretString {
    SecretString::from(secret.expose_secret().trim())
}

/// `Basic`, then `user:password` in base64 (RFC 7617); marked sensitive.
pub(crate) fn basic(user: &SecretSlice<u8>) -> HeaderValue {
    let encoded = SecretString::from(BASE64_STANDARD.encode(user.expose_secret()));
    header("Basic ", &encoded).expect("base64 is good for a header")
}

/// The secret as bytes, to look for it in what a server says.
pub(crate) fn bytes(secret: &SecretString) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(secret.expose_secret().as_bytes().to_vec())
}

/// Whether a secret is the empty text, which some tools write for "none".
pub(crate) fn is_empty(secret: &SecretString) -> bool {
    secret.expose_secret().is_empty()
}

/// 32 random bytes as 43 characters that may stand anywhere in an address.
pub(crate) fn random() -> Result<SecretString, getrandom::Error> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(bytes.as_mut())?;
    Ok(SecretString::from(
        BASE64_URL_SAFE_NO_PAD.encode(bytes.as_ref()),
    ))
}

/// The SHA-256 of a secret, as RFC 7636 (S256) writes it.
pub(crate) fn challenge(secret: &SecretString) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(secret.expose_secret()))
}

/// Whether a text is the secret, in a time that does not tell how much of it is right.
pub(crate) fn is(secret: &SecretString, text: &str) -> bool {
    let secret = secret.expose_secret().as_bytes();
    secret.ct_eq(text.as_bytes()).into()
}

/// Whether two secrets are the same one.
pub(crate) fn same(one: &SecretString, other: &SecretString) -> bool {
    is(one, other.expose_secret())
}

/// Adds `name=secret` to a form, or to a query, percent-encoded.
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

/// Writes a secret into a store: the one place where it is meant to be read again.
pub(crate) fn serialize<S: Serializer>(secret: &SecretString, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(secret.expose_secret())
}

/// As [`serialize`], for a secret that may not be there.
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
    fn c9_tokens_that_no_header_can_carry() {
        let table = [
            ("a-token", Ok("a-token")),
            // The sample of the Python package's manual has a space in it.
            ("token value", Ok("token value")),
            ("a-token\n", Ok("a-token")),
            ("a-token\r\n", Ok("a-token")),
            ("a-token\n\n", Err(ValueProblem::SurroundingSpace)),
            (" a-token", Err(ValueProblem::SurroundingSpace)),
            ("a-token\t", Err(ValueProblem::SurroundingSpace)),
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
    fn l7_the_mask_shows_four_characters_and_hides_twelve_at_least() {
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
    fn the_challenge_is_that_of_rfc_7636() {
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
