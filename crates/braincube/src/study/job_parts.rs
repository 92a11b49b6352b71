//! [`JobParts`]: a job and the entities that it refers to.

use std::collections::HashMap;

use braincube_model::{
    BcId, ConditionError, ConditionFilters, DataGroup, Entity as _, Event, Filter, Job,
    VariableType,
};
use futures_util::future::try_join;

use crate::collection::Collection;
use crate::error::{Error, Result};
use crate::lookup::{self, OneByOne};
use crate::memory_base::MemoryBaseHandle;

/// A job and the entities that it refers to.
pub(crate) struct JobParts {
    memory_base: MemoryBaseHandle,
    job: Job,
    pub(super) positive: Vec<Event>,
    pub(super) negative: Vec<Event>,
    groups: Vec<DataGroup>,
}

impl JobParts {
    /// Reads the job, its events and its data groups.
    pub(crate) async fn read(memory_base: &MemoryBaseHandle, bcid: &BcId) -> Result<Self> {
        let job = memory_base.jobs().get(bcid).await?;
        let (events, groups) =
            try_join(events(memory_base, &job), groups(memory_base, &job)).await?;
        Ok(Self::new(memory_base, job, &events, groups))
    }

    /// Reads the job and its events.
    pub(super) async fn with_events(memory_base: &MemoryBaseHandle, bcid: &BcId) -> Result<Self> {
        let job = memory_base.jobs().get(bcid).await?;
        let events = events(memory_base, &job).await?;
        Ok(Self::new(memory_base, job, &events, Vec::new()))
    }

    /// Reads the job and its data groups.
    pub(super) async fn with_groups(memory_base: &MemoryBaseHandle, bcid: &BcId) -> Result<Self> {
        let job = memory_base.jobs().get(bcid).await?;
        let groups = groups(memory_base, &job).await?;
        Ok(Self::new(memory_base, job, &HashMap::new(), groups))
    }

    fn new(
        memory_base: &MemoryBaseHandle,
        job: Job,
        events: &HashMap<BcId, Event>,
        groups: Vec<DataGroup>,
    ) -> Self {
        let select = |ids: &[BcId]| {
            ids.iter()
                .filter_map(|id| events.get(id).cloned())
                .collect()
        };
        Self {
            memory_base: memory_base.clone(),
            positive: select(job.positive_events()),
            negative: select(job.negative_events()),
            job,
            groups,
        }
    }

    /// The variables whose types are needed to build the filters.
    pub(crate) fn condition_variables(&self) -> Vec<BcId> {
        let events = self.positive.iter().chain(&self.negative);
        lookup::distinct(self.job.condition_variables(events))
    }

    /// The variables that the job analyses.
    pub(crate) fn variables(&self) -> Vec<&BcId> {
        self.job.variables(&self.groups)
    }

    /// The filters that select the rows of the job.
    pub(crate) fn filters(
        &self,
        types: impl Fn(&BcId) -> Option<VariableType>,
        is_strict: bool,
    ) -> Result<Vec<Filter>> {
        let base = self.memory_base.number()?;
        let filters = self
            .job
            .filters(base, types, &self.positive, &self.negative);
        let about = |error| about_job(&self.memory_base, self.job.bcid(), error);
        let mut filters = filters.map_err(|error| about(error.into()))?;
        if is_strict && !filters.unfiltered.is_empty() {
            let condition = filters.unfiltered.swap_remove(0);
            return Err(about(ConditionError::NoFilter(condition).into()));
        }
        Ok(warn_unfiltered(filters))
    }
}

/// Returns the filters. Logs a warning for each condition without an equivalent filter.
pub(super) fn warn_unfiltered(filters: ConditionFilters) -> Vec<Filter> {
    for condition in &filters.unfiltered {
        tracing::warn!("{condition}; the condition is ignored");
    }
    filters.filters
}

/// Adds the job to the message of an error.
pub(super) fn about_job(memory_base: &MemoryBaseHandle, bcid: &BcId, error: Error) -> Error {
    error.within(format_args!("job {bcid} of {memory_base}"))
}

/// The events of a job by bcId. Their list contains all properties.
async fn events(memory_base: &MemoryBaseHandle, job: &Job) -> Result<HashMap<BcId, Event>> {
    let wanted = lookup::distinct(job.positive_events().iter().chain(job.negative_events()));
    let found = lookup::by_id(&memory_base.events(), &wanted, OneByOne::One).await;
    found.map_err(|error| about_job(memory_base, job.bcid(), error))
}

/// The data groups of a job in its order.
async fn groups(memory_base: &MemoryBaseHandle, job: &Job) -> Result<Vec<DataGroup>> {
    let wanted = lookup::distinct(job.data_groups());
    let found = groups_with_variables(&memory_base.data_groups(), &wanted).await;
    found.map_err(|error| about_job(memory_base, job.bcid(), error))
}

/// These data groups in this order. Groups that the list returns without variables are requested individually.
async fn groups_with_variables(
    collection: &Collection<DataGroup>,
    wanted: &[BcId],
) -> Result<Vec<DataGroup>> {
    let mut found = lookup::by_id(collection, wanted, OneByOne::One).await?;
    found.retain(|_, group| group.metadata().get("variables").is_some());
    let incomplete = wanted.iter().filter(|id| !found.contains_key(*id));
    let incomplete: Vec<BcId> = incomplete.cloned().collect();
    let complete = lookup::each(collection, &incomplete).await?;
    found.extend(incomplete.into_iter().zip(complete));
    Ok(wanted.iter().filter_map(|id| found.remove(id)).collect())
}
