//! The two keys by which columns are found, in any way JSON can spell them.

/// A key that tells the splitter what the value behind it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// `datadefs`: the columns.
    Columns,
    /// `data`: the cells of a column.
    Cells,
}

impl Key {
    /// Whether the inside of a JSON string spells this key.
    pub(super) fn is_spelled(self, raw: &[u8]) -> bool {
        let name = match self {
            Self::Columns => "datadefs",
            Self::Cells => "data",
        };
        raw == name.as_bytes() || (raw.contains(&b'\\') && unescapes_to(raw, name))
    }
}

/// Whether `raw`, unescaped, is `name`, a word of ASCII letters: only `\uXXXX` can spell those.
fn unescapes_to(mut raw: &[u8], name: &str) -> bool {
    for letter in name.bytes() {
        match raw {
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
                raw = rest;
            }
            [first, rest @ ..] if *first == letter => raw = rest,
            _ => return false,
        }
    }
    raw.is_empty()
}

#[cfg(test)]
mod tests {
    use super::Key;

    #[test]
    fn a_key_is_known_in_every_spelling() {
        for (raw, is_data) in [
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
            assert_eq!(Key::Cells.is_spelled(raw.as_bytes()), is_data, "{raw}");
        }
        assert!(Key::Columns.is_spelled(br"\u0064ata\u0064efs"));
        assert!(Key::Columns.is_spelled(b"datadefs"));
        assert!(!Key::Columns.is_spelled(b"datadef"));
    }
}
