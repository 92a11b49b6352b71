//! Whether a text of the server's gives a secret away, in any form in which servers repeat what they were sent.

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use percent_encoding::percent_decode;

/// The length of a piece of a secret that already gives too much of it away, in bytes.
const TELLING: usize = 12;

/// Whether a telling piece of the secret is in the text: as it is, with percent signs, in hexadecimal digits, or in
/// base64, alone or amid something else.
pub(super) fn gives_away(text: &str, secret: &[u8]) -> bool {
    let text = text.as_bytes();
    let decoded: Vec<u8> = percent_decode(text).collect();
    let digits: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    shares(text, secret, TELLING)
        || shares(&decoded, secret, TELLING)
        || shares(text, digits.as_bytes(), 2 * TELLING)
        || shares_base64(text, secret)
}

/// Whether two texts have a piece of this length in common, whatever the case of their letters.
fn shares(text: &[u8], form: &[u8], length: usize) -> bool {
    let (text, form) = (text.to_ascii_lowercase(), form.to_ascii_lowercase());
    let pieces: HashSet<&[u8]> = form.windows(length).collect();
    !pieces.is_empty() && text.windows(length).any(|piece| pieces.contains(piece))
}

/// What stands before a secret decides in which of three ways base64 writes it.
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
        // The first four characters hold what stands before, the last ones what follows.
        let first = if before == 0 { 0 } else { 4 };
        let inner = encoded
            .as_bytes()
            .get(first..encoded.len().saturating_sub(1));
        inner.is_some_and(|inner| shares(&text, inner, TELLING / 3 * 4))
    })
}

#[cfg(test)]
mod tests {
    use super::gives_away;

    const SECRET: &[u8] = b"canary/0123+456789=token";

    #[test]
    fn l2_every_form_of_a_piece_gives_the_secret_away() {
        for text in [
            "no token begins with canary/0123+",
            "CANARY/0123+456789=TOKEN",
            "canary%2F0123%2B456789%3Dtoken",
            "%63%61%6E%61%72%79%2F%30%31%32%33%2B",
            "63616e6172792f303132332b34",
            "63616E6172792F303132332B34",
            // The secret alone, behind `u:` and behind `Bearer `.
            "Y2FuYXJ5LzAxMjMrNDU2Nzg5PXRva2Vu",
            "dTpjYW5hcnkvMDEyMys0NTY3ODk9dG9rZW4=",
            "QmVhcmVyIGNhbmFyeS8wMTIzKzQ1Njc4OT10b2tlbg==",
        ] {
            assert!(gives_away(text, SECRET), "{text}");
            assert!(gives_away(&format!("id={text};"), SECRET), "{text}");
        }
    }

    #[test]
    fn what_servers_say_is_no_secret() {
        for text in [
            "",
            "token canary/0123 is unknown",
            "no such variable mb20/d2000034",
            "550e8400-e29b-41d4-a716-446655440000",
            "100%",
        ] {
            assert!(!gives_away(text, SECRET), "{text}");
            assert!(!gives_away(text, b""), "{text}");
            assert!(!gives_away(text, b"demo"), "{text}");
        }
    }
}
