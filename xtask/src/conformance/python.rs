//! A Python environment of the repository's own, with the packages that the scripts import.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::console::say;
use crate::problems::Problems;
use crate::workspace::{Workspace, run};

/// The packages, with their versions.
const REQUIREMENTS: &str = "xtask/requirements.txt";

/// Succeeds where an environment can be made.
const PROBE: &str = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";

/// What to do where there is no Python.
pub(crate) const MISSING: &str = "no Python 3.11 or newer with the modules venv and ensurepip: \
                                  install one as `python3`, or pass `--if-available` to skip";

/// The name of a Python that can make environments, if there is one.
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

/// The Python of the environment in a folder, made anew when the list of packages has changed.
pub(crate) fn environment(
    workspace: &Workspace,
    system: &Path,
    folder: &Path,
) -> Result<PathBuf, Problems> {
    let python = folder.join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    });
    let wanted = workspace
        .text(REQUIREMENTS)?
        .ok_or_else(|| Problems::one(format!("{REQUIREMENTS}: is no text")))?;
    // Written last, so that an installation that was broken off starts again.
    let installed = folder.join("installed.txt");
    if python.exists() && fs::read_to_string(&installed).is_ok_and(|text| text == wanted) {
        return Ok(python);
    }
    say(&format!("installing the packages of {REQUIREMENTS}"));
    run(Command::new(system)
        .args(["-m", "venv", "--clear"])
        .arg(folder))?;
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
