//! [`Types`]: the types of the variables that conditions are about, fetched once for an operation.

use std::collections::HashMap;

use braincube_model::{BcId, Entity as _, Variable, VariableType};

use crate::error::Result;
use crate::lookup::{self, OneByOne};
use crate::memory_base::MemoryBase;

/// The types of variables, by bcId.
#[derive(Debug, Default)]
pub(crate) struct Types(HashMap<BcId, VariableType>);

impl Types {
    /// Fetches the types of these variables.
    pub(crate) async fn fetch<'a>(
        memory_base: &MemoryBase,
        variables: impl IntoIterator<Item = &'a BcId>,
        one_by_one: OneByOne,
    ) -> Result<Self> {
        let wanted = lookup::distinct(variables);
        let found = lookup::variables(memory_base, &wanted, one_by_one).await?;
        Self::of_described(memory_base, &wanted, found.values()).await
    }

    /// Takes the types from descriptions. Of a variable whose type they do not say, as a listing might not, the whole
    /// description is asked for.
    pub(crate) async fn of_described<'a>(
        memory_base: &MemoryBase,
        wanted: &[BcId],
        described: impl IntoIterator<Item = &'a Variable>,
    ) -> Result<Self> {
        let mut types = Self::default();
        types.learn(described);
        let unknown = wanted.iter().filter(|id| !types.0.contains_key(id));
        let unknown: Vec<_> = unknown.cloned().collect();
        types.learn(&lookup::each(&memory_base.variables(), &unknown).await?);
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
}

/// The descriptions of these variables, in this order.
pub(super) async fn variables(memory_base: &MemoryBase, ids: &[BcId]) -> Result<Vec<Variable>> {
    let wanted = lookup::distinct(ids);
    let mut found = lookup::variables(memory_base, &wanted, OneByOne::Few).await?;
    Ok(wanted.iter().filter_map(|id| found.remove(id)).collect())
}
