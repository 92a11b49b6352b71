//! What an answer is, from its first bytes: JSON, or one of the things that come instead.

use crate::error::NotJson;

/// How far into a page the signs of a login are looked for, in bytes.
const LOOKED_AT: usize = 8 << 10;

/// The first byte that says something: neither white space nor a byte order mark.
pub(super) fn first_telling_byte(bytes: &[u8]) -> Option<u8> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bytes
        .iter()
        .copied()
        .find(|byte| !byte.is_ascii_whitespace())
}

/// What the beginning of a body shows, if it is not that of JSON.
pub(super) fn not_json(beginning: &[u8]) -> Option<NotJson> {
    match first_telling_byte(beginning) {
        None => Some(NotJson::Empty),
        Some(b'{' | b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => None,
        Some(b'<') if asks_for_login(beginning) => Some(NotJson::LoginPage),
        Some(b'<') => Some(NotJson::Html),
        Some(_) => Some(NotJson::Other),
    }
}

fn asks_for_login(page: &[u8]) -> bool {
    let page = &page[..page.len().min(LOOKED_AT)];
    let page = String::from_utf8_lossy(page).to_ascii_lowercase();
    ["password", "login", "log in", "sign in", "signin"]
        .iter()
        .any(|sign| page.contains(sign))
}

#[cfg(test)]
mod tests {
    use super::not_json;
    use crate::error::NotJson;

    #[test]
    fn h14_h23_the_first_bytes_tell() {
        for (beginning, expected) in [
            (r#"{"items": []}"#, None),
            ("\r\n\t [1]", None),
            ("\u{feff}{}", None),
            (r#""token""#, None),
            ("-1", None),
            ("7", None),
            ("true", None),
            ("null", None),
            ("", Some(NotJson::Empty)),
            (" \n", Some(NotJson::Empty)),
            ("\u{feff}", Some(NotJson::Empty)),
            (
                "<!DOCTYPE html><title>Maintenance</title>",
                Some(NotJson::Html),
            ),
            (
                "\n<html><input type=\"Password\">",
                Some(NotJson::LoginPage),
            ),
            ("<a href='/sso/LOGIN'>", Some(NotJson::LoginPage)),
            ("<?xml version=\"1.0\"?>", Some(NotJson::Html)),
            ("Bad gateway", Some(NotJson::Other)),
            ("\u{1f}\u{8b}", Some(NotJson::Other)),
        ] {
            assert_eq!(not_json(beginning.as_bytes()), expected, "{beginning:?}");
        }
    }
}
