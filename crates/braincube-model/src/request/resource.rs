//! The table of the service's paths, one row per operation; [`Resource`]: the kinds of entities in that table;
//! [`Scope`]: where they are; and [`Page`]: a part of their list.
//!
//! The paths are those of the Python package `braincube_connector` 2.8.0; the two selectors without pages are those of
//! version 1.2.0. Each `{…}` is replaced by a name or an id, in order.

use super::RequestError;
use super::error::Result;
use crate::{BcId, DataGroup, Entity, Event, Job, MemoryBase, Operation, Rule, Variable};

/// The first segments of most paths. They are left out if the base URL contains the name of the braincube.
pub(crate) const BRAINCUBE: &str = "/braincube/{braincube}";

macro_rules! table {
    ($($name:ident = $kind:ident $label:literal $path:literal;)*) => {
        $(pub(crate) const $name: Operation = Operation::$kind($label, $path);)*

        /// All rows of the table.
        #[cfg(test)]
        pub(crate) const ALL: &[Operation] = &[$($name),*];
    };
}

table! {
    USER_ME = read "user_me" "/sso-server/ws/user/me";

    MEMORY_BASES = read "memory_bases" "/braincube/{braincube}/braincube/mb/all/summary";
    MEMORY_BASE = read "memory_base" "/braincube/{braincube}/braincube/mb/{memory_base}/extended";
    MEMORY_BASE_SELECTOR = read "memory_base_selector" "/braincube/{braincube}/braincube/mb/all/selector";

    VARIABLES = read "variables" "/braincube/{braincube}/braincube/mb/{memory_base}/variables/summary";
    VARIABLE = read "variable" "/braincube/{braincube}/braincube/mb/{memory_base}/variables/{variable}/extended";
    VARIABLE_SELECTOR = read "variable_selector" "/braincube/{braincube}/braincube/mb/{memory_base}/variables/selector";

    DATA_GROUPS = read "data_groups" "/braincube/{braincube}/braincube/mb/{memory_base}/dataGroups/summary";
    DATA_GROUP = read "data_group" "/braincube/{braincube}/braincube/mb/{memory_base}/dataGroups/{data_group}/extended";

    EVENTS = read "events" "/braincube/{braincube}/braincube/mb/{memory_base}/events/all/extended";
    EVENT = read "event" "/braincube/{braincube}/braincube/mb/{memory_base}/events/{event}/extended";

    JOBS = read "jobs" "/braincube/{braincube}/braincube/mb/{memory_base}/jobs/all/summary";
    JOB = read "job" "/braincube/{braincube}/braincube/mb/{memory_base}/jobs/{job}/extended";

    RULES = read "rules" "/braincube/{braincube}/braincube/mb/{memory_base}/rules/all/selector";
    RULE = read "rule" "/braincube/{braincube}/braincube/mb/{memory_base}/rules/{rule}/summary";
    JOB_RULES = read "job_rules" "/braincube/{braincube}/braincube/mb/{memory_base}/jobs/{job}/rules/all/summary";

    MEMORY_BASE_INFO = read "memory_base_info" "/braincube/{braincube}/braindata/mb{memory_base}/simple";
    DATA = read_data "data" "/braincube/{braincube}/braindata/mb{memory_base}/LF";
}

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
            const LIST: Operation = $list;
            $(const LIST_OF_JOB: Option<Operation> = Some($list_of_job);)?
            const ONE: Operation = $one;
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

/// A part of a list: `size` items, starting with the one at `offset`.
///
/// ```
/// use braincube_model::request::Page;
///
/// assert_eq!(Page::first(), Page { offset: 0, size: 150 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(
    clippy::exhaustive_structs,
    reason = "the service accepts exactly these two numbers"
)]
pub struct Page {
    /// The number of items before the page.
    pub offset: u64,
    /// The number of items: 1 to [`Page::MAX_SIZE`]. The response may contain fewer.
    pub size: u32,
}

impl Page {
    /// The size that the Python package requests.
    pub const DEFAULT_SIZE: u32 = 150;

    /// The largest size that is accepted. The limit of the service is not known.
    pub const MAX_SIZE: u32 = 10_000;

    /// The first page, with [`Page::DEFAULT_SIZE`] items.
    pub const fn first() -> Self {
        Self::from_offset(0)
    }

    /// The page at `offset`, with [`Page::DEFAULT_SIZE`] items.
    pub const fn from_offset(offset: u64) -> Self {
        Self {
            offset,
            size: Self::DEFAULT_SIZE,
        }
    }

    pub(crate) fn to_query(self) -> Result<String> {
        if !(1..=Self::MAX_SIZE).contains(&self.size) {
            return Err(RequestError::PageSize { size: self.size });
        }
        Ok(format!("?offset={}&size={}", self.offset, self.size))
    }
}

impl Default for Page {
    fn default() -> Self {
        Self::first()
    }
}
