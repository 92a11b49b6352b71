//! Text of a server for a terminal: what it would act on is shown, not done.

use std::borrow::Cow;

/// The text with control characters, and those that hide or reorder text, escaped.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(acts) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if acts(character) {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// Whether a terminal acts on a character instead of showing it.
fn acts(character: char) -> bool {
    let reorders = matches!(
        character,
        '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    character.is_control() || reorders
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn a_name_cannot_command_a_terminal() {
        assert_eq!(visible("a\u{1b}]0;title\u{7}b"), "a\\u{1b}]0;title\\u{7}b");
        assert_eq!(visible("two\nlines"), "two\\nlines");
        assert_eq!(visible("\u{202e}txt"), "\\u{202e}txt");
        assert_eq!(visible("Température 日本"), "Température 日本");
    }
}
