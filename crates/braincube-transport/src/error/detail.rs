//! What a server says about a failure: found in a JSON body, cleaned, cut and free of credentials.

use braincube_auth::words;
use braincube_model::answer::without_byte_order_mark;
use http::HeaderValue;
use serde_json::Value;

/// The longest text that is handed on, in bytes.
const LONGEST: usize = words::LONGEST;

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
    words::presentable(text, sent.map(secret), longest)
}

/// The secret in the value of a header: of `Bearer abc`, what follows the scheme.
fn secret(header: &HeaderValue) -> &[u8] {
    let mut words = header.as_bytes().rsplit(|&byte| byte == b' ');
    words.next().unwrap_or_default()
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
            (
                "\u{feff}{\"error\": \"behind a mark\"}",
                Some("behind a mark"),
            ),
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
