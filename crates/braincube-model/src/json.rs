//! How the service's JSON is read: token by token, so that what is not understood is kept as it
//! came and an error can say where it is without repeating what it found.

mod bare_words;
mod error;
pub(crate) mod object;

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

pub(crate) use self::bare_words::quote_bare_words;
pub(crate) use self::error::{JsonError, JsonProblem};
pub(crate) use self::object::Object;

/// The keys and values of an object, in the order in which they stand.
pub(crate) struct Entries<'a>(pub(crate) Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Deserialize<'a> for Entries<'a> {
    fn deserialize<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;

        impl<'a> Visitor<'a> for Collect {
            type Value = Entries<'a>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                // As many as the summary of an entity has, so that it is moved nowhere while it is read.
                let mut entries = Vec::with_capacity(8);
                while let Some((Key(key), value)) = map.next_entry()? {
                    entries.push((key, value));
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(Collect)
    }
}

#[derive(serde::Deserialize)]
pub(crate) struct Key<'a>(#[serde(borrow)] pub(crate) Cow<'a, str>);

/// What a token is, in words for an error.
pub(crate) fn kind(token: &RawValue) -> &'static str {
    kind_of(token.get())
}

/// As [`kind`], of the token's text.
pub(crate) fn kind_of(token: &str) -> &'static str {
    match token.as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b'"') => "a text",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

/// Where `part` begins within `whole`, which it is a part of.
pub(crate) fn offset_in(whole: &str, part: &str) -> usize {
    (part.as_ptr().addr()).saturating_sub(whole.as_ptr().addr())
}
