//! Reads configuration files: small regular files in UTF-8 or UTF-16.

use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::path::Path;

use zeroize::Zeroizing;

use crate::ConfigError;

/// Maximum size of a file, in bytes. A configuration has a few hundred.
const MAX_SIZE: usize = 64 * 1024;

/// The text of a configuration file.
pub(crate) struct ConfigText {
    /// Zeroized on drop: it contains secrets.
    pub(crate) text: Zeroizing<String>,
    /// The permission bits, if other users have any permission (Unix).
    pub(crate) exposed_mode: Option<u32>,
}

/// Reads a file.
pub(crate) fn read(path: &Path) -> Result<ConfigText, ConfigError> {
    let unreadable = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ConfigError::NotFound {
            path: path.to_owned(),
        },
        _ => ConfigError::Unreadable {
            path: path.to_owned(),
            source,
        },
    };
    // Checked before opening: opening a pipe blocks until another process writes to it.
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(ConfigError::NotAFile {
            path: path.to_owned(),
        });
    }
    let file = File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    let bytes = read_limited(file).map_err(unreadable)?;
    if bytes.len() > MAX_SIZE {
        return Err(ConfigError::TooLarge {
            path: path.to_owned(),
            limit: MAX_SIZE,
        });
    }
    let text = decode(&bytes).ok_or_else(|| ConfigError::Encoding {
        path: path.to_owned(),
    })?;
    Ok(ConfigText {
        text,
        exposed_mode: exposed_mode(&metadata),
    })
}

/// Reads at most one byte more than the limit. A buffer that grows leaves copies of the secrets that are not zeroized.
fn read_limited(file: File) -> io::Result<Zeroizing<Vec<u8>>> {
    let limit = MAX_SIZE + 1;
    let mut bytes = Zeroizing::new(Vec::with_capacity(limit + 32));
    file.take(limit as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Decodes UTF-8 or UTF-16, with or without a byte order mark.
fn decode(bytes: &[u8]) -> Option<Zeroizing<String>> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        // JSON starts with an ASCII character: the position of the zero byte shows the byte order.
        [first, 0, ..] if *first != 0 => utf16(bytes, u16::from_le_bytes),
        [0, second, ..] if *second != 0 => utf16(bytes, u16::from_be_bytes),
        _ => utf8(bytes),
    }
}

fn utf8(bytes: &[u8]) -> Option<Zeroizing<String>> {
    let text = str::from_utf8(bytes).ok()?;
    Some(Zeroizing::new(text.to_owned()))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<Zeroizing<String>> {
    let (units, []) = bytes.as_chunks() else {
        return None;
    };
    // A unit has at most three bytes in UTF-8. The text must not grow, as above.
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() / 2 * 3));
    for character in char::decode_utf16(units.iter().copied().map(unit)) {
        text.push(character.ok()?);
    }
    Some(text)
}

#[cfg(unix)]
fn exposed_mode(metadata: &Metadata) -> Option<u32> {
    use std::os::unix::fs::MetadataExt as _;

    const OTHERS: u32 = 0o077;
    let mode = metadata.mode() & 0o7777;
    (mode & OTHERS != 0).then_some(mode)
}

#[cfg(not(unix))]
fn exposed_mode(_: &Metadata) -> Option<u32> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c3_utf8_and_utf16_are_read_with_and_without_a_byte_order_mark() {
        let text = "{\"domain\":\r\n\"é😀\"}";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let utf8_mark = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
        let little_mark = [b"\xFF\xFE".as_slice(), &little].concat();
        let big_mark = [b"\xFE\xFF".as_slice(), &big].concat();
        let all = [
            text.as_bytes(),
            &utf8_mark,
            &little,
            &little_mark,
            &big,
            &big_mark,
        ];
        for bytes in all {
            assert_eq!(decode(bytes).unwrap().as_str(), text);
        }
    }

    #[test]
    fn c3_other_encodings_are_rejected() {
        let table: [&[u8]; 5] = [
            b"{\"domain\": \"\xE9\"}", // Latin-1
            b"\xFF\xFE{",              // half a unit
            b"\xFF\xFE\x00\xD8",       // half a pair
            b"{\0\"",                  // half a unit, no mark
            b"\x89PNG",
        ];
        for bytes in table {
            assert!(decode(bytes).is_none(), "{bytes:?}");
        }
    }
}
