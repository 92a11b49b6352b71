//! Compares the dependency graph with the table of layers.

use super::graph::{Graph, PackageIndex};
use super::rules::{Ban, Layer, Reach};

/// Returns the dependencies that the table forbids, one line each.
pub(super) fn violations(graph: &Graph, layers: &[Layer]) -> Vec<String> {
    let mut violations = Vec::new();
    for member in graph.members() {
        let name = graph.name(member);
        match layers.iter().find(|layer| layer.name == name) {
            Some(layer) => {
                violations.extend(unexpected_members(graph, member, layer));
                violations.extend(banned_packages(graph, member, layer));
            }
            None => violations.push(format!("{name}: is missing in the table of layers")),
        }
    }
    let is_member = |name| graph.members().any(|member| graph.name(member) == name);
    let stale = layers.iter().filter(|layer| !is_member(layer.name));
    violations.extend(stale.map(|layer| {
        format!(
            "{}: is in the table of layers but is not a crate of the workspace",
            layer.name
        )
    }));
    violations
}

fn unexpected_members(graph: &Graph, member: PackageIndex, layer: &Layer) -> Vec<String> {
    let name = layer.name;
    let in_code = graph
        .members_used(member)
        .filter(|used| !layer.uses.contains(used))
        .map(|used| format!("{name} -> {used}: the layer {name} may not depend on it"));
    let in_tests = graph
        .members_used_in_tests(member)
        .filter(|used| !layer.uses.contains(used) && !layer.tests_use.contains(used))
        .map(|used| format!("{name} -> {used}: the tests of {name} may not depend on it"));
    in_code.chain(in_tests).collect()
}

fn banned_packages(graph: &Graph, member: PackageIndex, layer: &Layer) -> Vec<String> {
    let paths = graph.paths_from(member);
    let found = layer.forbidden.iter().filter_map(|ban| {
        let path = paths.iter().find(|path| forbids(ban, path))?;
        Some(format!("{}: {}", path.join(" -> "), ban.reason))
    });
    found.collect()
}

/// Whether a ban forbids a path: the names from the crate to one of its dependencies.
fn forbids(ban: &Ban, path: &[&str]) -> bool {
    let within_reach = match ban.reach {
        Reach::Direct => path.len() == 2,
        Reach::Anywhere => true,
    };
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
