//! Handles of data groups, events and jobs: the analyses that users have defined in a memory base.

mod job_parts;

use braincube_model::{BcId, Category, Condition, Filter, Rule, Variable};

use self::job_parts::{about_job, warn_unfiltered};
use crate::collection::Collection;
use crate::descriptions::Descriptions;
use crate::error::{Error, Result};
use crate::lookup::{self, OneByOne};
use crate::memory_base::MemoryBaseHandle;
use crate::model;

pub(crate) use self::job_parts::JobParts;

/// A handle of a data group, which is a named set of variables. Creating a handle sends no request.
#[derive(Clone, Debug)]
pub struct DataGroupHandle {
    pub(crate) memory_base: MemoryBaseHandle,
    pub(crate) bcid: BcId,
}

/// A handle of an event, which is a named set of conditions. Creating a handle sends no request.
#[derive(Clone, Debug)]
pub struct EventHandle {
    memory_base: MemoryBaseHandle,
    bcid: BcId,
}

/// A handle of a job, which is an analysis of a memory base. Creating a handle sends no request.
///
/// ```
/// use braincube::{Client, Config, Filter};
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let simulator = braincube_sim::Simulator::start().await?;
/// # let config = Config::builder().sso_base_url(simulator.sso_base_url())
/// #     .api_base_url(simulator.api_base_url()).api_key(simulator.token()).build()?;
/// # let client = Client::from_config(config).await?;
/// let job = client.braincube("demo").memory_base(20).job(573);
/// let rows = Filter::all(job.conditions_with_events().await?);
/// let frame = job.data().filter("mb20/d2000040 >= 45").fetch().await?;
/// # assert!(rows.is_some() && frame.batch().num_rows() > 0);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct JobHandle {
    pub(crate) memory_base: MemoryBaseHandle,
    pub(crate) bcid: BcId,
}

/// The events of a job.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct JobEvents {
    /// The events that the rows of the job belong to.
    pub positive: Vec<model::Event>,
    /// The events that the rows of the job do not belong to.
    pub negative: Vec<model::Event>,
}

impl MemoryBaseHandle {
    /// A handle of the data group with this bcId. Sends no request.
    pub fn data_group(&self, bcid: impl Into<BcId>) -> DataGroupHandle {
        DataGroupHandle {
            memory_base: self.clone(),
            bcid: bcid.into(),
        }
    }

    /// A handle of the event with this bcId. Sends no request.
    pub fn event(&self, bcid: impl Into<BcId>) -> EventHandle {
        EventHandle {
            memory_base: self.clone(),
            bcid: bcid.into(),
        }
    }

    /// A handle of the job with this bcId. Sends no request.
    pub fn job(&self, bcid: impl Into<BcId>) -> JobHandle {
        JobHandle {
            memory_base: self.clone(),
            bcid: bcid.into(),
        }
    }
}

impl DataGroupHandle {
    /// The bcId.
    pub fn bcid(&self) -> &BcId {
        &self.bcid
    }

    /// Returns the description of the data group.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if it does not exist. Also if the request fails.
    pub async fn describe(&self) -> Result<model::DataGroup> {
        self.memory_base.data_groups().get(&self.bcid).await
    }

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
        let found = lookup::variables(&self.memory_base, &ids, OneByOne::Few).await;
        let mut found = found.map_err(|error| {
            let (bcid, base) = (&self.bcid, &self.memory_base);
            error.within(format_args!("data group {bcid} of {base}"))
        })?;
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }
}

impl EventHandle {
    /// The bcId.
    pub fn bcid(&self) -> &BcId {
        &self.bcid
    }

    /// Returns the description of the event.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if it does not exist. Also if the request fails.
    pub async fn describe(&self) -> Result<model::Event> {
        self.memory_base.events().get(&self.bcid).await
    }

    /// Returns its conditions as filters. A row must match all of them; [`Filter::all`] combines them.
    ///
    /// A condition that has no equivalent filter is ignored with a warning.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the event or a variable of a condition does not exist. Also
    /// if a condition has no variable, or a request fails.
    pub async fn conditions(&self) -> Result<Vec<Filter>> {
        let base = &self.memory_base;
        let event = self.describe().await?;
        let about = |error: Error| error.within(format_args!("event {} of {base}", self.bcid));
        let ids = event.conditions().iter().filter_map(Condition::variable);
        let variables = Descriptions::with_types(base, &lookup::distinct(ids), OneByOne::Few).await;
        let variables = variables.map_err(about)?;
        let filters = event.filters(base.number()?, |id| variables.type_of(id));
        filters
            .map(warn_unfiltered)
            .map_err(|error| about(error.into()))
    }
}

impl JobHandle {
    /// The bcId.
    pub fn bcid(&self) -> &BcId {
        &self.bcid
    }

    /// Returns the description of the job.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if it does not exist. Also if the request fails.
    pub async fn describe(&self) -> Result<model::Job> {
        self.memory_base.jobs().get(&self.bcid).await
    }

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
        let variables = self.condition_variables(&ids).await?;
        let filters = job.own_filters(self.memory_base.number()?, |id| variables.type_of(id));
        filters
            .map(warn_unfiltered)
            .map_err(|error| self.about(error.into()))
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
        let parts = JobParts::with_events(&self.memory_base, &self.bcid).await?;
        let ids = parts.condition_variables();
        let variables = self.condition_variables(&ids).await?;
        parts.filters(|id| variables.type_of(id), false)
    }

    /// Returns the events of the job. Several are taken from one list.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the job or one of its events does not exist. Also if a
    /// request fails.
    pub async fn events(&self) -> Result<JobEvents> {
        let parts = JobParts::with_events(&self.memory_base, &self.bcid).await?;
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
        let parts = JobParts::with_groups(&self.memory_base, &self.bcid).await?;
        Ok(parts.variables().into_iter().cloned().collect())
    }

    /// The rules that the job has found.
    pub fn rules(&self) -> Collection<Rule> {
        self.memory_base.rules_of(Some(self.bcid.clone()))
    }

    async fn condition_variables(&self, ids: &[BcId]) -> Result<Descriptions> {
        let variables = Descriptions::with_types(&self.memory_base, ids, OneByOne::One).await;
        variables.map_err(|error| self.about(error))
    }

    fn about(&self, error: Error) -> Error {
        about_job(&self.memory_base, &self.bcid, error)
    }
}
