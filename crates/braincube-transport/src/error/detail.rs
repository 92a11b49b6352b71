//! What a server says about a failure, cleaned, cut and free of the credential that it was sent.

use braincube_auth::redact;
use http::HeaderValue;

/// The longest text that is handed on, in bytes.
const LONGEST: usize = redact::MAX_LEN;

/// The message in a JSON body, fit to be shown.
pub(crate) fn from_body(body: &[u8], credential: Option<&HeaderValue>) -> Option<Box<str>> {
    redact::error_message(body, credential.map(secret))
}

/// A server's text, fit to be shown; nothing if a telling piece of the credential is left in it.
pub(crate) fn presentable(text: &str, credential: Option<&HeaderValue>) -> Option<Box<str>> {
    fit(text, credential, LONGEST)
}

/// A text of the server's, fit to be shown: cut, and without the credential it was sent.
pub(crate) fn fit(text: &str, sent: Option<&HeaderValue>, longest: usize) -> Option<Box<str>> {
    redact::sanitize(text, sent.map(secret), longest)
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
