//! Finds cycles of more than two files within a crate.
//!
//! A file depends on the files from which it imports with `use`. A re-export is not a dependency: an import through it
//! leads to the file that declares the item. Paths outside of `use`, aliases and glob imports are not followed.

use std::collections::{BTreeMap, BTreeSet};

use crate::problems::{Outcome, Problems};
use crate::source::{code_lines, is_test};
use crate::workspace::Workspace;

/// A path of modules and items. The first part is `crate`.
type Path = Vec<String>;

/// The modules of a crate.
#[derive(Default)]
struct Modules {
    /// The imports of each module.
    imports: BTreeMap<Path, Vec<Path>>,
    /// The re-exported items and the paths to which they lead.
    exports: BTreeMap<Path, Path>,
}

/// The verb `cycles`.
pub(crate) fn run(workspace: &Workspace, _arguments: &[String]) -> Outcome {
    let mut crates: BTreeMap<String, Modules> = BTreeMap::new();
    for (file, text) in workspace.rust_files()? {
        if let Some((package, source)) = file.split_once("/src/")
            && !is_test(&file)
        {
            let modules = crates.entry(package.to_owned()).or_default();
            modules.read(source, &text);
        }
    }
    let mut problems = Vec::new();
    for (package, modules) in &crates {
        for cycle in modules.cycles() {
            let names: Vec<String> = cycle.iter().map(|module| module.join("::")).collect();
            problems.push(format!(
                "{package}: cycle of {} files: {}",
                names.len(),
                names.join(", ")
            ));
        }
    }
    Problems::check(problems)?;
    let count = crates.len();
    Ok(format!(
        "{count} crates, none has a cycle of more than two files"
    ))
}

impl Modules {
    /// Adds the file of a module, by its path below `src`.
    fn read(&mut self, source: &str, text: &str) {
        let names = source.trim_end_matches(".rs").split('/');
        let names = names.filter(|name| !matches!(*name, "lib" | "main"));
        let module: Path = std::iter::once("crate")
            .chain(names)
            .map(str::to_owned)
            .collect();
        let lines: Vec<&str> = code_lines(text).map(|(_, line)| line).collect();
        let mut imports = Vec::new();
        for statement in lines.join(" ").split(';') {
            let Some((before, tree)) = statement.rsplit_once("use ") else {
                continue;
            };
            let mut paths = Vec::new();
            expand(tree, module.clone(), &mut paths);
            // `pub use` or `pub(crate) use`.
            if before.trim_end().ends_with(['b', ')']) {
                for path in paths {
                    let name = path.last().cloned();
                    self.exports
                        .insert(module.iter().cloned().chain(name).collect(), path);
                }
            } else {
                imports.extend(paths);
            }
        }
        self.imports.insert(module, imports);
    }

    /// Returns the module that declares the item of a path.
    fn declares(&self, path: &Path) -> Option<&Path> {
        let mut path = path;
        // Ends if re-exports lead in a circle.
        for _ in 0..8 {
            path = self.exports.get(path).unwrap_or(path);
        }
        let module = (2..=path.len())
            .rev()
            .find_map(|len| self.imports.get_key_value(&path[..len]));
        module.map(|(module, _)| module)
    }

    /// Returns the sets of more than two modules that depend on each other.
    fn cycles(&self) -> BTreeSet<BTreeSet<&Path>> {
        let modules = self.imports.keys();
        let reachable: BTreeMap<&Path, BTreeSet<&Path>> = modules
            .map(|module| (module, self.reachable(module)))
            .collect();
        let components = reachable.iter().map(|(module, targets)| {
            let mutual = targets
                .iter()
                .filter(|target| reachable[*target].contains(module));
            mutual.copied().collect::<BTreeSet<_>>()
        });
        components.filter(|component| component.len() > 2).collect()
    }

    fn reachable<'a>(&'a self, start: &'a Path) -> BTreeSet<&'a Path> {
        let mut found = BTreeSet::new();
        let mut open = vec![start];
        while let Some(module) = open.pop() {
            let targets = self.imports[module]
                .iter()
                .filter_map(|path| self.declares(path));
            open.extend(targets.filter(|target| *target != module && found.insert(*target)));
        }
        found
    }
}

/// Reads an import below `base`, which may be a list in braces. Returns the text after it.
///
/// An import of another crate becomes a path that leads nowhere.
fn expand<'a>(text: &'a str, mut base: Path, paths: &mut Vec<Path>) -> &'a str {
    if let Some(list) = text.strip_prefix('{') {
        let mut rest = list.trim_start();
        while !rest.is_empty() && !rest.starts_with('}') {
            rest = expand(rest, base.clone(), paths);
            // Skips ` as name` and the comma.
            rest = rest.trim_start_matches(|character| !matches!(character, ',' | '}'));
            rest = rest.trim_start_matches([',', ' ']);
        }
        return rest.get(1..).unwrap_or_default();
    }
    let is_end = |character: char| !character.is_alphanumeric() && character != '_';
    let (name, rest) = text.split_at(text.find(is_end).unwrap_or(text.len()));
    match name {
        "crate" => base.truncate(1),
        "super" => drop(base.pop()),
        "self" => {}
        name => base.push(name.to_owned()),
    }
    match rest.strip_prefix("::") {
        Some(rest) => expand(rest, base, paths),
        None => {
            paths.push(base);
            rest
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cycles(files: &[(&str, &str)]) -> Vec<Vec<String>> {
        let mut modules = Modules::default();
        for (file, text) in files {
            modules.read(file, text);
        }
        let cycles = modules.cycles().into_iter();
        let shown = |cycle: BTreeSet<&Path>| cycle.iter().map(|path| path.join("::")).collect();
        cycles.map(shown).collect()
    }

    #[test]
    fn a_cycle_of_three_files_is_found() {
        let files = [
            ("lib.rs", "mod a;\nmod b;\nmod c;\n"),
            ("a.rs", "use crate::b::B;\npub struct A;\n"),
            ("b.rs", "use super::{c::C, c::D as E};\npub struct B;\n"),
            ("c.rs", "fn c() {\n    use crate::a::A;\n}\n"),
        ];
        assert_eq!(cycles(&files), [["crate::a", "crate::b", "crate::c"]]);
        // Two files may depend on each other.
        assert_eq!(cycles(&files[..3]), [[""; 0]; 0]);
    }

    #[test]
    fn an_import_through_a_re_export_leads_to_the_declaration() {
        let files = [
            ("lib.rs", "mod a;\nmod b;\npub use self::a::A;\n"),
            (
                "a.rs",
                "mod c;\npub(crate) use self::c::A;\nuse crate::b;\n",
            ),
            ("a/c.rs", "pub struct A;\n"),
            (
                "b.rs",
                "use crate::A;\nuse crate::a::{A as B, c};\npub fn g() {}\n",
            ),
        ];
        assert_eq!(cycles(&files), [[""; 0]; 0]);
    }

    #[test]
    fn parents_and_children_are_files_and_tests_do_not_count() {
        let files = [
            ("lib.rs", "mod a;\n"),
            ("a.rs", "mod b;\nmod c;\nuse b::g;\nuse std::c;\n"),
            ("a/b.rs", "fn g() {\n    use super::{c::h};\n}\n"),
            ("a/c.rs", "use super::f;\n"),
        ];
        assert_eq!(cycles(&files), [["crate::a", "crate::a::b", "crate::a::c"]]);
        let test = "#[cfg(test)]\nmod tests {\n    use super::super::f;\n}\n";
        let without = [files[0], files[1], files[2], ("a/c.rs", test)];
        assert_eq!(cycles(&without), [[""; 0]; 0]);
    }
}
