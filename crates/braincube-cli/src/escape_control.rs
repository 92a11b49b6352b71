//! Escapes control characters, which a terminal would execute, and invisible characters.

use std::borrow::Cow;
use std::fmt::Write as _;

use braincube::auth::redact::is_invisible;

/// Escapes control characters, and invisible characters that reorder or hide text, except those in `kept`.
///
/// The escapes are those of JSON, such as `\u001b`, so escaped JSON keeps its meaning.
pub(crate) fn escape_control<'a>(text: &'a str, kept: &[char]) -> Cow<'a, str> {
    let is_escaped = |character: char| {
        (character.is_control() || is_invisible(character)) && !kept.contains(&character)
    };
    if !text.contains(is_escaped) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            _ if !is_escaped(character) => escaped.push(character),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let _ = write!(escaped, "\\u{unit:04x}");
                }
            }
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::escape_control;

    #[test]
    fn f11_control_and_invisible_characters_are_escaped() {
        for (text, expected) in [
            ("a\u{1b}]0;title\u{7}b", r"a\u001b]0;title\u0007b"),
            ("two\r\nlines\tand\u{7f}", r"two\r\nlines\tand\u007f"),
            ("\u{9b}31m", r"\u009b31m"),
            ("\u{202e}txt\u{2066}", r"\u202etxt\u2066"),
            ("Spe\u{200b}ed\u{feff}", r"Spe\u200bed\ufeff"),
            ("\u{e0041}", r"\udb40\udc41"),
            (
                "Température 日本 👩\u{200d}🔬",
                "Température 日本 👩\u{200d}🔬",
            ),
        ] {
            assert_eq!(escape_control(text, &[]), expected);
        }
        assert_eq!(escape_control("a\nb\r\t", &['\n', '\t']), "a\nb\\r\t");
    }

    #[test]
    fn f11_escaped_json_has_the_same_value() {
        let value = serde_json::json!({ "a\u{9b}": "\u{202e}\u{7f}\u{e0041}\\" });
        let shown = value.to_string();
        let escaped = escape_control(&shown, &[]);
        assert_ne!(escaped, shown);
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&escaped).unwrap(),
            value
        );
    }
}
