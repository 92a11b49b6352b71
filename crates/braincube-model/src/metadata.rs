//! [`Metadata`]: the unchanged JSON object of an entity.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::json::{Object, entries};

/// The JSON object of an entity, byte for byte: with unknown keys, the order of the keys and all digits of the numbers.
/// Only `NaN`, `Infinity` and `-Infinity` outside quotes, which are not JSON, become texts such as `"NaN"`.
///
/// ```
/// use braincube_model::{Entity, Rule, response};
///
/// let rule: Rule = response::one(br#"{"bcId": 7, "weight": 1e30, "serial": 123456789012345678901}"#)?;
/// let metadata = rule.metadata();
/// assert_eq!(metadata.get("serial"), Some("123456789012345678901"));
/// assert_eq!(metadata.read::<f64>("weight")?, Some(1e30));
/// assert_eq!(metadata.keys(), ["bcId", "weight", "serial"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Serialize)]
#[serde(transparent)]
pub struct Metadata(Box<RawValue>);

impl Metadata {
    /// The object as JSON text.
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    /// The keys, in the order of the service.
    pub fn keys(&self) -> Vec<String> {
        let keys = entries(self.as_str()).into_iter();
        keys.map(|(key, _)| key.into_owned()).collect()
    }

    /// The value of `key` as JSON; the last one if the key occurs twice.
    pub fn get(&self, key: &str) -> Option<&str> {
        let mut entries = entries(self.as_str()).into_iter();
        let found = entries.rfind(|(name, _)| name == key);
        found.map(|(_, value)| value.get())
    }

    /// The value of `key`, deserialized as a `T`; `None` without such a key.
    ///
    /// A number that `T` cannot represent is rounded or an error, as in `serde_json`.
    ///
    /// # Errors
    ///
    /// If the value is not a `T`.
    pub fn read<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, serde_json::Error> {
        self.get(key).map(serde_json::from_str).transpose()
    }

    /// The object, deserialized as a `T`: a struct or a `serde_json::Value`.
    ///
    /// # Errors
    ///
    /// If the object is not a `T`.
    pub fn to<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.as_str())
    }
}

impl Object<'_> {
    pub(crate) fn metadata(&self) -> Metadata {
        Metadata(self.raw().to_owned())
    }
}

impl PartialEq for Metadata {
    /// Compares byte for byte.
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
