//! [`Descriptions`]: the descriptions of variables that an operation has read.

use std::collections::HashMap;

use braincube_model::{BcId, Entity as _, Variable, VariableType};

use crate::error::Result;
use crate::lookup::{self, IndividualLimit};
use crate::memory_base::MemoryBaseHandle;

/// The descriptions of variables that an operation has read, by bcId. Each is read at most once.
#[derive(Debug, Default)]
pub(crate) struct Descriptions(HashMap<BcId, Variable>);

impl Descriptions {
    /// Reads the descriptions of these variables, with their types.
    pub(crate) async fn with_types(
        base: &MemoryBaseHandle,
        wanted: &[BcId],
        individual_limit: IndividualLimit,
    ) -> Result<Self> {
        let mut descriptions = Self::default();
        descriptions.read(base, wanted, individual_limit).await?;
        let untyped = wanted
            .iter()
            .filter(|id| descriptions.type_of(id).is_none());
        let untyped: Vec<BcId> = untyped.cloned().collect();
        // A list may omit the types.
        descriptions.extend(lookup::each(&base.variables(), &untyped).await?);
        Ok(descriptions)
    }

    pub(crate) fn get(&self, bcid: &BcId) -> Option<&Variable> {
        self.0.get(bcid)
    }

    pub(crate) fn type_of(&self, bcid: &BcId) -> Option<VariableType> {
        self.get(bcid)?.variable_type().cloned()
    }

    pub(crate) fn extend(&mut self, variables: impl IntoIterator<Item = Variable>) {
        let by_id = |variable: Variable| (variable.bcid().clone(), variable);
        self.0.extend(variables.into_iter().map(by_id));
    }

    /// Removes the descriptions without a type.
    pub(crate) fn retain_typed(&mut self) {
        self.0.retain(|_, one| one.variable_type().is_some());
    }

    /// Reads the wanted descriptions that are still missing.
    pub(crate) async fn read(
        &mut self,
        base: &MemoryBaseHandle,
        wanted: &[BcId],
        individual_limit: IndividualLimit,
    ) -> Result<()> {
        let missing = wanted.iter().filter(|id| !self.0.contains_key(id));
        let missing: Vec<BcId> = missing.cloned().collect();
        let found = lookup::variables(base, &missing, individual_limit).await?;
        self.0.extend(found);
        Ok(())
    }
}
