//! [`Site`]: everything that the simulated web services answer from.

use std::sync::Arc;

use crate::access::Token;
use crate::change::Change;
use crate::csv_file::CsvFile;
use crate::extraction::EmptyColumn;
use crate::fault::Faults;
use crate::memory_base::MemoryBase;
use crate::oauth::OAuth;
use crate::problem::Problem;
use crate::wire_log::WireLog;

/// The name of the simulated Braincube, unless [`SimulatorBuilder::braincube_name`] gives another.
///
/// [`SimulatorBuilder::braincube_name`]: crate::SimulatorBuilder::braincube_name
pub const DEMO: &str = "demo";

/// Everything that the simulated web services answer from; shared by all requests.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) token: Token,
    pub(crate) oauth: OAuth,
    pub(crate) braincube: Braincube,
    /// What the mounted CSV files have become, in their order.
    pub(crate) csv_files: Vec<CsvFile>,
    /// How many variables an extraction may name.
    pub(crate) most_columns: Option<usize>,
    /// Whether an extraction leaves out the types of its columns.
    pub(crate) untyped: bool,
    /// How a column without data is written.
    pub(crate) empty_column: EmptyColumn,
    /// Whether an unknown variable is answered with an empty column, and not refused.
    pub(crate) unknown_as_empty: bool,
    pub(crate) change: Change,
    pub(crate) log: WireLog,
    pub(crate) faults: Faults,
}

/// The one simulated Braincube, with its memory bases in the order of their ids.
#[derive(Debug)]
pub(crate) struct Braincube {
    pub(crate) name: Box<str>,
    pub(crate) memory_bases: Vec<Arc<MemoryBase>>,
}

impl Site {
    pub(crate) fn braincube(&self, name: &str) -> Result<&Braincube, Problem> {
        if *self.braincube.name == *name {
            Ok(&self.braincube)
        } else {
            Err(Problem::NotFound(format!("the braincube {name:?}")))
        }
    }
}

impl Braincube {
    /// The memory base of a bcId, which is text because it was cut out of a path.
    pub(crate) fn memory_base(&self, bc_id: &str) -> Result<&Arc<MemoryBase>, Problem> {
        let found = parse_bc_id(bc_id)
            .and_then(|id| self.memory_bases.iter().find(|base| base.bc_id() == id));
        found.ok_or_else(|| Problem::NotFound(format!("the memory base {bc_id:?}")))
    }
}

/// A bcId from a path: digits alone, where `parse` would take a sign too.
pub(crate) fn parse_bc_id(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}
