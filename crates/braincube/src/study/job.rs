//! [`Job`]: the address of one job.

use braincube_model::{BcId, Category, Filter, Rule};

use super::filters::tolerant;
use super::gather::{JobParts, of_job};
use super::types::Types;
use crate::collection::Collection;
use crate::data::DataQuery;
use crate::error::{Error, Result};
use crate::lookup::OneByOne;
use crate::memory_base::MemoryBase;
use crate::model;

/// The address of a job: a study of a memory base. Costs no request.
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
pub struct Job {
    memory_base: MemoryBase,
    bcid: BcId,
}

/// The events of a job.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct JobEvents {
    /// Those that a row must belong to.
    pub positive: Vec<model::Event>,
    /// Those that a row must not belong to.
    pub negative: Vec<model::Event>,
}

impl Job {
    pub(crate) fn new(memory_base: MemoryBase, bcid: BcId) -> Self {
        Self { memory_base, bcid }
    }

    /// The bcId.
    pub fn bcid(&self) -> &BcId {
        &self.bcid
    }

    /// The description of the job.
    ///
    /// # Errors
    ///
    /// Where there is none, or the request fails.
    pub async fn describe(&self) -> Result<model::Job> {
        self.memory_base.jobs().get(self.bcid.clone()).await
    }

    /// The job's own conditions as filters, without those of its events; [`Filter::all`] combines them.
    ///
    /// # Errors
    ///
    /// Where there is no such job, a condition names no variable, or a request fails. A condition that says what no
    /// filter says is told at `warn`.
    pub async fn conditions(&self) -> Result<Vec<Filter>> {
        let job = self.describe().await?;
        let wanted = job.condition_variables([]);
        let types = Types::fetch(&self.memory_base, wanted, OneByOne::One).await;
        let types = types.map_err(|error| self.about(error))?;
        let filters = job.own_filters(self.memory_base.bcid(), |id| types.of(id));
        filters
            .map(tolerant)
            .map_err(|error| self.about(error.into()))
    }

    /// Which rows the job studies, as filters that must all pass: its own conditions, the opposite of each negative
    /// event, the conditions of each positive event. [`Filter::all`] combines them.
    ///
    /// # Errors
    ///
    /// Where there is no such job or event, a condition names no variable, or a request fails. A condition that says
    /// what no filter says is told at `warn`.
    pub async fn conditions_with_events(&self) -> Result<Vec<Filter>> {
        let parts = JobParts::without_groups(&self.memory_base, &self.bcid).await?;
        let wanted = parts.condition_variables();
        let types = Types::fetch(&self.memory_base, wanted, OneByOne::One).await;
        let types = types.map_err(|error| self.about(error))?;
        Ok(tolerant(parts.filters(&types)?))
    }

    /// The events of the job, from one listing where they are several.
    ///
    /// # Errors
    ///
    /// Where there is no such job or event, or a request fails.
    pub async fn events(&self) -> Result<JobEvents> {
        let parts = JobParts::without_groups(&self.memory_base, &self.bcid).await?;
        Ok(parts.into_events())
    }

    /// The classes that the job sorts rows into, such as good and bad.
    ///
    /// # Errors
    ///
    /// Where there is no such job, or the request fails.
    pub async fn categories(&self) -> Result<Vec<Category>> {
        Ok(self.describe().await?.categories().to_vec())
    }

    /// The variables that the job studies, each once, in order of first appearance: those of its categories, then
    /// those of its data groups.
    ///
    /// # Errors
    ///
    /// Where there is no such job or data group, or a request fails.
    pub async fn variable_ids(&self) -> Result<Vec<BcId>> {
        let parts = JobParts::without_events(&self.memory_base, &self.bcid).await?;
        Ok(parts.variables().into_iter().cloned().collect())
    }

    /// The rules that the job has found.
    pub fn rules(&self) -> Collection<Rule> {
        self.memory_base.rules_of(Some(self.bcid.clone()))
    }

    /// Data of the variables that the job studies, of the rows that it studies.
    ///
    /// It is read from the memory base with the job's conditions, so it may differ from what the job saw, where the
    /// memory base has changed since. Filters that are added are joined with those of the job.
    pub fn data(&self) -> DataQuery {
        DataQuery::of_job(self.memory_base.clone(), self.bcid.clone())
    }

    fn about(&self, error: Error) -> Error {
        of_job(&self.memory_base, &self.bcid, error)
    }
}
