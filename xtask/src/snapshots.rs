//! Regenerates insta's snapshots and the recorded fixtures, or compares them.
//!
//! This needs only environment variables of insta, not `cargo-insta`. `INSTA_UPDATE=always` rewrites
//! a file snapshot that differs and lets the test pass; `INSTA_UPDATE=no` writes nothing and lets it
//! fail. Inline snapshots are never rewritten: correct them by hand. Each test appends the files that
//! it reads to `INSTA_SNAPSHOT_REFERENCES_FILE`, so a snapshot that is not listed there is unused.
//! Doc tests and ignored tests do not run here and must not use file snapshots.

mod leftovers;
mod recorded;
#[cfg(test)]
mod scratch;

use std::fs;
use std::path::Path;

use crate::console::print;
use crate::metadata;
use crate::options;
use crate::problems::{Outcome, Problems};
use crate::workspace::{Workspace, run as run_command};

/// The directories that may contain snapshots.
const DIRECTORIES: &[&str] = &["crates", "xtask"];

/// Variables of insta that would change the result.
const CLEARED: &[&str] = &[
    "INSTA_FORCE_PASS",
    "INSTA_GLOB_FILTER",
    "INSTA_PENDING_DIR",
    "INSTA_WORKSPACE_ROOT",
];

/// The verb `snapshots`.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Outcome {
    if options::flag(arguments, "--check")? {
        check(workspace)
    } else {
        write(workspace)
    }
}

/// Fails if [`write()`] would change a file.
fn check(workspace: &Workspace) -> Outcome {
    let mut problems = Vec::new();
    let (recorded, differences) = recorded::compare(workspace)?;
    problems.extend(differences);

    let found = leftovers::find(workspace.root(), DIRECTORIES)?;
    let tested = test(workspace, "no");
    problems.extend(
        found
            .pending
            .iter()
            .map(|file| format!("{file}: pending file of a failed test")),
    );
    match tested {
        Ok(references) => problems.extend(
            leftovers::unreferenced(workspace.root(), &found.snapshots, &references)
                .map(|file| format!("{file}: unused snapshot")),
        ),
        Err(failure) => problems.push(failure.to_string()),
    }
    Problems::check(problems)?;
    Ok(format!(
        "{} snapshots and {recorded} recorded fixtures are up to date",
        found.snapshots.len()
    ))
}

/// Updates the snapshots and the recorded fixtures.
fn write(workspace: &Workspace) -> Outcome {
    // The fixtures first: the tests take snapshots of what they decode from them.
    let recorded = recorded::write(workspace)?;
    for file in leftovers::find(workspace.root(), DIRECTORIES)?.pending {
        remove(workspace, &file)?;
    }
    // A failed test may not have read its snapshots, so nothing is removed unless all passed.
    let references = test(workspace, "always")?;
    let found = leftovers::find(workspace.root(), DIRECTORIES)?;
    let unreferenced = leftovers::unreferenced(workspace.root(), &found.snapshots, &references);
    let removed: Vec<&String> = unreferenced.collect();
    for file in &removed {
        remove(workspace, file)?;
    }
    let kept = found.snapshots.len() - removed.len();
    Ok(format!(
        "{kept} snapshots and {recorded} recorded fixtures are up to date"
    ))
}

/// Runs the tests that take snapshots. Returns the list of the files that they read.
fn test(workspace: &Workspace, update: &str) -> Result<String, Problems> {
    let target = metadata::target_directory(&metadata::members(workspace)?)?;
    let references = target.join("xtask").join("snapshot-references");
    prepare(&references)
        .map_err(|error| Problems::one(format!("{}: {error}", references.display())))?;

    let tests = ["--lib", "--bins", "--tests", "--no-fail-fast", "--quiet"];
    let selection = ["test", "--workspace", "--all-features", "--locked"];
    let mut command = workspace.cargo(selection.into_iter().chain(tests));
    command
        .env("INSTA_UPDATE", update)
        .env("INSTA_SNAPSHOT_REFERENCES_FILE", &references);
    for variable in CLEARED {
        command.env_remove(variable);
    }
    run_command(&mut command)?;
    fs::read_to_string(&references)
        .map_err(|error| Problems::one(format!("{}: {error}", references.display())))
}

/// Creates an empty file: insta appends to it, and does not create it if no test takes a snapshot.
fn prepare(references: &Path) -> std::io::Result<()> {
    if let Some(directory) = references.parent() {
        fs::create_dir_all(directory)?;
    }
    fs::write(references, "")
}

fn remove(workspace: &Workspace, file: &str) -> Result<(), Problems> {
    print(&format!("removing {file}"));
    fs::remove_file(workspace.root().join(file))
        .map_err(|error| Problems::one(format!("cannot remove {file}: {error}")))
}
