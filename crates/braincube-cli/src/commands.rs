//! The commands, one file each.

mod bases;
mod config;
mod cubes;
mod data;
mod listing;
mod login;
mod sim;
mod variables;

use crate::arguments::{Arguments, Command, ConfigCommand};
use crate::failure::Failure;
use crate::{connect, output};

/// Does what the arguments ask for.
pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let verbosity = arguments.verbosity();
    let format = output::format_or_default(arguments.format);
    let connection = &arguments.connection;
    match arguments.command {
        Command::Cubes => {
            let session = connect::connect(connection).await?;
            output::print_records(&cubes::list(&session.client).await?, format)
        }
        Command::Bases { cube } => {
            let session = connect::connect(connection).await?;
            bases::print(&session.client, &cube, format).await
        }
        Command::Variables { cube, base } => {
            let session = connect::connect(connection).await?;
            variables::print(&session.client, &cube, base, format).await
        }
        Command::Data(data) => {
            let request = data::Request::new(data)?;
            let session = connect::connect(connection).await?;
            request.run(&session.client, verbosity, format).await
        }
        Command::Login(arguments) => login::log_in(connection, &arguments).await,
        Command::Logout => login::log_out(connection),
        Command::Config(ConfigCommand::Show) => {
            output::print_records(&config::show(connection)?, format)
        }
        Command::Sim(arguments) => sim::serve(arguments, verbosity).await,
    }
}
