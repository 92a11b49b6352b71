//! What a Braincube holds and what can be asked of it, as values: no I/O, no runtime, no Arrow.

mod bc_id;
mod long_id;
mod name_key;
mod operation;
mod variable_type;

pub use crate::bc_id::BcId;
pub use crate::long_id::{LongId, ParseLongIdError};
pub use crate::name_key::NameKey;
pub use crate::operation::{Family, Operation};
pub use crate::variable_type::VariableType;
