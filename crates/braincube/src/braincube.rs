//! [`BraincubeHandle`]: a handle of a braincube.

use braincube_model::BcId;

use crate::collection::Collection;
use crate::connection::Connection;
use crate::memory_base::MemoryBaseHandle;
use crate::model;
use crate::resource::Place;

/// A handle of a braincube. Creating a handle sends no request.
#[derive(Clone, Debug)]
pub struct BraincubeHandle {
    connection: Connection,
    name: String,
}

impl BraincubeHandle {
    pub(crate) fn new(connection: Connection, name: String) -> Self {
        Self { connection, name }
    }

    /// The name, as given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The memory bases of the braincube.
    pub fn memory_bases(&self) -> Collection<model::MemoryBase> {
        let place = Place {
            braincube: self.name.clone(),
            memory_base: None,
            job: None,
        };
        Collection::new(self.connection.clone(), place)
    }

    /// A handle of the memory base with this bcId, given as a number or as text. Sends no request. If the bcId is invalid,
    /// each call of the handle returns an error.
    pub fn memory_base(&self, bcid: impl Into<BcId>) -> MemoryBaseHandle {
        MemoryBaseHandle::new(self.connection.clone(), self.name.clone(), bcid.into())
    }
}
