//! [`DataGroup`]: the address of one data group.

use braincube_model::{BcId, Variable};

use super::types;
use crate::data::DataQuery;
use crate::error::Result;
use crate::memory_base::MemoryBase;
use crate::model;

/// The address of a data group: variables under a name. Costs no request.
#[derive(Clone, Debug)]
pub struct DataGroup {
    memory_base: MemoryBase,
    bcid: BcId,
}

impl DataGroup {
    pub(crate) fn new(memory_base: MemoryBase, bcid: BcId) -> Self {
        Self { memory_base, bcid }
    }

    /// The bcId.
    pub fn bcid(&self) -> &BcId {
        &self.bcid
    }

    /// The description of the data group.
    ///
    /// # Errors
    ///
    /// Where there is none, or the request fails.
    pub async fn describe(&self) -> Result<model::DataGroup> {
        self.memory_base.data_groups().get(self.bcid.clone()).await
    }

    /// The bcIds of its variables, in the order of the service.
    ///
    /// # Errors
    ///
    /// Where there is no such group, or the request fails.
    pub async fn variable_ids(&self) -> Result<Vec<BcId>> {
        Ok(self.describe().await?.variables().to_vec())
    }

    /// The descriptions of its variables, in the order of the service: few are asked for one by one, at the same
    /// time; more are taken from one listing.
    ///
    /// # Errors
    ///
    /// Where there is no such group, a variable of it does not exist, or a request fails.
    pub async fn variables(&self) -> Result<Vec<Variable>> {
        let group = self.describe().await?;
        let variables = types::variables(&self.memory_base, group.variables()).await;
        variables.map_err(|error| {
            error.within(format_args!(
                "data group {} of {}",
                self.bcid, self.memory_base
            ))
        })
    }

    /// Data of its variables, one column each in the order of the service.
    pub fn data(&self) -> DataQuery {
        DataQuery::of_group(self.memory_base.clone(), self.bcid.clone())
    }
}
