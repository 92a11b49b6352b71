//! [`Arguments`]: the command line.

mod data;
mod text_source;
mod variable_list;

#[cfg(feature = "sim")]
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use braincube::{BcId, Client, MemoryBaseHandle, Method, parse_duration};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub(crate) use self::data::{BadCellArgument, DataArguments, LabelsArgument, NanArgument};
pub(crate) use self::text_source::TextSource;
pub(crate) use self::variable_list::read_variables;
use crate::logging::Verbosity;
use crate::output::Format;

/// The heading of the global options in the help of a command.
const GLOBAL: &str = "Options of every command";

/// List and extract the data of a Braincube
#[derive(Debug, Parser)]
#[command(name = "braincube", version)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) connection: Connection,

    /// The format of lists and data [default: by the extension of -o; else table on a terminal, csv otherwise]
    #[arg(long, global = true, value_enum, help_heading = GLOBAL)]
    pub(crate) format: Option<Format>,

    /// Log requests to standard error. -vv logs all details
    #[arg(short, long, global = true, action = clap::ArgAction::Count, conflicts_with = "quiet", help_heading = GLOBAL)]
    verbose: u8,

    /// Print only errors to standard error
    #[arg(short, long, global = true, help_heading = GLOBAL)]
    quiet: bool,

    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Arguments {
    pub(crate) fn verbosity(&self) -> Verbosity {
        match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, 0) => Verbosity::Normal,
            (false, 1) => Verbosity::Verbose,
            (false, _) => Verbosity::Everything,
        }
    }
}

#[derive(Args, Debug)]
pub(crate) struct Connection {
    /// The configuration file [default: the environment, then ./config.json, then ~/.braincube/config.json]
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "demo", help_heading = GLOBAL)]
    pub(crate) config: Option<PathBuf>,

    /// Use this profile of the configuration file
    #[arg(long, global = true, value_name = "NAME", conflicts_with = "demo", help_heading = GLOBAL)]
    pub(crate) profile: Option<String>,

    /// Retry failing requests for this time, for example 30s or 10m; 0s disables retries [default: 15s; 5m for `data`]
    #[arg(long, global = true, value_name = "15s", value_parser = parse_duration, help_heading = GLOBAL)]
    pub(crate) retry_for: Option<Duration>,

    /// Limit the time of each request, for example 2m, including its retries and the response [default: no limit]
    #[arg(long, global = true, value_name = "2m", value_parser = parse_duration, help_heading = GLOBAL)]
    pub(crate) timeout: Option<Duration>,

    /// Use a simulated Braincube with the data of a real batch dryer. Needs no account
    #[arg(long, global = true, help_heading = GLOBAL)]
    pub(crate) demo: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    #[command(flatten)]
    List(ListCommand),
    /// Print all properties of a memory base or of one of its entities, as JSON
    #[command(after_help = "Example: braincube --demo show demo 20 job 573")]
    Show(ShowArguments),
    /// Print the conditions of an event or a job as filters for `data --filter`
    #[command(after_help = "Example: braincube --demo conditions demo 20 job 573 --events")]
    Conditions(ConditionsArguments),
    /// Extract data from a memory base
    #[command(override_usage = data::USAGE, after_help = data::EXAMPLE)]
    Data(DataArguments),
    /// Send any request with your credentials and print the response
    #[command(
        after_help = "Example: braincube --demo request braincube/demo/braindata/mb20/simple"
    )]
    Request(RequestArguments),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: Shell,
    },
    /// Log in with a browser. Needs an application that is registered at your site (client_id)
    #[command(after_help = "Example: braincube --config plant.json login")]
    Login(LoginArguments),
    /// Delete the token of the last login from this machine
    Logout,
    /// Print the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Run a simulated Braincube on this machine until Ctrl-C
    #[cfg(feature = "sim")]
    #[command(after_help = "Example: braincube sim --csv my-data.csv")]
    Sim(SimArguments),
}

