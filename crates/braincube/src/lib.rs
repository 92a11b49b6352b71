#![doc = include_str!("../README.md")]

pub mod blocking;
mod braincube;
mod client;
mod collection;
mod connection;
mod data;
mod descriptions;
mod error;
mod listing;
#[cfg(feature = "login")]
pub mod login;
mod lookup;
mod memory_base;
mod names;
mod not_found;
mod raw;
mod resource;
mod study;
mod variable_id;

pub use crate::braincube::BraincubeHandle;
pub use crate::client::{Client, ClientBuilder};
pub use crate::collection::Collection;
pub use crate::data::{
    DataQuery, FrameStream, Label, NoRows, ParseDurationError, Period, Progress, Split, TimeWindow,
    parse_duration,
};
pub use crate::error::{Error, ErrorKind, Result};
pub use crate::memory_base::MemoryBaseHandle;
pub use crate::raw::RawQuery;
pub use crate::resource::Resource;
pub use crate::study::{DataGroupHandle, EntityHandle, EventHandle, JobEvents, JobHandle};
pub use crate::variable_id::VariableId;

#[doc(inline)]
pub use braincube_auth::Config;
#[doc(inline)]
pub use braincube_frame::{Frame, OnBadCell, Report, arrow_array, arrow_schema};
#[doc(inline)]
pub use braincube_model::{
    BcId, DateTime, Entity, Filter, LongId, NameKey, ParseTimePointError, TimePoint,
    VariableFilter, VariableType,
};
#[doc(inline)]
pub use braincube_transport::{Pager, Response};
#[doc(inline)]
pub use http::Method;

#[doc = include_str!("coming_from_python.md")]
pub mod coming_from_python {}

/// Configuration and credentials.
pub use braincube_auth as auth;
/// Decoding of responses into Arrow.
pub use braincube_frame as frame;
/// Ids, entities, filters and requests.
pub use braincube_model as model;
/// Transport of requests: retries, limits, credentials, pagination.
pub use braincube_transport as transport;
