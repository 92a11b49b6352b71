//! The commands, one file each.

mod bases;
mod cubes;
mod data;
mod listing;
mod sim;
mod variables;

use crate::arguments::{Arguments, Command};
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
        Command::Sim(arguments) => sim::serve(arguments, verbosity).await,
    }
}
