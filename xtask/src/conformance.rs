//! Compares the command line tool with independent programs: the Python connector reads from the simulator, and common
//! Parquet readers read the files of the tool.

pub(crate) mod python;
mod simulator;

use std::path::Path;
use std::process::{Command, Stdio};

use crate::problems::{Outcome, Problems, print};
use crate::workspace::Workspace;
use simulator::Simulator;

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

/// The file with the dryer's data.
const DATA: &str = "crates/braincube-sim/data/dryer.csv";

/// The verb `conformance`.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Outcome {
    let Some(python) = python::environment(workspace)? else {
        return match arguments.is_empty() {
            true => Err(Problems::one(python::MISSING)),
            false => Ok("skipped, no Python with venv found".to_owned()),
        };
    };
    let tool = workspace.build(&["build", "--workspace", "--all-features", "--bin=braincube"])?;
    let data = workspace.root().join(DATA);
    let directory = workspace.scratch("conformance")?;
    let config = directory.join("config.json");
    let check = |script, arguments: &[&Path]| check(workspace, &python, script, arguments);

    let simulator = Simulator::start(&tool, &config, &workspace.root().join(GAPS))?;
    let mut passed = check(CONNECTOR, &[&config, &data])?;
    passed += check(BOTH, &[&tool, &config])?;
    drop(simulator);
    passed += check(READERS, &[&tool, &directory.join("out.parquet"), &data])?;
    let to_arrow = workspace.build(&[
        "build",
        "--workspace",
        "--all-features",
        "--example=to_arrow",
    ])?;
    passed += check(DECODER, &[&to_arrow, &directory])?;
    Ok(format!("{passed} passed, 0 failed"))
}

/// Runs a script, prints its output, and returns the number of its checks.
fn check(
    workspace: &Workspace,
    python: &Path,
    script: &str,
    arguments: &[&Path],
) -> Result<u32, Problems> {
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
    let passed = passed(&text).filter(|_| run.status.success());
    passed.ok_or_else(|| Problems::one(format!("{script} failed with {}", run.status)))
}

/// Parses the last line of a script, `N passed, 0 failed`. A script without checks has failed.
fn passed(text: &str) -> Option<u32> {
    let last = text.trim_end().lines().next_back()?;
    let passed = last.strip_suffix(" passed, 0 failed")?.parse().ok()?;
    (passed > 0).then_some(passed)
}

#[cfg(test)]
mod tests {
    use super::passed;

    #[test]
    fn the_last_line_counts() {
        let text = "ok a\n9 passed, 9 failed\nok b\n12 passed, 0 failed\n\n";
        assert_eq!(passed(text), Some(12));
        assert_eq!(passed("1 passed, 2 failed"), None);
    }

    #[test]
    fn a_script_that_stops_early_has_failed() {
        for text in ["", "ok a", "x passed, 0 failed", "0 passed, 0 failed"] {
            assert_eq!(passed(text), None, "{text:?}");
        }
    }
}
