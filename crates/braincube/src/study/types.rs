//! [`Types`]: the types of the variables that conditions are about, fetched once for an operation.

use std::collections::HashMap;

use braincube_model::{BcId, Entity as _, Variable, VariableType};

use super::gather::{each, one_by_one_or_listed};
use crate::error::{Result, invalid};
use crate::memory_base::MemoryBase;

/// The types of variables, by bcId.
#[derive(Debug, Default)]
pub(crate) struct Types(HashMap<BcId, VariableType>);

impl Types {
    /// Fetches the types of these variables: few one by one, at the same time; more from one listing.
    pub(crate) async fn fetch<'a>(
        memory_base: &MemoryBase,
        variables: impl IntoIterator<Item = &'a BcId>,
    ) -> Result<Self> {
        let wanted = distinct(variables);
        let found = one_by_one_or_listed(&memory_base.variables(), &wanted).await?;
        let mut types = Self::default();
        types.learn(found.values());
        types.complete(memory_base, wanted).await?;
        Ok(types)
    }

    /// Takes the types from variables that have been listed already, and fetches those that are not among them.
    pub(crate) async fn from_listed<'a>(
        memory_base: &MemoryBase,
        variables: impl IntoIterator<Item = &'a BcId>,
        listed: impl IntoIterator<Item = &'a Variable>,
    ) -> Result<Self> {
        let mut types = Self::default();
        types.learn(listed);
        types.complete(memory_base, distinct(variables)).await?;
        Ok(types)
    }

    /// The type of a variable, if it is known.
    pub(crate) fn of(&self, variable: &BcId) -> Option<VariableType> {
        self.0.get(variable).cloned()
    }

    fn learn<'a>(&mut self, variables: impl IntoIterator<Item = &'a Variable>) {
        let typed = variables.into_iter().filter_map(|variable| {
            Some((variable.bcid().clone(), variable.variable_type()?.clone()))
        });
        self.0.extend(typed);
    }

    /// Asks for what no listing has told.
    async fn complete(&mut self, memory_base: &MemoryBase, wanted: Vec<BcId>) -> Result<()> {
        let unknown: Vec<_> = wanted
            .into_iter()
            .filter(|id| !self.0.contains_key(id))
            .collect();
        self.learn(&each(&memory_base.variables(), &unknown).await?);
        Ok(())
    }
}

fn distinct<'a>(ids: impl IntoIterator<Item = &'a BcId>) -> Vec<BcId> {
    let mut seen = std::collections::HashSet::new();
    let once = ids.into_iter().filter(|id| seen.insert(*id));
    once.cloned().collect()
}

/// The descriptions of these variables, in this order.
pub(super) async fn variables(memory_base: &MemoryBase, ids: &[BcId]) -> Result<Vec<Variable>> {
    let mut found = one_by_one_or_listed(&memory_base.variables(), &distinct(ids)).await?;
    let take = |id: &BcId| {
        found.remove(id).ok_or_else(|| {
            invalid(
                "data group",
                format!("its variable {id} is not in {memory_base}"),
            )
        })
    };
    distinct(ids).iter().map(take).collect()
}
