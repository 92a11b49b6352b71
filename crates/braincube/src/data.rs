//! Queries for data: their options, and how they are executed.

mod columns;
mod download;
mod extraction;
mod fetch;
mod filters;
mod no_rows;
mod period;
mod prepared;
mod progress;
mod query;
mod resolve;
mod split;
mod types;
mod windows;

pub use self::columns::Label;
pub use self::no_rows::NoRows;
pub use self::period::{ParseDurationError, Period, parse_duration};
pub use self::progress::Progress;
pub use self::query::DataQuery;
pub use self::split::Split;
pub use self::windows::{FrameStream, TimeWindow};
