//! The command `braincube`: lists, extracts and simulates Braincube data from a terminal.

mod arguments;
mod commands;
mod connect;
mod escape_control;
mod exit;
mod logging;
mod output;
mod progress;
mod signals;
mod stream;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::Arguments;
use crate::exit::{Failure, WRONG_USAGE};

#[tokio::main]
async fn main() -> ExitCode {
    let parsed = Arguments::try_parse();
    if let Err(error) = &parsed
        && error.use_stderr()
    {
        stream::print_note(error.render().to_string().trim_end());
        return ExitCode::from(WRONG_USAGE);
    }
    // A signal drops the command: its connections are closed and its temporary files are deleted.
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
            logging::init(arguments.verbosity());
            commands::run(arguments).await
        }
        // clap returns the help and the version as errors too.
        Err(text) => output::print_bytes(text.render().to_string()).await,
    }
}
