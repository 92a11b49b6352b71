//! [`JobParts`]: a job with all that it refers to, one request for each kind.

use std::collections::HashMap;

use braincube_model::{BcId, ConditionFilters, DataGroup, Entity as _, Event, Job};
use futures_util::future::try_join;

use super::job::JobEvents;
use super::types::Types;
use crate::collection::Collection;
use crate::error::{Error, Result};
use crate::lookup::{self, OneByOne};
use crate::memory_base::MemoryBase;

/// A job with all that it refers to.
pub(crate) struct JobParts {
    memory_base: MemoryBase,
    job: Job,
    positive: Vec<Event>,
    negative: Vec<Event>,
    groups: Vec<DataGroup>,
}

impl JobParts {
    /// The job, its events and its data groups.
    pub(crate) async fn fetch(memory_base: &MemoryBase, bcid: &BcId) -> Result<Self> {
        let job = memory_base.jobs().get(bcid.clone()).await?;
        let (events, groups) =
            try_join(events(memory_base, &job), groups(memory_base, &job)).await?;
        Ok(Self::new(memory_base, job, &events, groups))
    }

    /// The job and its events.
    pub(super) async fn without_groups(memory_base: &MemoryBase, bcid: &BcId) -> Result<Self> {
        let job = memory_base.jobs().get(bcid.clone()).await?;
        let events = events(memory_base, &job).await?;
        Ok(Self::new(memory_base, job, &events, Vec::new()))
    }

    /// The job and its data groups.
    pub(super) async fn without_events(memory_base: &MemoryBase, bcid: &BcId) -> Result<Self> {
        let job = memory_base.jobs().get(bcid.clone()).await?;
        let groups = groups(memory_base, &job).await?;
        Ok(Self {
            memory_base: memory_base.clone(),
            job,
            positive: Vec::new(),
            negative: Vec::new(),
            groups,
        })
    }

    fn new(
        memory_base: &MemoryBase,
        job: Job,
        events: &HashMap<BcId, Event>,
        groups: Vec<DataGroup>,
    ) -> Self {
        let of = |ids: &[BcId]| {
            ids.iter()
                .filter_map(|id| events.get(id).cloned())
                .collect()
        };
        Self {
            memory_base: memory_base.clone(),
            positive: of(job.positive_events()),
            negative: of(job.negative_events()),
            job,
            groups,
        }
    }

    /// The variables whose types its filters depend on.
    pub(crate) fn condition_variables(&self) -> Vec<&BcId> {
        self.job
            .condition_variables(self.positive.iter().chain(&self.negative))
    }

    /// The variables that the job studies.
    pub(crate) fn variables(&self) -> Vec<&BcId> {
        self.job.variables(&self.groups)
    }

    /// Which rows the job studies.
    pub(crate) fn filters(&self, types: &Types) -> Result<ConditionFilters> {
        let types = |id: &BcId| types.of(id);
        let base = self.memory_base.bcid();
        let filters = self
            .job
            .filters(base, types, &self.positive, &self.negative);
        filters.map_err(|error| self.about(error.into()))
    }

    /// Says which job an error is about.
    pub(crate) fn about(&self, error: Error) -> Error {
        of_job(&self.memory_base, self.job.bcid(), error)
    }

    pub(super) fn into_events(self) -> JobEvents {
        JobEvents {
            positive: self.positive,
            negative: self.negative,
        }
    }
}

/// Says which job an error is about, in front of which part of it.
pub(super) fn of_job(memory_base: &MemoryBase, bcid: &BcId, error: Error) -> Error {
    error.within(format_args!("job {bcid} of {memory_base}"))
}

/// The events of a job, by bcId. A listing gives them whole.
async fn events(memory_base: &MemoryBase, job: &Job) -> Result<HashMap<BcId, Event>> {
    let wanted = lookup::distinct(job.positive_events().iter().chain(job.negative_events()));
    let found = lookup::by_id(&memory_base.events(), &wanted, OneByOne::One).await;
    found.map_err(|error| of_job(memory_base, job.bcid(), error))
}

/// The data groups of a job, in its order.
async fn groups(memory_base: &MemoryBase, job: &Job) -> Result<Vec<DataGroup>> {
    let wanted = lookup::distinct(job.data_groups());
    let found = whole_groups(&memory_base.data_groups(), &wanted).await;
    found.map_err(|error| of_job(memory_base, job.bcid(), error))
}

/// These data groups, in this order. Those whose variables a listing does not give are asked for.
async fn whole_groups(
    collection: &Collection<DataGroup>,
    wanted: &[BcId],
) -> Result<Vec<DataGroup>> {
    let mut found = lookup::by_id(collection, wanted, OneByOne::One).await?;
    found.retain(|_, group| group.metadata().get("variables").is_some());
    let without: Vec<_> = wanted
        .iter()
        .filter(|id| !found.contains_key(*id))
        .collect();
    let without: Vec<BcId> = without.into_iter().cloned().collect();
    let whole = lookup::each(collection, &without).await?;
    found.extend(without.into_iter().zip(whole));
    Ok(wanted.iter().filter_map(|id| found.remove(id)).collect())
}
