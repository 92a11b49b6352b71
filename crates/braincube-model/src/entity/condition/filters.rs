//! [`ConditionFilters`]: the filters of conditions, and the conditions that stand for none.

use std::fmt;

use super::{Condition, ConditionError};
use crate::{BcId, Filter, LongId, VariableType};

/// The filters that the conditions of a job or an event stand for.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ConditionFilters {
    /// The filters, which must all pass; [`Filter::all`] combines them.
    pub filters: Vec<Filter>,
    /// The conditions that say something, and stand for no filter all the same: without them, the
    /// filters keep other rows than the job or the event means.
    pub unfiltered: Vec<Unfiltered>,
}

/// A condition that says something which no filter says, such as modalities of a number.
///
/// `Display` tells where it stands and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfiltered {
    owner: Box<str>,
    place: usize,
    variable: LongId,
    variable_type: VariableType,
}

impl Unfiltered {
    /// Whose condition it is: `job 573` or `event 100`.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// Its place among the conditions of its owner, counted from 0.
    pub const fn place(&self) -> usize {
        self.place
    }

    /// The variable that it is about.
    pub const fn variable(&self) -> LongId {
        self.variable
    }
}

impl fmt::Display for Unfiltered {
    /// `conditions[1] of job 573 stands for no filter: mb20/d2000034 is NUMERIC, and …`
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let (owner, place, variable) = (&self.owner, self.place, self.variable);
        let has = match self.variable_type.is_discrete() {
            true => "bounds but no modalities",
            false => "modalities but no bounds",
        };
        let variable_type = &self.variable_type;
        write!(
            f,
            "conditions[{place}] of {owner} stands for no filter: {variable} is {variable_type}, \
             and the condition has {has}"
        )
    }
}

/// Whose conditions they are.
#[derive(Clone, Copy)]
pub(in crate::entity) enum Owner<'a> {
    Job(&'a BcId),
    Event(&'a BcId),
}

impl fmt::Display for Owner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Job(id) => write!(f, "job {id}"),
            Self::Event(id) => write!(f, "event {id}"),
        }
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
            let variable = condition.variable().ok_or_else(|| {
                let owner = owner.to_string().into();
                ConditionError::NoVariable { owner, place }
            })?;
            let variable_type = types(variable).ok_or_else(|| ConditionError::UnknownVariable {
                variable: variable.clone(),
            })?;
            let variable = LongId::variable(memory_base, variable.number()?);
            match condition.to_filter(variable, &variable_type)? {
                Some(filter) => found.filters.push(filter),
                None if condition.says_nothing() => {}
                None => found.unfiltered.push(Unfiltered {
                    owner: owner.to_string().into(),
                    place,
                    variable,
                    variable_type,
                }),
            }
        }
        Ok(found)
    }

    /// Adds the filters of another.
    pub(in crate::entity) fn extend(&mut self, other: Self) {
        self.filters.extend(other.filters);
        self.unfiltered.extend(other.unfiltered);
    }

    /// Those that let pass what these do not. No filters let nothing pass, so nothing is left out.
    pub(in crate::entity) fn negated(mut self) -> Self {
        self.filters = Filter::all(self.filters)
            .map(|filter| !filter)
            .into_iter()
            .collect();
        self
    }
}

impl Condition {
    /// Whether it has neither bounds nor modalities, as one has that nobody has filled in.
    fn says_nothing(&self) -> bool {
        self.minimum.is_none() && self.maximum.is_none() && self.modalities.is_empty()
    }
}
