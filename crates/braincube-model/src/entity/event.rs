//! [`Event`]: conditions under a name.

use serde_json::value::RawValue;

use super::condition::{ConditionError, ConditionFilters, Owner};
use super::sealed::Read;
use super::{Common, Entity, accessors_of_common};
use crate::entity::Condition;
use crate::json::{JsonError, Object};
use crate::{BcId, Metadata, VariableType};

/// Conditions under a name, which jobs refer to.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    common: Common,
    conditions: Vec<Condition>,
}

impl Event {
    /// What must hold, all of it, for a row to belong to the event.
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// The conditions as filters that must all pass; [`Filter::all`](crate::Filter::all) combines
    /// them.
    ///
    /// `types` tells the type of a variable of the memory base.
    ///
    /// # Errors
    ///
    /// If a condition names no variable or a bound that is no date, or the type of a variable is not
    /// known.
    pub fn filters(
        &self,
        memory_base: u64,
        types: impl Fn(&BcId) -> Option<VariableType>,
    ) -> Result<ConditionFilters, ConditionError> {
        let owner = Owner::Event(&self.common.bcid);
        ConditionFilters::of(owner, &self.conditions, memory_base, &types)
    }
}

impl Read for Event {
    fn from_json(raw: &RawValue) -> Result<Self, JsonError> {
        let object = Object::parse(raw)?;
        Ok(Self {
            common: Common::read(&object, "bcId", "name")?,
            conditions: object.list("conditions", Condition::from_json)?,
        })
    }
}

impl Entity for Event {
    accessors_of_common!();
}
