//! The dependency graph from `cargo metadata`.

use std::collections::{HashMap, VecDeque};

use serde_json::Value;

use crate::metadata::entries;

/// All packages and their dependencies.
#[derive(Debug)]
pub(super) struct Graph {
    packages: Vec<Package>,
}

/// A package and its dependencies, as indices into the graph.
#[derive(Debug)]
struct Package {
    name: String,
    member: bool,
    normal: Vec<usize>,
    development: Vec<usize>,
}

/// The index of a package in its graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PackageIndex(usize);

impl Graph {
    /// Reads the output of `cargo metadata --format-version 1`.
    ///
    /// # Errors
    ///
    /// Names the missing element.
    pub(super) fn from_metadata(metadata: &Value) -> Result<Self, String> {
        let members: Vec<&str> = texts(&metadata["workspace_members"]).collect();
        let mut packages = Vec::new();
        let mut indices = HashMap::new();
        for package in entries(&metadata["packages"]) {
            let id = text(package, "id")?;
            indices.insert(id, packages.len());
            packages.push(Package {
                name: text(package, "name")?.to_owned(),
                member: members.contains(&id),
                normal: Vec::new(),
                development: Vec::new(),
            });
        }
        let index = |id: &str| {
            let known = indices.get(id).copied();
            known.ok_or_else(|| format!("`cargo metadata` resolved the unknown package {id}"))
        };
        for node in entries(&metadata["resolve"]["nodes"]) {
            let from = index(text(node, "id")?)?;
            for dependency in entries(&node["deps"]) {
                let to = index(text(dependency, "pkg")?)?;
                let has = |kind: Value| {
                    entries(&dependency["dep_kinds"]).any(|each| each["kind"] == kind)
                };
                if has(Value::Null) {
                    packages[from].normal.push(to);
                }
                if has("dev".into()) {
                    packages[from].development.push(to);
                }
            }
        }
        if packages.iter().all(|package| package.normal.is_empty()) {
            return Err("`cargo metadata` resolved no dependencies".to_owned());
        }
        Ok(Self { packages })
    }

    /// The packages of the workspace.
    pub(super) fn members(&self) -> impl Iterator<Item = PackageIndex> {
        let numbered = self.packages.iter().enumerate();
        numbered
            .filter(|(_, package)| package.member)
            .map(|(index, _)| PackageIndex(index))
    }

    pub(super) fn name(&self, package: PackageIndex) -> &str {
        &self.packages[package.0].name
    }

    /// The workspace packages that a package depends on, outside its tests.
    pub(super) fn members_used(&self, package: PackageIndex) -> impl Iterator<Item = &str> {
        self.member_names(&self.packages[package.0].normal)
    }

    /// The workspace packages that the tests of a package depend on.
    pub(super) fn members_used_in_tests(
        &self,
        package: PackageIndex,
    ) -> impl Iterator<Item = &str> {
        self.member_names(&self.packages[package.0].development)
    }

    fn member_names<'a>(&'a self, indices: &'a [usize]) -> impl Iterator<Item = &'a str> {
        let packages = indices.iter().map(|index| &self.packages[*index]);
        packages
            .filter(|package| package.member)
            .map(|package| package.name.as_str())
    }

    /// Returns the shortest path over normal dependencies from a package to each other package, nearest
    /// first, as the names on the path including both ends.
    pub(super) fn paths_from(&self, package: PackageIndex) -> Vec<Vec<&str>> {
        let mut predecessors = HashMap::from([(package.0, package.0)]);
        let mut queue = VecDeque::from([package.0]);
        let mut paths = Vec::new();
        while let Some(from) = queue.pop_front() {
            for &to in &self.packages[from].normal {
                if predecessors.contains_key(&to) {
                    continue;
                }
                predecessors.insert(to, from);
                queue.push_back(to);
                paths.push(self.path_to(to, &predecessors));
            }
        }
        paths
    }

    fn path_to(&self, end: usize, predecessors: &HashMap<usize, usize>) -> Vec<&str> {
        let step = |&index: &usize| Some(predecessors[&index]).filter(|before| *before != index);
        let mut path: Vec<&str> = std::iter::successors(Some(end), step)
            .map(|index| self.packages[index].name.as_str())
            .collect();
        path.reverse();
        path
    }
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    entries(value).filter_map(Value::as_str)
}

fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str, String> {
    value[key]
        .as_str()
        .ok_or_else(|| format!("`cargo metadata` has no `{key}`"))
}
