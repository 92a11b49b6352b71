//! [`Job`], and the events and rules that belong to jobs.

use serde_json::value::RawValue;

use super::condition::{Condition, ConditionError, ConditionFilters, Owner};
use super::sealed::{Common, FromJson};
use super::{DataGroup, Entity};
use crate::json::{JsonError, Object, reference};
use crate::{BcId, Metadata, VariableType};

/// A study of a memory base: its rows, its variables, and the categories of rows such as good and bad.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    pub(super) common: Common,
    conditions: Vec<Condition>,
    categories: Vec<Category>,
    data_groups: Vec<BcId>,
    positive_events: Vec<BcId>,
    negative_events: Vec<BcId>,
}

/// One of the classes into which a job sorts rows, such as good and bad.
#[derive(Clone, Debug, PartialEq)]
pub struct Category {
    conditions: Vec<Condition>,
    metadata: Metadata,
}

impl Category {
    /// The conditions of a row in the category.
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// The unchanged JSON object.
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
    /// `conditions`: the job's own conditions, without those of its events.
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// `modelEntries`: the classes into which rows are sorted.
    pub fn categories(&self) -> &[Category] {
        &self.categories
    }

    /// `dataGroups`: the ids of the data groups whose variables are studied.
    pub fn data_groups(&self) -> &[BcId] {
        &self.data_groups
    }

    /// `events.positiveEvents`: the ids of the events to which a row must belong.
    pub fn positive_events(&self) -> &[BcId] {
        &self.positive_events
    }

    /// `events.negativeEvents`: the ids of the events to which a row must not belong.
    pub fn negative_events(&self) -> &[BcId] {
        &self.negative_events
    }

    /// The variables whose types [`filters`](Self::filters) needs, without repetitions, in order of first appearance.
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
    /// `types` returns the type of a variable of the memory base.
    ///
    /// # Errors
    ///
    /// If a condition has no variable or a bound that is not a date, or the type of a variable is unknown.
    pub fn own_filters(
        &self,
        memory_base: u64,
        types: impl Fn(&BcId) -> Option<VariableType>,
    ) -> Result<ConditionFilters, ConditionError> {
        let owner = Owner("job", &self.common.bcid);
        ConditionFilters::of(owner, &self.conditions, memory_base, &types)
    }

    /// The filters of the rows that the job studies. Rows must match all of them;
    /// [`Filter::all`](crate::Filter::all) combines them.
    ///
    /// They are the job's own conditions, then the negation of each negative event, then the conditions of each positive
    /// event. A negative event without conditions excludes no rows.
    ///
    /// # Errors
    ///
    /// If a condition has no variable or a bound that is not a date, or the type of a variable is unknown.
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

    /// The variables that the job studies: those of its categories, then those of its data groups. Without repetitions,
    /// in order of first appearance.
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

impl FromJson for Job {
    fn from_json(raw: &RawValue) -> Result<Self, JsonError> {
        let object = Object::parse(raw)?;
        let events = |key| {
            let list = object.read("events", |raw| Object::parse(raw)?.list(key, reference))?;
            Ok::<_, JsonError>(list.unwrap_or_default())
        };
        Ok(Self {
            common: Common::read(&object)?,
            conditions: object.list("conditions", Condition::from_json)?,
            categories: object.list("modelEntries", Category::from_json)?,
            data_groups: object.list("dataGroups", reference)?,
            positive_events: events("positiveEvents")?,
            negative_events: events("negativeEvents")?,
        })
    }
}

impl Entity for Job {}

/// Named conditions, to which jobs refer.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub(super) common: Common,
    conditions: Vec<Condition>,
}

impl Event {
    /// The conditions, all of which must hold for a row that belongs to the event.
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// The conditions as filters. Rows must match all of them; [`Filter::all`](crate::Filter::all) combines them.
    ///
    /// `types` returns the type of a variable of the memory base.
    ///
    /// # Errors
    ///
    /// If a condition has no variable or a bound that is not a date, or the type of a variable is unknown.
    pub fn filters(
        &self,
        memory_base: u64,
        types: impl Fn(&BcId) -> Option<VariableType>,
    ) -> Result<ConditionFilters, ConditionError> {
        let owner = Owner("event", &self.common.bcid);
        ConditionFilters::of(owner, &self.conditions, memory_base, &types)
    }
}

impl FromJson for Event {
    fn from_json(raw: &RawValue) -> Result<Self, JsonError> {
        let object = Object::parse(raw)?;
        Ok(Self {
            common: Common::read(&object)?,
            conditions: object.list("conditions", Condition::from_json)?,
        })
    }
}

impl Entity for Event {}

/// A result of a job. Its content is in its [`metadata`](Entity::metadata).
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    pub(super) common: Common,
}

impl FromJson for Rule {
    fn from_json(raw: &RawValue) -> Result<Self, JsonError> {
        let common = Common::read(&Object::parse(raw)?)?;
        Ok(Self { common })
    }
}

impl Entity for Rule {}
