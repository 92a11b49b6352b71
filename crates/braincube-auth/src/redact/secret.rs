//! Detects a secret in a text, in any form in which servers repeat what they received.

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use percent_encoding::percent_decode;

/// Minimum length of a part of a secret that counts as a leak, in bytes.
const MIN_LEAK_LEN: usize = 12;

/// Returns whether the text contains at least [`MIN_LEAK_LEN`] bytes of the secret: verbatim, percent-encoded, in
/// hexadecimal or in base64, alone or within other data.
pub(super) fn leaks_secret(text: &str, secret: &[u8]) -> bool {
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
mod tests {
    use super::leaks_secret;

    const SECRET: &[u8] = b"canary/0123+456789=token";

    #[test]
    fn l2_any_encoding_of_a_part_of_the_secret_is_a_leak() {
        for text in [
            "no token begins with canary/0123+",
            "CANARY/0123+456789=TOKEN",
            "canary%2F0123%2B456789%3Dtoken",
            "%63%61%6E%61%72%79%2F%30%31%32%33%2B",
            "63616e6172792f303132332b34",
            "63616E6172792F303132332B34",
            // The secret alone, after `u:` and after `Bearer `.
            "Y2FuYXJ5LzAxMjMrNDU2Nzg5PXRva2Vu",
            "dTpjYW5hcnkvMDEyMys0NTY3ODk9dG9rZW4=",
            "QmVhcmVyIGNhbmFyeS8wMTIzKzQ1Njc4OT10b2tlbg==",
        ] {
            assert!(leaks_secret(text, SECRET), "{text}");
            assert!(leaks_secret(&format!("id={text};"), SECRET), "{text}");
        }
    }

    #[test]
    fn ordinary_messages_are_not_leaks() {
        for text in [
            "",
            "token canary/0123 is unknown",
            "no such variable mb20/d2000034",
            "550e8400-e29b-41d4-a716-446655440000",
            "100%",
        ] {
            assert!(!leaks_secret(text, SECRET), "{text}");
            assert!(!leaks_secret(text, b""), "{text}");
            assert!(!leaks_secret(text, b"demo"), "{text}");
        }
    }
}
