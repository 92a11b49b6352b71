//! [`Event`]: the address of one event.

use braincube_model::{BcId, Condition, Filter};

use super::filters::tolerant;
use super::types::Types;
use crate::error::{Error, Result};
use crate::lookup::OneByOne;
use crate::memory_base::MemoryBase;
use crate::model;

/// The address of an event: conditions under a name. Costs no request.
#[derive(Clone, Debug)]
pub struct Event {
    memory_base: MemoryBase,
    bcid: BcId,
}

impl Event {
    pub(crate) fn new(memory_base: MemoryBase, bcid: BcId) -> Self {
        Self { memory_base, bcid }
    }

    /// The bcId.
    pub fn bcid(&self) -> &BcId {
        &self.bcid
    }

    /// The description of the event.
    ///
    /// # Errors
    ///
    /// Where there is none, or the request fails.
    pub async fn describe(&self) -> Result<model::Event> {
        self.memory_base.events().get(self.bcid.clone()).await
    }

    /// Its conditions as filters, which must all pass; [`Filter::all`] combines them.
    ///
    /// # Errors
    ///
    /// Where there is no such event, a condition names no variable, or a request fails. A condition that says what no
    /// filter says is told at `warn`.
    pub async fn conditions(&self) -> Result<Vec<Filter>> {
        let event = self.describe().await?;
        let variables = event.conditions().iter().filter_map(Condition::variable);
        let types = Types::fetch(&self.memory_base, variables, OneByOne::Few).await;
        let types = types.map_err(|error| self.about(error))?;
        let filters = event.filters(self.memory_base.bcid(), |id| types.of(id));
        filters
            .map(tolerant)
            .map_err(|error| self.about(error.into()))
    }

    fn about(&self, error: Error) -> Error {
        error.within(format_args!("event {} of {}", self.bcid, self.memory_base))
    }
}
