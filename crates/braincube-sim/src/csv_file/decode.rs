//! [`decode`]: the text of a file, in the encodings that spreadsheets and historians write.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// The text of a file and the name of its encoding.
///
/// A byte order mark says whether it is UTF-8, UTF-16LE or UTF-16BE. Without one, it is UTF-8 if its bytes are valid UTF-8,
/// else Windows-1252, which agrees with Latin-1 on all printable characters.
pub(super) fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, &'static str), String> {
    let (encoding, bytes) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (encoding, bytes.get(length..).unwrap_or_default()),
        None if std::str::from_utf8(bytes).is_ok() => (UTF_8, bytes),
        None => (WINDOWS_1252, bytes),
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    let name = encoding.name();
    match text {
        None => Err(format!(
            "its text is not valid {name}, as its byte order mark says"
        )),
        Some(text) if text.contains('\0') => Err(format!(
            "its text has NUL characters, read as {name}; save it as UTF-8, or as UTF-16 with a byte order mark"
        )),
        Some(text) => Ok((text, name)),
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    fn utf_16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    #[test]
    fn d2_each_encoding_gives_the_same_text() {
        let text = "Température;°C\n";
        let marked = "\u{feff}Température;°C\n";
        for (bytes, name) in [
            (text.as_bytes().to_vec(), "UTF-8"),
            (marked.as_bytes().to_vec(), "UTF-8"),
            (utf_16(marked, u16::to_le_bytes), "UTF-16LE"),
            (utf_16(marked, u16::to_be_bytes), "UTF-16BE"),
            (b"Temp\xe9rature;\xb0C\n".to_vec(), "windows-1252"),
        ] {
            let (decoded, encoding) = decode(&bytes).unwrap();
            assert_eq!((&*decoded, encoding), (text, name));
        }
    }

    #[test]
    fn d2_text_that_cannot_be_told_is_refused() {
        let unmarked = utf_16("a;b\n", u16::to_le_bytes);
        assert!(decode(&unmarked).unwrap_err().contains("byte order mark"));
        assert!(
            decode(b"\xff\xfe\x00\xd8a")
                .unwrap_err()
                .contains("not valid UTF-16LE")
        );
        assert!(
            decode(b"\xef\xbb\xbf\xe9")
                .unwrap_err()
                .contains("not valid UTF-8")
        );
    }
}
