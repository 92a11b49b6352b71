//! [`Resource`]: the kinds of entities that the service lists; [`Place`]: where they are.

use std::fmt;

use braincube_model::BcId;
use braincube_model::request::{self, Scope};

/// A kind of entity in a [`Collection`](crate::Collection): a memory base, a variable, a data group, an event, a job or
/// a rule.
pub trait Resource: request::Resource + Clone + fmt::Debug + Send + Sync + Unpin + 'static {}

impl<E: request::Resource + Clone + fmt::Debug + Send + Sync + Unpin + 'static> Resource for E {}

/// Where entities are: in a braincube, in a memory base, or below a job.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) braincube: String,
    pub(crate) memory_base: Option<BcId>,
    pub(crate) job: Option<BcId>,
}

impl Place {
    pub(crate) fn scope(&self) -> Scope<'_> {
        let mut scope = Scope::new(&self.braincube);
        scope.memory_base = self.memory_base.as_ref();
        scope.job = self.job.as_ref();
        scope
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if let Some(job) = &self.job {
            write!(f, "job {job} of ")?;
        }
        if let Some(base) = &self.memory_base {
            write!(f, "memory base {base} of ")?;
        }
        write!(f, "{:?}", self.braincube)
    }
}
