//! [`JobParts`]: a job and the entities that it refers to.

use std::collections::HashMap;

use braincube_model::{
    BcId, ConditionError, ConditionFilters, DataGroup, Entity as _, Event, Filter, Job,
    VariableType,
};
use futures_util::future::try_join;

use super::handle::JobHandle;
use crate::collection::Collection;
use crate::error::Result;
use crate::lookup::{self, IndividualLimit};

/// A job and the entities that it refers to.
pub(crate) struct JobParts {
    handle: JobHandle,
    job: Job,
    pub(super) positive: Vec<Event>,
    pub(super) negative: Vec<Event>,
    groups: Vec<DataGroup>,
}

impl JobParts {
    /// Reads the job, its events and its data groups.
    pub(crate) async fn read(handle: &JobHandle) -> Result<Self> {
        let job = handle.describe().await?;
        let (events, groups) = try_join(events(handle, &job), groups(handle, &job)).await?;
        Ok(Self::new(handle, job, &events, groups))
    }

    /// Reads the job and its events.
    pub(super) async fn with_events(handle: &JobHandle) -> Result<Self> {
        let job = handle.describe().await?;
        let events = events(handle, &job).await?;
        Ok(Self::new(handle, job, &events, Vec::new()))
    }

    /// Reads the job and its data groups.
    pub(super) async fn with_groups(handle: &JobHandle) -> Result<Self> {
        let job = handle.describe().await?;
        let groups = groups(handle, &job).await?;
        Ok(Self::new(handle, job, &HashMap::new(), groups))
    }

    fn new(
        handle: &JobHandle,
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
            handle: handle.clone(),
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
        let base = self.handle.memory_base().number()?;
        let filters = self
            .job
            .filters(base, types, &self.positive, &self.negative);
        let mut filters = filters.map_err(|error| self.handle.about(error))?;
        if is_strict && !filters.unsupported.is_empty() {
            let condition = filters.unsupported.swap_remove(0);
            return Err(self.handle.about(ConditionError::Unsupported(condition)));
        }
        Ok(warn_unfiltered(filters))
    }
}

/// Returns the filters. Logs a warning for each condition without an equivalent filter.
pub(super) fn warn_unfiltered(filters: ConditionFilters) -> Vec<Filter> {
    for condition in &filters.unsupported {
        tracing::warn!("{condition}; the condition is ignored");
    }
    filters.filters
}

/// The events of a job by bcId. Their list contains all properties.
async fn events(handle: &JobHandle, job: &Job) -> Result<HashMap<BcId, Event>> {
    let wanted = lookup::distinct(job.positive_events().iter().chain(job.negative_events()));
    let events = handle.memory_base().events();
    let found = lookup::by_id(&events, &wanted, IndividualLimit::One).await;
    found.map_err(|error| handle.about(error))
}

/// The data groups of a job in its order.
async fn groups(handle: &JobHandle, job: &Job) -> Result<Vec<DataGroup>> {
    let wanted = lookup::distinct(job.data_groups());
    let groups = handle.memory_base().data_groups();
    let found = groups_with_variables(&groups, &wanted).await;
    found.map_err(|error| handle.about(error))
}

/// These data groups in this order. Groups that the list returns without variables are requested individually.
async fn groups_with_variables(
    collection: &Collection<DataGroup>,
    wanted: &[BcId],
) -> Result<Vec<DataGroup>> {
    let mut found = lookup::by_id(collection, wanted, IndividualLimit::One).await?;
    found.retain(|_, group| group.metadata().get("variables").is_some());
    let incomplete = wanted.iter().filter(|id| !found.contains_key(*id));
    let incomplete: Vec<BcId> = incomplete.cloned().collect();
    let complete = lookup::each(collection, &incomplete).await?;
    found.extend(incomplete.into_iter().zip(complete));
    Ok(wanted.iter().filter_map(|id| found.remove(id)).collect())
}
