//! [`Resource`]: the kinds of entities that can be asked for, and their addresses.

use std::fmt;

use braincube_model::request::{Endpoints, Page, RequestError, Scope};
use braincube_model::{BcId, DataGroup, Entity, Event, Job, MemoryBase, Rule, Variable};
use bytes::Bytes;
use http::Request;

/// A request, or why it cannot be made.
type Asked = Result<Request<Bytes>, RequestError>;

/// A kind of entity that can be asked for: one by its id, or listed page by page.
pub trait Resource: Entity + sealed::Sealed + Send + Sync + Unpin + 'static {
    /// What the entity is in.
    type Parent: Clone + fmt::Debug + fmt::Display + Send + Sync + 'static;

    /// What the kind is called, in messages.
    const KIND: &'static str;

    /// How many of them a list is expected to hold; 0 where few are as likely as many.
    const EXPECTED: u64 = 0;

    /// Where the parent is: the name of the braincube, and the memory base if there is one.
    fn place(parent: &Self::Parent) -> (&str, Option<u64>);

    /// The request for one entity.
    ///
    /// # Errors
    ///
    /// Where a name or an id makes no address.
    fn one(endpoints: &Endpoints, parent: &Self::Parent, bcid: &BcId) -> Asked;

    /// The request for one page of the list.
    ///
    /// # Errors
    ///
    /// Where a name or an id makes no address.
    fn page(endpoints: &Endpoints, parent: &Self::Parent, page: Page) -> Asked;
}

mod sealed {
    /// Keeps the kinds to those that the service knows.
    pub trait Sealed {}
}

/// What is in a braincube: the braincube, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InBraincube {
    pub(crate) braincube: String,
}

impl fmt::Display for InBraincube {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{:?}", self.braincube)
    }
}

/// What is in a memory base: the memory base, by bcId, and its braincube.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InMemoryBase {
    pub(crate) braincube: String,
    pub(crate) memory_base: u64,
}

impl fmt::Display for InMemoryBase {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(
            f,
            "memory base {} of {:?}",
            self.memory_base, self.braincube
        )
    }
}

/// What is in a memory base or, where there is a job, was found by it: rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InJob {
    pub(crate) memory_base: InMemoryBase,
    pub(crate) job: Option<BcId>,
}

impl fmt::Display for InJob {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match &self.job {
            Some(job) => write!(f, "job {job} of {}", self.memory_base),
            None => fmt::Display::fmt(&self.memory_base, f),
        }
    }
}

impl sealed::Sealed for MemoryBase {}

impl Resource for MemoryBase {
    type Parent = InBraincube;

    const KIND: &'static str = "memory base";

    fn place(parent: &InBraincube) -> (&str, Option<u64>) {
        (&parent.braincube, None)
    }

    fn one(endpoints: &Endpoints, parent: &InBraincube, bcid: &BcId) -> Asked {
        endpoints.one::<Self>(Scope::new(&parent.braincube), bcid)
    }

    fn page(endpoints: &Endpoints, parent: &InBraincube, page: Page) -> Asked {
        endpoints.list::<Self>(Scope::new(&parent.braincube), page)
    }
}

/// The kinds that are in a memory base.
macro_rules! in_memory_base {
    ($($entity:ident = $kind:literal, $expected:literal;)*) => {$(
        impl sealed::Sealed for $entity {}

        impl Resource for $entity {
            type Parent = InMemoryBase;

            const KIND: &'static str = $kind;
            const EXPECTED: u64 = $expected;

            fn place(parent: &InMemoryBase) -> (&str, Option<u64>) {
                (&parent.braincube, Some(parent.memory_base))
            }

            fn one(endpoints: &Endpoints, parent: &InMemoryBase, bcid: &BcId) -> Asked {
                let base = parent.memory_base.into();
                endpoints.one::<Self>(Scope::new(&parent.braincube).memory_base(&base), bcid)
            }

            fn page(endpoints: &Endpoints, parent: &InMemoryBase, page: Page) -> Asked {
                let base = parent.memory_base.into();
                endpoints.list::<Self>(Scope::new(&parent.braincube).memory_base(&base), page)
            }
        }
    )*};
}

in_memory_base! {
    Variable = "variable", 1_000;
    DataGroup = "data group", 0;
    Event = "event", 0;
    Job = "job", 0;
}

impl sealed::Sealed for Rule {}

impl Resource for Rule {
    type Parent = InJob;

    const KIND: &'static str = "rule";

    fn place(parent: &InJob) -> (&str, Option<u64>) {
        let base = &parent.memory_base;
        (&base.braincube, Some(base.memory_base))
    }

    /// A rule has one address, whichever job found it.
    fn one(endpoints: &Endpoints, parent: &InJob, bcid: &BcId) -> Asked {
        let base = parent.memory_base.memory_base.into();
        let scope = Scope::new(&parent.memory_base.braincube).memory_base(&base);
        endpoints.one::<Self>(scope, bcid)
    }

    fn page(endpoints: &Endpoints, parent: &InJob, page: Page) -> Asked {
        let base = parent.memory_base.memory_base.into();
        let mut scope = Scope::new(&parent.memory_base.braincube).memory_base(&base);
        scope.job = parent.job.as_ref();
        endpoints.list::<Self>(scope, page)
    }
}
