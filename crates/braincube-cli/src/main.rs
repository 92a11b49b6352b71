//! The command `braincube`: lists, extracts and simulates Braincube data from a terminal.

mod arguments;
mod commands;
mod connect;
mod failure;
mod output;
mod progress;
mod verbosity;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::Arguments;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    verbosity::install(arguments.verbosity());
    match commands::run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
