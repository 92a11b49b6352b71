//! Builds a program of the workspace and returns its path.

use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;

use crate::metadata::entries;
use crate::problems::Problems;
use crate::workspace::{Workspace, output};

/// Builds the target of this kind (`bin` or `example`) and name, and returns its path.
///
/// Builds with the features of the whole workspace, so that the artifacts of its tests are reused.
pub(crate) fn build(workspace: &Workspace, kind: &str, name: &str) -> Result<PathBuf, Problems> {
    let arguments = ["build", "--workspace", "--all-features"];
    built(workspace, &arguments, kind, name)
}

/// Builds a benchmark of a package in release mode with all features, and returns its path.
pub(crate) fn build_bench(
    workspace: &Workspace,
    package: &str,
    name: &str,
) -> Result<PathBuf, Problems> {
    let arguments = ["bench", "--package", package, "--all-features", "--no-run"];
    built(workspace, &arguments, "bench", name)
}

/// Builds an example of a package in release mode, and returns its path.
pub(crate) fn build_release_example(
    workspace: &Workspace,
    package: &str,
    name: &str,
) -> Result<PathBuf, Problems> {
    let arguments = ["build", "--package", package, "--release"];
    built(workspace, &arguments, "example", name)
}

/// Builds one target with these arguments of cargo, and returns its path.
fn built(
    workspace: &Workspace,
    arguments: &[&str],
    kind: &str,
    name: &str,
) -> Result<PathBuf, Problems> {
    let mut cargo = workspace.cargo(arguments.iter().copied());
    cargo
        .arg(format!("--{kind}={name}"))
        .args(["--locked", "--message-format=json-render-diagnostics"])
        .stderr(Stdio::inherit());
    let messages = output(&mut cargo)?;
    find(&messages, kind, name)
        .ok_or_else(|| Problems::one(format!("cargo did not build the {kind} `{name}`")))
}

/// Finds the path of a program in the messages of a build, one JSON object per line.
fn find(messages: &str, kind: &str, name: &str) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| {
            let target = &message["target"];
            target["name"] == name && entries(&target["kind"]).any(|each| each == kind)
        })
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_distinguished_from_the_library_of_the_same_name() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","target":{"kind":["lib"],"name":"a"},"executable":null}"#,
            "\nnot JSON\n",
            r#"{"reason":"compiler-artifact","target":{"kind":["bin"],"name":"a"},"executable":"x/a"}"#,
            "\n",
            r#"{"reason":"build-finished","success":true}"#,
        );
        assert_eq!(find(messages, "bin", "a"), Some(PathBuf::from("x/a")));
        assert_eq!(find(messages, "example", "a"), None);
        assert_eq!(find(messages, "lib", "a"), None);
    }
}
