//! What a server says about a failure: found in a JSON body, cleaned, cut and free of credentials.

use braincube_model::answer::without_byte_order_mark;
use http::HeaderValue;
use serde_json::Value;

use super::credential;

/// The longest text that is handed on, in bytes.
const LONGEST: usize = 256;

/// Where services put their message, best first.
const PLACES: [&str; 6] = [
    "/error/message",
    "/error_description",
    "/message",
    "/error",
    "/errors/0/message",
    "/detail",
];

/// The message in a JSON body, fit to be shown.
pub(crate) fn from_body(body: &[u8], credential: Option<&HeaderValue>) -> Option<Box<str>> {
    let body: Value = serde_json::from_slice(without_byte_order_mark(body)).ok()?;
    let text = PLACES
        .iter()
        .filter_map(|place| body.pointer(place)?.as_str())
        .map(str::trim)
        .find(|text| !text.is_empty())?;
    presentable(text, credential)
}

/// A server's text, fit to be shown; nothing if a telling piece of the credential is left in it.
pub(crate) fn presentable(text: &str, credential: Option<&HeaderValue>) -> Option<Box<str>> {
    fit(text, credential, LONGEST)
}

/// A text of the server's, fit to be shown: cut, and without the credential it was sent.
pub(crate) fn fit(text: &str, sent: Option<&HeaderValue>, longest: usize) -> Option<Box<str>> {
    match sent {
        Some(header) => Some(visible(&without_credential(text, header)?, longest)),
        None => Some(visible(text, longest)),
    }
}

/// The text without the credential; nothing if a telling piece of it is still left.
fn without_credential(text: &str, header: &HeaderValue) -> Option<String> {
    let secret = credential::secret(header);
    if secret.is_empty() {
        return Some(text.to_owned());
    }
    let text = text.replace(std::str::from_utf8(secret).ok()?, "[credential]");
    (!credential::gives_away(&text, secret)).then_some(text)
}

/// The text with what a terminal would act on escaped, cut to `longest` bytes.
pub(super) fn visible(text: &str, longest: usize) -> Box<str> {
    let mut shown = String::new();
    for character in text.chars() {
        let before = shown.len();
        if character.is_control() || is_invisible(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
        if shown.len() > longest {
            shown.truncate(before);
            break;
        }
    }
    shown.into()
}

/// Characters that hide or reorder the text around them.
const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::{LONGEST, from_body};

    #[test]
    fn h6_the_message_is_found_where_services_put_it() {
        for (body, expected) in [
            (
                r#"{"error": {"message": "unknown variable mb20/d9", "code": 4}}"#,
                Some("unknown variable mb20/d9"),
            ),
            (
                r#"{"error": "invalid_grant", "error_description": "expired"}"#,
                Some("expired"),
            ),
            (
                r#"{"message": "no such memory base"}"#,
                Some("no such memory base"),
            ),
            (r#"{"error": "invalid_grant"}"#, Some("invalid_grant")),
            (r#"{"errors": [{"message": "first"}]}"#, Some("first")),
            (r#"{"detail": " padded "}"#, Some("padded")),
            (r#"{"error": 5}"#, None),
            (r#"{"message": ""}"#, None),
            ("\u{feff}{\"error\": \"behind a mark\"}", Some("behind a mark")),
            ("<html>error</html>", None),
            ("", None),
        ] {
            assert_eq!(
                from_body(body.as_bytes(), None).as_deref(),
                expected,
                "{body}"
            );
        }
    }

    #[test]
    fn control_and_invisible_characters_are_escaped() {
        let body = r#"{"message": "a\u001b[31mb\nc\u202ed"}"#;
        let detail = from_body(body.as_bytes(), None).unwrap();
        assert_eq!(&*detail, "a\\u{1b}[31mb\\u{a}c\\u{202e}d");
    }

    #[test]
    fn a_long_message_is_cut_between_characters() {
        let body = format!(r#"{{"message": "{}"}}"#, "é".repeat(500));
        let detail = from_body(body.as_bytes(), None).unwrap();
        assert_eq!(detail.len(), LONGEST);
        assert!(detail.chars().all(|character| character == 'é'));
    }

    #[test]
    fn l2_an_echoed_credential_is_removed() {
        let token = "canary-0123456789-token";
        let bearer = HeaderValue::from_str(&format!("Bearer {token}")).unwrap();
        let plain = HeaderValue::from_str(token).unwrap();
        let body = format!(r#"{{"message": "token {token} is unknown"}}"#);
        for header in [&bearer, &plain] {
            let detail = from_body(body.as_bytes(), Some(header)).unwrap();
            assert_eq!(&*detail, "token [credential] is unknown");
        }
    }

    #[test]
    fn l2_a_piece_of_a_credential_withholds_the_message() {
        let header = HeaderValue::from_static("canary-0123456789-token");
        let body = r#"{"message": "no token begins with canary-012345"}"#;
        assert_eq!(from_body(body.as_bytes(), Some(&header)), None);
    }
}
