//! [`DataGroup`], [`Event`] and [`Job`]: what people have made of a memory base.

use braincube_model::{BcId, Category, Filter, Rule, Variable};

use super::runtime::Runtime;
use super::{Collection, DataQuery};
use crate::error::Result;
use crate::model;
use crate::study::{self, JobEvents};

/// An address, and the calls that wait for those of the same name.
macro_rules! address {
    (
        $(#[$doc:meta])* $name:ident {
            $($(#[$call_doc:meta])* $call:ident -> $answer:ty;)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name {
            runtime: Runtime,
            inner: study::$name,
        }

        impl $name {
            pub(super) fn new(runtime: Runtime, inner: study::$name) -> Self {
                Self { runtime, inner }
            }

            /// The bcId.
            pub fn bcid(&self) -> &BcId {
                self.inner.bcid()
            }

            $(
                $(#[$call_doc])*
                ///
                /// # Errors
                ///
                /// As the call of the same name that does not wait.
                pub fn $call(&self) -> Result<$answer> {
                    let address = self.inner.clone();
                    self.runtime.wait(async move { address.$call().await })
                }
            )*
        }
    };
}

address! {
    /// The address of a data group: the blocking [`DataGroup`](crate::DataGroup).
    DataGroup {
        /// The description of the data group.
        describe -> model::DataGroup;
        /// The bcIds of its variables.
        variable_ids -> Vec<BcId>;
        /// The descriptions of its variables.
        variables -> Vec<Variable>;
    }
}

address! {
    /// The address of an event: the blocking [`Event`](crate::Event).
    Event {
        /// The description of the event.
        describe -> model::Event;
        /// Its conditions as filters, which must all pass.
        conditions -> Vec<Filter>;
    }
}

address! {
    /// The address of a job: the blocking [`Job`](crate::Job).
    Job {
        /// The description of the job.
        describe -> model::Job;
        /// The job's own conditions as filters, without those of its events.
        conditions -> Vec<Filter>;
        /// Which rows the job studies, as filters that must all pass.
        conditions_with_events -> Vec<Filter>;
        /// The events of the job.
        events -> JobEvents;
        /// The classes that the job sorts rows into.
        categories -> Vec<Category>;
        /// The variables that the job studies, each once.
        variable_ids -> Vec<BcId>;
    }
}

impl DataGroup {
    /// Data of its variables, one column each.
    pub fn data(&self) -> DataQuery {
        DataQuery::new(self.runtime.clone(), self.inner.data())
    }
}

impl Job {
    /// The rules that the job has found.
    pub fn rules(&self) -> Collection<Rule> {
        Collection::new(self.runtime.clone(), self.inner.rules())
    }

    /// Data of the variables that the job studies, of the rows that it studies.
    pub fn data(&self) -> DataQuery {
        DataQuery::new(self.runtime.clone(), self.inner.data())
    }
}
