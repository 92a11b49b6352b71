//! Reading of the service's JSON, token by token: unknown parts are kept unchanged, and an error contains its position
//! but no value.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::BcId;

/// An error in a piece of JSON: the problem, its position, and the path from where reading began.
#[derive(Debug)]
pub struct JsonError {
    /// For example `conditions[2].variable.bcId`. Empty for the value where reading began.
    pub(crate) path: String,
    /// The address of the first byte of the token at fault.
    pub(crate) address: usize,
    pub(crate) problem: JsonProblem,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum JsonProblem {
    #[error("the value is missing")]
    Missing,
    #[error("expected {expected}, found {found}")]
    Type {
        expected: &'static str,
        found: &'static str,
    },
    #[error("the server reports an error")]
    Reported,
    #[error("the key occurs twice")]
    Duplicate,
    #[error("not a valid JSON string")]
    Text,
}

impl JsonError {
    pub(crate) fn at(token: &RawValue, problem: JsonProblem) -> Self {
        Self {
            path: String::new(),
            address: token.get().as_ptr().addr(),
            problem,
        }
    }

    pub(crate) fn wrong_type(token: &RawValue, expected: &'static str) -> Self {
        let found = kind(token.get());
        Self::at(token, JsonProblem::Type { expected, found })
    }

    /// The same error with `key` in front of its path.
    pub(crate) fn under(mut self, key: &str) -> Self {
        let dot = !self.path.is_empty() && !self.path.starts_with('[');
        self.path = format!("{key}{}{}", if dot { "." } else { "" }, self.path);
        self
    }

    /// The same error with the index of a list in front of its path.
    pub(crate) fn at_index(self, index: usize) -> Self {
        self.under(&format!("[{index}]"))
    }
}

/// The members of an object, in their order.
pub(crate) type Entries<'a> = Vec<(Cow<'a, str>, &'a RawValue)>;

/// An object whose list has been split into its elements.
struct Members<'a> {
    entries: Entries<'a>,
    list: Option<Vec<&'a RawValue>>,
}

/// Reads an object in one pass. The value of this key is read as a list, all others are left unread.
struct ReadMembers<'k>(Option<&'k str>);

impl<'a> DeserializeSeed<'a> for ReadMembers<'_> {
    type Value = Members<'a>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for ReadMembers<'_> {
    type Value = Members<'a>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        // The summary of an entity has at most 8 keys, so the vector does not grow.
        let mut entries = Vec::with_capacity(8);
        let mut list = None;
        while let Some(Key(key)) = map.next_key()? {
            if self.0 != Some(&*key) {
                entries.push((key, map.next_value()?));
            } else if list.replace(map.next_value()?).is_some() {
                return Err(A::Error::custom("the key occurs twice"));
            }
        }
        Ok(Members { entries, list })
    }
}

impl<'a> Members<'a> {
    fn parse(text: &'a str, list_key: Option<&str>) -> serde_json::Result<Self> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let members = ReadMembers(list_key).deserialize(&mut deserializer)?;
        deserializer.end()?;
        Ok(members)
    }
}

/// The members of a JSON object; empty for any other text.
pub(crate) fn entries(text: &str) -> Entries<'_> {
    Members::parse(text, None).map_or(Vec::new(), |members| members.entries)
}

/// The elements of the list under `key` in an object. `None` if the value is not a list, the key occurs twice, the
/// object reports an error, or the text is not JSON.
///
/// Reads the text once, where [`Object`] and [`elements`] read it three times.
pub(crate) fn elements_under<'a>(key: &str, text: &'a str) -> Option<Vec<&'a RawValue>> {
    let Members { entries, list } = Members::parse(text, Some(key)).ok()?;
    let reports_error = entries.iter().any(|(key, value)| is_error(key, value));
    list.filter(|_| !reports_error)
}

#[derive(serde::Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

/// The kind of a token, for an error message.
pub(crate) fn kind(token: &str) -> &'static str {
    match token.as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b'"') => "a text",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

/// The bytes of a JSON text outside its strings, with their positions. The quotes of the strings are left out.
pub(crate) fn bytes_outside_strings(json: &str) -> impl Iterator<Item = (usize, u8)> {
    let (mut in_string, mut escaped) = (false, false);
    json.bytes().enumerate().filter(move |(_, byte)| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ => return !in_string,
        }
        false
    })
}

/// The number of the line at an offset, counted from 1, and the part of this line before the offset.
pub(crate) fn line_at(text: &str, offset: usize) -> (usize, &str) {
    let before = &text[..text.floor_char_boundary(offset)];
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, &before[start..])
}

/// The offset of `part` in `whole`; `part` is a slice of it.
pub(crate) fn offset_in(whole: &str, part: &str) -> usize {
    (part.as_ptr().addr()).saturating_sub(whole.as_ptr().addr())
}