/// The commands that print a list.
#[derive(Debug, Subcommand)]
pub(crate) enum ListCommand {
    /// List your braincubes
    Cubes,
    /// List the memory bases of a braincube
    Bases {
        /// The name of the braincube
        cube: String,
    },
    /// List the variables of a memory base
    Variables(MemoryBaseArguments),
    /// List the data groups of a memory base
    Groups(MemoryBaseArguments),
    /// List the events of a memory base
    Events(MemoryBaseArguments),
    /// List the jobs of a memory base
    Jobs(MemoryBaseArguments),
    /// List the rules of a memory base
    Rules {
        #[command(flatten)]
        base: MemoryBaseArguments,

        /// List only the rules that this job has found
        #[arg(long, value_name = "ID")]
        job: Option<BcId>,
    },
}

#[derive(Args, Debug)]
pub(crate) struct MemoryBaseArguments {
    /// The name of the braincube
    pub(crate) cube: String,

    /// The bcId of the memory base, for example 20
    #[arg(value_name = "BASE")]
    pub(crate) bcid: u64,
}

impl MemoryBaseArguments {
    /// Returns a handle of the memory base. Sends no request.
    pub(crate) fn handle(&self, client: &Client) -> MemoryBaseHandle {
        client.braincube(&self.cube).memory_base(self.bcid)
    }
}

#[derive(Args, Debug)]
pub(crate) struct ShowArguments {
    #[command(flatten)]
    pub(crate) base: MemoryBaseArguments,

    /// The kind of the entity. Without it, the memory base itself is printed
    #[arg(value_enum, requires = "id")]
    pub(crate) kind: Option<Kind>,

    /// The bcId of the entity
    pub(crate) id: Option<BcId>,
}

/// The entities of a memory base.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// A column of data
    Variable,
    /// A named set of variables
    Group,
    /// A named set of conditions
    Event,
    /// A study of the memory base
    Job,
    /// A result of a job
    Rule,
}

#[derive(Args, Debug)]
pub(crate) struct ConditionsArguments {
    #[command(flatten)]
    pub(crate) base: MemoryBaseArguments,

    /// The kind of the entity
    #[arg(value_enum)]
    pub(crate) kind: Conditioned,

    /// The bcId of the event or the job
    pub(crate) id: BcId,

    /// Include the conditions of the job's events. Without them, the filters keep more rows than the job studies
    #[arg(long)]
    pub(crate) events: bool,

    /// Join the filters with AND and print one filter instead of an array
    #[arg(long)]
    pub(crate) combine: bool,
}

/// The entities that have conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Conditioned {
    /// A named set of conditions
    Event,
    /// A study of the memory base
    Job,
}

#[derive(Args, Debug)]
pub(crate) struct RequestArguments {
    /// The path below the base URL of the API server, for example 'braincube/demo/braindata/mb20/simple'
    pub(crate) path: String,

    /// The HTTP method [default: GET; POST with a body]
    #[arg(long, value_name = "M", value_parser = method)]
    pub(crate) method: Option<Method>,

    /// The body in JSON. @FILE reads it from a file, - from standard input
    #[arg(long, value_name = "TEXT|@FILE")]
    pub(crate) body: Option<TextSource>,

    /// Send the request to the SSO server, not to the API server
    #[arg(long)]
    pub(crate) sso: bool,

    /// Replace {braincube-name} in the base URL and in the path by this name
    #[arg(long, value_name = "NAME")]
    pub(crate) cube: Option<String>,

    /// Write the response unchanged, even if it is not JSON
    #[arg(long)]
    pub(crate) raw: bool,
}

/// Parses a method in any case. The standard methods are upper case.
fn method(text: &str) -> Result<Method, <Method as FromStr>::Err> {
    Method::from_str(&text.to_ascii_uppercase())
}

#[derive(Args, Debug)]
pub(crate) struct LoginArguments {
    /// Print the address and do not open a browser
    #[arg(long)]
    pub(crate) no_browser: bool,

