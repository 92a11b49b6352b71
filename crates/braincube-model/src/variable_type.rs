//! [`VariableType`]: what a variable's values are.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The declared type of a variable: `NUMERIC`, `DATETIME`, `DISCRETE`, or one that is not known here.
///
/// A type that is not known lives on in [`VariableType::Other`], as the service wrote it.
///
/// ```
/// use braincube_model::VariableType;
///
/// assert_eq!(VariableType::from("DATETIME"), VariableType::DateTime);
/// assert_eq!(VariableType::from("TEXT").as_str(), "TEXT");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VariableType {
    /// `NUMERIC`: numbers.
    Numeric,
    /// `DATETIME`: dates with a time of day, written `YYYYMMDD_HHMMSS`, without a zone.
    DateTime,
    /// `DISCRETE`: labels, called modalities.
    Discrete,
    /// `DISCRET`: as [`VariableType::Discrete`], in the spelling of the Python package's tests.
    Discret,
    /// Any other type, as the service wrote it.
    Other(Box<str>),
}

impl VariableType {
    /// The type as the service writes it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Numeric => "NUMERIC",
            Self::DateTime => "DATETIME",
            Self::Discrete => "DISCRETE",
            Self::Discret => "DISCRET",
            Self::Other(name) => name,
        }
    }

    /// Whether the values are modalities: `DISCRETE` in either spelling.
    pub const fn is_discrete(&self) -> bool {
        matches!(self, Self::Discrete | Self::Discret)
    }
}

impl From<&str> for VariableType {
    fn from(name: &str) -> Self {
        match name {
            "NUMERIC" => Self::Numeric,
            "DATETIME" => Self::DateTime,
            "DISCRETE" => Self::Discrete,
            "DISCRET" => Self::Discret,
            other => Self::Other(other.into()),
        }
    }
}

impl FromStr for VariableType {
    type Err = Infallible;

    fn from_str(name: &str) -> Result<Self, Infallible> {
        Ok(Self::from(name))
    }
}

impl fmt::Display for VariableType {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for VariableType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for VariableType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::from(&*std::borrow::Cow::<str>::deserialize(
            deserializer,
        )?))
    }
}
