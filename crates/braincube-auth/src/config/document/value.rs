//! [`Value`]: the value of one key, handed to the layer that it belongs to.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{Reading, Trouble};
use crate::ValueProblem;
use crate::config::key::{Key, PROFILE};
use crate::config::raw::RawValue;

/// The value of a known key, about to be read.
pub(super) struct Value<'a> {
    reading: &'a mut Reading,
    target: Target<'a>,
}

#[derive(Clone, Copy)]
enum Target<'a> {
    /// The profile that the file selects.
    Selection,
    /// A setting of the flat form or of a profile.
    Setting(Option<&'a str>, Key),
}

impl<'a> Value<'a> {
    pub(super) const fn selection(reading: &'a mut Reading) -> Self {
        Self {
            reading,
            target: Target::Selection,
        }
    }

    pub(super) const fn setting(
        reading: &'a mut Reading,
        profile: Option<&'a str>,
        key: Key,
    ) -> Self {
        Self {
            reading,
            target: Target::Setting(profile, key),
        }
    }

    fn put<E: Error>(self, raw: RawValue) -> Result<(), E> {
        let (name, put) = match self.target {
            Target::Selection => (PROFILE, self.reading.select(raw)),
            Target::Setting(profile, key) => (key.name(), self.reading.put(profile, key, raw)),
        };
        put.map_err(|problem| self.reading.stop(Trouble::Value(name, problem)))
    }
}

impl Reading {
    fn select(&mut self, raw: RawValue) -> Result<(), ValueProblem> {
        if !raw.is_absent() {
            self.document.profile = Some(raw.text()?.into());
        }
        Ok(())
    }

    fn put(&mut self, profile: Option<&str>, key: Key, raw: RawValue) -> Result<(), ValueProblem> {
        let layer = match profile {
            Some(name) => self.document.profiles.entry(name.into()).or_default(),
            None => &mut self.document.flat,
        };
        layer.put(key, raw, &self.origin)
    }
}

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        let raw = match self.target {
            Target::Setting(_, key) if key.is_secret() => RawValue::Secret(text.into()),
            _ => RawValue::Text(text.to_owned()),
        };
        self.put(raw)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<(), E> {
        self.put(RawValue::Flag(flag))
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.put(RawValue::Null)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.put(RawValue::Other("a number"))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        self.put(RawValue::Other("a number"))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.put(RawValue::Other("a number"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        self.put(RawValue::Other("a list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        self.put(RawValue::Other("an object"))
    }
}
