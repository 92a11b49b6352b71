//! [`Object`]: an object of the service's, read key by key.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Entries, JsonError, JsonProblem, Key, kind};
use crate::BcId;
use crate::filter::Literal;

/// An object of the service's. A key that is missing and one that is `null` are the same.
pub(crate) struct Object<'a> {
    raw: &'a RawValue,
    entries: Vec<(Cow<'a, str>, &'a RawValue)>,
}

type Read<T> = Result<T, JsonError>;

impl<'a> Object<'a> {
    pub(crate) fn parse(raw: &'a RawValue) -> Read<Self> {
        if !raw.get().starts_with('{') {
            return Err(wrong(raw, "an object"));
        }
        // The text was checked when the token was read; keys were not decoded then.
        let Entries(entries) = serde_json::from_str(raw.get())
            .map_err(|_| JsonError::at(raw.get(), JsonProblem::Text))?;
        Ok(Self { raw, entries })
    }

    pub(crate) const fn raw(&self) -> &'a RawValue {
        self.raw
    }

    /// The value under `key`, unless it is missing or `null`.
    pub(crate) fn get(&self, key: &str) -> Read<Option<&'a RawValue>> {
        let mut found = self.entries.iter().filter(|(name, _)| name == key);
        let value = found.next().map(|(_, value)| *value);
        if let Some((_, second)) = found.next() {
            return Err(JsonError::at(second.get(), JsonProblem::Duplicate).under(key));
        }
        Ok(value.filter(|value| value.get() != "null"))
    }

    /// What `read` makes of the value under `key`.
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

    /// As [`Object::read`], for a value that must be there.
    pub(crate) fn require<T>(
        &self,
        key: &str,
        read: impl FnOnce(&'a RawValue) -> Read<T>,
    ) -> Read<T> {
        self.read(key, read)?
            .ok_or_else(|| JsonError::at(self.raw.get(), JsonProblem::Missing).under(key))
    }

    /// What `read` makes of each element of the list under `key`: nothing if there is no list.
    pub(crate) fn list<T>(
        &self,
        key: &str,
        read: impl FnMut(&'a RawValue) -> Read<T>,
    ) -> Read<Vec<T>> {
        Ok(self.read(key, |raw| list(raw, read))?.unwrap_or_default())
    }

    /// Checks that no error is reported beside the data; an empty one is none.
    pub(crate) fn reports_no_error(&self) -> Read<()> {
        let mut entries = self.entries.iter();
        match entries.find(|(key, value)| is_error(key, value)) {
            Some((key, value)) => Err(JsonError::at(value.get(), JsonProblem::Reported).under(key)),
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
            _ => Err(wrong(raw, "true or false")),
        })
    }
}

/// Whether this member of a response reports an error, and does so with a value that is not empty.
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

fn wrong(raw: &RawValue, expected: &'static str) -> JsonError {
    let found = kind(raw);
    JsonError::at(raw.get(), JsonProblem::Type { expected, found })
}

/// What `read` makes of each element of a list.
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

/// The elements of a list, not looked into.
pub(crate) fn elements(raw: &RawValue) -> Read<Vec<&RawValue>> {
    if !raw.get().starts_with('[') {
        return Err(wrong(raw, "a list"));
    }
    serde_json::from_str(raw.get()).map_err(|_| JsonError::at(raw.get(), JsonProblem::Text))
}

/// The elements of the list under `key` of the object that `text` is; `None` if anything else is there, if the key occurs
/// twice, if an error is reported beside the list, or if the text is not JSON.
pub(crate) fn elements_under<'a>(key: &str, text: &'a str) -> Option<Vec<&'a RawValue>> {
    let mut document = serde_json::Deserializer::from_str(text);
    let found = ElementsUnder(key).deserialize(&mut document).ok()?;
    document.end().ok()?;
    found
}

struct ElementsUnder<'k>(&'k str);

impl<'a> DeserializeSeed<'a> for ElementsUnder<'_> {
    type Value = Option<Vec<&'a RawValue>>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for ElementsUnder<'_> {
    type Value = Option<Vec<&'a RawValue>>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(Key(key)) = map.next_key()? {
            if key != self.0 {
                if is_error(&key, map.next_value()?) {
                    return Err(A::Error::custom("an error is reported"));
                }
            } else if found.replace(map.next_value()?).is_some() {
                return Err(A::Error::custom("it stands there twice"));
            }
        }
        Ok(found)
    }
}

pub(crate) fn text(raw: &RawValue) -> Read<Box<str>> {
    if !raw.get().starts_with('"') {
        return Err(wrong(raw, "a text"));
    }
    serde_json::from_str(raw.get()).map_err(|_| JsonError::at(raw.get(), JsonProblem::Text))
}

pub(crate) fn bc_id(raw: &RawValue) -> Read<BcId> {
    BcId::from_json(raw).ok_or_else(|| wrong(raw, "a bcId, a number or a text that is not empty"))
}

/// An object such as `{"bcId": 10}`, of which only the id matters.
pub(crate) fn reference(raw: &RawValue) -> Read<BcId> {
    Object::parse(raw)?.require("bcId", bc_id)
}

/// A number or a text, as a literal of a filter.
pub(crate) fn literal(raw: &RawValue) -> Read<Literal> {
    let token = raw.get();
    match token.as_bytes().first() {
        Some(b'"') => Ok(Literal::from(&*text(raw)?)),
        Some(b'-' | b'0'..=b'9') => crate::filter::Number::parse(token)
            .map(Literal::from)
            .ok_or_else(|| wrong(raw, "a number that a float can hold")),
        _ => Err(wrong(raw, "a number")),
    }
}
