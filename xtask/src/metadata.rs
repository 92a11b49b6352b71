//! The output of `cargo metadata`.

use std::path::PathBuf;

use serde_json::Value;

use crate::problems::Problems;
use crate::workspace::{Workspace, output, run};

/// Returns the packages and the resolved dependency graph with all features for the host platform.
///
/// Works offline unless a package of `Cargo.lock` has not been downloaded.
pub(crate) fn resolved(workspace: &Workspace) -> Result<Value, Problems> {
    let host = host(workspace)?;
    let call = || {
        let arguments = [
            "metadata",
            "--format-version=1",
            "--all-features",
            "--locked",
        ];
        let platform = ["--offline", "--filter-platform", &host];
        output(&mut workspace.cargo(arguments.into_iter().chain(platform)))
    };
    let text = call().or_else(|_| {
        run(&mut workspace.cargo(["fetch", "--quiet", "--locked", "--target", &host]))?;
        call()
    })?;
    parse(&text)
}

/// Returns the packages of the workspace, without the graph.
pub(crate) fn members(workspace: &Workspace) -> Result<Value, Problems> {
    let arguments = [
        "metadata",
        "--format-version=1",
        "--no-deps",
        "--offline",
        "--locked",
    ];
    parse(&output(&mut workspace.cargo(arguments))?)
}

/// The target directory.
pub(crate) fn target_directory(metadata: &Value) -> Result<PathBuf, Problems> {
    metadata["target_directory"]
        .as_str()
        .map(PathBuf::from)
        .ok_or_else(|| Problems::one("`cargo metadata` returned no target_directory"))
}

/// Whether a package has a target of this kind (`bin`, `example`) and name.
pub(crate) fn has_target(metadata: &Value, package: &str, kind: &str, name: &str) -> bool {
    entries(&metadata["packages"])
        .filter(|candidate| candidate["name"] == package)
        .flat_map(|package| entries(&package["targets"]))
        .any(|target| target["name"] == name && entries(&target["kind"]).any(|each| each == kind))
}

/// The elements of an array; none for another value.
pub(crate) fn entries(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn host(workspace: &Workspace) -> Result<String, Problems> {
    let version = output(&mut workspace.cargo(["--version", "--verbose"]))?;
    version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
        .ok_or_else(|| Problems::one("`cargo --version --verbose` printed no host"))
}

fn parse(text: &str) -> Result<Value, Problems> {
    serde_json::from_str(text).map_err(|error| {
        Problems::one(format!(
            "cannot parse the output of `cargo metadata`: {error}"
        ))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_target_is_found_by_package_kind_and_name() {
        let metadata = json!({"packages": [
            {"name": "facade", "targets": [{"name": "record", "kind": ["example"]}]},
            {"name": "other", "targets": [{"name": "record", "kind": ["bin"]}]},
        ]});
        assert!(has_target(&metadata, "facade", "example", "record"));
        assert!(!has_target(&metadata, "facade", "bin", "record"));
        assert!(!has_target(&metadata, "other", "example", "record"));
        assert!(!has_target(&json!({}), "facade", "example", "record"));
    }
}
