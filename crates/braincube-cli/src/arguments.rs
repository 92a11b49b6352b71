//! [`Arguments`]: the surface of the command line.

mod filter_help;
mod study;
mod text_source;
mod variable_list;

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use braincube::{BcId, Label, NameKey, OnBadCell, parse_duration};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use self::filter_help::{FILTER_HELP, FROM_HELP};
pub(crate) use self::study::{
    Conditioned, ConditionsArguments, Kind, RequestArguments, RulesArguments, ShowArguments,
};
pub(crate) use self::text_source::TextSource;
pub(crate) use self::variable_list::VariableList;
use crate::verbosity::Verbosity;

/// Under which the help of a command lists what is no option of its own.
const EVERY_COMMAND: &str = "Options of every command";

/// The usage of `data`, which would be one line of more than 100 columns.
const DATA_USAGE: &str = "braincube data <CUBE> <BASE> --variables <LIST> [OPTIONS]
       braincube data <CUBE> <BASE> --group <ID> [OPTIONS]
       braincube data <CUBE> <BASE> --job <ID> [OPTIONS]
       braincube data <CUBE> <BASE> --all [OPTIONS]";

/// Braincube data from a terminal: list what there is, extract what you need.
#[derive(Debug, Parser)]
#[command(name = "braincube", version)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) connection: Connection,

    /// How lists and data are written [default: as the ending of -o says; else a table on a terminal, CSV on a pipe]
    #[arg(long, global = true, value_enum, help_heading = EVERY_COMMAND)]
    pub(crate) format: Option<Format>,

    /// Log what happens to standard error; twice for every detail
    #[arg(short, long, global = true, action = clap::ArgAction::Count, conflicts_with = "quiet", help_heading = EVERY_COMMAND)]
    verbose: u8,

    /// Say nothing but errors
    #[arg(short, long, global = true, help_heading = EVERY_COMMAND)]
    quiet: bool,

    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Arguments {
    /// How much is told on standard error.
    pub(crate) fn verbosity(&self) -> Verbosity {
        match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, 0) => Verbosity::Normal,
            (false, 1) => Verbosity::Verbose,
            (false, _) => Verbosity::Everything,
        }
    }
}

/// Which Braincube is talked to.
#[derive(Args, Debug)]
pub(crate) struct Connection {
    /// The configuration file [default: the environment, then ./config.json, then ~/.braincube/config.json]
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "demo", help_heading = EVERY_COMMAND)]
    pub(crate) config: Option<PathBuf>,

    /// The profile to take from the configuration file
    #[arg(long, global = true, value_name = "NAME", conflicts_with = "demo", help_heading = EVERY_COMMAND)]
    pub(crate) profile: Option<String>,

    /// Retry failing requests for this long, such as 30s or 10m; 0s for not at all [default: 15s, and 5m for `data`]
    #[arg(long, global = true, value_name = "15s", value_parser = parse_duration, help_heading = EVERY_COMMAND)]
    pub(crate) retry_for: Option<Duration>,

    /// The longest time for one request with its retries and the reading of its response, such as 2m [default: none]
    #[arg(long, global = true, value_name = "2m", value_parser = parse_duration, help_heading = EVERY_COMMAND)]
    pub(crate) timeout: Option<Duration>,

    /// Talk to the embedded simulator, with the data of a real batch dryer
    #[arg(long, global = true, help_heading = EVERY_COMMAND)]
    pub(crate) demo: bool,
}

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Columns for the eye
    Table,
    /// Comma-separated values with a header
    Csv,
    /// An array of objects
    Json,
    /// A Parquet file; of data alone
    Parquet,
    /// An Arrow file; of data alone
    Arrow,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the braincubes that you may open
    Cubes,
    /// List the memory bases of a braincube
    Bases {
        /// The name of the braincube
        cube: String,
    },
    /// List the variables of a memory base
    Variables {
        /// The name of the braincube
        cube: String,
        /// The bcId of the memory base, such as 20
        base: u64,
    },
    /// List the data groups of a memory base
    Groups {
        /// The name of the braincube
        cube: String,
        /// The bcId of the memory base, such as 20
        base: u64,
    },
    /// List the events of a memory base
    Events {
        /// The name of the braincube
        cube: String,
        /// The bcId of the memory base, such as 20
        base: u64,
    },
    /// List the jobs of a memory base
    Jobs {
        /// The name of the braincube
        cube: String,
        /// The bcId of the memory base, such as 20
        base: u64,
    },
    /// List the rules of a memory base
    Rules(RulesArguments),
    /// Show the whole object of a memory base or of what it holds, as JSON
    Show(ShowArguments),
    /// Show the conditions of an event or a job as filters, a JSON array that `data --filter` takes
    Conditions(ConditionsArguments),
    /// Extract data from a memory base
    #[command(override_usage = DATA_USAGE)]
    Data(DataArguments),
    /// Send any request, with the credentials and the guards of all others
    Request(RequestArguments),
    /// Print a script that completes this command in a shell
    Completions {
        /// Which shell
        #[arg(value_enum)]
        shell: Shell,
    },
    /// Log in with a browser, for an application that is registered with the site (client_id)
    Login(LoginArguments),
    /// Forget the token of the last login
    Logout,
    /// The configuration and where it comes from
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Serve a simulated Braincube on this machine until interrupted
    Sim(SimArguments),
}

