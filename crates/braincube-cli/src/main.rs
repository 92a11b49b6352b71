//! The command `braincube`: lists, extracts and simulates Braincube data from a terminal.

mod arguments;
mod aside;
mod commands;
mod connect;
mod failure;
mod interruption;
mod output;
mod progress;
mod retry_notice;
mod store;
mod verbosity;
mod visible;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::Arguments;
use crate::interruption::interruption;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    verbosity::install(arguments.verbosity());
    // What is under way is dropped then: connections close, and no file is left half written.
    let done = tokio::select! {
        done = commands::run(arguments) => done,
        interrupted = interruption() => Err(interrupted),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
