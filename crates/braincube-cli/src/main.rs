//! The command `braincube`: lists, extracts and simulates Braincube data from a terminal.

mod arguments;
mod commands;
mod connect;
mod failure;
mod output;
mod progress;
mod store;
mod verbosity;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::Arguments;
use crate::failure::Failure;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    verbosity::install(arguments.verbosity());
    // Ctrl-C drops what is under way: connections close, and no file is left half written.
    let done = tokio::select! {
        done = commands::run(arguments) => done,
        _ = tokio::signal::ctrl_c() => Err(Failure::Interrupted),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
