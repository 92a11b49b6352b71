//! What an answer is, from its first bytes: JSON, or one of the things that come instead.

use crate::error::NotJson;

/// What some servers put before UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// How far into a page the signs of a login are looked for, in bytes.
const LOOKED_AT: usize = 8 << 10;

/// Whether so much of a body tells what it is: past a byte order mark, and of a page enough to see
/// whether it asks for a login.
pub(super) fn is_enough(beginning: &[u8]) -> bool {
    match first_telling_byte(beginning) {
        None => false,
        Some(0xef) => beginning.len() >= BYTE_ORDER_MARK.len(),
        Some(b'<') => beginning.len() >= LOOKED_AT,
        Some(_) => true,
    }
}

/// The first byte that says something: neither white space nor a byte order mark.
fn first_telling_byte(bytes: &[u8]) -> Option<u8> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
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
    use super::{is_enough, not_json};
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

    #[test]
    fn h14_enough_is_read_to_tell() {
        for (beginning, expected) in [
            ("", false),
            (" \n", false),
            ("{", true),
            ("\u{feff}", false),
            ("\u{feff}{", true),
            ("<html>", false),
        ] {
            assert_eq!(is_enough(beginning.as_bytes()), expected, "{beginning:?}");
        }
        assert!(!is_enough(b"\xef") && !is_enough(b"\xef\xbb"));
        assert!(is_enough(b"\xefoo"));
        assert!(is_enough(&[b'<'; 8 << 10]));
    }
}
