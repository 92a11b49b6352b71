//! Compares the command line tool with independent programs: the Python connector reads from the
//! simulator, and common Parquet readers read the files of the tool.

pub(crate) mod python;
mod simulator;
mod tally;

use std::path::Path;
use std::process::{Command, Stdio};

use crate::console::print;
use crate::executable;
use crate::metadata;
use crate::options;
use crate::problems::{Outcome, Problems};
use crate::workspace::Workspace;
use simulator::Simulator;
use tally::Tally;

/// Reads from the simulator with the Python connector: `CONFIG DRYER_CSV`.
const CONNECTOR: &str = "crates/braincube-sim/tests/connector.py";

/// Reads a Parquet file of the tool with other readers: `TOOL PARQUET DRYER_CSV`.
const READERS: &str = "crates/braincube-cli/tests/readers.py";

/// Reads the same data with the tool and with the Python connector: `TOOL CONFIG`.
const BOTH: &str = "crates/braincube-cli/tests/connector.py";

/// A memory base with gaps in its columns.
const GAPS: &str = "crates/braincube-cli/tests/gaps.csv";

/// Decodes the same responses with the crate and with the Python connector: `TO_ARROW DIRECTORY`.
const DECODER: &str = "crates/braincube-frame/tests/connector.py";

/// The name of the file with the dryer's data.
const DATA: &str = "/dryer.csv";

/// The verb `conformance`.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Outcome {
    let if_available = options::flag(arguments, "--if-available")?;
    let target = metadata::target_directory(&metadata::members(workspace)?)?;
    let Some(system) = python::find() else {
        if if_available {
            return Ok("skipped, no Python with venv found".to_owned());
        }
        return Err(Problems::one(python::MISSING));
    };
    let python = python::environment(workspace, &system, &target.join("venv"))?;
    let tool = executable::build(workspace, "bin", "braincube")?;
    let data = workspace
        .files()?
        .into_iter()
        .find(|file| file.ends_with(DATA));
    let data = data.ok_or_else(|| Problems::one(format!("the file {DATA} does not exist")))?;
    let data = workspace.root().join(data);
    let directory = target.join("xtask").join("conformance");
    std::fs::create_dir_all(&directory)
        .map_err(|error| Problems::one(format!("{}: {error}", directory.display())))?;

    let config = directory.join("config.json");
    let simulator = Simulator::start(&tool, &config, &workspace.root().join(GAPS))?;
    let connector = check(workspace, &python, CONNECTOR, &[&config, &data])?;
    let both = check(workspace, &python, BOTH, &[&tool, &config])?;
    drop(simulator);
    let readers = check(
        workspace,
        &python,
        READERS,
        &[&tool, &directory.join("out.parquet"), &data],
    )?;
    let to_arrow = executable::build(workspace, "example", "to_arrow")?;
    let decoder = check(workspace, &python, DECODER, &[&to_arrow, &directory])?;
    (connector + both + readers + decoder).outcome()
}

/// Runs a script, prints its output, and counts its checks.
fn check(
    workspace: &Workspace,
    python: &Path,
    script: &str,
    arguments: &[&Path],
) -> Result<Tally, Problems> {
    print(&format!("== {script}"));
    let run = Command::new(python)
        .arg(script)
        .args(arguments)
        .current_dir(workspace.root())
        // Scripts that import others would create a cache directory beside them.
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| Problems::one(format!("cannot start {script}: {error}")))?;
    let text = String::from_utf8_lossy(&run.stdout);
    print(text.trim_end());
    Tally::of_script(script, &text, run.status.success())
}
