//! [`Job`]: a study of a memory base.

use serde_json::value::RawValue;

use super::condition::{ConditionError, ConditionFilters, Owner};
use super::sealed::Read;
use super::{Common, Entity, accessors_of_common};
use crate::entity::{Condition, DataGroup, Event};
use crate::json::object::reference;
use crate::json::{JsonError, Object};
use crate::{BcId, Metadata, VariableType};

/// A study of a memory base: which rows, which variables, and what tells good rows from bad.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    common: Common,
    conditions: Vec<Condition>,
    categories: Vec<Category>,
    data_groups: Vec<BcId>,
    positive_events: Vec<BcId>,
    negative_events: Vec<BcId>,
}

/// One of the classes that a job sorts rows into, such as good and bad.
#[derive(Clone, Debug, PartialEq)]
pub struct Category {
    conditions: Vec<Condition>,
    metadata: Metadata,
}

impl Category {
    /// What must hold for a row to be in the category.
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// The whole object, as it came.
    pub const fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    fn from_json(raw: &RawValue) -> Result<Self, JsonError> {
        let object = Object::parse(raw)?;
        Ok(Self {
            conditions: object.list("conditions", Condition::from_json)?,
            metadata: object.metadata(),
        })
    }
}

impl Job {
    /// `conditions`: the job's own, without those of its events.
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// `modelEntries`: the classes that rows are sorted into.
    pub fn categories(&self) -> &[Category] {
        &self.categories
    }

    /// `dataGroups`: the ids of the data groups whose variables are studied.
    pub fn data_groups(&self) -> &[BcId] {
        &self.data_groups
    }

    /// `events.positiveEvents`: the ids of the events that a row must belong to.
    pub fn positive_events(&self) -> &[BcId] {
        &self.positive_events
    }

    /// `events.negativeEvents`: the ids of the events that a row must not belong to.
    pub fn negative_events(&self) -> &[BcId] {
        &self.negative_events
    }

    /// The variables that `filters` needs the types of, each once, in order of first appearance.
    pub fn condition_variables<'a>(
        &'a self,
        events: impl IntoIterator<Item = &'a Event>,
    ) -> Vec<&'a BcId> {
        let of_events = events.into_iter().flat_map(Event::conditions);
        distinct(
            self.conditions
                .iter()
                .chain(of_events)
                .filter_map(Condition::variable),
        )
    }

    /// The job's own conditions as filters, without those of its events.
    ///
    /// `types` tells the type of a variable of the memory base.
    ///
    /// # Errors
    ///
    /// If a condition names no variable or a bound that is no date, or the type of a variable is not
    /// known.
    pub fn own_filters(
        &self,
        memory_base: u64,
        types: impl Fn(&BcId) -> Option<VariableType>,
    ) -> Result<ConditionFilters, ConditionError> {
        let owner = Owner::Job(&self.common.bcid);
        ConditionFilters::of(owner, &self.conditions, memory_base, &types)
    }

    /// Which rows the job studies, as filters that must all pass;
    /// [`Filter::all`](crate::Filter::all) combines them.
    ///
    /// They are the job's own conditions, then the opposite of each negative event, then the
    /// conditions of each positive event. A negative event without conditions leaves nothing out.
    ///
    /// # Errors
    ///
    /// If a condition names no variable or a bound that is no date, or the type of a variable is not
    /// known.
    pub fn filters<'a>(
        &self,
        memory_base: u64,
        types: impl Fn(&BcId) -> Option<VariableType>,
        positive: impl IntoIterator<Item = &'a Event>,
        negative: impl IntoIterator<Item = &'a Event>,
    ) -> Result<ConditionFilters, ConditionError> {
        let mut all = self.own_filters(memory_base, &types)?;
        for event in negative {
            all.extend(event.filters(memory_base, &types)?.negated());
        }
        for event in positive {
            all.extend(event.filters(memory_base, &types)?);
        }
        Ok(all)
    }

    /// The variables that the job studies, each once, in order of first appearance: those of its
    /// categories, then those of its data groups.
    pub fn variables<'a>(
        &'a self,
        groups: impl IntoIterator<Item = &'a DataGroup>,
    ) -> Vec<&'a BcId> {
        let of_categories = self.categories.iter().flat_map(Category::conditions);
        let of_groups = groups.into_iter().flat_map(DataGroup::variables);
        distinct(
            of_categories
                .filter_map(Condition::variable)
                .chain(of_groups),
        )
    }
}

fn distinct<'a>(ids: impl Iterator<Item = &'a BcId>) -> Vec<&'a BcId> {
    let mut seen = std::collections::HashSet::new();
    ids.filter(|id| seen.insert(*id)).collect()
}

impl Read for Job {
    fn from_json(raw: &RawValue) -> Result<Self, JsonError> {
        let object = Object::parse(raw)?;
        let events = |key| {
            let list = object.read("events", |raw| Object::parse(raw)?.list(key, reference))?;
            Ok::<_, JsonError>(list.unwrap_or_default())
        };
        Ok(Self {
            common: Common::read(&object, "bcId", "name")?,
            conditions: object.list("conditions", Condition::from_json)?,
            categories: object.list("modelEntries", Category::from_json)?,
            data_groups: object.list("dataGroups", reference)?,
            positive_events: events("positiveEvents")?,
            negative_events: events("negativeEvents")?,
        })
    }
}

impl Entity for Job {
    accessors_of_common!();
}
