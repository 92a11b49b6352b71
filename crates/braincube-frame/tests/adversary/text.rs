//! Writes JSON strings in all variants.

use std::fmt::Write as _;

use crate::random::Random;

/// A JSON string without its quotes that decodes to `text`. This number of a thousand characters is escaped
/// unnecessarily.
pub(crate) fn escape(text: &str, per_mille: usize, random: &mut Random) -> String {
    let mut escaped = String::new();
    for char in text.chars() {
        let must = matches!(char, '"' | '\\') || char < ' ';
        if !must && !random.per_mille(per_mille) {
            escaped.push(char);
            continue;
        }
        let short = match char {
            '"' => Some('"'),
            '\\' => Some('\\'),
            '/' => Some('/'),
            '\n' => Some('n'),
            '\t' => Some('t'),
            '\r' => Some('r'),
            '\u{8}' => Some('b'),
            '\u{c}' => Some('f'),
            _ => None,
        };
        match short.filter(|_| random.per_mille(500)) {
            Some(short) => escaped.extend(['\\', short]),
            None => {
                for unit in char.encode_utf16(&mut [0; 2]) {
                    let _ = if random.per_mille(500) {
                        write!(escaped, "\\u{unit:04x}")
                    } else {
                        write!(escaped, "\\u{unit:04X}")
                    };
                }
            }
        }
    }
    escaped
}

/// A body for a failure message, without leading white space.
pub(crate) fn shown(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let start: String = text.trim_start().chars().take(4_000).collect();
    format!("{} bytes: {start}", body.len())
}
