//! Whether a piece of JSON is whole, where nothing else tells.

/// Whether all that was opened has been closed: brackets, and texts. It need not be valid.
pub(super) fn is_whole(json: &[u8]) -> bool {
    let mut open = 0_usize;
    let mut bytes = json.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            b'"' if !is_closed(&mut bytes) => return false,
            _ => {}
        }
    }
    open == 0
}

/// Skips the rest of a text; whether it ends.
fn is_closed<'a>(bytes: &mut impl Iterator<Item = &'a u8>) -> bool {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return true,
            b'\\' => {
                bytes.next();
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::is_whole;

    #[test]
    fn n10_json_is_whole_once_all_of_it_is_closed_and_no_sooner() {
        for json in [
            r#"{"items": [{"bcId": "1", "name": "a } ] \" \\"}, []], "more": {}}"#,
            r#"["\\", "\"", "é"]"#,
            r#""text""#,
        ] {
            assert!(is_whole(json.as_bytes()), "{json}");
            for end in 0..json.len() {
                assert_eq!(
                    is_whole(&json.as_bytes()[..end]),
                    end == 0,
                    "{end} of {json}"
                );
            }
        }
        // What has no brackets says nothing, and what is no JSON is for others to find.
        for other in ["", "12", "tru", "]", "{}]]"] {
            assert!(is_whole(other.as_bytes()), "{other}");
        }
    }
}
