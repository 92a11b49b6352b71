//! Data groups, events and jobs: what users have defined in a memory base.

mod handle;
mod job_parts;

use braincube_model::{BcId, Category, Condition, Event, Filter, Rule, Variable};

use self::job_parts::warn_unfiltered;
use crate::collection::Collection;
use crate::error::Result;
use crate::lookup::{self, IndividualLimit};

pub use self::handle::{DataGroupHandle, EntityHandle, EventHandle, JobHandle};
pub(crate) use self::job_parts::JobParts;

/// The events of a job.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct JobEvents {
    /// The events that the rows of the job belong to.
    pub positive: Vec<Event>,
    /// The events that the rows of the job do not belong to.
    pub negative: Vec<Event>,
}

impl DataGroupHandle {
    /// Returns the bcIds of its variables in the order of the service.
    ///
    /// # Errors
    ///
    /// As [`describe`](Self::describe).
    pub async fn variable_ids(&self) -> Result<Vec<BcId>> {
        Ok(self.describe().await?.variables().to_vec())
    }

    /// Returns the descriptions of its variables in the order of the service, without duplicates. Up to four are requested
    /// individually, more are taken from one list.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the data group or one of its variables does not exist. Also
    /// if a request fails.
    pub async fn variables(&self) -> Result<Vec<Variable>> {
        let ids = lookup::distinct(self.describe().await?.variables());
        let found = lookup::variables(self.memory_base(), &ids, IndividualLimit::Few).await;
        let mut found = found.map_err(|error| self.about(error))?;
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }
}

impl EventHandle {
    /// Returns its conditions as filters. A row must match all of them; [`Filter::all`] combines them.
    ///
    /// A condition that has no equivalent filter is ignored with a warning.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the event or a variable of a condition does not exist. Also
    /// if a condition has no variable, or a request fails.
    pub async fn conditions(&self) -> Result<Vec<Filter>> {
        let event = self.describe().await?;
        let ids = lookup::distinct(event.conditions().iter().filter_map(Condition::variable));
        let variables = self
            .variables_with_types(&ids, IndividualLimit::Few)
            .await?;
        let filters = event.filters(self.memory_base().number()?, |id| variables.type_of(id));
        Ok(warn_unfiltered(filters.map_err(|error| self.about(error))?))
    }
}

impl JobHandle {
    /// Returns the conditions of the job as filters, without those of its events. [`Filter::all`] combines them.
    ///
    /// A condition that has no equivalent filter is ignored with a warning.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the job or a variable of a condition does not exist. Also if
    /// a condition has no variable, or a request fails.
    pub async fn conditions(&self) -> Result<Vec<Filter>> {
        let job = self.describe().await?;
        let ids = lookup::distinct(job.condition_variables([]));
        let variables = self
            .variables_with_types(&ids, IndividualLimit::One)
            .await?;
        let filters = job.own_filters(self.memory_base().number()?, |id| variables.type_of(id));
        Ok(warn_unfiltered(filters.map_err(|error| self.about(error))?))
    }

    /// Returns the filters that select the rows of the job: its own conditions, the negation of each negative event, and
    /// the conditions of each positive event. A row must match all of them; [`Filter::all`] combines them.
    ///
    /// A condition that has no equivalent filter is ignored with a warning.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the job, one of its events or a variable of a condition does
    /// not exist. Also if a condition has no variable, or a request fails.
    pub async fn conditions_with_events(&self) -> Result<Vec<Filter>> {
        let parts = JobParts::with_events(self).await?;
        let ids = parts.condition_variables();
        let variables = self
            .variables_with_types(&ids, IndividualLimit::One)
            .await?;
        parts.filters(|id| variables.type_of(id), false)
    }

    /// Returns the events of the job. Several are taken from one list.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the job or one of its events does not exist. Also if a
    /// request fails.
    pub async fn events(&self) -> Result<JobEvents> {
        let parts = JobParts::with_events(self).await?;
        Ok(JobEvents {
            positive: parts.positive,
            negative: parts.negative,
        })
    }

    /// Returns the classes into which the job divides rows, such as good and bad.
    ///
    /// # Errors
    ///
    /// As [`describe`](Self::describe).
    pub async fn categories(&self) -> Result<Vec<Category>> {
        Ok(self.describe().await?.categories().to_vec())
    }

    /// Returns the bcIds of the variables of the job: first those of its categories, then those of its data groups. The
    /// result has no duplicates and is in order of first occurrence.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the job or one of its data groups does not exist. Also if a
    /// request fails.
    pub async fn variable_ids(&self) -> Result<Vec<BcId>> {
        let parts = JobParts::with_groups(self).await?;
        Ok(parts.variables().into_iter().cloned().collect())
    }

    /// The rules that the job has found.
    pub fn rules(&self) -> Collection<Rule> {
        self.memory_base().rules_of(self.bcid().clone())
    }
}
