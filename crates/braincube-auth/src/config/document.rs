//! [`Document`]: a configuration file as JSON.
//!
//! The deserializer passes each value directly to the [`Settings`] that check it. So an error has the line of the value, a
//! secret is a [`SecretString`](secrecy::SecretString) from the start, and a duplicate key is detected. The parser's own
//! errors are not passed on, because they may quote the file.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;

use super::key::{self, Key, PROFILE, PROFILES};
use super::origin::Origin;
use super::settings::Settings;
use super::value::RawValue;
use crate::{ConfigError, ValueProblem};

/// The content of a configuration file.
#[derive(Debug, Default)]
pub(crate) struct Document {
    /// The settings outside of profiles, which the Python package reads.
    pub(crate) flat: Settings,
    pub(crate) profiles: BTreeMap<Box<str>, Settings>,
    /// The profile that the file selects.
    pub(crate) profile: Option<Box<str>>,
    /// Unknown keys.
    pub(crate) unknown: Vec<String>,
}

impl Document {
    /// Parses a file. If it fails, the part that was parsed is returned too, because an unknown key in it may be the cause.
    pub(crate) fn parse(text: &str, path: &Path) -> (Self, Result<(), ConfigError>) {
        let mut parser = Parser {
            origin: Origin::File(path.to_owned()),
            document: Self::default(),
            problem: None,
        };
        let mut json = serde_json::Deserializer::from_str(text);
        let top = Node {
            parser: &mut parser,
            place: Place::Top,
        };
        let parsed = top.deserialize(&mut json).and_then(|()| json.end());
        let document = std::mem::take(&mut parser.document);
        let parsed = parsed.map_err(|error| parser.error(&error, path));
        (document, parsed)
    }

    pub(crate) fn has_secret(&self) -> bool {
        self.flat.has_secret() || self.profiles.values().any(Settings::has_secret)
    }

    pub(crate) fn profile_names(&self) -> Vec<Box<str>> {
        self.profiles.keys().map(|name| key::shown(name)).collect()
    }
}

struct Parser {
    origin: Origin,
    document: Document,
    /// Why the deserializer was stopped.
    problem: Option<Problem>,
}

enum Problem {
    DuplicateKey(Box<str>),
    Value(&'static str, ValueProblem),
}

impl Parser {
    fn error(self, error: &serde_json::Error, path: &Path) -> ConfigError {
        let (path, line) = (path.to_owned(), error.line());
        match (self.problem, error.classify()) {
            (Some(Problem::DuplicateKey(key)), _) => ConfigError::DuplicateKey { path, line, key },
            (Some(Problem::Value(key, problem)), _) => ConfigError::InvalidValue {
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

    /// Stores the profile that the file selects.
    fn select(&mut self, raw: RawValue) -> Result<(), ValueProblem> {
        if !raw.is_empty() {
            self.document.profile = Some(raw.text()?.into());
        }
        Ok(())
    }

    /// Stores a setting.
    fn set(&mut self, profile: Option<&str>, key: Key, raw: RawValue) -> Result<(), ValueProblem> {
        let settings = match profile {
            Some(name) => self.document.profiles.entry(name.into()).or_default(),
            None => &mut self.document.flat,
        };
        settings.put(key, raw, &self.origin)
    }
}

/// A place in a file.
enum Place {
    Top,
    Profiles,
    Profile(Box<str>),
    /// The value of `profile`.
    Selection,
    /// The value of a setting, in a profile or outside of profiles.
    Setting(Option<Box<str>>, Key),
}

impl Place {
    const fn is_object(&self) -> bool {
        matches!(self, Self::Top | Self::Profiles | Self::Profile(_))
    }
}

/// The JSON value at a place.
struct Node<'a> {
    parser: &'a mut Parser,
    place: Place,
}

impl Node<'_> {
    /// Handles a value that is not an object.
    fn put<E: Error>(self, raw: RawValue) -> Result<(), E> {
        let (name, outcome) = match &self.place {
            Place::Profiles if matches!(raw, RawValue::Null) => return Ok(()),
            Place::Top | Place::Profiles | Place::Profile(_) => {
                return Err(E::custom("not an object"));
            }
            Place::Selection => (PROFILE, self.parser.select(raw)),
            Place::Setting(profile, key) => {
                (key.name(), self.parser.set(profile.as_deref(), *key, raw))
            }
        };
        outcome.map_err(|problem| self.stop(Problem::Value(name, problem)))
    }

    /// Returns an error that stops the deserializer.
    fn stop<E: Error>(self, problem: Problem) -> E {
        self.parser.problem = Some(problem);
        E::custom("stopped")
    }

    /// The place of a member of this object; `None` for an unknown key.
    fn member(&mut self, name: &str) -> Option<Place> {
        let key = || Key::from_name(name);
        match &self.place {
            Place::Top if name == PROFILES => Some(Place::Profiles),
            Place::Top if name == PROFILE => Some(Place::Selection),
            Place::Profiles => {
                let profiles = &mut self.parser.document.profiles;
                profiles.insert(name.into(), Settings::default());
                Some(Place::Profile(name.into()))
            }
            Place::Profile(profile) => Some(Place::Setting(Some(profile.clone()), key()?)),
            _ => Some(Place::Setting(None, key()?)),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        if !self.place.is_object() {
            return self.put(RawValue::Other("an object"));
        }
        let mut seen = BTreeSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if !seen.insert(name.clone()) {
                return Err(self.stop(Problem::DuplicateKey(key::shown(&name))));
            }
            let Some(place) = self.member(&name) else {
                self.parser.document.unknown.push(name);
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            map.next_value_seed(Node {
                parser: &mut *self.parser,
                place,
            })?;
        }
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        let raw = match self.place {
            Place::Setting(_, key) if key.kind().is_secret() => RawValue::Secret(text.into()),
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
}

#[cfg(test)]
mod tests;
