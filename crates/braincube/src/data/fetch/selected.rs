//! [`Selected`]: which variables and rows a query means, once what it refers to has been fetched.

use braincube_model::{BcId, Filter, Variable};

use super::super::{DataQuery, Selection};
use super::plan;
use crate::error::{Result, invalid};
use crate::study::{self, JobParts, Types};

/// Which variables and rows a query means.
pub(super) struct Selected {
    pub(super) variables: Vec<u64>,
    /// The conditions of the job.
    pub(super) filters: Vec<Filter>,
}

/// What a query refers to, as far as it had to be fetched.
pub(super) enum Referred {
    These(Vec<u64>),
    All,
    Group(Vec<BcId>),
    Job(Box<JobParts>),
}

/// Checks the variables that are named; fetches the data group or the job with all that belongs to it.
pub(super) async fn refer(query: &DataQuery) -> Result<Referred> {
    let base = &query.memory_base;
    Ok(match &query.selection {
        Selection::These(ids) => Referred::These(plan::numbers(base, ids)?),
        Selection::All => Referred::All,
        Selection::Group(bcid) => {
            Referred::Group(base.data_group(bcid.clone()).variable_ids().await?)
        }
        Selection::Job(bcid) => Referred::Job(Box::new(JobParts::fetch(base, bcid).await?)),
    })
}

impl Referred {
    /// Which variables and rows are meant. The types that a job's conditions need are taken from `listed`, or fetched
    /// where nothing has been listed.
    pub(super) async fn select(self, query: &DataQuery, listed: &[Variable]) -> Result<Selected> {
        let base = &query.memory_base;
        let (ids, filters) = match self {
            Self::These(variables) => (variables, Vec::new()),
            Self::All => (plan::every_variable(listed)?, Vec::new()),
            Self::Group(ids) => (plan::numbers_of(&ids)?, Vec::new()),
            Self::Job(parts) => {
                let wanted = parts.condition_variables();
                let types = if listed.is_empty() {
                    Types::fetch(base, wanted).await?
                } else {
                    Types::from_listed(base, wanted, listed).await?
                };
                let found = parts.filters(&types)?;
                let filters = match query.options.is_strict() {
                    true => study::strict(found).map_err(|error| parts.about(error))?,
                    false => study::tolerant(found),
                };
                (plan::numbers_of(parts.variables())?, filters)
            }
        };
        let variables = plan::once_each(ids);
        match variables.is_empty() {
            true => Err(invalid("variables", "what was asked for holds none")),
            false => Ok(Selected { variables, filters }),
        }
    }
}
