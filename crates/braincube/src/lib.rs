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
pub use crate::resource::{InBraincube, InJob, InMemoryBase, Resource};
pub use crate::study::{DataGroupHandle, EventHandle, JobEvents, JobHandle};
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
pub use braincube_transport::{Answer, Pager};
#[doc(inline)]
pub use http::Method;

#[doc = include_str!("../MANUAL.md")]
pub mod manual {}

/// Who you are: configuration and credentials.
pub use braincube_auth as auth;
/// How columns become Arrow.
pub use braincube_frame as frame;
/// What things are: ids, entities, filters, and every request as a value.
pub use braincube_model as model;
/// How requests travel.
pub use braincube_transport as transport;
