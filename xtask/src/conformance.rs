//! Compares the command line tool with programs that others wrote: the Python connector asks the
//! simulator, and the usual readers of Parquet open what the tool writes.

pub(crate) mod python;
mod simulator;
mod tally;

use std::path::Path;
use std::process::{Command, Stdio};

use crate::console::say;
use crate::executable;
use crate::metadata;
use crate::options;
use crate::problems::{Outcome, Problems};
use crate::workspace::Workspace;
use simulator::Simulator;
use tally::Tally;

/// Asks the simulator through the Python connector: `CONFIG DRYER_CSV`.
const CONNECTOR: &str = "crates/braincube-sim/tests/connector.py";

/// Reads a Parquet file of the tool: `TOOL PARQUET DRYER_CSV`.
const READERS: &str = "crates/braincube-cli/tests/readers.py";

/// Asks the same of the simulator through the tool and through the Python connector: `TOOL CONFIG`.
const BOTH: &str = "crates/braincube-cli/tests/connector.py";

/// A memory base with gaps in its columns.
const GAPS: &str = "crates/braincube-cli/tests/gaps.csv";

/// Decodes the same answers with the crate and with the Python connector: `TO_ARROW FOLDER`.
const DECODER: &str = "crates/braincube-frame/tests/connector.py";

/// The name of the file with the dryer's data.
const DATA: &str = "/dryer.csv";

/// The verb `conformance`.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Outcome {
    let if_available = options::flag(arguments, "--if-available")?;
    let target = metadata::target_directory(&metadata::members(workspace)?)?;
    let Some(system) = python::find() else {
        if if_available {
            return Ok("skipped, there is no Python with venv".to_owned());
        }
        return Err(Problems::one(python::MISSING));
    };
    let python = python::environment(workspace, &system, &target.join("venv"))?;
    let tool = executable::build(workspace, "bin", "braincube")?;
    let data = workspace
        .files()?
        .into_iter()
        .find(|file| file.ends_with(DATA));
    let data = data.ok_or_else(|| Problems::one(format!("no folder has the file {DATA}")))?;
    let data = workspace.root().join(data);
    let folder = target.join("xtask").join("conformance");
    std::fs::create_dir_all(&folder)
        .map_err(|error| Problems::one(format!("{}: {error}", folder.display())))?;

    let config = folder.join("config.json");
    let simulator = Simulator::start(&tool, &config, &workspace.root().join(GAPS))?;
    let connector = check(workspace, &python, CONNECTOR, &[&config, &data])?;
    let both = check(workspace, &python, BOTH, &[&tool, &config])?;
    drop(simulator);
    let readers = check(
        workspace,
        &python,
        READERS,
        &[&tool, &folder.join("out.parquet"), &data],
    )?;
    let to_arrow = executable::build(workspace, "example", "to_arrow")?;
    let decoder = check(workspace, &python, DECODER, &[&to_arrow, &folder])?;
    (connector + both + readers + decoder).outcome()
}

/// Runs a script, shows what it writes, and counts its checks.
fn check(
    workspace: &Workspace,
    python: &Path,
    script: &str,
    arguments: &[&Path],
) -> Result<Tally, Problems> {
    say(&format!("== {script}"));
    let run = Command::new(python)
        .arg(script)
        .args(arguments)
        .current_dir(workspace.root())
        // A script that others import would leave a folder beside them.
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| Problems::one(format!("{script}: could not be started: {error}")))?;
    let text = String::from_utf8_lossy(&run.stdout);
    say(text.trim_end());
    Tally::of_script(script, &text, run.status.success())
}
