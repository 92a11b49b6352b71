//! The dependency graph of `cargo metadata`, as far as the layers need it.

use std::collections::{HashMap, VecDeque};

use serde_json::Value;

use crate::metadata::entries;

/// All packages, and what each depends on.
#[derive(Debug)]
pub(super) struct Graph {
    packages: Vec<Package>,
}

/// A package and its dependencies, as positions in the graph.
#[derive(Debug)]
struct Package {
    name: String,
    member: bool,
    normal: Vec<usize>,
    development: Vec<usize>,
}

/// A package of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PackageIndex(usize);

impl Graph {
    /// Reads the answer of `cargo metadata --format-version 1`.
    ///
    /// # Errors
    ///
    /// Says what is missing from the answer.
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
            known.ok_or_else(|| format!("`cargo metadata` resolves the unknown package {id}"))
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
            return Err("`cargo metadata` resolves no dependency at all".to_owned());
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

    /// The names of the workspace's packages that a package depends on, outside its tests.
    pub(super) fn members_used(&self, package: PackageIndex) -> impl Iterator<Item = &str> {
        self.member_names(&self.packages[package.0].normal)
    }

    /// The names of the workspace's packages that the tests of a package depend on.
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

    /// The shortest way from a package over normal dependencies to each other package, nearest
    /// first: the names along the way, both ends included.
    pub(super) fn ways_from(&self, package: PackageIndex) -> Vec<Vec<&str>> {
        let mut came_from = HashMap::from([(package.0, package.0)]);
        let mut queue = VecDeque::from([package.0]);
        let mut ways = Vec::new();
        while let Some(from) = queue.pop_front() {
            for &to in &self.packages[from].normal {
                if came_from.contains_key(&to) {
                    continue;
                }
                came_from.insert(to, from);
                queue.push_back(to);
                ways.push(self.way_back(to, &came_from));
            }
        }
        ways
    }

    fn way_back(&self, end: usize, came_from: &HashMap<usize, usize>) -> Vec<&str> {
        let step = |&index: &usize| Some(came_from[&index]).filter(|before| *before != index);
        let mut way: Vec<&str> = std::iter::successors(Some(end), step)
            .map(|index| self.packages[index].name.as_str())
            .collect();
        way.reverse();
        way
    }
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    entries(value).filter_map(Value::as_str)
}

fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str, String> {
    value[key]
        .as_str()
        .ok_or_else(|| format!("`cargo metadata` leaves out `{key}`"))
}
