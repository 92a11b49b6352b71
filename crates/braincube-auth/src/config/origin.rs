//! [`Origin`]: where the value of a setting came from, and values with their origin.

use std::fmt;
use std::path::PathBuf;

/// Where the value of a setting came from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// A method of [`ConfigBuilder`](crate::ConfigBuilder).
    Builder,
    /// A configuration file.
    File(PathBuf),
    /// The environment variable of this name.
    Environment(&'static str),
    /// No source: a default, or a value derived from another setting, as the base URLs are from the domain.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Builder => f.write_str("the program"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Environment(name) => write!(f, "the environment variable {name}"),
            Self::Default => f.write_str("the default"),
        }
    }
}

/// A value with its origin.
#[derive(Clone, Debug)]
pub(crate) struct Given<T> {
    pub(crate) value: T,
    pub(crate) origin: Origin,
}

impl<T> Given<T> {
    pub(crate) const fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }

    pub(crate) fn map<U>(self, convert: impl FnOnce(T) -> U) -> Given<U> {
        Given::new(convert(self.value), self.origin)
    }
}

/// One setting of a [`Config`](crate::Config) in printable form, with its origin.
///
/// A secret is masked: its last four characters are shown if at least twelve stay hidden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    pub(crate) key: &'static str,
    pub(crate) value: String,
    pub(crate) origin: Origin,
}

impl Setting {
    /// The key, as in a file.
    pub const fn key(&self) -> &'static str {
        self.key
    }

    /// The value; a secret is masked.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Where the value came from.
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }
}
