//! [`BcId`]: the id of an entity within its parent.

use std::fmt;

/// The id of an entity: a number or a text on the wire, both occur.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BcId(Box<str>);

impl BcId {
    /// The id as text, without quotes.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<u64> for BcId {
    fn from(id: u64) -> Self {
        Self(id.to_string().into())
    }
}

impl fmt::Display for BcId {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}
