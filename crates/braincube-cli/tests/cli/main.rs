//! The command `braincube`, run as a person runs it.

mod command;
mod data;
mod dryer;
mod failures;
mod files;
mod lists;
mod sim;
