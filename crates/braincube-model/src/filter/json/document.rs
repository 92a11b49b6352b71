//! [`Document`]: splits a JSON text into values, one level at a time, in linear time for any depth.

use std::collections::HashMap;

use serde::de::IgnoredAny;

use crate::json::{bytes_outside_strings, offset_in};

/// A valid JSON text and the positions of its brackets.
pub(super) struct Document<'a> {
    text: &'a str,
    /// The position of the closing bracket, by that of the opening one.
    closing: HashMap<usize, usize>,
}

impl<'a> Document<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut closing = HashMap::new();
        let mut open = Vec::new();
        for (at, byte) in bytes_outside_strings(text) {
            match byte {
                b'{' | b'[' => open.push(at),
                b'}' | b']' => closing.extend(open.pop().map(|start| (start, at))),
                _ => {}
            }
        }
        Self { text, closing }
    }

    /// The whole document.
    pub(super) const fn root(&self) -> &'a str {
        self.text
    }

    /// The elements of a list, or the keys and values of an object in turn. Empty for any other value.
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
                _ => self.scalar_end(at),
            };
            values.extend(self.text.get(at..end));
            at = end.max(at + 1);
        }
        values
    }

    /// The position after a string, a number, a boolean or `null`.
    fn scalar_end(&self, start: usize) -> usize {
        let rest = self.text.get(start..).unwrap_or_default();
        let mut scalars = serde_json::Deserializer::from_str(rest).into_iter::<IgnoredAny>();
        scalars.next();
        start + scalars.byte_offset()
    }
}

#[cfg(test)]
mod tests {
    use super::Document;

    #[test]
    fn values_are_split_one_level_at_a_time() {
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
