//! A virtual environment with the Python packages that the scripts import.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::problems::{Problems, print};
use crate::workspace::{Workspace, run};

/// The packages and their versions.
const REQUIREMENTS: &str = "xtask/requirements.txt";

/// Succeeds if this Python can create a virtual environment.
const PROBE: &str = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";

/// The problem if there is no suitable Python.
pub(crate) const MISSING: &str = "found no Python 3.11 or newer with the modules venv and ensurepip; \
                                  install one as `python3`, or pass `--if-available` to skip";

/// Returns the Python of the environment, or `None` if there is no Python to create it.
///
/// Recreates the environment if the packages have changed.
pub(crate) fn environment(workspace: &Workspace) -> Result<Option<PathBuf>, Problems> {
    let Some(system) = find() else {
        return Ok(None);
    };
    let directory = workspace.scratch("venv")?;
    let python = directory.join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    });
    let wanted = workspace
        .text(REQUIREMENTS)?
        .ok_or_else(|| Problems::one(format!("{REQUIREMENTS} is not UTF-8")))?;
    // Written last, so that an interrupted installation is repeated.
    let installed = directory.join("installed.txt");
    if python.exists() && fs::read_to_string(&installed).is_ok_and(|text| text == wanted) {
        return Ok(Some(python));
    }
    print(&format!("installing the packages of {REQUIREMENTS}"));
    run(Command::new(system)
        .args(["-m", "venv", "--clear"])
        .arg(&directory))?;
    let install = "-m pip install --quiet --disable-pip-version-check --requirement";
    run(Command::new(&python)
        .args(install.split(' '))
        .arg(workspace.root().join(REQUIREMENTS)))?;
    fs::write(&installed, wanted).map_err(Problems::at(installed.display()))?;
    Ok(Some(python))
}

/// Finds a Python that can create virtual environments.
fn find() -> Option<PathBuf> {
    let candidates = ["python3", "python"].map(PathBuf::from);
    candidates.into_iter().find(|python| {
        let probe = Command::new(python)
            .args(["-c", PROBE])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        probe.is_ok_and(|status| status.success())
    })
}
