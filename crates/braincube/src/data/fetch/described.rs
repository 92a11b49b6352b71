//! [`Descriptions`]: what an extraction knows of the variables.

use std::collections::HashMap;

use braincube_model::{BcId, Entity as _, Variable};

use crate::error::Result;
use crate::lookup::{self, OneByOne};
use crate::memory_base::MemoryBase;

/// The descriptions of variables, by bcId, as far as an extraction knows them.
#[derive(Debug, Default)]
pub(super) struct Descriptions(HashMap<BcId, Variable>);

impl Descriptions {
    pub(super) fn get(&self, number: u64) -> Option<&Variable> {
        self.0.get(&number.into())
    }

    pub(super) fn contains(&self, bcid: &BcId) -> bool {
        self.0.contains_key(bcid)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Variable> {
        self.0.values()
    }

    pub(super) fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub(super) fn extend(&mut self, variables: impl IntoIterator<Item = Variable>) {
        let by_id = |variable: Variable| (variable.bcid().clone(), variable);
        self.0.extend(variables.into_iter().map(by_id));
    }

    /// Fetches those of the wanted variables that are not known yet.
    pub(super) async fn complete(
        &mut self,
        base: &MemoryBase,
        wanted: &[BcId],
        one_by_one: OneByOne,
    ) -> Result<()> {
        let unknown = wanted.iter().filter(|id| !self.0.contains_key(id));
        let unknown: Vec<BcId> = unknown.cloned().collect();
        self.0
            .extend(lookup::variables(base, &unknown, one_by_one).await?);
        Ok(())
    }
}
