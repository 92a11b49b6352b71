//! [`Start`]: what may stand in front of an answer, and what it is if it is no JSON object.

use crate::error::Error;

/// A byte order mark, which some servers send in front of UTF-8.
const MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];

/// How far the start of an answer has been read.
#[derive(Debug)]
pub(super) enum Start {
    /// So many bytes of the byte order mark came, and nothing else.
    Mark(usize),
    /// White space came, perhaps behind a byte order mark.
    Space,
    /// The document has begun.
    Begun,
}

impl Default for Start {
    fn default() -> Self {
        Self::Mark(0)
    }
}

impl Start {
    /// Where in `bytes` the document goes on; `None` if it has not begun yet.
    pub(super) fn skip(&mut self, bytes: &[u8]) -> Result<Option<usize>, Error> {
        for (at, byte) in bytes.iter().enumerate() {
            *self = match (&*self, byte) {
                (Self::Begun, _) => return Ok(Some(at)),
                (Self::Mark(seen), byte) if MARK.get(*seen) == Some(byte) => Self::Mark(seen + 1),
                (Self::Mark(1 | 2), _) => return Err(not_json(MARK[0])),
                (_, b' ' | b'\n' | b'\r' | b'\t') => Self::Space,
                (_, b'{') => {
                    *self = Self::Begun;
                    return Ok(Some(at));
                }
                (_, other) => return Err(not_json(*other)),
            };
        }
        Ok(None)
    }

    /// Whether nothing came but white space.
    pub(super) const fn is_empty(&self) -> bool {
        !matches!(self, Self::Begun)
    }
}

const fn not_json(first: u8) -> Error {
    let found = match first {
        b'<' => "markup, such as an HTML page",
        b'[' => "a JSON array",
        b'"' => "a JSON string",
        b' '..=b'~' => "text",
        0x1F => "compressed data",
        _ => "data that is no text",
    };
    Error::NotJson { found }
}
