//! Checks that each crate of the workspace depends only on what its layer allows.

mod rules;

use crate::problems::{Outcome, Problems};
use crate::workspace::{Workspace, output};
use rules::{Ban, LAYERS, Layer, WITHOUT_SIMULATOR};

/// The names of packages on a path of dependencies, the first of which is a crate of the workspace.
type Path = Vec<String>;

/// The verb `layers`.
pub(crate) fn run(workspace: &Workspace, _arguments: &[String]) -> Outcome {
    let normal = paths(&tree(
        workspace,
        "--workspace --all-features --edges normal",
    )?);
    let tests = paths(&tree(
        workspace,
        "--workspace --all-features --edges dev --depth 1",
    )?);
    let without_simulator = "--package braincube-cli --no-default-features --edges normal";
    let without_simulator = paths(&tree(workspace, without_simulator)?);

    let members: Vec<&str> = normal
        .iter()
        .filter(|path| path.len() == 1)
        .map(|path| &*path[0])
        .collect();
    let mut problems = unlisted(&members, LAYERS);
    for layer in LAYERS {
        problems.extend(violations(layer, &normal, &tests, &members));
    }
    problems.extend(banned(
        "braincube-cli",
        &without_simulator,
        WITHOUT_SIMULATOR,
    ));
    Problems::check(problems)?;
    Ok(format!(
        "the dependencies of {} crates follow the table of layers",
        members.len()
    ))
}

/// Runs `cargo tree`, with the depth in front of each name.
fn tree(workspace: &Workspace, arguments: &str) -> Outcome {
    let fixed = [
        "tree",
        "--quiet",
        "--locked",
        "--no-dedupe",
        "--prefix=depth",
    ];
    output(&mut workspace.cargo(fixed.into_iter().chain(arguments.split(' '))))
}

/// Returns the path to each package of a tree.
fn paths(tree: &str) -> Vec<Path> {
    let mut path = Path::new();
    let lines = tree.lines().filter_map(|line| {
        let name = line.trim_start_matches(|character: char| character.is_ascii_digit());
        let depth: usize = line[..line.len() - name.len()].parse().ok()?;
        path.truncate(depth);
        path.push(name.split(' ').next()?.to_owned());
        Some(path.clone())
    });
    lines.collect()
}

/// Returns the crates that are in the workspace and not in the table, or the reverse.
fn unlisted(members: &[&str], layers: &[Layer]) -> Vec<String> {
    let names: Vec<&str> = layers.iter().map(|layer| layer.name).collect();
    let missing = members.iter().filter(|member| !names.contains(member));
    let missing = missing.map(|name| format!("{name}: is missing in the table of layers"));
    let stale = names.iter().filter(|name| !members.contains(name));
    let stale = stale.map(|name| {
        format!("{name}: is in the table of layers but is not a crate of the workspace")
    });
    missing.chain(stale).collect()
}

/// Returns the dependencies of a crate that its layer forbids, one line each.
fn violations(layer: &Layer, normal: &[Path], tests: &[Path], members: &[&str]) -> Vec<String> {
    let name = layer.name;
    let in_code = direct_members(name, normal, members)
        .filter(|used| !layer.uses.contains(used))
        .map(|used| format!("{name} -> {used}: the layer {name} may not depend on it"));
    let in_tests = direct_members(name, tests, members)
        .filter(|used| !layer.uses.contains(used) && !layer.tests_use.contains(used))
        .map(|used| format!("{name} -> {used}: the tests of {name} may not depend on it"));
    let banned = banned(name, normal, layer.forbidden);
    in_code.chain(in_tests).chain(banned).collect()
}

/// Returns the crates of the workspace that a crate directly depends on.
fn direct_members<'a>(
    name: &'a str,
    paths: &'a [Path],
    members: &'a [&str],
) -> impl Iterator<Item = &'a str> {
    let direct = paths
        .iter()
        .filter(move |path| path.len() == 2 && path[0] == name);
    let used = direct.map(|path| &*path[1]);
    used.filter(move |used| members.contains(used) && *used != name)
}

/// Returns the shortest path for each ban that a crate violates.
fn banned(name: &str, paths: &[Path], bans: &[Ban]) -> Vec<String> {
    let found = bans.iter().filter_map(|ban| {
        let violating = paths
            .iter()
            .filter(|path| path[0] == name && forbids(ban, path));
        let path = violating.min_by_key(|path| path.len())?;
        Some(format!("{}: {}", path.join(" -> "), ban.reason))
    });
    found.collect()
}

/// Whether a ban forbids a path from a crate to one of its dependencies.
fn forbids(ban: &Ban, path: &[String]) -> bool {
    let within_reach = path.len() == 2 || path.len() > 2 && !ban.is_direct;
    within_reach && path.last().is_some_and(|name| matches(ban.packages, name))
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => name.starts_with(prefix),
        None => name == pattern,
    }
}

#[cfg(test)]
mod tests;
