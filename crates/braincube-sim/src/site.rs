//! [`Site`]: the data and the settings of the simulated web services.

use std::sync::Arc;

use crate::csv_file::CsvFile;
use crate::extraction::{Change, ExtractionOptions};
use crate::fault::Faults;
use crate::memory_base::MemoryBase;
use crate::oauth::OAuth;
use crate::problem::Problem;
use crate::study::parse_bc_id;
use crate::token::Token;
use crate::wire_log::WireLog;

/// The default name of the simulated Braincube.
pub const DEMO: &str = "demo";

/// The data and the settings of the simulated web services, shared by all requests.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) token: Token,
    pub(crate) oauth: OAuth,
    pub(crate) braincube: Braincube,
    /// The mounted CSV files, in the order in which they were added.
    pub(crate) csv_files: Vec<CsvFile>,
    pub(crate) extraction: ExtractionOptions,
    pub(crate) change: Change,
    pub(crate) log: WireLog,
    pub(crate) faults: Faults,
}

/// The simulated Braincube.
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
    /// Finds a memory base by the bcId in a path.
    pub(crate) fn memory_base(&self, bc_id: &str) -> Result<&Arc<MemoryBase>, Problem> {
        let found = parse_bc_id(bc_id)
            .and_then(|id| self.memory_bases.iter().find(|base| base.bc_id() == id));
        found.ok_or_else(|| Problem::NotFound(format!("the memory base {bc_id:?}")))
    }
}
