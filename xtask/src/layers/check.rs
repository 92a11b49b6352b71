//! Compares the dependency graph with the table of layers.

use super::graph::{Graph, PackageIndex};
use super::rules::{Ban, Layer, Reach};

/// Everything in the graph that the table forbids, one sentence each.
pub(super) fn violations(graph: &Graph, layers: &[Layer]) -> Vec<String> {
    let mut violations = Vec::new();
    for member in graph.members() {
        let name = graph.name(member);
        match layers.iter().find(|layer| layer.name == name) {
            Some(layer) => {
                violations.extend(unexpected_members(graph, member, layer));
                violations.extend(banned_packages(graph, member, layer));
            }
            None => violations.push(format!("{name}: has no row in the table of layers")),
        }
    }
    let is_member = |name| graph.members().any(|member| graph.name(member) == name);
    let stale = layers.iter().filter(|layer| !is_member(layer.name));
    violations.extend(stale.map(|layer| {
        format!(
            "{}: has a row in the table of layers, but is no crate of the workspace",
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
        .map(|used| format!("{name} -> {used}: not even the tests of {name} may depend on it"));
    in_code.chain(in_tests).collect()
}

fn banned_packages(graph: &Graph, member: PackageIndex, layer: &Layer) -> Vec<String> {
    let ways = graph.ways_from(member);
    let found = layer.never.iter().filter_map(|ban| {
        let way = ways.iter().find(|way| forbids(ban, way))?;
        Some(format!("{}: {}", way.join(" -> "), ban.reason))
    });
    found.collect()
}

/// Whether a ban forbids a way: the names from the crate to one of its dependencies.
fn forbids(ban: &Ban, way: &[&str]) -> bool {
    let within_reach = match ban.reach {
        Reach::Direct => way.len() == 2,
        Reach::Anywhere => true,
    };
    within_reach && way.last().is_some_and(|name| matches(ban.packages, name))
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => name == pattern,
    }
}

#[cfg(test)]
mod tests;
