//! Tests of the command `braincube` as a process.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_precision_loss,
    reason = "a test fails by a panic"
)]

mod bad_cells;
mod command;
mod configuration;
mod data;
mod dryer;
mod failures;
mod files;
mod formats;
mod interruptions;
mod list_changes;
mod lists;
mod login;
mod replaced_files;
mod request;
mod requests;
mod rows;
mod secrets;
mod sim;
mod sources;
mod streams;
mod studies;