#[derive(Args, Debug)]
pub(crate) struct DataArguments {
    /// The name of the braincube
    pub(crate) cube: String,

    /// The bcId of the memory base, such as 20
    pub(crate) base: u64,

    #[command(flatten)]
    pub(crate) selection: Selection,

    /// Keep only the rows that match, as JSON or as text such as 'd2000034 >= 20'; @FILE and - read it from a file and from
    /// standard input; several are joined with AND
    #[arg(long, value_name = "JSON|TEXT|@FILE", long_help = FILTER_HELP)]
    pub(crate) filter: Vec<TextSource>,

    /// Keep only the rows from this date on, such as 2023-10-08, 2023-10-08T22:00:00 or 2023-10-08T22:00:00+02:00
    #[arg(long, value_name = "DATE", conflicts_with = "last", long_help = FROM_HELP)]
    pub(crate) from: Option<String>,

    /// Keep only the rows up to this date, in the forms of --from; a date without a time means its last second
    #[arg(long, value_name = "DATE", conflicts_with = "last")]
    pub(crate) to: Option<String>,

    /// Keep only the last days, hours or minutes, such as 30d, 12h or 45m, counted back from now on the wall clock of the
    /// memory base
    #[arg(long, value_name = "30d")]
    pub(crate) last: Option<String>,

    /// What the columns are called
    #[arg(long, value_enum, default_value_t)]
    pub(crate) label: LabelArgument,

    /// Keep dates as the service writes them, as text
    #[arg(long)]
    pub(crate) text_dates: bool,

    /// Make a numeric column of whole numbers a column of integers
    #[arg(long)]
    pub(crate) infer_integers: bool,

    /// Read a number with spaces around it, such as ' 7 ', which otherwise is an error
    #[arg(long)]
    pub(crate) trim: bool,

    /// Read this text as a missing value, in every column, such as 'Bad Input' or -9999; can be repeated
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) null: Vec<String>,

    /// What a cell of a numeric column that is not a number becomes
    #[arg(long, value_enum, value_name = "ACTION", default_value_t)]
    pub(crate) on_bad_cell: BadCellArgument,

    /// What 'nan' in a numeric column becomes
    #[arg(long, value_enum, value_name = "ACTION", default_value_t)]
    pub(crate) nan: NanArgument,

    /// How the labels of a discrete column are written to Arrow and Parquet files
    #[arg(long, value_enum, value_name = "TYPE", default_value_t)]
    pub(crate) labels: LabelsArgument,

    /// Ask for at most so many variables a request [default: 500, and fewer where the server refuses that]
    #[arg(long, value_name = "N")]
    pub(crate) split: Option<NonZeroUsize>,

    /// Fail where a column is missing, a value is infinite or has to be coerced, or a condition of the job stands for no
    /// filter, instead of telling it
    #[arg(long)]
    pub(crate) strict: bool,

    /// Exit with code 1 and write nothing if no row matches
    #[arg(long)]
    pub(crate) fail_if_empty: bool,

    /// Write to this file; its ending says how, .csv, .parquet, .arrow or .json, or --format does. An existing file is
    /// replaced once the new one is complete. If that cannot work, it is overwritten in place, with a warning. A named
    /// pipe or a device is written into; -.parquet and the like are standard output in that form
    #[arg(short, long, value_name = "FILE", allow_hyphen_values = true)]
    pub(crate) output: Option<PathBuf>,
}

/// Which variables are extracted.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub(crate) struct Selection {
    /// The variables, by bcId, long id, standard name, tag or local name. A name that contains a comma or begins with @ is
    /// quoted, as in '"a,b", c'. @FILE and - read such a list, of one or more lines, from a file and from standard input
    #[arg(long, value_name = "ID[,ID…]|@FILE")]
    pub(crate) variables: Vec<TextSource>,

    /// The variables of a data group, by its bcId
    #[arg(long, value_name = "ID")]
    pub(crate) group: Option<BcId>,

    /// The variables and the rows that a job studies, by its bcId
    #[arg(long, value_name = "ID")]
    pub(crate) job: Option<BcId>,

    /// Every variable of the memory base
    #[arg(long)]
    pub(crate) all: bool,
}

