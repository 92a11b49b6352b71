//! JSON for the oracle: all keys in their order, and numbers with their digits. `serde_json` checks
//! the syntax.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

#[derive(Clone, Debug)]
pub(crate) enum Json {
    Null,
    Boolean(bool),
    Number(String),
    Text(String),
    Array(Vec<Self>),
    Object(Vec<(String, Self)>),
}

impl Json {
    pub(crate) fn parse(text: &str) -> Result<Self, serde_json::Error> {
        Self::read(serde_json::from_str(&with_words_quoted(text))?)
    }

    fn read(raw: &RawValue) -> Result<Self, serde_json::Error> {
        let text = raw.get();
        Ok(match text.as_bytes()[0] {
            b'n' => Self::Null,
            b't' | b'f' => Self::Boolean(text == "true"),
            b'"' => Self::Text(serde_json::from_str(text)?),
            b'[' => {
                let items: Vec<&RawValue> = serde_json::from_str(text)?;
                Self::Array(
                    items
                        .into_iter()
                        .map(Self::read)
                        .collect::<Result<_, _>>()?,
                )
            }
            b'{' => {
                let Entries(entries) = serde_json::from_str(text)?;
                let read = |(key, value)| Ok((key, Self::read(value)?));
                Self::Object(entries.into_iter().map(read).collect::<Result<_, _>>()?)
            }
            _ => Self::Number(text.to_owned()),
        })
    }

    /// The depth of nested arrays and objects.
    pub(crate) fn depth(&self) -> usize {
        match self {
            Self::Array(items) => 1 + items.iter().map(Self::depth).max().unwrap_or(0),
            Self::Object(entries) => {
                let depths = entries.iter().map(|(_, value)| value.depth());
                1 + depths.max().unwrap_or(0)
            }
            _ => 0,
        }
    }

    /// All values of a key of an object.
    pub(crate) fn all<'j>(&'j self, key: &str) -> Vec<&'j Self> {
        let Self::Object(entries) = self else {
            return Vec::new();
        };
        let found = entries.iter().filter(|(name, _)| name == key);
        found.map(|(_, value)| value).collect()
    }
}

/// The text with quotes around the words that Python's `json` writes for NaN and infinities. No key is one of them.
fn with_words_quoted(text: &str) -> String {
    let mut quoted = String::new();
    let (mut in_string, mut escaped, mut rest) = (false, false, text);
    while let Some(first) = rest.chars().next() {
        let words = ["NaN", "Infinity", "-Infinity"];
        let word = words.into_iter().find(|word| rest.starts_with(word));
        let is_key = |word: &str| rest[word.len()..].trim_start().starts_with(':');
        if let Some(word) = word.filter(|word| !in_string && !is_key(word)) {
            quoted.extend(["\"", word, "\""]);
            rest = &rest[word.len()..];
            continue;
        }
        match first {
            _ if escaped => escaped = false,
            '\\' => escaped = in_string,
            '"' => in_string = !in_string,
            _ => {}
        }
        quoted.push(first);
        rest = &rest[first.len_utf8()..];
    }
    quoted
}

/// The entries of an object.
struct Entries<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Entries<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;

        impl<'de> Visitor<'de> for Each {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(entries)
            }
        }

        deserializer.deserialize_map(Each).map(Entries)
    }
}
