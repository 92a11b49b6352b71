//! The repository: its root, its files and its `cargo`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::problems::Problems;

/// The repository.
pub(crate) struct Workspace {
    root: PathBuf,
    cargo: OsString,
}

impl Workspace {
    /// Finds the workspace of this package, independent of the current directory.
    pub(crate) fn find() -> Result<Self, Problems> {
        let package = std::env::var_os("CARGO_MANIFEST_DIR")
            .unwrap_or_else(|| OsString::from(env!("CARGO_MANIFEST_DIR")));
        let root = Path::new(&package).parent().ok_or_else(|| {
            Problems::one("the package xtask has no parent directory: run `cargo xtask`")
        })?;
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
        Ok(Self {
            root: root.to_owned(),
            cargo,
        })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A command with the `cargo` that started this task, in the root of the repository.
    pub(crate) fn cargo<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = Command::new(&self.cargo);
        command.args(arguments).current_dir(&self.root);
        command
    }

    /// Returns all files that git tracks or would track, relative to the root and sorted.
    pub(crate) fn files(&self) -> Result<Vec<String>, Problems> {
        let mut git = Command::new("git");
        git.args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(&self.root);
        let listing = output(&mut git)?;
        let mut files: Vec<String> = listing
            .split('\0')
            .filter(|file| !file.is_empty() && self.root.join(file).is_file())
            .map(str::to_owned)
            .collect();
        files.sort();
        files.dedup();
        Ok(files)
    }

    /// Returns the text of a file of [`Workspace::files`], or `None` if it is not UTF-8.
    pub(crate) fn text(&self, file: &str) -> Result<Option<String>, Problems> {
        let bytes = std::fs::read(self.root.join(file))
            .map_err(|error| Problems::one(format!("cannot read {file}: {error}")))?;
        Ok(String::from_utf8(bytes).ok())
    }
}

/// Runs a command with its output on the terminal. A non-zero exit status is an error.
pub(crate) fn run(command: &mut Command) -> Result<(), Problems> {
    let status = command
        .status()
        .map_err(|error| not_started(command, &error))?;
    if status.success() {
        return Ok(());
    }
    Err(Problems::one(format!(
        "`{}` failed with {status}",
        shown(command)
    )))
}

/// Runs a command and returns its standard output.
pub(crate) fn output(command: &mut Command) -> Result<String, Problems> {
    let output = command
        .output()
        .map_err(|error| not_started(command, &error))?;
    if output.status.success() {
        return String::from_utf8(output.stdout).map_err(|error| {
            Problems::one(format!(
                "`{}` wrote text that is not UTF-8: {error}",
                shown(command)
            ))
        });
    }
    let message = String::from_utf8_lossy(&output.stderr);
    Err(Problems::one(format!(
        "`{}` failed with {}:\n{}",
        shown(command),
        output.status,
        message.trim_end()
    )))
}

/// Formats a command without the directory of the program.
pub(crate) fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let program = program.file_name().unwrap_or(program.as_os_str());
    std::iter::once(program)
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

fn not_started(command: &Command, error: &std::io::Error) -> Problems {
    Problems::one(format!("cannot start `{}`: {error}", shown(command)))
}
