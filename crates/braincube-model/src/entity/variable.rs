//! [`Variable`], its names and types, and [`DataGroup`].

use std::fmt;

use serde_json::value::RawValue;

use super::Entity;
use super::sealed::{Common, FromJson};
use crate::json::{JsonError, Object, reference, text};
use crate::{BcId, BcIdRangeError, LongId};

/// A column of a memory base.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    pub(super) common: Common,
    tag: Option<Box<str>>,
    local: Option<Box<str>>,
    variable_type: Option<VariableType>,
}

impl Variable {
    /// `type`: the type of the values; `None` in a list without types.
    pub const fn variable_type(&self) -> Option<&VariableType> {
        self.variable_type.as_ref()
    }

    /// The long id, which is the name in the data service: `mb20/d2000034`.
    ///
    /// # Errors
    ///
    /// If the id is not a number.
    pub fn long_id(&self, memory_base: u64) -> Result<LongId, BcIdRangeError> {
        Ok(LongId::variable(memory_base, self.common.bcid.number()?))
    }
}

impl FromJson for Variable {
    fn from_json(raw: &RawValue) -> Result<Self, JsonError> {
        let object = Object::parse(raw)?;
        // The older selector writes `id` instead of `bcId`.
        let has_bcid = object.get("bcId")?.is_some() || object.get("id")?.is_none();
        let id_key = if has_bcid { "bcId" } else { "id" };
        let variable_type = object.read("type", text)?;
        Ok(Self {
            common: Common::read_keys(&object, id_key, NameKey::Standard.as_str())?,
            tag: object.text(NameKey::Tag.as_str())?,
            local: object.text(NameKey::Local.as_str())?,
            variable_type: variable_type.map(|name| VariableType::from(&*name)),
        })
    }
}

impl Entity for Variable {
    fn name_by(&self, key: NameKey) -> Option<&str> {
        match key {
            NameKey::Standard => self.name(),
            NameKey::Tag => self.tag.as_deref(),
            NameKey::Local => self.local.as_deref(),
        }
    }
}

/// A named group of variables.
#[derive(Clone, Debug, PartialEq)]
pub struct DataGroup {
    pub(super) common: Common,
    variables: Vec<BcId>,
}

impl DataGroup {
    /// `variables`: the ids of the variables, in the order of the service.
    pub fn variables(&self) -> &[BcId] {
        &self.variables
    }
}

impl FromJson for DataGroup {
    fn from_json(raw: &RawValue) -> Result<Self, JsonError> {
        let object = Object::parse(raw)?;
        Ok(Self {
            common: Common::read(&object)?,
            variables: object.list("variables", reference)?,
        })
    }
}

impl Entity for DataGroup {}

/// One of the three names of a variable: `standard`, `tag` or `local`.
///
/// ```
/// use braincube_model::NameKey;
///
/// assert_eq!(NameKey::default().as_str(), "standard");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[allow(
    clippy::exhaustive_enums,
    reason = "the service stores exactly these three names"
)]
pub enum NameKey {
    /// `standard`: the name that all plants share. The default, as in the Python package.
    #[default]
    Standard,
    /// `tag`: the name in the control system.
    Tag,
    /// `local`: the name in the language of the plant.
    Local,
}

impl NameKey {
    /// All keys.
    pub const ALL: [Self; 3] = [Self::Standard, Self::Tag, Self::Local];

    /// The JSON key of the name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Tag => "tag",
            Self::Local => "local",
        }
    }
}

/// The declared type of a variable: `NUMERIC`, `DATETIME`, `DISCRETE`, or an unknown one, which is kept unchanged in
/// [`VariableType::Other`].
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
    /// `DATETIME`: dates with a time of day, in the form `YYYYMMDD_HHMMSS`, without a time zone.
    DateTime,
    /// `DISCRETE`: labels, called modalities.
    Discrete,
    /// `DISCRET`: another spelling of [`VariableType::Discrete`], found in the tests of the Python package.
    Discret,
    /// Any other type, unchanged.
    Other(Box<str>),
}

impl VariableType {
    /// The type in the form of the service.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Numeric => "NUMERIC",
            Self::DateTime => "DATETIME",
            Self::Discrete => "DISCRETE",
            Self::Discret => "DISCRET",
            Self::Other(name) => name,
        }
    }

    /// Whether the values are modalities: `DISCRETE` in both spellings.
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

impl fmt::Display for VariableType {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
