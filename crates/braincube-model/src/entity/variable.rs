//! [`Variable`]: a column of a memory base.

use serde_json::value::RawValue;

use super::sealed::Read;
use super::{Common, Entity, accessors_of_common};
use crate::json::object::text;
use crate::json::{JsonError, Object};
use crate::{BcId, BcIdRangeError, LongId, Metadata, NameKey, VariableType};

/// A column of a memory base.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    common: Common,
    tag: Option<Box<str>>,
    local: Option<Box<str>>,
    kind: Option<VariableType>,
}

impl Variable {
    /// `type`: what the values are; `None` in a list that does not tell.
    pub const fn variable_type(&self) -> Option<&VariableType> {
        self.kind.as_ref()
    }

    /// The long id, as the data service names the variable: `mb20/d2000034`.
    ///
    /// # Errors
    ///
    /// If the id is no number.
    pub fn long_id(&self, memory_base: u64) -> Result<LongId, BcIdRangeError> {
        Ok(LongId::variable(memory_base, self.common.bcid.number()?))
    }
}

impl Read for Variable {
    fn from_json(raw: &RawValue) -> Result<Self, JsonError> {
        let object = Object::parse(raw)?;
        // The older selector writes `id` for `bcId`.
        let has_bcid = object.get("bcId")?.is_some() || object.get("id")?.is_none();
        let id_key = if has_bcid { "bcId" } else { "id" };
        let kind = object.read("type", text)?;
        Ok(Self {
            common: Common::read(&object, id_key, NameKey::Standard.as_str())?,
            tag: object.text(NameKey::Tag.as_str())?,
            local: object.text(NameKey::Local.as_str())?,
            kind: kind.map(|name| VariableType::from(&*name)),
        })
    }
}

impl Entity for Variable {
    accessors_of_common!();

    fn name_by(&self, key: NameKey) -> Option<&str> {
        match key {
            NameKey::Standard => self.name(),
            NameKey::Tag => self.tag.as_deref(),
            NameKey::Local => self.local.as_deref(),
        }
    }
}
