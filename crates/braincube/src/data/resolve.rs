//! [`ResolvedColumns`]: the variables and rows that a query selects.

use std::collections::HashSet;

use braincube_model::{BcId, Entity as _, Filter, Variable, VariableType};

use super::columns::Label;
use super::filters;
use super::query::{DataQuery, Selection};
use crate::descriptions::Descriptions;
use crate::error::{Result, invalid};
use crate::lookup::{self, IndividualLimit};
use crate::memory_base::MemoryBaseHandle;
use crate::names;
use crate::study::JobParts;

/// The variables and rows that a query selects, and the descriptions that were read to find them.
pub(super) struct ResolvedColumns {
    /// The bcIds in the order of the columns, without duplicates.
    pub(super) variables: Vec<u64>,
    /// The descriptions of the columns: of all of them or, if they were not needed, of those that the caller gave.
    pub(super) columns: Descriptions,
    /// The descriptions of variables in conditions, filters and the period.
    pub(super) others: Descriptions,
    /// The job whose conditions the rows must match.
    job: Option<Box<JobParts>>,
}

impl ResolvedColumns {
    /// Checks the ids of the caller, or reads the data group, the job, or the list of all variables.
    pub(super) async fn resolve(query: &DataQuery) -> Result<Self> {
        let base = &query.memory_base;
        match &query.selection {
            Selection::Variables(ids) => {
                let number = base.number()?;
                let numbers = ids.iter().map(|id| id.within(number));
                let numbers = numbers.collect::<Result<Vec<_>>>()?;
                let mut resolved = Self::new(numbers, "the query names no variable")?;
                let described = ids.iter().filter_map(|id| id.description());
                resolved.columns.extend(described.cloned());
                if query.label != Label::BcId {
                    resolved.describe(base, &[]).await?;
                }
                Ok(resolved)
            }
            Selection::All => {
                // A variable that cannot be parsed is an error: the others are not all variables.
                let listed = base.variables().list_in_long_pages().into_vec().await?;
                let ids = numbers(listed.iter().map(Variable::bcid))?;
                let mut resolved = Self::new(ids, "the memory base has no variables")?;
                resolved.columns.extend(listed);
                Ok(resolved)
            }
            Selection::Group(handle) => {
                let group = handle.describe().await?;
                Self::new(numbers(group.variables())?, "the data group is empty")
            }
            Selection::Job(handle) => {
                let job = JobParts::read(handle).await?;
                let mut resolved = Self::new(
                    numbers(job.variables())?,
                    "the categories and data groups of the job contain none; query variables of the memory base with the \
                     conditions of the job as filters",
                )?;
                resolved.job = Some(Box::new(job));
                Ok(resolved)
            }
        }
    }

    fn new(numbers: Vec<u64>, problem: &str) -> Result<Self> {
        if numbers.is_empty() {
            return Err(invalid("variables", problem));
        }
        let mut seen = HashSet::new();
        let variables = numbers.into_iter().filter(|number| seen.insert(*number));
        Ok(Self {
            variables: variables.collect(),
            columns: Descriptions::default(),
            others: Descriptions::default(),
            job: None,
        })
    }

    /// Reads the descriptions that are still missing: those of the columns if they are named, those of the variables in the
    /// conditions of the job, and `further` ones.
    pub(super) async fn complete(&mut self, query: &DataQuery, further: &[BcId]) -> Result<()> {
        let base = &query.memory_base;
        let mut wanted = further.to_vec();
        if let Some(job) = &self.job {
            wanted.extend(job.condition_variables());
        }
        if query.label != Label::BcId {
            return self.describe(base, &wanted).await;
        }
        wanted.retain(|id| self.columns.get(id).is_none());
        self.others
            .read(base, &wanted, self.individual_limit())
            .await
    }

    /// Reads the descriptions of all columns, and of further variables with them.
    async fn describe(&mut self, base: &MemoryBaseHandle, further: &[BcId]) -> Result<()> {
        let columns = self.variables.iter().copied().map(BcId::from);
        let wanted: Vec<BcId> = columns.chain(further.iter().cloned()).collect();
        self.columns
            .read(base, &wanted, self.individual_limit())
            .await
    }

    const fn individual_limit(&self) -> IndividualLimit {
        match self.job {
            Some(_) => IndividualLimit::One,
            None => IndividualLimit::Few,
        }
    }

    /// Checks that the variables of these filters are in the list of all variables.
    pub(super) async fn check(&self, query: &DataQuery, filters: &[Filter]) -> Result<()> {
        let base = &query.memory_base;
        let number = base.number()?;
        let listed: HashSet<u64> = self.variables.iter().copied().collect();
        let compared = filters
            .iter()
            .flat_map(|one| filters::variables(number, one));
        let Some(unknown) = compared.into_iter().find(|one| !listed.contains(one)) else {
            return Ok(());
        };
        let error = names::unknown(base, &unknown.to_string()).await;
        Err(filters::within_filter(number, filters, unknown, error))
    }

    /// The type of a variable, if it is known.
    pub(super) fn type_of(&self, bcid: &BcId) -> Option<VariableType> {
        let of_column = self.columns.type_of(bcid);
        of_column.or_else(|| self.others.type_of(bcid))
    }

    /// The conditions of the job.
    pub(super) async fn job_filters(&mut self, query: &DataQuery) -> Result<Vec<Filter>> {
        let Some(job) = &self.job else {
            return Ok(Vec::new());
        };
        let mut untyped = job.condition_variables();
        untyped.retain(|id| self.type_of(id).is_none());
        let base = &query.memory_base;
        let described = lookup::each(&base.variables(), &untyped).await?;
        self.others.extend(described);
        job.filters(|id| self.type_of(id), query.options.is_strict())
    }
}

/// The bcIds as numbers, which long ids contain.
fn numbers<'a>(ids: impl IntoIterator<Item = &'a BcId>) -> Result<Vec<u64>> {
    let number = |id: &BcId| {
        let number = id.number();
        number.map_err(|error| invalid("variables", error.to_string()))
    };
    ids.into_iter().map(number).collect()
}
