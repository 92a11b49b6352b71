//! [`Origin`]: where a setting came from.

use std::fmt;
use std::path::PathBuf;

/// Where the value of a setting came from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// A call of the [`ConfigBuilder`](crate::ConfigBuilder).
    Builder,
    /// A configuration file.
    File(PathBuf),
    /// The environment variable of this name.
    Environment(&'static str),
    /// Nowhere: the value that holds when nothing else is said, or one that follows from another
    /// setting, as the base URLs do from the domain.
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

/// A value and where it came from.
#[derive(Clone, Debug)]
pub(crate) struct Given<T> {
    pub(crate) value: T,
    pub(crate) origin: Origin,
}

impl<T> Given<T> {
    pub(crate) const fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }

    pub(crate) const fn default(value: T) -> Self {
        Self::new(value, Origin::Default)
    }
}
