//! Every public call of the facade has a twin in `blocking`, under the same name.

use std::collections::BTreeSet;
use std::path::Path;

/// The files of a type, and those of its twin.
const TYPES: &[(&[&str], &str)] = &[
    (&["client.rs", "braincube.rs"], "client.rs"),
    (&["collection.rs"], "collection.rs"),
    (&["memory_base.rs"], "memory_base.rs"),
    (&["data.rs", "data/windows.rs"], "data.rs"),
    (&["raw.rs"], "raw.rs"),
    (
        &["study/data_group.rs", "study/event.rs", "study/job.rs"],
        "study.rs",
    ),
];

/// Calls whose twin has another name, with it, and those of plain values, which need none.
const OTHERWISE: &[(&str, Option<&str>)] = &[
    // Made from a builder, not by one.
    ("builder", Some("from_builder")),
    // A stream of windows is an iterator.
    ("next", Some("next")),
    // Of a window, which both give.
    ("start", None),
    ("end", None),
    ("frame", None),
    ("into_frame", None),
];

fn source(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(path);
    let source = std::fs::read_to_string(&path);
    let source = source.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let tests = source.find("#[cfg(test)]").unwrap_or(source.len());
    source[..tests].to_owned()
}

/// The names of public functions, whatever stands before `fn`.
fn public_calls(source: &str) -> BTreeSet<&str> {
    source.lines().filter_map(public_call).collect()
}

fn public_call(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("pub ")?;
    let (before, rest) = rest.split_once("fn ")?;
    let mut before = before.split_whitespace();
    let is_function = before.all(|word| ["async", "const"].contains(&word));
    is_function.then(|| rest.split(['(', '<']).next())?
}

/// Whether a source has a call of this name: written out, or in the list of a macro.
fn has_call(source: &str, name: &str) -> bool {
    let forms = [
        format!("fn {name}("),
        format!("fn {name}<"),
        format!(" {name} -> "),
        format!(" {name}: "),
    ];
    forms.iter().any(|form| source.contains(form))
}

#[test]
fn every_call_has_a_twin_that_waits() {
    let mut calls = 0;
    for (files, twin) in TYPES {
        let waiting = source(&format!("blocking/{twin}"));
        for file in *files {
            for call in public_calls(&source(file)) {
                let otherwise = OTHERWISE.iter().find(|(name, _)| *name == call);
                let Some(name) = otherwise.map_or(Some(call), |(_, twin)| *twin) else {
                    continue;
                };
                assert!(
                    has_call(&waiting, name),
                    "{file}: `{call}` has no twin in blocking/{twin}"
                );
                calls += 1;
            }
        }
    }
    assert!(calls > 50, "{calls} calls");
}

#[test]
fn a_call_without_a_twin_is_found() {
    let source = "    pub async fn one(&self) {}\n    pub(crate) fn two() {}\n    pub const fn three<T>() {}";
    let calls: Vec<_> = public_calls(source).into_iter().collect();
    assert_eq!(calls, ["one", "three"]);
    assert!(!has_call("pub fn ones() {}", "one"));
}
