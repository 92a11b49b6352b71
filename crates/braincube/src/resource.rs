//! [`Resource`]: the kinds of entities that the service lists, and the requests for them.

use std::fmt;

use braincube_model::request::{Endpoints, Page, RequestError};
use braincube_model::{BcId, DataGroup, Entity, Event, Job, MemoryBase, Rule, Variable};
use bytes::Bytes;
use http::Request;

type RequestResult = Result<Request<Bytes>, RequestError>;

/// A kind of entity in a [`Collection`](crate::Collection): a memory base, a variable, a data group, an event, a job or
/// a rule.
pub trait Resource:
    Entity + sealed::Sealed + Clone + fmt::Debug + Send + Sync + Unpin + 'static
{
    /// The parent of the entity.
    type Parent: Clone + fmt::Debug + fmt::Display + Send + Sync + 'static;

    /// The name of the kind in error messages.
    const KIND: &'static str;

    /// The number of entities that a list is expected to contain, or 0 if that cannot be predicted.
    const EXPECTED: u64 = 0;

    /// The name of the braincube and the bcId of the memory base, if the entity is in one.
    fn place(parent: &Self::Parent) -> (&str, Option<&BcId>);

    /// Builds the request for one entity.
    ///
    /// # Errors
    ///
    /// If a name or an id cannot be part of a URL.
    fn one(endpoints: &Endpoints, parent: &Self::Parent, bcid: &BcId) -> RequestResult;

    /// Builds the request for one page of the list.
    ///
    /// # Errors
    ///
    /// If a name or an id cannot be part of a URL.
    fn page(endpoints: &Endpoints, parent: &Self::Parent, page: Page) -> RequestResult;
}

mod sealed {
    pub trait Sealed {}
}

/// The parent of memory bases: a braincube.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InBraincube {
    pub(crate) braincube: String,
}

impl fmt::Display for InBraincube {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{:?}", self.braincube)
    }
}

/// The parent of variables, data groups, events, jobs and rules: a memory base. Rules may belong to one of its jobs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InMemoryBase {
    pub(crate) braincube: String,
    pub(crate) memory_base: BcId,
    /// Restricts a list of rules to those of a job.
    pub(crate) job: Option<BcId>,
}

impl fmt::Display for InMemoryBase {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if let Some(job) = &self.job {
            write!(f, "job {job} of ")?;
        }
        let (base, braincube) = (&self.memory_base, &self.braincube);
        write!(f, "memory base {base} of {braincube:?}")
    }
}

impl sealed::Sealed for MemoryBase {}

impl Resource for MemoryBase {
    type Parent = InBraincube;

    const KIND: &'static str = "memory base";

    fn place(parent: &InBraincube) -> (&str, Option<&BcId>) {
        (&parent.braincube, None)
    }

    fn one(endpoints: &Endpoints, parent: &InBraincube, bcid: &BcId) -> RequestResult {
        endpoints.memory_base(&parent.braincube, bcid)
    }

    fn page(endpoints: &Endpoints, parent: &InBraincube, page: Page) -> RequestResult {
        endpoints.memory_bases(&parent.braincube, page)
    }
}

macro_rules! in_memory_base {
    ($($entity:ident = $kind:literal, $expected:literal, $one:ident, $page:ident;)*) => {$(
        impl sealed::Sealed for $entity {}

        impl Resource for $entity {
            type Parent = InMemoryBase;

            const KIND: &'static str = $kind;
            const EXPECTED: u64 = $expected;

            fn place(parent: &InMemoryBase) -> (&str, Option<&BcId>) {
                (&parent.braincube, Some(&parent.memory_base))
            }

            fn one(endpoints: &Endpoints, parent: &InMemoryBase, bcid: &BcId) -> RequestResult {
                endpoints.$one(&parent.braincube, &parent.memory_base, bcid)
            }

            fn page(endpoints: &Endpoints, parent: &InMemoryBase, page: Page) -> RequestResult {
                let (braincube, base) = (&parent.braincube, &parent.memory_base);
                match &parent.job {
                    Some(job) => endpoints.job_rules(braincube, base, job, page),
                    None => endpoints.$page(braincube, base, page),
                }
            }
        }
    )*};
}

in_memory_base! {
    Variable = "variable", 1_000, variable, variables;
    DataGroup = "data group", 0, data_group, data_groups;
    Event = "event", 0, event, events;
    Job = "job", 0, job, jobs;
    Rule = "rule", 0, rule, rules;
}
