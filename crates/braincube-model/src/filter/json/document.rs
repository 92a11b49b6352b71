//! [`Document`]: a JSON text that is taken apart level by level, in a time that does not depend on how deep it is.

use std::collections::HashMap;

use crate::json::offset_in;

/// A valid JSON text and the places of its brackets, so that a value of any size is stepped over at once.
pub(super) struct Document<'a> {
    text: &'a str,
    /// The closing bracket of each opening one.
    closing: HashMap<usize, usize>,
}

impl<'a> Document<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut closing = HashMap::new();
        let mut open = Vec::new();
        let (mut in_string, mut escaped) = (false, false);
        for (at, byte) in text.bytes().enumerate() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' if in_string => escaped = true,
                b'"' => in_string = !in_string,
                b'{' | b'[' if !in_string => open.push(at),
                b'}' | b']' if !in_string => {
                    closing.extend(open.pop().map(|start| (start, at)));
                }
                _ => {}
            }
        }
        Self { text, closing }
    }

    /// The whole value.
    pub(super) const fn root(&self) -> &'a str {
        self.text
    }

    /// The elements of a list, or the keys and values of an object in turn; nothing for any other value of the text.
    pub(super) fn values(&self, token: &'a str) -> Vec<&'a str> {
        let start = offset_in(self.text, token);
        let mut values = Vec::new();
        let Some(close) = self.closing.get(&start) else {
            return values;
        };
        let mut at = start + 1;
        while let Some(byte) = self.text.as_bytes().get(at).filter(|_| at < *close) {
            let end = match byte {
                b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' => {
                    at += 1;
                    continue;
                }
                b'{' | b'[' => self.closing.get(&at).map_or(*close, |end| end + 1),
                b'"' => self.string_end(at),
                _ => self.word_end(at),
            };
            values.extend(self.text.get(at..end));
            at = end.max(at + 1);
        }
        values
    }

    /// The place behind a string.
    fn string_end(&self, start: usize) -> usize {
        let mut escaped = false;
        let inside = self.text.bytes().enumerate().skip(start + 1);
        let mut quotes = inside.filter(|(_, byte)| {
            let closes = *byte == b'"' && !escaped;
            escaped = *byte == b'\\' && !escaped;
            closes
        });
        quotes.next().map_or(self.text.len(), |(at, _)| at + 1)
    }

    /// The place behind a number, a boolean or `null`.
    fn word_end(&self, start: usize) -> usize {
        let ends = |byte: &u8| b",:]} \t\n\r".contains(byte);
        let rest = self.text.as_bytes().get(start..).unwrap_or_default();
        let length = rest.iter().position(ends);
        length.map_or(self.text.len(), |length| start + length)
    }
}

#[cfg(test)]
mod tests {
    use super::Document;

    #[test]
    fn a_value_is_taken_apart_one_level_at_a_time() {
        let text = r#"{"a\"]": [1 , {"b":[null]},"x,y",-1.5e3 ] , "c":true}"#;
        let document = Document::new(text);
        let values = document.values(document.root());
        assert_eq!(values[0], r#""a\"]""#);
        assert_eq!(values[2..], [r#""c""#, "true"]);
        let list = document.values(values[1]);
        assert_eq!(list, ["1", r#"{"b":[null]}"#, r#""x,y""#, "-1.5e3"]);
        assert_eq!(document.values(list[1]), [r#""b""#, "[null]"]);
        assert!(document.values(list[0]).is_empty());
    }
}
