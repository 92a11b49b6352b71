//! The facade over a socket, against the simulator.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_precision_loss,
    reason = "what surprises a test should end it"
)]

mod blocking;
mod cancel;
mod credentials;
mod cut;
mod data;
mod dates;
mod dating;
mod empty;
mod empty_columns;
mod evaluate;
mod filters;
mod ids;
mod lists;
#[cfg(feature = "login")]
mod login;
mod lookups;
mod manual;
mod missing;
mod moving;
mod parallel;
mod parts;
mod patience;
mod plant;
mod raw;
mod recorded;
mod requests;
mod said_with_200;
mod session;
mod site;
mod studies;
mod ties;
mod twins;
mod untyped;
mod way;
mod wide;
mod windows;
