//! [`MemoryBase`]: a table of variables.

use serde_json::value::RawValue;

use super::sealed::Read;
use super::{Common, Entity, accessors_of_common};
use crate::json::object::{bc_id, reference};
use crate::json::{JsonError, Object};
use crate::{BcId, BcIdRangeError, LongId, Metadata};

/// A table whose columns are variables.
#[derive(Clone, Debug, PartialEq)]
pub struct MemoryBase {
    common: Common,
    reference_date_variable: Option<BcId>,
    quick_study: bool,
    number_of_variables: Option<u64>,
}

impl MemoryBase {
    /// `referenceDateVariable`: the id of the variable that dates the rows.
    pub const fn reference_date_variable(&self) -> Option<&BcId> {
        self.reference_date_variable.as_ref()
    }

    /// `quickStudy`: whether the base is a scratch pad of the service's. Braincube's own tools
    /// hide such a base from their users.
    pub const fn is_quick_study(&self) -> bool {
        self.quick_study
    }

    /// `numberOfVariables`: how many columns the base has; only the older list tells.
    pub const fn number_of_variables(&self) -> Option<u64> {
        self.number_of_variables
    }

    /// The long id, as the data service names the base: `mb20`.
    ///
    /// # Errors
    ///
    /// If the id is no number.
    pub fn long_id(&self) -> Result<LongId, BcIdRangeError> {
        Ok(LongId::memory_base(self.common.bcid.number()?))
    }
}

impl Read for MemoryBase {
    fn from_json(raw: &RawValue) -> Result<Self, JsonError> {
        let object = Object::parse(raw)?;
        Ok(Self {
            common: Common::read(&object, "bcId", "name")?,
            reference_date_variable: object.read("referenceDateVariable", id)?,
            number_of_variables: object.read("numberOfVariables", count)?.flatten(),
            quick_study: object.boolean("quickStudy")?.unwrap_or_default(),
        })
    }
}

/// A count; one that is no whole number is none.
#[allow(clippy::unnecessary_wraps, reason = "the reader of a field may fail")]
fn count(raw: &RawValue) -> Result<Option<u64>, JsonError> {
    Ok(raw.get().trim_matches('"').parse().ok())
}

/// An id by itself, or the object of the variable.
fn id(raw: &RawValue) -> Result<BcId, JsonError> {
    if raw.get().starts_with('{') {
        reference(raw)
    } else {
        bc_id(raw)
    }
}

impl Entity for MemoryBase {
    accessors_of_common!();
}
