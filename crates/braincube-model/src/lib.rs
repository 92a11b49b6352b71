//! What a Braincube holds and what can be asked of it, as values: no I/O, no runtime, no Arrow.
//!
//! | to | use |
//! |---|---|
//! | ask for something | [`request::Endpoints`]: every request of the service, as an `http::Request` |
//! | read what came back | [`answer`]: lists, entities, who am I, what a memory base is |
//! | hold it | [`MemoryBase`], [`Variable`], [`DataGroup`], [`Event`], [`Job`], [`Rule`], [`Braincube`] |
//! | say which rows | [`Filter`], made from [`VariableFilter`], from text, from a job's conditions |
//!
//! ```
//! use braincube_model::request::{DataRequest, Endpoints};
//! use braincube_model::{Filter, LongId, answer};
//!
//! let endpoints = Endpoints::new("https://mybraincube.com", "https://api.mybraincube.com")?;
//! let ask = endpoints.memory_base_info("demo", 20)?;
//! // … it is sent, by whatever sends requests, and answered:
//! let body = br#"{"name": "mb20", "reference": "mb20/d2000001"}"#;
//! let order = answer::memory_base_info(body)?.order_variable()?;
//!
//! let data = DataRequest::new(20, order, [order, LongId::variable(20, 2_000_034)])
//!     .filter(Filter::parse_in("d2000034 between 0 and 10", 20)?);
//! let ask = endpoints.data("demo", &data)?;
//! assert_eq!(
//!     ask.uri(),
//!     "https://api.mybraincube.com/braincube/demo/braindata/mb20/LF"
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where this differs from the Python package, on purpose
//!
//! The addresses, the bodies and the filters are those of `braincube_connector` 2.8.0, but for
//! these:
//!
//! | it | this crate |
//! |---|---|
//! | puts names into addresses as they are, so that a `/` or `..` in one leads elsewhere | encodes each as one segment, and refuses `.`, `..` and control characters; so `'`, `(` or `+` go as `%27`, `%28`, `%2B` |
//! | lets a name replace a placeholder in a host, whatever it holds | takes one DNS label there |
//! | nests filters to the left, as deep as there are filters | makes a balanced tree: the same up to three filters |
//! | drops a bound at the epoch from a condition on a date | keeps it |
//! | cuts the milliseconds off each bound of a date, so that `LESS` loses the rows of its last second | takes the whole second that keeps the rows which the milliseconds mean |
//! | writes a year before 1000 with as few digits as it has | writes four |
//! | knows `DISCRETE` | knows `DISCRET` too |
//! | fails where `positive`, `conditions`, `events`, `dataGroups` or `variables` are missing or null, and negates where `positive` is null | takes `true`, and none |
//! | sends `{"NOT": []}` for a negative event without conditions | leaves the event out |
//! | drops a condition that no filter says, such as modalities of a number, without a word | drops it and tells of it: [`ConditionFilters::unfiltered`] |
//! | sends a modality that is stored as a number as that number | sends its digits as a text |
//! | gives the variables of a job in random order | gives them in order of first appearance |
//! | fails at a whole list for one item that it cannot read | fails at that item |
//! | warns, and answers a variable's `uuid` with its long id | answers that there is none; [`Variable::long_id`] is there |
//! | takes the id of one variable, once a number and once a text, for two | takes it for one |
//! | cuts a uuid off at a second `_`, and fails without one | answers all behind the first `_`, or the whole |
//! | orders by whatever stands under `reference` | refuses what is no long id of a variable |
//! | drops a slash at the end of a query | sends it |
//! | writes NaN and infinities into filters, which is no JSON | refuses them |
//! | takes a filter in any form and finds out later | takes a [`Filter`] |

pub mod answer;
pub mod filter;
pub mod request;

mod bc_id;
mod date_time;
mod entity;
mod json;
mod long_id;
mod metadata;
mod operation;
mod time_point;

pub use {bytes, http, serde_json};

pub use crate::bc_id::{BcId, BcIdRangeError, ParseBcIdError};
pub use crate::date_time::{DateTime, ParseDateTimeError, WallClock};
pub use crate::entity::{
    Braincube, Category, Condition, ConditionError, ConditionFilters, DataGroup, Entity, Event,
    Job, MemoryBase, NameKey, Rule, Unfiltered, Variable, VariableType,
};
pub use crate::filter::{Filter, VariableFilter};
pub use crate::long_id::{LongId, ParseLongIdError};
pub use crate::metadata::Metadata;
pub use crate::operation::{Family, Operation};
pub use crate::time_point::{ParseTimePointError, TimePoint};
