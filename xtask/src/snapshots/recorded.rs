//! Recorded fixtures: raw response bodies of the simulator.
//!
//! The example `record` of the facade writes them into a directory. Other files of the directory are removed.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use crate::problems::{Problems, print};
use crate::workspace::{Workspace, run};

/// The example that records, as arguments of cargo. It has the features of the tests, so that their artifacts are reused.
const RECORDER: &[&str] = &["build", "--workspace", "--all-features", "--example=record"];

/// The directory of the fixtures.
const FIXTURES: &str = "crates/braincube/tests/fixtures";

/// The only file of the directory that is written by hand.
const NOTES: &str = "README.md";

/// The content of the files in a directory by their name.
type Files = BTreeMap<String, Vec<u8>>;

/// Records the fixtures and replaces the old ones. Returns their number.
pub(super) fn write(workspace: &Workspace) -> Result<usize, Problems> {
    let recorded = record(workspace)?;
    let directory = workspace.root().join(FIXTURES);
    let replace = || -> io::Result<()> {
        for file in read(&directory)?.keys() {
            if !recorded.contains_key(file) {
                print(&format!("removing {FIXTURES}/{file}"));
                fs::remove_file(directory.join(file))?;
            }
        }
        for (file, bytes) in &recorded {
            fs::write(directory.join(file), bytes)?;
        }
        Ok(())
    };
    replace().map_err(Problems::at(FIXTURES))?;
    Ok(recorded.len())
}

/// Records the fixtures and compares them with the old ones. Returns their number and the differences.
pub(super) fn compare(workspace: &Workspace) -> Result<(usize, Vec<String>), Problems> {
    let recorded = record(workspace)?;
    let kept = read(&workspace.root().join(FIXTURES)).map_err(Problems::at(FIXTURES))?;
    Ok((recorded.len(), differences(&recorded, &kept)))
}

fn record(workspace: &Workspace) -> Result<Files, Problems> {
    let directory = workspace.scratch("recorded")?;
    let recreate = || fs::remove_dir_all(&directory).and_then(|()| fs::create_dir(&directory));
    recreate().map_err(Problems::at(directory.display()))?;
    let recorder = workspace.build(RECORDER)?;
    run(Command::new(recorder)
        .arg(&directory)
        .current_dir(workspace.root()))?;
    let recorded = read(&directory).map_err(Problems::at(directory.display()))?;
    match recorded.is_empty() {
        true => Err(Problems::one("the example `record` recorded nothing")),
        false => Ok(recorded),
    }
}

fn read(directory: &Path) -> io::Result<Files> {
    let mut files = Files::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name != NOTES {
            files.insert(name, fs::read(entry.path())?);
        }
    }
    Ok(files)
}

/// Returns one line for each fixture that is missing, obsolete or different.
fn differences(recorded: &Files, kept: &Files) -> Vec<String> {
    let of_recorded = recorded
        .iter()
        .filter_map(|(file, now)| match kept.get(file) {
            None => Some(format!("{FIXTURES}/{file}: is recorded but does not exist")),
            Some(before) if before == now => None,
            Some(_) => Some(format!(
                "{FIXTURES}/{file}: differs from the recorded response"
            )),
        });
    let obsolete = kept.keys().filter(|file| !recorded.contains_key(*file));
    let obsolete = obsolete.map(|file| format!("{FIXTURES}/{file}: is not recorded any more"));
    of_recorded.chain(obsolete).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(contents: &[(&str, &str)]) -> Files {
        contents
            .iter()
            .map(|(name, text)| (name.to_string(), text.as_bytes().to_vec()))
            .collect()
    }

    #[test]
    fn equal_files_do_not_differ() {
        let same = files(&[("a.json", "{}"), ("c.json", "[]")]);
        assert_eq!(differences(&same, &same.clone()), [""; 0]);
    }

    #[test]
    fn missing_obsolete_and_different_files_are_reported() {
        let recorded = files(&[("a.json", "{}"), ("b.json", "[1,2]")]);
        let kept = files(&[("b.json", "[1, 2]"), ("c.json", "")]);
        let problems = differences(&recorded, &kept);
        assert_eq!(problems.len(), 3, "{problems:?}");
        assert!(
            problems[0].ends_with("a.json: is recorded but does not exist"),
            "{problems:?}"
        );
        assert!(problems[1].contains("b.json: differs"), "{problems:?}");
        assert!(
            problems[2].ends_with("c.json: is not recorded any more"),
            "{problems:?}"
        );
    }

    #[test]
    fn files_are_read_without_the_notes() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("README.md"), "notes").unwrap();
        fs::write(directory.path().join("a.json"), "{}").unwrap();
        assert_eq!(read(directory.path()).unwrap(), files(&[("a.json", "{}")]));
    }
}
