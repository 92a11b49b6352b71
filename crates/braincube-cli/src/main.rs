//! The command `braincube`: lists, extracts and simulates Braincube data from a terminal.

mod arguments;
mod aside;
mod commands;
mod connect;
mod escape_control;
mod failure;
mod output;
mod progress;
mod retry_notice;
mod signals;
mod store;
mod stream;
mod verbosity;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::Arguments;
use crate::failure::{Failure, WRONG_USAGE};

#[tokio::main]
async fn main() -> ExitCode {
    let parsed = Arguments::try_parse();
    if let Err(error) = &parsed
        && error.use_stderr()
    {
        stream::print_note(error.render().to_string().trim_end());
        return ExitCode::from(WRONG_USAGE);
    }
    // The command is dropped when a signal ends it: connections close, and no file is left half written.
    let done = tokio::select! {
        done = run(parsed) => done,
        ended = signals::ended() => Err(ended),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

async fn run(parsed: clap::error::Result<Arguments>) -> Result<(), Failure> {
    match parsed {
        Ok(arguments) => {
            verbosity::install(arguments.verbosity());
            commands::run(arguments).await
        }
        // The help or the version, which clap gives as an error too.
        Err(text) => output::print_bytes(text.render().to_string()).await,
    }
}
