//! What people have made of a memory base: the addresses of data groups, events and jobs.

mod data_group;
mod event;
mod filters;
mod gather;
mod job;
mod types;

pub use self::data_group::DataGroup;
pub use self::event::Event;
pub(crate) use self::filters::{strict, tolerant};
pub(crate) use self::gather::JobParts;
pub use self::job::{Job, JobEvents};
pub(crate) use self::types::Types;
