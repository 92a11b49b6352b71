//! [`EntityHandle`]: handles of data groups, events and jobs.

use std::fmt;
use std::marker::PhantomData;

use braincube_model::{BcId, DataGroup, Event, Job};

use crate::descriptions::Descriptions;
use crate::error::{Error, Result};
use crate::lookup::IndividualLimit;
use crate::memory_base::MemoryBaseHandle;
use crate::resource::Resource;

/// A handle of an entity of a memory base. Creating a handle sends no request.
#[derive(Clone, Debug)]
pub struct EntityHandle<E> {
    memory_base: MemoryBaseHandle,
    bcid: BcId,
    entity: PhantomData<fn() -> E>,
}

/// A handle of a data group, which is a named set of variables.
pub type DataGroupHandle = EntityHandle<DataGroup>;

/// A handle of an event, which is a named set of conditions.
pub type EventHandle = EntityHandle<Event>;

/// A handle of a job, which is an analysis of a memory base.
///
/// ```
/// use braincube::{Client, Config, Filter};
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let simulator = braincube_sim::Simulator::start().await?;
/// # let config = Config::builder().sso_base_url(simulator.sso_base_url())
/// #     .api_base_url(simulator.api_base_url()).api_key(simulator.token()).build()?;
/// # let client = Client::from_config(config).await?;
/// let job = client.braincube("demo").memory_base(20).job(573);
/// let rows = Filter::all(job.conditions_with_events().await?);
/// let frame = job.data().filter("mb20/d2000040 >= 45").fetch().await?;
/// # assert!(rows.is_some() && frame.batch().num_rows() > 0);
/// # Ok(())
/// # }
/// ```
pub type JobHandle = EntityHandle<Job>;

impl MemoryBaseHandle {
    /// A handle of the data group with this bcId. Sends no request.
    pub fn data_group(&self, bcid: impl Into<BcId>) -> DataGroupHandle {
        EntityHandle::new(self, bcid.into())
    }

    /// A handle of the event with this bcId. Sends no request.
    pub fn event(&self, bcid: impl Into<BcId>) -> EventHandle {
        EntityHandle::new(self, bcid.into())
    }

    /// A handle of the job with this bcId. Sends no request.
    pub fn job(&self, bcid: impl Into<BcId>) -> JobHandle {
        EntityHandle::new(self, bcid.into())
    }
}

impl<E: Resource> EntityHandle<E> {
    fn new(memory_base: &MemoryBaseHandle, bcid: BcId) -> Self {
        Self {
            memory_base: memory_base.clone(),
            bcid,
            entity: PhantomData,
        }
    }

    /// The bcId.
    pub fn bcid(&self) -> &BcId {
        &self.bcid
    }

    pub(crate) fn memory_base(&self) -> &MemoryBaseHandle {
        &self.memory_base
    }

    /// Returns the description of the entity.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if it does not exist. Also if the request fails.
    pub async fn describe(&self) -> Result<E> {
        self.memory_base.collection().get(&self.bcid).await
    }

    /// Reads the descriptions of variables in conditions.
    pub(super) async fn variables_with_types(
        &self,
        ids: &[BcId],
        individual_limit: IndividualLimit,
    ) -> Result<Descriptions> {
        let variables = Descriptions::with_types(&self.memory_base, ids, individual_limit).await;
        variables.map_err(|error| self.about(error))
    }

    /// Adds the entity to the message of an error.
    pub(super) fn about(&self, error: impl Into<Error>) -> Error {
        error.into().within(self)
    }
}

impl<E: Resource> fmt::Display for EntityHandle<E> {
    /// `job 573 of memory base 20 of "demo"`.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} {} of {}", E::KIND, self.bcid, self.memory_base)
    }
}
