//! [`ConditionFilters`]: the filters of conditions, and the conditions without a filter.

use std::fmt;

use super::{Condition, ConditionError};
use crate::{BcId, Filter, LongId, VariableType};

/// The filters of the conditions of a job or an event.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ConditionFilters {
    /// The filters. Rows must match all of them; [`Filter::all`] combines them.
    pub filters: Vec<Filter>,
    /// The conditions that no filter can express. Without them, the filters select other rows than the job or the event.
    pub unsupported: Vec<UnsupportedCondition>,
}

/// A condition that no filter can express, such as modalities of a number. `Display` shows its position and the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnsupportedCondition {
    /// The owner of the condition: `job 573` or `event 100`.
    pub owner: Box<str>,
    /// The index in the conditions of the owner.
    pub place: usize,
    /// The variable of the condition.
    pub variable: LongId,
    /// The type of the variable.
    pub variable_type: VariableType,
}

impl fmt::Display for UnsupportedCondition {
    /// `conditions[1] of job 573 cannot be expressed as a filter: mb20/d2000034 is NUMERIC, and …`
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let (owner, place, variable) = (&self.owner, self.place, self.variable);
        let has = match self.variable_type.is_discrete() {
            true => "bounds but no modalities",
            false => "modalities but no bounds",
        };
        let variable_type = &self.variable_type;
        write!(
            f,
            "conditions[{place}] of {owner} cannot be expressed as a filter: {variable} is {variable_type}, \
             and the condition has {has}"
        )
    }
}

/// The owner of conditions: its kind and its id.
#[derive(Clone, Copy)]
pub(in crate::entity) struct Owner<'a>(
    pub(in crate::entity) &'static str,
    pub(in crate::entity) &'a BcId,
);

impl Owner<'_> {
    fn to_text(self) -> Box<str> {
        let Self(kind, id) = self;
        format!("{kind} {id}").into()
    }
}

impl ConditionFilters {
    /// The filters of conditions, in their order.
    pub(in crate::entity) fn of(
        owner: Owner,
        conditions: &[Condition],
        memory_base: u64,
        types: &dyn Fn(&BcId) -> Option<VariableType>,
    ) -> Result<Self, ConditionError> {
        let mut found = Self::default();
        for (place, condition) in conditions.iter().enumerate() {
            let variable = condition
                .variable()
                .ok_or_else(|| ConditionError::NoVariable {
                    owner: owner.to_text(),
                    place,
                })?;
            let variable_type = types(variable).ok_or_else(|| ConditionError::UnknownVariable {
                variable: variable.clone(),
            })?;
            let variable = LongId::variable(memory_base, variable.number()?);
            match condition.to_filter(variable, &variable_type)? {
                Some(filter) => found.filters.push(filter),
                None if condition.is_empty() => {}
                None => found.unsupported.push(UnsupportedCondition {
                    owner: owner.to_text(),
                    place,
                    variable,
                    variable_type,
                }),
            }
        }
        Ok(found)
    }

    pub(in crate::entity) fn extend(&mut self, other: Self) {
        self.filters.extend(other.filters);
        self.unsupported.extend(other.unsupported);
    }

    /// The filter of all other rows. Empty if there are no filters.
    pub(in crate::entity) fn negated(mut self) -> Self {
        self.filters = Filter::all(self.filters)
            .map(|filter| !filter)
            .into_iter()
            .collect();
        self
    }
}
