//! The commands.

mod conditions;
mod config;
mod data;
mod entities;
mod login;
mod request;
#[cfg(feature = "sim")]
mod sim;

use braincube::transport::RetryOptions;
use clap::CommandFactory as _;

use crate::arguments::{Arguments, Command, ConfigCommand};
use crate::connect::connect;
use crate::exit::Failure;
use crate::output::{self, Format};

/// Runs the command of the arguments.
pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let verbosity = arguments.verbosity();
    let format = arguments.format;
    let connection = &arguments.connection;
    let session = || connect(connection, None, verbosity);
    match &arguments.command {
        // They write to standard output only with some arguments, or never.
        Command::Data(_) | Command::Login(_) | Command::Logout => {}
        _ => output::check_standard_output()?,
    }
    match arguments.command {
        Command::List(list) => {
            let format = Format::of_list(format)?;
            entities::list(&session().await?.client, list, format).await
        }
        Command::Show(arguments) => entities::show(&session().await?.client, arguments).await,
        Command::Conditions(arguments) => {
            conditions::check(&arguments)?;
            conditions::print(&session().await?.client, arguments, verbosity).await
        }
        Command::Request(arguments) => {
            let body = request::body(&arguments).await?;
            request::send(&session().await?.client, arguments, body).await
        }
        Command::Data(arguments) => {
            let extraction = data::Extraction::new(arguments, format).await?;
            let retry_for = Some(RetryOptions::RETRY_LONG_RUNNING_FOR);
            let session = connect(connection, retry_for, verbosity).await?;
            extraction.run(&session.client, verbosity).await
        }
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "braincube", &mut script);
            output::print_bytes(script).await
        }
        Command::Login(arguments) => login::log_in(connection, &arguments).await,
        Command::Logout => login::log_out(connection),
        Command::Config(ConfigCommand::Show) => {
            let format = Format::of_list(format)?;
            config::show(connection, format).await
        }
        #[cfg(feature = "sim")]
        Command::Sim(arguments) => sim::serve(arguments, verbosity).await,
    }
}
