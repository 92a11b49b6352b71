#![doc = include_str!("../README.md")]

pub mod blocking;
mod braincube;
mod client;
mod collection;
mod data;
mod error;
#[cfg(feature = "login")]
pub mod login;
mod lookup;
mod memory_base;
mod names;
mod raw;
mod study;

pub use crate::braincube::Braincube;
pub use crate::client::{Client, ClientBuilder};
pub use crate::collection::{Collection, InBraincube, InJob, InMemoryBase, Resource};
pub use crate::data::{
    DataQuery, Label, NoRows, ParseDurationError, Period, Progress, Split, VariableId, Window,
    Windows, parse_duration,
};
pub use crate::error::{Error, ErrorKind, Result};
pub use crate::memory_base::MemoryBase;
pub use crate::raw::RawQuery;
pub use crate::study::{DataGroup, Event, Job, JobEvents};

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
