//! [`MemoryBase`]: a handle of a memory base.

use braincube_model::{BcId, LongId, answer};

use super::runtime::Runtime;
use super::{Collection, DataGroup, DataQuery, Event, Job};
use crate::data::VariableId;
use crate::error::Result;
use crate::{memory_base, model};

/// A handle of a memory base: the blocking [`MemoryBase`](crate::MemoryBase).
#[derive(Clone, Debug)]
pub struct MemoryBase {
    runtime: Runtime,
    inner: memory_base::MemoryBase,
}

/// Generates the collections, with the names of the asynchronous ones.
macro_rules! collections {
    ($($(#[$doc:meta])* $name:ident: $entity:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name(&self) -> Collection<model::$entity> {
            Collection::new(self.runtime.clone(), self.inner.$name())
        }
    )*};
}

impl MemoryBase {
    pub(super) fn new(runtime: Runtime, inner: memory_base::MemoryBase) -> Self {
        Self { runtime, inner }
    }

    /// The bcId.
    pub fn bcid(&self) -> u64 {
        self.inner.bcid()
    }

    /// The name of its braincube.
    pub fn braincube(&self) -> &str {
        self.inner.braincube()
    }

    /// The long id of one of its variables, for filters. Sends no request.
    pub fn variable(&self, bcid: impl Into<VariableId>) -> LongId {
        self.inner.variable(bcid)
    }

    collections! {
        /// The variables of the memory base.
        variables: Variable;
        /// The data groups of the memory base.
        data_groups: DataGroup;
        /// The events of the memory base.
        events: Event;
        /// The jobs of the memory base.
        jobs: Job;
        /// The rules of the memory base, found by any job.
        rules: Rule;
    }

    /// A handle of the data group with this bcId. Sends no request.
    pub fn data_group(&self, bcid: impl Into<BcId>) -> DataGroup {
        DataGroup::new(self.runtime.clone(), self.inner.data_group(bcid))
    }

    /// A handle of the event with this bcId. Sends no request.
    pub fn event(&self, bcid: impl Into<BcId>) -> Event {
        Event::new(self.runtime.clone(), self.inner.event(bcid))
    }

    /// A handle of the job with this bcId. Sends no request.
    pub fn job(&self, bcid: impl Into<BcId>) -> Job {
        Job::new(self.runtime.clone(), self.inner.job(bcid))
    }

    /// Returns the description of the memory base.
    ///
    /// # Errors
    ///
    /// As [`MemoryBase::describe`](crate::MemoryBase::describe).
    pub fn describe(&self) -> Result<model::MemoryBase> {
        let base = self.inner.clone();
        self.runtime.wait(async move { base.describe().await })
    }

    /// Returns the information of the data service about the memory base.
    ///
    /// # Errors
    ///
    /// As [`MemoryBase::info`](crate::MemoryBase::info).
    pub fn info(&self) -> Result<answer::MemoryBaseInfo> {
        let base = self.inner.clone();
        self.runtime.wait(async move { base.info().await })
    }

    /// Finds the variables with these names or ids.
    ///
    /// # Errors
    ///
    /// As [`MemoryBase::find_variables`](crate::MemoryBase::find_variables).
    pub fn find_variables<I>(&self, names: I) -> Result<Vec<model::Variable>>
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        let base = self.inner.clone();
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        self.runtime
            .wait(async move { base.find_variables(names).await })
    }

    /// A query for the data of these variables, by bcId or long id, one column each in this order.
    pub fn data<I>(&self, variables: I) -> DataQuery
    where
        I: IntoIterator,
        I::Item: Into<VariableId>,
    {
        DataQuery::new(self.runtime.clone(), self.inner.data(variables))
    }

    /// A query for the data of all variables of the memory base.
    pub fn all_data(&self) -> DataQuery {
        DataQuery::new(self.runtime.clone(), self.inner.all_data())
    }
}
