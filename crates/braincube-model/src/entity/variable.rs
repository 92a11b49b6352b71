//! [`Variable`] and [`DataGroup`].

use serde_json::value::RawValue;

use super::Entity;
use super::sealed::{Common, FromJson};
use crate::json::{JsonError, Object, reference, text};
use crate::{BcId, BcIdRangeError, LongId, NameKey, VariableType};

/// A column of a memory base.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    common: Common,
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

    fn common(&self) -> &Common {
        &self.common
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
    common: Common,
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

    fn common(&self) -> &Common {
        &self.common
    }
}

impl Entity for DataGroup {}