/// An object of the service. A key whose value is `null` counts as missing.
pub(crate) struct Object<'a> {
    raw: &'a RawValue,
    entries: Entries<'a>,
}

type Read<T> = Result<T, JsonError>;

impl<'a> Object<'a> {
    pub(crate) fn parse(raw: &'a RawValue) -> Read<Self> {
        if !raw.get().starts_with('{') {
            return Err(JsonError::wrong_type(raw, "an object"));
        }
        // The token is valid JSON, but its keys have not been decoded.
        let Members { entries, .. } =
            Members::parse(raw.get(), None).map_err(|_| JsonError::at(raw, JsonProblem::Text))?;
        Ok(Self { raw, entries })
    }

    pub(crate) const fn raw(&self) -> &'a RawValue {
        self.raw
    }

    /// The value of `key`, unless it is missing or `null`.
    pub(crate) fn get(&self, key: &str) -> Read<Option<&'a RawValue>> {
        let mut found = self.entries.iter().filter(|(name, _)| name == key);
        let value = found.next().map(|(_, value)| *value);
        if let Some((_, second)) = found.next() {
            return Err(JsonError::at(second, JsonProblem::Duplicate).under(key));
        }
        Ok(value.filter(|value| value.get() != "null"))
    }

    /// The value of `key`, converted by `read`.
    pub(crate) fn read<T>(
        &self,
        key: &str,
        read: impl FnOnce(&'a RawValue) -> Read<T>,
    ) -> Read<Option<T>> {
        self.get(key)?
            .map(read)
            .transpose()
            .map_err(|error| error.under(key))
    }

    /// As [`Object::read`], for a required value.
    pub(crate) fn require<T>(
        &self,
        key: &str,
        read: impl FnOnce(&'a RawValue) -> Read<T>,
    ) -> Read<T> {
        self.read(key, read)?
            .ok_or_else(|| JsonError::at(self.raw, JsonProblem::Missing).under(key))
    }

    /// The elements of the list under `key`, each converted by `read`. Empty if the key is missing.
    pub(crate) fn list<T>(
        &self,
        key: &str,
        read: impl FnMut(&'a RawValue) -> Read<T>,
    ) -> Read<Vec<T>> {
        Ok(self.read(key, |raw| list(raw, read))?.unwrap_or_default())
    }

    /// Checks that the object does not report an error, which [`is_error`] recognizes.
    pub(crate) fn reports_no_error(&self) -> Read<()> {
        let mut entries = self.entries.iter();
        match entries.find(|(key, value)| is_error(key, value)) {
            Some((key, value)) => Err(JsonError::at(value, JsonProblem::Reported).under(key)),
            None => Ok(()),
        }
    }

    pub(crate) fn text(&self, key: &str) -> Read<Option<Box<str>>> {
        self.read(key, text)
    }

    pub(crate) fn boolean(&self, key: &str) -> Read<Option<bool>> {
        self.read(key, |raw| match raw.get() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(JsonError::wrong_type(raw, "true or false")),
        })
    }
}

/// Whether this member of a response reports an error: a value under `error` or `errors` that is not empty.
fn is_error(key: &str, value: &RawValue) -> bool {
    let is_error = key.eq_ignore_ascii_case("error") || key.eq_ignore_ascii_case("errors");
    is_error && {
        let value = value.get().split_ascii_whitespace().collect::<String>();
        !matches!(
            &*value,
            "null" | "false" | "0" | "-0" | r#""""# | "[]" | "{}"
        )
    }
}

fn from_raw<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> Read<T> {
    serde_json::from_str(raw.get()).map_err(|_| JsonError::at(raw, JsonProblem::Text))
}

/// The elements of a list, each converted by `read`.
pub(crate) fn list<'a, T>(
    raw: &'a RawValue,
    mut read: impl FnMut(&'a RawValue) -> Read<T>,
) -> Read<Vec<T>> {
    elements(raw)?
        .into_iter()
        .enumerate()
        .map(|(index, raw)| read(raw).map_err(|error| error.at_index(index)))
        .collect()
}

/// The elements of a list, unread.
pub(crate) fn elements(raw: &RawValue) -> Read<Vec<&RawValue>> {
    if !raw.get().starts_with('[') {
        return Err(JsonError::wrong_type(raw, "a list"));
    }
    from_raw(raw)
}

pub(crate) fn text(raw: &RawValue) -> Read<Box<str>> {
    if !raw.get().starts_with('"') {
        return Err(JsonError::wrong_type(raw, "a text"));
    }
    from_raw(raw)
}

pub(crate) fn bc_id(raw: &RawValue) -> Read<BcId> {
    let expected = "a bcId, a number or a text that is not empty";
    BcId::from_json(raw).ok_or_else(|| JsonError::wrong_type(raw, expected))
}

/// The id of an object such as `{"bcId": 10}`.
pub(crate) fn reference(raw: &RawValue) -> Read<BcId> {
    Object::parse(raw)?.require("bcId", bc_id)
}
