//! [`DataGroup`], [`Event`] and [`Job`]: handles of the analyses of a memory base.

use braincube_model::{BcId, Category, Filter, Rule, Variable};

use super::runtime::Runtime;
use super::{Collection, DataQuery};
use crate::error::Result;
use crate::model;
use crate::study::{self, JobEvents};

/// Generates a handle and its blocking methods.
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
                /// As the asynchronous method of the same name.
                pub fn $call(&self) -> Result<$answer> {
                    let address = self.inner.clone();
                    self.runtime.wait(async move { address.$call().await })
                }
            )*
        }
    };
}

address! {
    /// A handle of a data group: the blocking [`DataGroup`](crate::DataGroup).
    DataGroup {
        /// Returns the description of the data group.
        describe -> model::DataGroup;
        /// Returns the bcIds of its variables.
        variable_ids -> Vec<BcId>;
        /// Returns the descriptions of its variables.
        variables -> Vec<Variable>;
    }
}

address! {
    /// A handle of an event: the blocking [`Event`](crate::Event).
    Event {
        /// Returns the description of the event.
        describe -> model::Event;
        /// Returns its conditions as filters; a row must match all of them.
        conditions -> Vec<Filter>;
    }
}

address! {
    /// A handle of a job: the blocking [`Job`](crate::Job).
    Job {
        /// Returns the description of the job.
        describe -> model::Job;
        /// Returns the conditions of the job as filters, without those of its events.
        conditions -> Vec<Filter>;
        /// Returns the filters that select the rows of the job; a row must match all of them.
        conditions_with_events -> Vec<Filter>;
        /// Returns the events of the job.
        events -> JobEvents;
        /// Returns the classes into which the job divides rows.
        categories -> Vec<Category>;
        /// Returns the variables of the job, without duplicates.
        variable_ids -> Vec<BcId>;
    }
}

impl DataGroup {
    /// A query for the data of its variables, one column each.
    pub fn data(&self) -> DataQuery {
        DataQuery::new(self.runtime.clone(), self.inner.data())
    }
}

impl Job {
    /// The rules that the job has found.
    pub fn rules(&self) -> Collection<Rule> {
        Collection::new(self.runtime.clone(), self.inner.rules())
    }

    /// A query for the variables and rows of the job.
    pub fn data(&self) -> DataQuery {
        DataQuery::new(self.runtime.clone(), self.inner.data())
    }
}
