//! Builds a program of the workspace and says where it is.

use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;

use crate::metadata::entries;
use crate::problems::Problems;
use crate::workspace::{Workspace, output};

/// Builds the target of a kind (`bin` or `example`) and name, and gives back its path.
///
/// The whole workspace takes part in the choice of features, so that what its tests have built is
/// used again.
pub(crate) fn build(workspace: &Workspace, kind: &str, name: &str) -> Result<PathBuf, Problems> {
    let arguments = ["build", "--workspace", "--all-features"];
    built(workspace, &arguments, kind, name)
}

/// Builds a benchmark of a package, optimized, with all its features, and gives back its path.
pub(crate) fn build_bench(
    workspace: &Workspace,
    package: &str,
    name: &str,
) -> Result<PathBuf, Problems> {
    let arguments = ["bench", "--package", package, "--all-features", "--no-run"];
    built(workspace, &arguments, "bench", name)
}

/// Builds an example of a package, optimized, and gives back its path.
pub(crate) fn build_release_example(
    workspace: &Workspace,
    package: &str,
    name: &str,
) -> Result<PathBuf, Problems> {
    let arguments = ["build", "--package", package, "--release"];
    built(workspace, &arguments, "example", name)
}

/// Builds one target with these arguments of cargo, and gives back its path.
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
        .ok_or_else(|| Problems::one(format!("cargo built no {kind} named `{name}`")))
}

/// The path of a program in the messages of a build, one JSON object a line.
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
    fn a_program_is_told_from_the_library_of_its_name() {
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
