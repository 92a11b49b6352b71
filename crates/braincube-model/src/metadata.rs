//! [`Metadata`]: the whole JSON object of an entity, as it came.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::json::{Entries, Object};

/// The whole JSON object of an entity, byte for byte as it came: unknown keys, the order of keys
/// and every digit of every number. Only `NaN`, `Infinity` and `-Infinity` outside quotes, which are not JSON, become the
/// texts of these names, `"NaN"`.
///
/// ```
/// use braincube_model::{Entity, Rule, answer};
///
/// let rule: Rule = answer::one(br#"{"bcId": 7, "weight": 1e30, "serial": 123456789012345678901}"#)?;
/// let metadata = rule.metadata();
/// assert_eq!(metadata.get("serial"), Some("123456789012345678901"));
/// assert_eq!(metadata.read::<f64>("weight")?, Some(1e30));
/// assert_eq!(metadata.keys(), ["bcId", "weight", "serial"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Metadata(Box<RawValue>);

impl Metadata {
    /// The object as JSON text.
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    /// The keys, in the order in which they came.
    pub fn keys(&self) -> Vec<String> {
        let Entries(entries) = self.entries();
        entries
            .into_iter()
            .map(|(key, _)| key.into_owned())
            .collect()
    }

    /// The JSON text of the value under `key`; the last one if the key stands there twice.
    pub fn get(&self, key: &str) -> Option<&str> {
        let Entries(entries) = self.entries();
        let found = entries.into_iter().rfind(|(name, _)| name == key);
        found.map(|(_, value)| value.get())
    }

    /// The value under `key`, read as a `T`; `None` if there is no such key.
    ///
    /// A number that `T` cannot hold exactly is rounded or refused, as `serde_json` does.
    ///
    /// # Errors
    ///
    /// If the value is no `T`.
    pub fn read<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, serde_json::Error> {
        self.get(key).map(serde_json::from_str).transpose()
    }

    /// The whole object, read as a `T`: a struct of one's own, or a `serde_json::Value`.
    ///
    /// # Errors
    ///
    /// If the object is no `T`.
    pub fn to<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.as_str())
    }

    fn entries(&self) -> Entries<'_> {
        serde_json::from_str(self.0.get()).unwrap_or(Entries(Vec::new()))
    }
}

impl Object<'_> {
    pub(crate) fn metadata(&self) -> Metadata {
        Metadata(self.raw().to_owned())
    }
}

impl PartialEq for Metadata {
    /// Byte for byte.
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Metadata {}

impl fmt::Debug for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Metadata {
    /// The object as it came.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