/// What a column is called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum LabelArgument {
    /// The bare number of the variable, 2000034
    #[default]
    Bcid,
    /// The name agreed on across plants
    Standard,
    /// The name in the control system
    Tag,
    /// The name in the language of the plant
    Local,
}

impl From<LabelArgument> for Label {
    fn from(argument: LabelArgument) -> Self {
        match argument {
            LabelArgument::Bcid => Self::BcId,
            LabelArgument::Standard => Self::Name(NameKey::Standard),
            LabelArgument::Tag => Self::Name(NameKey::Tag),
            LabelArgument::Local => Self::Name(NameKey::Local),
        }
    }
}

/// What a cell of a numeric column that is not a number becomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum BadCellArgument {
    /// Fail, and list every column that has such cells
    #[default]
    Error,
    /// A null; how many there are is reported on standard error
    Null,
}

impl From<BadCellArgument> for OnBadCell {
    fn from(argument: BadCellArgument) -> Self {
        match argument {
            BadCellArgument::Error => Self::Error,
            BadCellArgument::Null => Self::Null,
        }
    }
}

/// What `nan` in a numeric column becomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum NanArgument {
    /// The float NaN
    Keep,
    /// A null
    #[default]
    Null,
}

/// How the labels of a discrete column are stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum LabelsArgument {
    /// As plain text
    Text,
    /// Each label once, as a dictionary
    #[default]
    Dictionary,
}

#[derive(Args, Debug)]
pub(crate) struct LoginArguments {
    /// Print the address alone, and open no browser
    #[arg(long)]
    pub(crate) no_browser: bool,

    /// Do not listen for the browser to come back: paste the address that it went to [default: where the redirect_uri is an https address]
    #[arg(long)]
    pub(crate) paste: bool,

    /// Take a pasted address without the "state" that was sent, from a service that does not send it back
    #[arg(long, requires = "paste")]
    pub(crate) without_state: bool,

    /// Listen on an https address of this machine with a certificate of its own, of which the browser warns
    #[cfg(feature = "legacy-tls-login")]
    #[arg(long, conflicts_with = "paste")]
    pub(crate) tls: bool,
}

#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print every setting with where it comes from; secrets are masked. Without an address: what is not set, and exit code 1
    Show,
}

#[derive(Args, Debug)]
pub(crate) struct SimArguments {
    /// The loopback address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,

    /// Mount a CSV file as a further memory base, 21 and on; standard error says what each column became, and why
    #[arg(long, value_name = "FILE")]
    pub(crate) csv: Vec<PathBuf>,

    /// Let something go wrong, as KIND[=VALUE][@PATH][,times=N][,after=N][,chance=P][,seed=N], such as
    /// 'status=503@/LF,times=2'; kinds are status, throttle, delay, stall, drip, cut, silent-cut, reset, length, html,
    /// login, gzip-truncated, gzip-bomb, redirect, end-sessions, cap, shift, same-page, whole-list, swap, to-front,
    /// shuffle
    #[arg(long, value_name = "FAULT")]
    pub(crate) fault: Vec<braincube_sim::Fault>,

    /// Serve over TLS, with a certificate that is made at the start, and write its authority to this PEM file
    #[arg(long, value_name = "FILE")]
    pub(crate) tls: Option<PathBuf>,

    /// Open a proxy too, on a free port or this loopback address, for the configuration to name
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, default_missing_value = "127.0.0.1:0")]
    pub(crate) proxy: Option<SocketAddr>,

    /// The user and the password that the proxy wants
    #[arg(long, value_name = "USER:PASSWORD", requires = "proxy")]
    pub(crate) proxy_user: Option<String>,

    /// Let the proxy answer with this status, and open no tunnel
    #[arg(long, value_name = "STATUS", requires = "proxy")]
    pub(crate) proxy_refuse: Option<u16>,

    /// The personal access token to accept
    #[arg(long, value_name = "TOKEN")]
    pub(crate) token: Option<String>,

    /// Write the configuration that reaches this simulator to a file too
    #[arg(long, value_name = "FILE")]
    pub(crate) write_config: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::Arguments;

    #[test]
    fn the_surface_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn global_options_stand_before_or_behind_the_command() {
        for line in [
            ["braincube", "--demo", "bases", "demo"],
            ["braincube", "bases", "--demo", "demo"],
            ["braincube", "bases", "demo", "--demo"],
        ] {
            assert!(Arguments::try_parse_from(line).unwrap().connection.demo);
        }
    }

    #[test]
    fn wrong_usage_is_refused() {
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
