//! Measures the decoder beside its peers, and writes what it finds to the page that the
//! documentation shows.

mod measure;
mod page;

use crate::conformance::python;
use crate::console::say;
use crate::problems::{Outcome, Problems};
use crate::workspace::Workspace;
use crate::{executable, metadata, options};
use measure::Bench;

/// Where the tables go.
const PAGE: &str = "crates/braincube-frame/PERFORMANCE.md";

/// The corpora that are large enough for everything.
const CORPORA: [&str; 4] = ["num", "int", "mixed", "disc"];

/// The verb `bench`.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Outcome {
    let quick = options::flag(arguments, "--quick")?;
    let (percent, rounds) = if quick { (20, 3) } else { (100, 5) };
    let target = metadata::target_directory(&metadata::members(workspace)?)?;
    let folder = target.join("xtask").join("bench");
    std::fs::create_dir_all(&folder)
        .map_err(|error| Problems::one(format!("{}: {error}", folder.display())))?;
    let program = executable::build_bench(workspace, "braincube-frame", "decode")?;
    let bench = Bench {
        workspace,
        program,
        folder,
        percent,
        rounds,
    };

    say("times");
    let times = bench.times()?;
    say("instructions");
    let instructions = bench.instructions(&CORPORA)?;
    say("memory");
    let memory = bench.memory(if quick { &[100] } else { &[100, 400, 1000] })?;
    say("the Python connector");
    let connector = match python::find() {
        None => None,
        Some(system) => {
            let python = python::environment(workspace, &system, &target.join("venv"))?;
            Some(bench.connector(&python, &CORPORA)?)
        }
    };
    let text = page::write(
        &times,
        instructions.as_deref(),
        &memory,
        connector.as_deref(),
    );
    std::fs::write(workspace.root().join(PAGE), text)
        .map_err(|error| Problems::one(format!("{PAGE}: {error}")))?;
    Ok(format!("{PAGE} is written"))
}
