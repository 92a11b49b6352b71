//! [`Selected`]: which variables and rows a query means.

use std::collections::HashSet;

use braincube_model::{BcId, Filter, Variable};

use super::super::{DataQuery, Selection};
use super::described::Descriptions;
use super::plan;
use crate::error::{Result, invalid};
use crate::lookup::OneByOne;
use crate::memory_base::MemoryBase;
use crate::names;
use crate::study::{self, JobParts, Types};

/// What is wrong with the variables of a job that has none.
const NO_VARIABLES: &str = "the job studies none, in its categories and its data groups; name the variables, and take its conditions as filters";

/// Which variables and rows a query means, with the descriptions that were fetched to find that out.
pub(super) struct Selected {
    /// Each once, in the order in which their columns stand.
    pub(super) variables: Vec<u64>,
    /// Of the variables, where all of them are described.
    pub(super) columns: Descriptions,
    /// Of variables that conditions and periods are about.
    others: Descriptions,
    /// The job, whose conditions the rows must pass.
    job: Option<Box<JobParts>>,
}

impl Selected {
    /// Checks the variables that are named; fetches the data group, the job with all that belongs to it, or the list of
    /// all variables.
    pub(super) async fn fetch(query: &DataQuery) -> Result<Self> {
        let base = &query.memory_base;
        match &query.selection {
            Selection::These(ids) => {
                let numbers = plan::numbers(base, ids)?;
                let mut selected = Self::of(numbers, || "nothing was asked for".into())?;
                let described = ids.iter().filter_map(|id| id.description());
                selected.columns.extend(described.cloned());
                // Named beforehand, they can be described while other things are fetched.
                if plan::needs_names(query) {
                    selected.describe(base, Vec::new()).await?;
                }
                Ok(selected)
            }
            Selection::All => {
                // One that cannot be read is an error: without it, the others would be taken for all.
                let listed = base.variables().list_in_long_pages().into_vec().await?;
                let numbers = plan::numbers_of_all(&listed)?;
                let mut selected = Self::of(numbers, || format!("{base} holds none"))?;
                selected.columns.extend(listed);
                Ok(selected)
            }
            Selection::Group(bcid) => {
                let ids = base.data_group(bcid.clone()).variable_ids().await?;
                let none = || "the data group holds none".to_owned();
                Self::of(plan::numbers_of(&ids)?, none)
            }
            Selection::Job(bcid) => {
                let job = JobParts::fetch(base, bcid).await?;
                let none = || NO_VARIABLES.to_owned();
                let mut selected = Self::of(plan::numbers_of(job.variables())?, none)?;
                selected.job = Some(Box::new(job));
                Ok(selected)
            }
        }
    }

    fn of(numbers: Vec<u64>, none: impl FnOnce() -> String) -> Result<Self> {
        if numbers.is_empty() {
            return Err(invalid("variables", none()));
        }
        Ok(Self {
            variables: plan::once_each(numbers),
            columns: Descriptions::default(),
            others: Descriptions::default(),
            job: None,
        })
    }

    /// Fetches what is still to be known of the variables: of all for their names, of those that the job's conditions
    /// are about for their types, and of `further` ones.
    pub(super) async fn complete(&mut self, query: &DataQuery, further: &[BcId]) -> Result<()> {
        let base = &query.memory_base;
        let mut wanted = further.to_vec();
        if let Some(job) = &self.job {
            wanted.extend(job.condition_variables().into_iter().cloned());
        }
        if plan::needs_names(query) {
            return self.describe(base, wanted).await;
        }
        wanted.retain(|id| !self.columns.contains(id));
        let one_by_one = self.one_by_one();
        self.others.complete(base, &wanted, one_by_one).await
    }

    /// Adds descriptions that were fetched beside.
    pub(super) fn add(&mut self, descriptions: Descriptions) {
        self.others.append(descriptions);
    }

    /// Fetches the descriptions of all variables, and of further ones with them.
    async fn describe(&mut self, base: &MemoryBase, further: Vec<BcId>) -> Result<()> {
        let variables = self.variables.iter().map(|number| BcId::from(*number));
        let wanted: Vec<BcId> = variables.chain(further).collect();
        let one_by_one = self.one_by_one();
        self.columns.complete(base, &wanted, one_by_one).await
    }

    /// Checks that the variables of these filters are among all of the memory base, before anything is sent that the
    /// server would refuse.
    pub(super) async fn check(&self, query: &DataQuery, filters: &[Filter]) -> Result<()> {
        if filters.is_empty() {
            return Ok(());
        }
        let base = &query.memory_base;
        let listed: HashSet<u64> = self.variables.iter().copied().collect();
        let mut numbers = filters
            .iter()
            .flat_map(|one| super::filters::numbers(base, one));
        let Some(unknown) = numbers.find(|number| !listed.contains(number)) else {
            return Ok(());
        };
        let error = names::unknown(base, &unknown.to_string()).await;
        Err(super::filters::of(base, filters, unknown, error))
    }

    /// What is known of a variable.
    pub(super) fn described(&self, number: u64) -> Option<&Variable> {
        self.columns.get(number).or_else(|| self.others.get(number))
    }

    /// Whether all of the variables that are extracted have been described.
    pub(super) fn are_described(&self) -> bool {
        let mut numbers = self.variables.iter();
        numbers.all(|number| self.columns.get(*number).is_some())
    }

    const fn one_by_one(&self) -> OneByOne {
        match self.job {
            Some(_) => OneByOne::One,
            None => OneByOne::Few,
        }
    }

    /// The conditions of the job.
    pub(super) async fn filters(&self, query: &DataQuery) -> Result<Vec<Filter>> {
        let Some(job) = &self.job else {
            return Ok(Vec::new());
        };
        let wanted: Vec<BcId> = job.condition_variables().into_iter().cloned().collect();
        let described = self.columns.iter().chain(self.others.iter());
        let types = Types::of_described(&query.memory_base, &wanted, described).await?;
        let found = job.filters(&types)?;
        match query.options.is_strict() {
            true => study::strict(found).map_err(|error| job.about(error)),
            false => Ok(study::tolerant(found)),
        }
    }
}
