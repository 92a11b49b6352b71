//! The command `braincube`, run as a person runs it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_precision_loss,
    reason = "what surprises a test should end it"
)]

mod command;
mod configuration;
mod data;
mod dryer;
mod failures;
mod files;
mod forms;
mod interruptions;
mod lists;
mod login;
mod moving;
mod places;
mod plant;
mod replaced;
mod request;
mod requests;
mod rows;
mod secrets;
mod sim;
mod sources;
mod streams;
mod studies;
