//! Every public method of the asynchronous client has a blocking twin with the same name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The types with a blocking twin of the same name.
const TYPES: &[&str] = &[
    "Client",
    "BraincubeHandle",
    "MemoryBaseHandle",
    "EntityHandle",
    "DataGroupHandle",
    "EventHandle",
    "JobHandle",
    "Collection",
    "RawQuery",
    "DataQuery",
    "FrameStream",
];

/// Methods whose twin has another form: the blocking client is created from a builder, and the stream is an iterator.
const OTHER_FORMS: &[(&str, &str)] = &[("Client", "builder"), ("FrameStream", "next")];

type Methods = BTreeMap<String, BTreeSet<String>>;

/// The public methods of each type in the Rust files of a folder.
fn methods(folder: &str) -> Methods {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src")
        .join(folder);
    let mut methods = Methods::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            let source = std::fs::read_to_string(&path).unwrap();
            let production = source.split("#[cfg(test)]").next().unwrap();
            add_methods(production, &mut methods);
        }
    }
    methods
}

/// Adds the methods in the `impl` blocks of a source.
fn add_methods(source: &str, methods: &mut Methods) {
    let mut current = None;
    for line in source.lines() {
        if line.trim_start().starts_with("impl") {
            let name = line
                .trim_end_matches([' ', '{'])
                .rsplit(' ')
                .next()
                .unwrap();
            current = Some(name.split('<').next().unwrap().to_owned());
        }
        if let (Some(current), Some(method)) = (&current, public_method(line)) {
            let of_type = methods.entry(current.clone()).or_default();
            of_type.insert(method.to_owned());
        }
    }
}

/// The name of a public method: a function, or a line `name -> Type;` or `name(argument: Type);` of a macro.
fn public_method(line: &str) -> Option<&str> {
    let line = line.trim();
    if let Some(rest) = line.strip_prefix("pub ") {
        let (before, rest) = rest.split_once("fn ")?;
        let mut before = before.split_whitespace();
        let is_function = before.all(|word| ["async", "const"].contains(&word));
        return is_function.then(|| rest.split(['(', '<']).next())?;
    }
    let (name, rest) = line.split_once([' ', ':', '('])?;
    let is_name = name
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let is_in_macro = rest.starts_with("-> ") || line[name.len()..].starts_with([':', '(']);
    (is_name && is_in_macro && line.ends_with(';')).then_some(name)
}

#[test]
fn every_method_has_a_blocking_twin() {
    let mut asynchronous = methods("");
    for (name, methods) in [methods("data"), methods("study")].into_iter().flatten() {
        asynchronous.entry(name).or_default().extend(methods);
    }
    let blocking = methods("blocking");
    let mut count = 0;
    for name in TYPES {
        let twins = &blocking[*name];
        for method in &asynchronous[*name] {
            if OTHER_FORMS.contains(&(name, method)) {
                continue;
            }
            assert!(
                twins.contains(method),
                "`{name}::{method}` has no blocking twin"
            );
            count += 1;
        }
    }
    assert!(count > 60, "{count} methods");
}

#[test]
fn methods_are_found_in_impl_blocks_and_macros() {
    let source = "\
impl<E: Resource> One<E> {
    pub async fn first(&self) {}
    pub(crate) fn second() {}
}
impl Two {
    pub const fn third<T>() {}
    calls! {
        fourth -> Vec<BcId>;
        fifth: Variable;
        sixth(period: Period);
    }
}";
    let mut methods = Methods::new();
    add_methods(source, &mut methods);
    let names = |name: &str| methods[name].iter().map(String::as_str).collect::<Vec<_>>();
    assert_eq!(names("One"), ["first"]);
    assert_eq!(names("Two"), ["fifth", "fourth", "sixth", "third"]);
}
