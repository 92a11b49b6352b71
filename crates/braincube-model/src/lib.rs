//! The data model of a Braincube: ids, entities, filters, and the requests and responses of the service as values.
//!
//! This crate performs no I/O, needs no runtime and does not depend on Arrow.
//!
//! | task | item |
//! |---|---|
//! | Build a request | [`request::Endpoints`]: every request of the service, as an `http::Request` |
//! | Parse a response | [`response`]: lists, entities, the user, the description of a memory base |
//! | Inspect an entity | [`MemoryBase`], [`Variable`], [`DataGroup`], [`Event`], [`Job`], [`Rule`], [`Braincube`] |
//! | Select rows | [`Filter`], from a [`VariableFilter`], a text, or the conditions of a job |
//!
//! ```
//! use braincube_model::request::{DataRequest, Endpoints};
//! use braincube_model::{Filter, LongId, response};
//!
//! let endpoints = Endpoints::new("https://mybraincube.com", "https://api.mybraincube.com")?;
//! let request = endpoints.memory_base_info("demo", 20)?;
//! // A transport sends the request and returns this body.
//! let body = br#"{"name": "mb20", "reference": "mb20/d2000001"}"#;
//! let order = response::memory_base_info(body)?.order_variable()?;
//!
//! let data = DataRequest::new(20, order, [order, LongId::variable(20, 2_000_034)])
//!     .filter(Filter::parse_in("d2000034 between 0 and 10", 20)?);
//! let request = endpoints.data("demo", &data)?;
//! assert_eq!(
//!     request.uri(),
//!     "https://api.mybraincube.com/braincube/demo/braindata/mb20/LF"
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Intended differences from the Python package
//!
//! The URLs, the bodies and the filters are those of `braincube_connector` 2.8.0, except for these:
//!
//! | Python package | this crate |
//! |---|---|
//! | does not encode names in URLs, so a `/` or `..` in a name changes the path | encodes each name as one segment, so `'`, `(` and `+` become `%27`, `%28` and `%2B`; `.`, `..` and control characters are errors |
//! | replaces a placeholder in a host by any name | accepts only one DNS label in a host |
//! | nests filters to the left, one level for each filter | builds a balanced tree, which is the same for up to three filters |
//! | ignores a bound at the epoch in a condition on a date | keeps it |
//! | removes the milliseconds of each bound of a date, so that `LESS` loses the rows of its last second | rounds to the whole second that selects the same rows |
//! | writes a year before 1000 with fewer than four digits | writes four digits |
//! | knows `DISCRETE` | also knows `DISCRET` |
//! | fails if `positive`, `conditions`, `events`, `dataGroups` or `variables` is missing or null, and negates a condition whose `positive` is null | uses the defaults: true and empty |
//! | sends `{"NOT": []}` for a negative event without conditions | ignores the event |
//! | silently ignores a condition that no filter can express, such as modalities of a number | reports it in [`ConditionFilters::unsupported`] |
//! | sends a modality that is stored as a number as a number | sends its digits as a text |
//! | returns the variables of a job in random order | returns them in order of first appearance |
//! | fails to parse a list if one item is invalid | returns an error for that item only |
//! | warns about the `uuid` of a variable and returns the long id | returns `None`; use [`Variable::long_id`] |
//! | treats an id that occurs as a number and as a text as two variables | treats it as one |
//! | removes the part of a uuid after a second `_`, and fails without a `_` | returns everything after the first `_`, or the whole text |
//! | orders by any value of `reference` | returns an error if it is not the long id of a variable |
//! | removes a slash at the end of a query | keeps it |
//! | writes NaN and infinities into filters, which is not JSON | returns an error |
//! | accepts a filter of any type and fails later | accepts a [`Filter`] |

pub mod filter;
pub mod request;
pub mod response;

mod date_time;
mod entity;
mod id;
mod json;
mod metadata;
mod operation;
mod time_point;

pub use {bytes, http, serde_json};

pub use crate::date_time::{DateTime, ParseDateTimeError, WallClock};
pub use crate::entity::{
    Braincube, Category, Condition, ConditionError, ConditionFilters, DataGroup, Entity, Event,
    Job, MemoryBase, NameKey, Rule, UnsupportedCondition, Variable, VariableType,
};
pub use crate::filter::{Filter, VariableFilter};
pub use crate::id::{BcId, BcIdRangeError, LongId, ParseBcIdError, ParseLongIdError};
pub use crate::metadata::Metadata;
pub use crate::operation::{Operation, OperationClass};
pub use crate::time_point::{ParseTimePointError, TimePoint};
