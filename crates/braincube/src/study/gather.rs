//! [`JobParts`]: a job with all that it refers to, fetched side by side.

use std::collections::HashMap;

use braincube_model::{BcId, DataGroup, Entity as _, Event, Filter, Job};
use futures_util::future::try_join;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::job::JobEvents;
use super::types::Types;
use crate::collection::{Collection, Resource};
use crate::error::{Error, Result, invalid};
use crate::memory_base::MemoryBase;

/// How many entities are asked for at the same time.
pub(super) const AT_ONCE: usize = 8;

/// Up to so many entities are asked for one by one; more are cheaper in a listing.
pub(super) const ONE_BY_ONE: usize = 4;

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
    pub(crate) fn filters(&self, types: &Types) -> Result<Vec<Filter>> {
        let types = |id: &BcId| types.of(id);
        let base = self.memory_base.bcid();
        let filters = self
            .job
            .filters(base, types, &self.positive, &self.negative);
        filters.map_err(|error| {
            Error::from(error).about(|| format!("job {} of {}", self.job.bcid(), self.memory_base))
        })
    }

    pub(super) fn into_events(self) -> JobEvents {
        JobEvents {
            positive: self.positive,
            negative: self.negative,
        }
    }
}

/// The events of a job, by bcId. A listing gives them whole, so many cost no more than one page.
async fn events(memory_base: &MemoryBase, job: &Job) -> Result<HashMap<BcId, Event>> {
    let mut wanted: Vec<BcId> = Vec::new();
    for id in job.positive_events().iter().chain(job.negative_events()) {
        if !wanted.contains(id) {
            wanted.push(id.clone());
        }
    }
    let found = one_by_one_or_listed(&memory_base.events(), &wanted).await?;
    match wanted.iter().find(|id| !found.contains_key(*id)) {
        None => Ok(found),
        Some(id) => Err(invalid(
            "job",
            format!("it refers to event {id} of {memory_base}, which does not exist"),
        )),
    }
}

/// The data groups of a job, in its order. Whether a listing gives their variables is not known, so each is asked for.
async fn groups(memory_base: &MemoryBase, job: &Job) -> Result<Vec<DataGroup>> {
    each(&memory_base.data_groups(), job.data_groups()).await
}

/// These entities by bcId: few are asked for one by one, at the same time; more are taken from a listing, in which
/// some may be missing.
pub(super) async fn one_by_one_or_listed<E: Resource + Clone>(
    collection: &Collection<E>,
    wanted: &[BcId],
) -> Result<HashMap<BcId, E>> {
    let found = if wanted.len() <= ONE_BY_ONE {
        each(collection, wanted).await?
    } else {
        collection.list_beside_others().into_vec().await?
    };
    Ok(found
        .into_iter()
        .map(|entity| (entity.bcid().clone(), entity))
        .collect())
}

/// These entities, in this order, some asked for at the same time.
pub(super) async fn each<E: Resource>(
    collection: &Collection<E>,
    wanted: &[BcId],
) -> Result<Vec<E>> {
    let asked = wanted.iter().map(|id| collection.get(id.clone()));
    let asked: Vec<_> = asked.collect();
    stream::iter(asked).buffered(AT_ONCE).try_collect().await
}