    /// Paste the address that the browser opens after the login, instead of waiting for the browser on a port [default: if
    /// the redirect_uri is an https address]
    #[arg(long)]
    pub(crate) paste: bool,

    /// Accept a pasted address without "state", for services that do not send it back. This disables a protection: paste
    /// only an address of a login that you started
    #[arg(long, requires = "paste")]
    pub(crate) without_state: bool,

    /// Wait on an https address of this machine with a self-signed certificate. The browser warns about it
    #[cfg(feature = "legacy-tls-login")]
    #[arg(long, conflicts_with = "paste")]
    pub(crate) tls: bool,
}

#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print each setting and its origin, with secrets masked. Without an address, print the missing settings and exit
    /// with code 1
    Show,
}

#[cfg(feature = "sim")]
#[derive(Args, Debug)]
pub(crate) struct SimArguments {
    /// Listen on this loopback address; port 0 selects a free port
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,

    /// Add a CSV file as a memory base; the first one is memory base 21. Can be repeated. The type of each column and the
    /// reason for it are printed to standard error
    #[arg(long, value_name = "FILE")]
    pub(crate) csv: Vec<PathBuf>,

    /// Simulate a fault: KIND[=VALUE][@PATH][,times=N][,after=N][,chance=P][,seed=N], for example
    /// 'status=503@/LF,times=2'. Can be repeated. The kinds are status, throttle, delay, stall, drip, cut, silent-cut, reset,
    /// length, html, login, gzip-truncated, gzip-bomb, redirect, end-sessions, cap, shift, same-page, whole-list, swap,
    /// to-front, shuffle
    #[arg(long, value_name = "FAULT")]
    pub(crate) fault: Vec<braincube_sim::Fault>,

    /// Serve over TLS with a new certificate, and write the certificate of its authority to this PEM file
    #[arg(long, value_name = "FILE")]
    pub(crate) tls: Option<PathBuf>,

    /// Start a proxy too and configure it in the printed configuration. Listens on a free port or on this loopback address
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, default_missing_value = "127.0.0.1:0")]
    pub(crate) proxy: Option<SocketAddr>,

    /// Require this user and password at the proxy
    #[arg(long, value_name = "USER:PASSWORD", requires = "proxy")]
    pub(crate) proxy_user: Option<String>,

    /// Refuse all connections through the proxy with this status
    #[arg(long, value_name = "STATUS", requires = "proxy")]
    pub(crate) proxy_refuse: Option<u16>,

    /// Accept this personal access token
    #[arg(long, value_name = "TOKEN")]
    pub(crate) token: Option<String>,

    /// Write the configuration that connects to this simulator also to a file
    #[arg(long, value_name = "FILE")]
    pub(crate) write_config: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::Arguments;

    #[test]
    fn the_definition_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn global_options_are_accepted_before_and_after_the_command() {
        for line in [
            ["braincube", "--demo", "bases", "demo"],
            ["braincube", "bases", "--demo", "demo"],
            ["braincube", "bases", "demo", "--demo"],
        ] {
            assert!(Arguments::try_parse_from(line).unwrap().connection.demo);
        }
    }

    #[test]
    fn wrong_usage_is_rejected() {
        for line in [
            "braincube",
            "braincube data demo 20",
            "braincube data demo 20 --all --variables 1",
            "braincube data demo twenty --all",
            "braincube data demo 20 --group 10 --job 573",
            "braincube show demo 20 job",
            "braincube show demo 20 batch 1",
            "braincube conditions demo 20 group 10",
            "braincube request",
            "braincube request x --method a,b",
            "braincube completions dos",
            "braincube data demo 20 --all --last 3d --from 2023-10-08",
            "braincube --demo --config file.json cubes",
            "braincube -q -v cubes",
            "braincube --retry-for 15 cubes",
            "braincube --timeout 1.5s cubes",
            "braincube --timeout -5s cubes",
        ] {
            let error = Arguments::try_parse_from(line.split(' ')).expect_err(line);
            assert_eq!(error.exit_code(), 2, "{line}");
        }
    }
}
