//! A virtual environment with the Python packages that the scripts import.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::console::print;
use crate::problems::Problems;
use crate::workspace::{Workspace, run};

/// The packages and their versions.
const REQUIREMENTS: &str = "xtask/requirements.txt";

/// Succeeds if this Python can create a virtual environment.
const PROBE: &str = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";

/// The problem if there is no suitable Python.
pub(crate) const MISSING: &str = "found no Python 3.11 or newer with the modules venv and ensurepip; \
                                  install one as `python3`, or pass `--if-available` to skip";

/// Finds a Python that can create virtual environments.
pub(crate) fn find() -> Option<PathBuf> {
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

/// Returns the Python of the environment in a directory. Recreates it if the packages have changed.
pub(crate) fn environment(
    workspace: &Workspace,
    system: &Path,
    directory: &Path,
) -> Result<PathBuf, Problems> {
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
        return Ok(python);
    }
    print(&format!("installing the packages of {REQUIREMENTS}"));
    run(Command::new(system)
        .args(["-m", "venv", "--clear"])
        .arg(directory))?;
    let pip = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ];
    let requirements = workspace.root().join(REQUIREMENTS);
    run(Command::new(&python)
        .args(pip)
        .arg("--requirement")
        .arg(requirements))?;
    fs::write(&installed, wanted)
        .map_err(|error| Problems::one(format!("{}: {error}", installed.display())))?;
    Ok(python)
}
