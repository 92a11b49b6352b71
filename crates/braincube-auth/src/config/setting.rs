//! [`Setting`]: one line of a configuration, as a person may see it.

use crate::Origin;

/// One setting with its value as a person may see it, and where it came from.
///
/// A secret is masked: its last four characters are shown if at least twelve stay hidden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    key: &'static str,
    value: String,
    origin: Origin,
}

impl Setting {
    pub(crate) fn new(key: &'static str, value: impl Into<String>, origin: &Origin) -> Self {
        Self {
            key,
            value: value.into(),
            origin: origin.clone(),
        }
    }

    /// The name of the setting, as a file has it.
    pub const fn key(&self) -> &'static str {
        self.key
    }

    /// The value, masked if it is a secret.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Where the value came from.
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }
}
