//! Finds unused snapshots and the pending files that insta writes for failed tests.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::problems::Problems;

/// Files of insta, relative to the root of the repository, sorted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// `*.snap`.
    pub(super) snapshots: Vec<String>,
    /// `*.snap.new` and `*.pending-snap`.
    pub(super) pending: Vec<String>,
}

/// Searches directories, including files that git ignores: pending files are ignored.
pub(super) fn find(root: &Path, directories: &[&str]) -> Result<Found, Problems> {
    let mut found = Found::default();
    for directory in directories {
        for path in files_below(&root.join(directory))
            .map_err(|error| Problems::one(format!("cannot list {directory}: {error}")))?
        {
            let file = path
                .strip_prefix(root)
                .unwrap_or(&path)
                .to_string_lossy()
                .replace('\\', "/");
            if file.ends_with(".snap.new") || file.ends_with(".pending-snap") {
                found.pending.push(file);
            } else if file.ends_with(".snap") {
                found.snapshots.push(file);
            }
        }
    }
    Ok(found)
}

/// Returns the snapshots that are not in the list of references.
pub(super) fn unreferenced<'a>(
    root: &Path,
    snapshots: &'a [String],
    references: &str,
) -> impl Iterator<Item = &'a String> {
    // insta writes some paths with `../`; both sides are made canonical. A path that does not exist
    // stays as it is and matches none.
    let canonical = |path: PathBuf| path.canonicalize().unwrap_or(path);
    let referenced: HashSet<PathBuf> = references
        .lines()
        .map(|line| canonical(PathBuf::from(line)))
        .collect();
    snapshots
        .iter()
        .filter(move |file| !referenced.contains(&canonical(root.join(file))))
}

/// Returns all files below a directory, sorted by directory and name; none if it does not exist.
pub(super) fn files_below(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    if !directory.is_dir() {
        return Ok(files);
    }
    let mut entries = fs::read_dir(directory)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        if entry.file_type()?.is_dir() {
            if entry.file_name() != "target" {
                files.extend(files_below(&entry.path())?);
            }
        } else {
            files.push(entry.path());
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::super::scratch::Scratch;
    use super::*;

    #[test]
    fn snapshots_and_pending_files_are_distinguished() {
        let scratch = Scratch::new("leftovers-find");
        let [a, b, c] = [
            "crates/a/tests/snapshots/a.snap",
            "crates/a/b.snap.new",
            "crates/.c.rs.pending-snap",
        ];
        for file in [
            a,
            b,
            c,
            "crates/a/target/d.snap",
            "crates/e.snapshot",
            "other/f.snap",
        ] {
            scratch.write(file, "");
        }
        let found = find(scratch.path(), &["crates", "missing"]).unwrap();
        assert_eq!(found.snapshots, [a]);
        assert_eq!(found.pending, [c, b]);
    }

    #[test]
    fn a_snapshot_is_referenced_by_any_form_of_its_path() {
        let scratch = Scratch::new("leftovers-unreferenced");
        let snapshots = ["a/snapshots/one.snap", "a/snapshots/two.snap"].map(str::to_owned);
        for file in &snapshots {
            scratch.write(file, "");
        }
        let root = scratch.path();
        let spelled = root.join("a/snapshots/../snapshots/one.snap");
        let gone = root.join("a/snapshots/three.snap");
        let references = format!("{}\n{}\n", spelled.display(), gone.display());
        let left: Vec<&String> = unreferenced(root, &snapshots, &references).collect();
        assert_eq!(left, [&snapshots[1]]);
        assert_eq!(unreferenced(root, &snapshots, "").count(), 2);
    }
}
