//! Tests of the client over a socket, against the simulator.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_precision_loss,
    reason = "a test should panic on an unexpected result"
)]

mod blocking;
mod cancel;
mod changing_lists;
mod credentials;
mod data;
mod dates;
mod empty_columns;
mod equal_order;
mod errors_with_200;
mod evaluate;
mod filters;
mod ids;
mod irregular_data;
mod lists;
#[cfg(feature = "login")]
mod login;
mod lookups;
mod manual;
mod missing;
mod network;
mod no_rows;
mod parallel;
mod period_variable;
mod raw;
mod recorded;
mod references;
mod requests;
mod retries;
mod session;
mod site;
mod split;
mod studies;
mod truncated;
mod twins;
mod untyped;
mod windows;
