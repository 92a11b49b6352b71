//! Checks that each crate of the workspace depends only on what its layer allows.
//!
//! The rules are a table ([`rules`]), the dependencies are a graph ([`graph`]), and the comparison is
//! a pure function ([`check`]).

mod check;
mod graph;
mod rules;

use crate::metadata;
use crate::options;
use crate::problems::{Outcome, Problems};
use crate::workspace::Workspace;

/// The verb `layers`.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Outcome {
    options::none(arguments)?;
    let metadata = metadata::resolved(workspace)?;
    let graph = graph::Graph::from_metadata(&metadata).map_err(Problems::one)?;
    Problems::check(check::violations(&graph, rules::LAYERS))?;
    Ok(format!(
        "the dependencies of {} crates follow the table of layers",
        graph.members().count()
    ))
}
