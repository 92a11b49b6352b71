//! What a Braincube holds and what can be asked of it, as values: no I/O, no runtime, no Arrow.

pub mod answer;
pub mod filter;
pub mod request;

mod bc_id;
mod date_time;
mod entity;
mod json;
mod long_id;
mod metadata;
mod name_key;
mod operation;
mod variable_type;

pub use {bytes, http, serde_json};

pub use crate::bc_id::{BcId, BcIdRangeError, ParseBcIdError};
pub use crate::date_time::{DateTime, ParseDateTimeError};
pub use crate::entity::{
    Braincube, Category, Condition, ConditionError, DataGroup, Entity, Event, Job, MemoryBase,
    Rule, Variable,
};
pub use crate::filter::{Filter, VariableFilter};
pub use crate::long_id::{LongId, ParseLongIdError};
pub use crate::metadata::Metadata;
pub use crate::name_key::NameKey;
pub use crate::operation::{Family, Operation};
pub use crate::variable_type::VariableType;
