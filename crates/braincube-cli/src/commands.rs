//! The commands, one file each.

mod bases;
mod completions;
mod conditions;
mod config;
mod cubes;
mod data;
mod entities;
mod listing;
mod login;
mod request;
mod show;
mod sim;
mod variables;

use crate::arguments::{Arguments, Command, ConfigCommand};
use crate::connect::Work;
use crate::failure::Failure;
use crate::output::TextFormat;
use crate::{connect, output};

/// Does what the arguments ask for.
pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let verbosity = arguments.verbosity();
    let format = arguments.format;
    let connection = &arguments.connection;
    match &arguments.command {
        // What they write to standard output, if anything, depends on their arguments.
        Command::Data(_) | Command::Login(_) | Command::Logout => {}
        _ => output::check_standard_output()?,
    }
    match arguments.command {
        Command::Cubes => {
            let format = TextFormat::of_list(format)?;
            let session = connect::connect(connection, Work::Short, verbosity).await?;
            output::print_records(cubes::list(&session.client).await?, format).await
        }
        Command::Bases { cube } => {
            let format = TextFormat::of_list(format)?;
            let session = connect::connect(connection, Work::Short, verbosity).await?;
            bases::print(&session.client, &cube, format).await
        }
        Command::Variables { cube, base } => {
            let format = TextFormat::of_list(format)?;
            let session = connect::connect(connection, Work::Short, verbosity).await?;
            variables::print(&session.client, &cube, base, format).await
        }
        Command::Groups { cube, base } => {
            let format = TextFormat::of_list(format)?;
            let session = connect::connect(connection, Work::Short, verbosity).await?;
            let base = session.client.braincube(cube).memory_base(base);
            entities::print(base.data_groups(), format).await
        }
        Command::Events { cube, base } => {
            let format = TextFormat::of_list(format)?;
            let session = connect::connect(connection, Work::Short, verbosity).await?;
            let base = session.client.braincube(cube).memory_base(base);
            entities::print(base.events(), format).await
        }
        Command::Jobs { cube, base } => {
            let format = TextFormat::of_list(format)?;
            let session = connect::connect(connection, Work::Short, verbosity).await?;
            let base = session.client.braincube(cube).memory_base(base);
            entities::print(base.jobs(), format).await
        }
        Command::Rules(rules) => {
            let format = TextFormat::of_list(format)?;
            let session = connect::connect(connection, Work::Short, verbosity).await?;
            entities::print_rules(&session.client, rules, format).await
        }
        Command::Show(what) => {
            let session = connect::connect(connection, Work::Short, verbosity).await?;
            show::show(&session.client, what).await
        }
        Command::Conditions(whose) => {
            conditions::check(&whose)?;
            let session = connect::connect(connection, Work::Short, verbosity).await?;
            conditions::print(&session.client, whose, verbosity).await
        }
        Command::Request(request) => {
            let body = request::body(&request).await?;
            let session = connect::connect(connection, Work::Short, verbosity).await?;
            request::send(&session.client, request, body).await
        }
        Command::Completions { shell } => completions::print(shell).await,
        Command::Data(data) => {
            let request = data::Request::new(data, format).await?;
            let session = connect::connect(connection, Work::Long, verbosity).await?;
            request.run(&session.client, verbosity).await
        }
        Command::Login(arguments) => login::log_in(connection, &arguments).await,
        Command::Logout => login::log_out(connection),
        Command::Config(ConfigCommand::Show) => {
            let format = TextFormat::of_list(format)?;
            config::show(connection, format).await
        }
        Command::Sim(arguments) => sim::serve(arguments, verbosity).await,
    }
}
