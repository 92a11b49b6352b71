//! [`Resource`]: the kinds of entities that have a URL, and [`Scope`]: where they are.

use super::operations;
use crate::{BcId, DataGroup, Entity, Event, Job, MemoryBase, Operation, Rule, Variable};

/// A kind of entity that can be requested: one by its id, or a list page by page.
///
/// | entity | scope | list | one |
/// |---|---|---|---|
/// | [`MemoryBase`] | braincube | `…/mb/all/summary` | `…/mb/{memory_base}/extended` |
/// | [`Variable`] | memory base | `…/mb/{memory_base}/variables/summary` | `…/mb/{memory_base}/variables/{variable}/extended` |
/// | [`DataGroup`] | memory base | `…/mb/{memory_base}/dataGroups/summary` | `…/mb/{memory_base}/dataGroups/{data_group}/extended` |
/// | [`Event`] | memory base | `…/mb/{memory_base}/events/all/extended` | `…/mb/{memory_base}/events/{event}/extended` |
/// | [`Job`] | memory base | `…/mb/{memory_base}/jobs/all/summary` | `…/mb/{memory_base}/jobs/{job}/extended` |
/// | [`Rule`] | memory base | `…/mb/{memory_base}/rules/all/selector` | `…/mb/{memory_base}/rules/{rule}/summary` |
/// | [`Rule`] | job | `…/mb/{memory_base}/jobs/{job}/rules/all/summary` | as without a job |
pub trait Resource: Entity {
    /// The name of the kind in messages, such as `data group`.
    const KIND: &'static str;

    #[doc(hidden)]
    const LIST: Operation;

    #[doc(hidden)]
    const LIST_OF_JOB: Option<Operation> = None;

    #[doc(hidden)]
    const ONE: Operation;
}

macro_rules! resources {
    ($($entity:ident: $kind:literal, $list:ident $(or $list_of_job:ident)?, $one:ident;)*) => {$(
        impl Resource for $entity {
            const KIND: &'static str = $kind;
            const LIST: Operation = operations::$list;
            $(const LIST_OF_JOB: Option<Operation> = Some(operations::$list_of_job);)?
            const ONE: Operation = operations::$one;
        }
    )*};
}

resources! {
    MemoryBase: "memory base", MEMORY_BASES, MEMORY_BASE;
    Variable: "variable", VARIABLES, VARIABLE;
    DataGroup: "data group", DATA_GROUPS, DATA_GROUP;
    Event: "event", EVENTS, EVENT;
    Job: "job", JOBS, JOB;
    Rule: "rule", RULES or JOB_RULES, RULE;
}

/// Where an entity is: in a braincube, in a memory base, or below a job.
///
/// ```
/// use braincube_model::BcId;
/// use braincube_model::request::Scope;
///
/// let (memory_base, job) = (BcId::from(20), BcId::from(573));
/// let scope = Scope::new("demo").memory_base(&memory_base).job(&job);
/// assert_eq!(scope.braincube, "demo");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Scope<'a> {
    /// The name of the braincube.
    pub braincube: &'a str,
    /// The bcId of the memory base.
    pub memory_base: Option<&'a BcId>,
    /// The bcId of the job.
    pub job: Option<&'a BcId>,
}

impl<'a> Scope<'a> {
    /// A braincube.
    pub const fn new(braincube: &'a str) -> Self {
        Self {
            braincube,
            memory_base: None,
            job: None,
        }
    }

    /// A memory base of the braincube.
    #[must_use]
    pub const fn memory_base(mut self, bcid: &'a BcId) -> Self {
        self.memory_base = Some(bcid);
        self
    }

    /// A job of the memory base.
    #[must_use]
    pub const fn job(mut self, bcid: &'a BcId) -> Self {
        self.job = Some(bcid);
        self
    }
}
