//! [`Document`]: a configuration file, read as JSON key by key.
//!
//! Each value goes straight from the parser to the [`Layer`] that checks it, so that an error has
//! its line, a secret is one from the start, and a key that is there twice is seen. No text of
//! the parser's own errors is handed on: it may quote the file.

mod value;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Unexpected, Visitor};
use serde_json::error::Category;

use self::value::Value;
use super::key::{self, Key, PROFILE, PROFILES};
use super::layer::Layer;
use crate::{ConfigError, Origin, ValueProblem};

/// What a configuration file says.
#[derive(Debug, Default)]
pub(crate) struct Document {
    /// The flat form, which the Python package reads.
    pub(crate) flat: Layer,
    pub(crate) profiles: BTreeMap<Box<str>, Layer>,
    /// The profile that the file itself selects.
    pub(crate) profile: Option<Box<str>>,
    pub(crate) unknown: Vec<String>,
}

impl Document {
    /// The document, and why it could be read no further, so that what was read before can be shown beside the error.
    pub(crate) fn parse(text: &str, path: &Path) -> (Self, Result<(), ConfigError>) {
        let mut reading = Reading {
            origin: Origin::File(path.to_owned()),
            document: Self::default(),
            trouble: None,
        };
        let mut json = serde_json::Deserializer::from_str(text);
        let read = Object::Top(&mut reading)
            .deserialize(&mut json)
            .and_then(|()| json.end());
        match read {
            Ok(()) => (reading.document, Ok(())),
            Err(error) => {
                let document = std::mem::take(&mut reading.document);
                (document, Err(reading.explain(&error, path)))
            }
        }
    }

    pub(crate) fn holds_secret(&self) -> bool {
        self.flat.holds_secret() || self.profiles.values().any(Layer::holds_secret)
    }

    pub(crate) fn profile_names(&self) -> Vec<Box<str>> {
        self.profiles.keys().map(|name| key::shown(name)).collect()
    }
}

/// A file being read, and what is wrong with it if the parser was told to stop.
struct Reading {
    origin: Origin,
    document: Document,
    trouble: Option<Trouble>,
}

enum Trouble {
    Duplicate(Box<str>),
    Value(&'static str, ValueProblem),
}

impl Reading {
    fn explain(self, error: &serde_json::Error, path: &Path) -> ConfigError {
        let (path, line) = (path.to_owned(), error.line());
        match (self.trouble, error.classify()) {
            (Some(Trouble::Duplicate(key)), _) => ConfigError::DuplicateKey { path, line, key },
            (Some(Trouble::Value(key, problem)), _) => ConfigError::InvalidValue {
                key,
                origin: self.origin,
                line: Some(line),
                problem,
            },
            (None, Category::Data) => ConfigError::NotAnObject { path, line },
            (None, _) => ConfigError::Syntax {
                path,
                line,
                column: error.column(),
            },
        }
    }

    /// Remembers what is wrong, and gives the parser an error that makes it stop.
    fn stop<E: Error>(&mut self, trouble: Trouble) -> E {
        self.trouble = Some(trouble);
        E::custom("")
    }
}

/// An object of the file: the whole, its profiles, or one of them.
enum Object<'a> {
    Top(&'a mut Reading),
    Profiles(&'a mut Reading),
    Profile(&'a mut Reading, Box<str>),
}

impl<'de> DeserializeSeed<'de> for Object<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        // `null` in place of the profiles: there are none.
        match self {
            Self::Profiles(_) => deserializer.deserialize_any(self),
            _ => deserializer.deserialize_map(self),
        }
    }
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        match self {
            Self::Profiles(_) => Ok(()),
            _ => Err(E::invalid_type(Unexpected::Unit, &self)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut seen = BTreeSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if !seen.insert(name.clone()) {
                let trouble = Trouble::Duplicate(key::shown(&name));
                return Err(self.reading().stop(trouble));
            }
            self.entry(name, &mut map)?;
        }
        Ok(())
    }
}

impl Object<'_> {
    const fn reading(&mut self) -> &mut Reading {
        match self {
            Self::Top(reading) | Self::Profiles(reading) | Self::Profile(reading, _) => reading,
        }
    }

    fn entry<'de, A: MapAccess<'de>>(&mut self, name: String, map: &mut A) -> Result<(), A::Error> {
        match self {
            Self::Top(reading) if name == PROFILES => {
                map.next_value_seed(Object::Profiles(reading))
            }
            Self::Top(reading) if name == PROFILE => map.next_value_seed(Value::selection(reading)),
            Self::Profiles(reading) => {
                let name = name.into_boxed_str();
                reading
                    .document
                    .profiles
                    .insert(name.clone(), Layer::default());
                map.next_value_seed(Object::Profile(reading, name))
            }
            Self::Top(reading) => setting(reading, None, name, map),
            Self::Profile(reading, profile) => setting(reading, Some(profile), name, map),
        }
    }
}

fn setting<'de, A: MapAccess<'de>>(
    reading: &mut Reading,
    profile: Option<&str>,
    name: String,
    map: &mut A,
) -> Result<(), A::Error> {
    match Key::from_name(&name) {
        Some(key) => map.next_value_seed(Value::setting(reading, profile, key)),
        None => {
            reading.document.unknown.push(name);
            map.next_value::<IgnoredAny>().map(|_| ())
        }
    }
}

#[cfg(test)]
mod tests;
