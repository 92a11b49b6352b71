//! Escapes the characters that a terminal would act on instead of showing them.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Replaces control characters, and invisible characters that reorder or hide text, by escapes such as `\u001b`. They
/// are those of JSON, so that JSON stays what it is. The characters in `kept` are not replaced.
pub(crate) fn escape_control<'a>(text: &'a str, kept: &[char]) -> Cow<'a, str> {
    let is_escaped = |character| is_control(character) && !kept.contains(&character);
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

/// Whether a terminal acts on a character, or shows nothing for it. The two joiners (U+200C, U+200D) are not among
/// them: scripts and emoji need them, and they neither reorder nor hide anything.
fn is_control(character: char) -> bool {
    let is_invisible = matches!(
        character,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    );
    character.is_control() || is_invisible
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
    fn f11_escaped_json_says_the_same() {
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
