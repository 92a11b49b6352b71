//! The repository: its root, its files and its `cargo`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

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

    /// Builds one program with these arguments of cargo, and returns its path.
    pub(crate) fn build(&self, arguments: &[&str]) -> Result<PathBuf, Problems> {
        let mut cargo = self.cargo(arguments.iter().copied());
        cargo.args(["--locked", "--message-format=json-render-diagnostics"]);
        let messages = output(cargo.stderr(Stdio::inherit()))?;
        executable(&messages)
            .ok_or_else(|| Problems::one(format!("`{}` built no program", shown(&cargo))))
    }

    /// Returns a directory for the files of a task, and creates it.
    pub(crate) fn scratch(&self, task: &str) -> Result<PathBuf, Problems> {
        // This program is `target/PROFILE/xtask`.
        let program = std::env::current_exe().map_err(Problems::at("xtask"))?;
        let target = program.ancestors().nth(2).unwrap_or(&self.root);
        let directory = target.join("xtask").join(task);
        std::fs::create_dir_all(&directory).map_err(Problems::at(directory.display()))?;
        Ok(directory)
    }

    /// Returns all files that git tracks or would track, relative to the root and sorted.
    pub(crate) fn files(&self) -> Result<Vec<String>, Problems> {
        self.list(&["--exclude-standard"])
    }

    /// Lists tracked and untracked files with these arguments of `git ls-files`.
    pub(crate) fn list(&self, arguments: &[&str]) -> Result<Vec<String>, Problems> {
        let mut git = Command::new("git");
        git.args(["ls-files", "-z", "--cached", "--others"])
            .args(arguments)
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
        let bytes = std::fs::read(self.root.join(file)).map_err(Problems::at(file))?;
        Ok(String::from_utf8(bytes).ok())
    }

    /// Returns the Rust files and their texts.
    pub(crate) fn rust_files(&self) -> Result<Vec<(String, String)>, Problems> {
        let files = self.files()?.into_iter();
        let read = |file: String| {
            self.text(&file)
                .map(|text| (file, text.unwrap_or_default()))
        };
        files
            .filter(|file| file.ends_with(".rs"))
            .map(read)
            .collect()
    }
}

/// Returns the path of the program in the messages of a build, one JSON object per line.
fn executable(messages: &str) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
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
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
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
fn shown(command: &Command) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_of_a_build_is_found() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","target":{"kind":["lib"],"name":"a"},"executable":null}"#,
            "\nnot JSON\n",
            r#"{"reason":"compiler-artifact","target":{"kind":["bin"],"name":"a"},"executable":"x/a"}"#,
            "\n",
            r#"{"reason":"build-finished","success":true}"#,
        );
        assert_eq!(executable(messages), Some(PathBuf::from("x/a")));
        assert_eq!(executable("not JSON"), None);
    }
}
