//! Fixtures that are recorded: raw bodies, as the simulator sends them.
//!
//! The facade's example `record` writes them into the folder that it is given. A file of that
//! folder that it does not write is left over.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::leftovers::files_below;
use crate::console::say;
use crate::executable;
use crate::metadata;
use crate::problems::Problems;
use crate::workspace::{Workspace, run};

/// The package and the example that record.
const PACKAGE: &str = "braincube";
const EXAMPLE: &str = "record";

/// The folder that it records into.
const FIXTURES: &str = "crates/braincube/tests/fixtures";

/// The one file beside the fixtures that a person writes.
const NOTES: &str = "README.md";

/// Records, and puts the result in the place of the fixtures. Gives back how many there are.
pub(super) fn write(workspace: &Workspace) -> Result<usize, Problems> {
    let Some(recorded) = record(workspace)? else {
        return Ok(0);
    };
    let folder = workspace.root().join(FIXTURES);
    let replace = || -> io::Result<()> {
        for file in read(&folder)?
            .keys()
            .filter(|file| !recorded.contains_key(*file))
        {
            say(&format!("removing {FIXTURES}/{file}"));
            fs::remove_file(folder.join(file))?;
        }
        for (file, bytes) in &recorded {
            let path = folder.join(file);
            fs::create_dir_all(path.parent().unwrap_or(&folder))?;
            fs::write(path, bytes)?;
        }
        Ok(())
    };
    replace().map_err(|error| Problems::one(format!("{FIXTURES}: {error}")))?;
    Ok(recorded.len())
}

/// Records, and compares the result with the fixtures, byte by byte. Gives back how many there are.
pub(super) fn compare(workspace: &Workspace) -> Result<(usize, Vec<String>), Problems> {
    let Some(recorded) = record(workspace)? else {
        return Ok((0, Vec::new()));
    };
    let kept = read(&workspace.root().join(FIXTURES))
        .map_err(|error| Problems::one(format!("{FIXTURES}: {error}")))?;
    Ok((recorded.len(), differences(&recorded, &kept)))
}

/// The bytes of files, by their path below a folder, with `/` between folders.
type Files = BTreeMap<String, Vec<u8>>;

/// What the recorder writes now, or `None` as long as the workspace has no recorder.
fn record(workspace: &Workspace) -> Result<Option<Files>, Problems> {
    let metadata = metadata::members(workspace)?;
    if !metadata::has_target(&metadata, PACKAGE, "example", EXAMPLE) {
        say(&format!(
            "{PACKAGE} has no example `{EXAMPLE}`: nothing is recorded"
        ));
        return Ok(None);
    }
    let folder = metadata::target_directory(&metadata)?
        .join("xtask")
        .join("recorded");
    let failure = |error: io::Error| Problems::one(format!("{}: {error}", folder.display()));
    empty(&folder).map_err(failure)?;
    let recorder = executable::build(workspace, "example", EXAMPLE)?;
    run(Command::new(recorder)
        .arg(&folder)
        .current_dir(workspace.root()))?;
    let recorded = read(&folder).map_err(failure)?;
    if recorded.is_empty() {
        return Err(Problems::one(format!(
            "the example `{EXAMPLE}` recorded nothing"
        )));
    }
    Ok(Some(recorded))
}

fn empty(folder: &Path) -> io::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)
}

fn read(folder: &Path) -> io::Result<Files> {
    let named = |path: PathBuf| -> io::Result<(String, Vec<u8>)> {
        let name = path
            .strip_prefix(folder)
            .unwrap_or(&path)
            .to_string_lossy()
            .replace('\\', "/");
        Ok((name, fs::read(&path)?))
    };
    let files = files_below(folder)?.into_iter().map(named);
    files
        .filter(|file| !matches!(file, Ok((name, _)) if name == NOTES))
        .collect()
}

/// One sentence for every fixture that is missing, left over, or different.
fn differences(recorded: &Files, kept: &Files) -> Vec<String> {
    let absent_or_different = recorded.iter().filter_map(|(file, now)| match kept.get(file) {
        None => Some(format!("{FIXTURES}/{file}: is recorded, but is not there")),
        Some(then) if then == now => None,
        Some(then) => {
            let same = then.iter().zip(now).take_while(|(then, now)| then == now).count();
            let (then, now) = (then.len(), now.len());
            Some(format!(
                "{FIXTURES}/{file}: differs from byte {same} on ({then} bytes; recorded now: {now})"
            ))
        }
    });
    let left = kept.keys().filter(|file| !recorded.contains_key(*file));
    let left = left.map(|file| format!("{FIXTURES}/{file}: is not recorded any more"));
    absent_or_different.chain(left).collect()
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
    fn the_same_bytes_are_no_difference() {
        let same = files(&[("a.json", "{}"), ("b/c.json", "[]")]);
        assert_eq!(differences(&same, &same.clone()), [""; 0]);
    }

    #[test]
    fn missing_left_over_and_different_files_are_named() {
        let recorded = files(&[("a.json", "{}"), ("b.json", "[1,2]")]);
        let kept = files(&[("b.json", "[1, 2]"), ("c.json", "")]);
        let problems = differences(&recorded, &kept);
        assert_eq!(problems.len(), 3, "{problems:?}");
        assert!(
            problems[0].ends_with("a.json: is recorded, but is not there"),
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
    fn files_are_read_with_their_folder_and_without_the_notes() {
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
