//! [`Braincube`]: the address of one braincube.

use braincube_model::BcId;

use crate::client::Client;
use crate::collection::{Collection, InBraincube};
use crate::memory_base::MemoryBase;
use crate::model;

/// The address of a braincube, by name. Costs no request.
#[derive(Clone, Debug)]
pub struct Braincube {
    client: Client,
    name: String,
}

impl Braincube {
    pub(crate) fn new(client: Client, name: String) -> Self {
        Self { client, name }
    }

    /// The name, as it was given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The memory bases of the braincube.
    pub fn memory_bases(&self) -> Collection<model::MemoryBase> {
        Collection::new(
            self.client.clone(),
            InBraincube {
                braincube: self.name.clone(),
            },
        )
    }

    /// The address of a memory base, by its bcId, a number or its text. Costs no request; what is no bcId of a memory base
    /// is an error of each call.
    pub fn memory_base(&self, bcid: impl Into<BcId>) -> MemoryBase {
        let bcid = bcid.into();
        match bcid.number() {
            Ok(number) => MemoryBase::new(self.client.clone(), self.name.clone(), number),
            Err(_) => MemoryBase::new(self.client.refusing(bcid), self.name.clone(), 0),
        }
    }
}
