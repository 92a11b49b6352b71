//! The arguments of `rules`, `show`, `conditions` and `request`.

use std::str::FromStr;

use braincube::{BcId, Method};
use clap::{Args, ValueEnum};

use super::TextSource;

#[derive(Args, Debug)]
pub(crate) struct RulesArguments {
    /// The name of the braincube
    pub(crate) cube: String,

    /// The bcId of the memory base, such as 20
    pub(crate) base: u64,

    /// Only the rules that this job has found
    #[arg(long, value_name = "ID")]
    pub(crate) job: Option<BcId>,
}

#[derive(Args, Debug)]
pub(crate) struct ShowArguments {
    /// The name of the braincube
    pub(crate) cube: String,

    /// The bcId of the memory base, such as 20
    pub(crate) base: u64,

    /// What to show, instead of the memory base itself
    #[arg(value_enum, requires = "id")]
    pub(crate) kind: Option<Kind>,

    /// The bcId of what to show
    pub(crate) id: Option<BcId>,
}

/// What a memory base holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// A column
    Variable,
    /// Variables under a name
    Group,
    /// Conditions under a name
    Event,
    /// A study of the memory base
    Job,
    /// What a job has found
    Rule,
}

#[derive(Args, Debug)]
pub(crate) struct ConditionsArguments {
    /// The name of the braincube
    pub(crate) cube: String,

    /// The bcId of the memory base, such as 20
    pub(crate) base: u64,

    /// Whose conditions
    #[arg(value_enum)]
    pub(crate) kind: Conditioned,

    /// The bcId of the event or the job
    pub(crate) id: BcId,

    /// Include the conditions of the job's events; without them, the filters keep more rows than the job studies
    #[arg(long)]
    pub(crate) events: bool,

    /// Joined into one filter with AND, which is printed without the array
    #[arg(long)]
    pub(crate) combine: bool,
}

/// What has conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Conditioned {
    /// Conditions under a name
    Event,
    /// A study of the memory base
    Job,
}

/// A method as a person writes it: those that are known have capitals.
fn method(text: &str) -> Result<Method, <Method as FromStr>::Err> {
    Method::from_str(&text.to_ascii_uppercase())
}

#[derive(Args, Debug)]
pub(crate) struct RequestArguments {
    /// The path, behind the base URL of the API server, such as 'braincube/demo/braindata/mb20/simple'
    pub(crate) path: String,

    /// The method [default: GET, or POST where there is a body]
    #[arg(long, value_name = "M", value_parser = method)]
    pub(crate) method: Option<Method>,

    /// The body, which is JSON: the text itself, @FILE to read it from a file, or - to read it from standard input
    #[arg(long, value_name = "TEXT|@FILE")]
    pub(crate) body: Option<TextSource>,

    /// Ask the SSO server, not the API server
    #[arg(long)]
    pub(crate) sso: bool,

    /// The braincube whose name takes the place of {braincube-name} in the base URL and in the path
    #[arg(long, value_name = "NAME")]
    pub(crate) cube: Option<String>,

    /// Write the answer as it came, even if it is no JSON
    #[arg(long)]
    pub(crate) raw: bool,
}
