//! The start of a response and its two keys.

use crate::error::Error;

/// The UTF-8 byte order mark, which some servers send.
const MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];

/// The state at the start of a response.
#[derive(Debug)]
pub(super) enum Start {
    /// This many bytes of a byte order mark were read.
    Mark(usize),
    /// White space was read.
    Space,
    /// The document has started.
    Document,
}

impl Start {
    /// The position in `bytes` from which the document continues; `None` if it has not started.
    pub(super) fn skip(&mut self, bytes: &[u8]) -> Result<Option<usize>, Error> {
        for (at, byte) in bytes.iter().enumerate() {
            *self = match (&*self, byte) {
                (Self::Document, _) => return Ok(Some(at)),
                (Self::Mark(seen), byte) if MARK.get(*seen) == Some(byte) => Self::Mark(seen + 1),
                (Self::Mark(1 | 2), _) => return Err(not_json(MARK[0])),
                (_, b' ' | b'\n' | b'\r' | b'\t') => Self::Space,
                (_, b'{') => {
                    *self = Self::Document;
                    return Ok(Some(at));
                }
                (_, other) => return Err(not_json(*other)),
            };
        }
        Ok(None)
    }

    /// Whether only white space was read.
    pub(super) const fn is_empty(&self) -> bool {
        !matches!(self, Self::Document)
    }
}

const fn not_json(first: u8) -> Error {
    let found = match first {
        b'<' => "markup, such as an HTML page",
        b'[' => "a JSON array",
        b'"' => "a JSON string",
        b' '..=b'~' => "text",
        0x1F => "compressed data",
        _ => "binary data",
    };
    Error::NotJson { found }
}

/// A key that locates the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// `datadefs`: the columns.
    Columns,
    /// `data`: the cells of a column.
    Cells,
}

impl Key {
    /// Whether a JSON string without its quotes is this key, possibly with escape sequences.
    pub(super) fn matches(self, json: &[u8]) -> bool {
        let name = match self {
            Self::Columns => "datadefs",
            Self::Cells => "data",
        };
        json == name.as_bytes() || (json.contains(&b'\\') && unescapes_to(json, name))
    }
}

/// Whether `json`, unescaped, is `name`, which consists of ASCII letters: only `\uXXXX` can be unescaped to one.
fn unescapes_to(mut json: &[u8], name: &str) -> bool {
    for letter in name.bytes() {
        match json {
            [b'\\', b'u', digits @ ..] => {
                let Some((digits, rest)) = digits.split_first_chunk::<4>() else {
                    return false;
                };
                let code = std::str::from_utf8(digits)
                    .ok()
                    .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
                    .and_then(|digits| u32::from_str_radix(digits, 16).ok());
                if code != Some(u32::from(letter)) {
                    return false;
                }
                json = rest;
            }
            [first, rest @ ..] if *first == letter => json = rest,
            _ => return false,
        }
    }
    json.is_empty()
}

#[cfg(test)]
mod tests {
    use super::Key;

    #[test]
    fn a_key_matches_with_any_escape_sequences() {
        for (json, is_data) in [
            ("data", true),
            (r"da\u0074a", true),
            (r"\u0064\u0061\u0074\u0061", true),
            (r"dat\u0061", true),
            (r"da\u0054a", false),
            (r"da\u007", false),
            (r"da\u+074a", false),
            (r"da\ta", false),
            (r"data\u0061", false),
            ("dat", false),
            ("", false),
            (r"datadefs", false),
        ] {
            assert_eq!(Key::Cells.matches(json.as_bytes()), is_data, "{json}");
        }
        assert!(Key::Columns.matches(br"\u0064ata\u0064efs"));
        assert!(Key::Columns.matches(b"datadefs"));
        assert!(!Key::Columns.matches(b"datadef"));
    }
}
