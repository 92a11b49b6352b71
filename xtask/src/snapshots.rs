//! Regenerates insta's snapshots and the recorded fixtures, or compares them.
//!
//! This needs only environment variables of insta, not `cargo-insta`. `INSTA_UPDATE=always` rewrites a file snapshot that
//! differs and lets the test pass; `INSTA_UPDATE=no` writes nothing and lets it fail. Inline snapshots are never rewritten:
//! correct them by hand. Each test appends the files that it reads to `INSTA_SNAPSHOT_REFERENCES_FILE`, so a snapshot that
//! is not listed there is unused. Doc tests and ignored tests do not run here and must not use file snapshots.

mod recorded;

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::problems::{Outcome, Problems, print};
use crate::workspace::{Workspace, run as run_command};

/// Variables of insta that would change the result.
const CLEARED: &[&str] = &[
    "INSTA_FORCE_PASS",
    "INSTA_GLOB_FILTER",
    "INSTA_PENDING_DIR",
    "INSTA_WORKSPACE_ROOT",
];

/// The verb `snapshots`.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Outcome {
    match arguments.is_empty() {
        true => write(workspace),
        false => check(workspace),
    }
}

/// Fails if [`write()`] would change a file.
fn check(workspace: &Workspace) -> Outcome {
    let (recorded, mut problems) = recorded::compare(workspace)?;
    let (snapshots, pending) = files(workspace)?;
    let tested = test(workspace, "no");
    problems.extend(
        pending
            .iter()
            .map(|file| format!("{file}: pending file of a failed test")),
    );
    match tested {
        Ok(references) => problems.extend(
            unreferenced(workspace.root(), &snapshots, &references)
                .map(|file| format!("{file}: unused snapshot")),
        ),
        Err(failure) => problems.push(failure.to_string()),
    }
    Problems::check(problems)?;
    Ok(format!(
        "{} snapshots and {recorded} recorded fixtures are up to date",
        snapshots.len()
    ))
}

/// Updates the snapshots and the recorded fixtures.
fn write(workspace: &Workspace) -> Outcome {
    // The fixtures first: the tests take snapshots of what they decode from them.
    let recorded = recorded::write(workspace)?;
    for file in files(workspace)?.1 {
        remove(workspace, &file)?;
    }
    // A failed test may not have read its snapshots, so nothing is removed unless all passed.
    let references = test(workspace, "always")?;
    let (snapshots, _) = files(workspace)?;
    let unused: Vec<&String> = unreferenced(workspace.root(), &snapshots, &references).collect();
    for file in &unused {
        remove(workspace, file)?;
    }
    Ok(format!(
        "{} snapshots and {recorded} recorded fixtures are up to date",
        snapshots.len() - unused.len()
    ))
}

/// Returns the snapshots and the pending files, which insta writes for failed tests and git ignores.
fn files(workspace: &Workspace) -> Result<(Vec<String>, Vec<String>), Problems> {
    let files = workspace.list(&["--", "crates", "xtask"])?.into_iter();
    let (pending, others): (Vec<_>, Vec<_>) =
        files.partition(|file| file.ends_with(".snap.new") || file.ends_with(".pending-snap"));
    let snapshots = others.into_iter().filter(|file| file.ends_with(".snap"));
    Ok((snapshots.collect(), pending))
}

/// Returns the snapshots that are not in the list of references.
fn unreferenced<'a>(
    root: &Path,
    snapshots: &'a [String],
    references: &str,
) -> impl Iterator<Item = &'a String> {
    // insta writes some paths with `../`; both sides are made canonical. A path that does not exist stays as it is and
    // matches none.
    let canonical = |path: PathBuf| path.canonicalize().unwrap_or(path);
    let referenced: HashSet<PathBuf> = references
        .lines()
        .map(|line| canonical(PathBuf::from(line)))
        .collect();
    snapshots
        .iter()
        .filter(move |file| !referenced.contains(&canonical(root.join(file))))
}

/// Runs the tests that take snapshots. Returns the list of the files that they read.
fn test(workspace: &Workspace, update: &str) -> Outcome {
    let references = workspace.scratch("snapshots")?.join("references");
    // insta appends to the file, and does not create it if no test takes a snapshot.
    fs::write(&references, "").map_err(Problems::at(references.display()))?;
    let arguments =
        "test --workspace --all-features --locked --lib --bins --tests --no-fail-fast --quiet";
    let mut command = workspace.cargo(arguments.split(' '));
    command
        .env("INSTA_UPDATE", update)
        .env("INSTA_SNAPSHOT_REFERENCES_FILE", &references);
    for variable in CLEARED {
        command.env_remove(variable);
    }
    run_command(&mut command)?;
    fs::read_to_string(&references).map_err(Problems::at(references.display()))
}

fn remove(workspace: &Workspace, file: &str) -> Result<(), Problems> {
    print(&format!("removing {file}"));
    fs::remove_file(workspace.root().join(file)).map_err(Problems::at(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_is_referenced_by_any_form_of_its_path() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        let snapshots = ["one.snap", "two.snap"].map(str::to_owned);
        for file in &snapshots {
            fs::write(root.join(file), "").unwrap();
        }
        let spelled = root
            .join("../")
            .join(root.file_name().unwrap())
            .join("one.snap");
        let missing = root.join("three.snap");
        let references = format!("{}\n{}\n", spelled.display(), missing.display());
        let left: Vec<&String> = unreferenced(root, &snapshots, &references).collect();
        assert_eq!(left, [&snapshots[1]]);
        assert_eq!(unreferenced(root, &snapshots, "").count(), 2);
    }
}
