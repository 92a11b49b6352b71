//! Writes insta's file snapshots and the recorded fixtures again, or compares them.
//!
//! insta needs no help of its own tool for this. `INSTA_UPDATE=always` rewrites a file snapshot
//! that differs and lets the test pass; `INSTA_UPDATE=no` writes nothing and lets it fail. Inline
//! snapshots are never rewritten: one that differs fails either way, and is mended by hand. Every
//! test that ran adds the files it looked at to the file of `INSTA_SNAPSHOT_REFERENCES_FILE`, so a
//! snapshot that none of them names is left over. Documentation tests do not run here and must not
//! use file snapshots; nor may tests that are ignored.

mod leftovers;
mod recorded;
#[cfg(test)]
mod scratch;

use std::fs;
use std::path::Path;

use crate::console::say;
use crate::metadata;
use crate::options;
use crate::problems::{Outcome, Problems};
use crate::workspace::{Workspace, run as run_command};

/// The folders that may hold snapshots.
const FOLDERS: &[&str] = &["crates", "xtask"];

/// What a person's environment could say to insta that would change the outcome.
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

/// Fails on whatever [`write()`] would change.
fn check(workspace: &Workspace) -> Outcome {
    let mut problems = Vec::new();
    let (recorded, differences) = recorded::compare(workspace)?;
    problems.extend(differences);

    let found = leftovers::find(workspace.root(), FOLDERS)?;
    let tested = test(workspace, "no");
    problems.extend(
        found
            .pending
            .iter()
            .map(|file| format!("{file}: stray file of a failed test")),
    );
    match tested {
        Ok(references) => problems.extend(
            leftovers::unreferenced(workspace.root(), &found.snapshots, &references)
                .map(|file| format!("{file}: no test looks at this snapshot")),
        ),
        Err(failure) => problems.push(failure.to_string()),
    }
    Problems::check(problems)?;
    Ok(format!(
        "{} snapshots and {recorded} recorded fixtures are current",
        found.snapshots.len()
    ))
}

/// Brings the snapshots and the recorded fixtures up to date.
fn write(workspace: &Workspace) -> Outcome {
    // The fixtures come first: tests take snapshots of what they decode from them.
    let recorded = recorded::write(workspace)?;
    for file in leftovers::find(workspace.root(), FOLDERS)?.pending {
        remove(workspace, &file)?;
    }
    // A test that failed may have missed its snapshots, so nothing is removed unless all passed.
    let references = test(workspace, "always")?;
    let found = leftovers::find(workspace.root(), FOLDERS)?;
    let unreferenced = leftovers::unreferenced(workspace.root(), &found.snapshots, &references);
    let removed: Vec<&String> = unreferenced.collect();
    for file in &removed {
        remove(workspace, file)?;
    }
    let kept = found.snapshots.len() - removed.len();
    Ok(format!(
        "{kept} snapshots and {recorded} recorded fixtures are current"
    ))
}

/// Runs the tests that take snapshots, and gives back the list of files that they looked at.
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

/// An empty file in a folder that exists: insta appends, and writes nothing where no test asks it.
fn prepare(references: &Path) -> std::io::Result<()> {
    if let Some(folder) = references.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(references, "")
}

fn remove(workspace: &Workspace, file: &str) -> Result<(), Problems> {
    say(&format!("removing {file}"));
    fs::remove_file(workspace.root().join(file))
        .map_err(|error| Problems::one(format!("{file}: cannot be removed: {error}")))
}
