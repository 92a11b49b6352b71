//! Runs the command, isolated from the configuration of the user.

use std::path::Path;
use std::process::{Command, Output};

/// The command with an empty environment and a home directory of its own.
pub(crate) fn braincube(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_braincube"));
    command.env_clear().env("HOME", folder).current_dir(folder);
    command
}

/// Runs the command with `--demo` and returns its standard output.
pub(crate) fn demo(arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = braincube(folder.path())
        .arg("--demo")
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        stderr(&output)
    );
    String::from_utf8(output.stdout).unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Parses CSV into rows; the header is the first row.
pub(crate) fn csv_rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    let rows = reader
        .records()
        .map(|row| row.unwrap().iter().map(String::from).collect());
    rows.collect()
}
