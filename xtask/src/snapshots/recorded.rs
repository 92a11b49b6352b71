//! Recorded fixtures: raw response bodies of the simulator.
//!
//! The example `record` of the facade writes them into a directory. Other files of the directory
//! are removed.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::leftovers::files_below;
use crate::console::print;
use crate::executable;
use crate::metadata;
use crate::problems::Problems;
use crate::workspace::{Workspace, run};

/// The package and the example that records.
const PACKAGE: &str = "braincube";
const EXAMPLE: &str = "record";

/// The directory of the fixtures.
const FIXTURES: &str = "crates/braincube/tests/fixtures";

/// The only file of the directory that is written by hand.
const NOTES: &str = "README.md";

/// Records the fixtures and replaces the old ones. Returns their number.
pub(super) fn write(workspace: &Workspace) -> Result<usize, Problems> {
    let Some(recorded) = record(workspace)? else {
        return Ok(0);
    };
    let directory = workspace.root().join(FIXTURES);
    let replace = || -> io::Result<()> {
        for file in read(&directory)?
            .keys()
            .filter(|file| !recorded.contains_key(*file))
        {
            print(&format!("removing {FIXTURES}/{file}"));
            fs::remove_file(directory.join(file))?;
        }
        for (file, bytes) in &recorded {
            let path = directory.join(file);
            fs::create_dir_all(path.parent().unwrap_or(&directory))?;
            fs::write(path, bytes)?;
        }
        Ok(())
    };
    replace().map_err(|error| Problems::one(format!("{FIXTURES}: {error}")))?;
    Ok(recorded.len())
}

/// Records the fixtures and compares them with the old ones. Returns their number.
pub(super) fn compare(workspace: &Workspace) -> Result<(usize, Vec<String>), Problems> {
    let Some(recorded) = record(workspace)? else {
        return Ok((0, Vec::new()));
    };
    let kept = read(&workspace.root().join(FIXTURES))
        .map_err(|error| Problems::one(format!("{FIXTURES}: {error}")))?;
    Ok((recorded.len(), differences(&recorded, &kept)))
}

/// The content of files by their path below a directory, separated by `/`.
type Files = BTreeMap<String, Vec<u8>>;

/// Returns the recorded files, or `None` if the workspace has no recorder.
fn record(workspace: &Workspace) -> Result<Option<Files>, Problems> {
    let metadata = metadata::members(workspace)?;
    if !metadata::has_target(&metadata, PACKAGE, "example", EXAMPLE) {
        print(&format!(
            "{PACKAGE} has no example `{EXAMPLE}`: nothing is recorded"
        ));
        return Ok(None);
    }
    let directory = metadata::target_directory(&metadata)?
        .join("xtask")
        .join("recorded");
    let failure = |error: io::Error| Problems::one(format!("{}: {error}", directory.display()));
    recreate(&directory).map_err(failure)?;
    let recorder = executable::build(workspace, "example", EXAMPLE)?;
    run(Command::new(recorder)
        .arg(&directory)
        .current_dir(workspace.root()))?;
    let recorded = read(&directory).map_err(failure)?;
    if recorded.is_empty() {
        return Err(Problems::one(format!(
            "the example `{EXAMPLE}` recorded nothing"
        )));
    }
    Ok(Some(recorded))
}

fn recreate(directory: &Path) -> io::Result<()> {
    if directory.exists() {
        fs::remove_dir_all(directory)?;
    }
    fs::create_dir_all(directory)
}

fn read(directory: &Path) -> io::Result<Files> {
    let named = |path: PathBuf| -> io::Result<(String, Vec<u8>)> {
        let name = path
            .strip_prefix(directory)
            .unwrap_or(&path)
            .to_string_lossy()
            .replace('\\', "/");
        Ok((name, fs::read(&path)?))
    };
    let files = files_below(directory)?.into_iter().map(named);
    files
        .filter(|file| !matches!(file, Ok((name, _)) if name == NOTES))
        .collect()
}

/// Returns one line for each fixture that is missing, obsolete or different.
fn differences(recorded: &Files, kept: &Files) -> Vec<String> {
    let absent_or_different = recorded.iter().filter_map(|(file, now)| match kept.get(file) {
        None => Some(format!("{FIXTURES}/{file}: is recorded but does not exist")),
        Some(then) if then == now => None,
        Some(then) => {
            let same = then.iter().zip(now).take_while(|(then, now)| then == now).count();
            let (then, now) = (then.len(), now.len());
            Some(format!(
                "{FIXTURES}/{file}: differs from byte {same} on ({then} bytes, recorded now: {now})"
            ))
        }
    });
    let obsolete = kept.keys().filter(|file| !recorded.contains_key(*file));
    let obsolete = obsolete.map(|file| format!("{FIXTURES}/{file}: is not recorded any more"));
    absent_or_different.chain(obsolete).collect()
}

#[cfg(test)]
mod tests {
    use super::super::scratch::Scratch;
    use super::*;

    fn files(contents: &[(&str, &str)]) -> Files {
        contents
            .iter()
            .map(|(name, text)| (name.to_string(), text.as_bytes().to_vec()))
            .collect()
    }

    #[test]
    fn equal_files_do_not_differ() {
        let same = files(&[("a.json", "{}"), ("b/c.json", "[]")]);
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
        assert!(
            problems[1].contains("b.json: differs from byte 3 on (6 bytes"),
            "{problems:?}"
        );
        assert!(
            problems[2].ends_with("c.json: is not recorded any more"),
            "{problems:?}"
        );
    }

    #[test]
    fn files_are_read_with_their_directory_and_without_the_notes() {
        let scratch = Scratch::new("recorded-read");
        scratch.write("README.md", "notes");
        scratch.write("b/README.md", "a fixture");
        scratch.write("a.json", "{}");
        let read = read(scratch.path()).unwrap();
        assert_eq!(
            read,
            files(&[("a.json", "{}"), ("b/README.md", "a fixture")])
        );
    }
}
