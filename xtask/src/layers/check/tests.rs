use serde_json::{Value, json};

use super::super::rules::LAYERS;
use super::*;

/// The kinds of an edge in the JSON of cargo: `null` is a normal dependency.
const NORMAL: &[Option<&str>] = &[None];
const DEVELOPMENT: &[Option<&str>] = &[Some("dev")];
const BUILD: &[Option<&str>] = &[Some("build")];

const MODEL: Layer = Layer {
    name: "model",
    uses: &[],
    tests_use: &["sim"],
    forbidden: &[Ban {
        packages: "tokio*",
        reach: Reach::Anywhere,
        reason: "no runtime",
    }],
};
const FRAME: Layer = Layer {
    name: "frame",
    uses: &["model"],
    tests_use: &[],
    forbidden: &[Ban {
        packages: "http",
        reach: Reach::Direct,
        reason: "no requests",
    }],
};
const SIM: Layer = Layer {
    name: "sim",
    uses: &[],
    tests_use: &[],
    forbidden: &[],
};

/// The metadata of a workspace with the given members and edges; every other name is a dependency.
fn metadata(members: &[&str], edges: &[(&str, &str, &[Option<&str>])]) -> Value {
    let mut names: Vec<&str> = members.to_vec();
    names.extend(edges.iter().flat_map(|(from, to, _)| [*from, *to]));
    names.sort_unstable();
    names.dedup();
    let packages: Vec<Value> = names
        .iter()
        .map(|name| json!({"id": format!("{name}#1"), "name": name}))
        .collect();
    let nodes: Vec<Value> = names
        .iter()
        .map(|name| {
            let deps = edges
                .iter()
                .filter(|(from, ..)| from == name)
                .map(|(_, to, kinds)| {
                    let kinds = kinds
                        .iter()
                        .map(|kind| json!({"kind": kind, "target": null}));
                    json!({"pkg": format!("{to}#1"), "dep_kinds": kinds.collect::<Vec<_>>()})
                });
            json!({"id": format!("{name}#1"), "deps": deps.collect::<Vec<_>>()})
        })
        .collect();
    let members: Vec<String> = members.iter().map(|name| format!("{name}#1")).collect();
    json!({"packages": packages, "workspace_members": members, "resolve": {"nodes": nodes}})
}

fn found(
    members: &[&str],
    edges: &[(&str, &str, &[Option<&str>])],
    layers: &[Layer],
) -> Vec<String> {
    let graph = Graph::from_metadata(&metadata(members, edges)).unwrap();
    violations(&graph, layers)
}

#[test]
fn a_graph_that_follows_the_table_passes() {
    let edges = [
        ("frame", "model", NORMAL),
        ("model", "http", NORMAL),
        ("model", "sim", DEVELOPMENT),
    ];
    assert_eq!(
        found(&["model", "frame", "sim"], &edges, &[MODEL, FRAME, SIM]),
        [""; 0]
    );
}

#[test]
fn the_path_to_a_banned_package_is_reported() {
    let edges = [
        ("model", "a", NORMAL),
        ("a", "b", NORMAL),
        ("b", "tokio-util", NORMAL),
    ];
    assert_eq!(
        found(&["model"], &edges, &[MODEL]),
        ["model -> a -> b -> tokio-util: no runtime"]
    );
}

#[test]
fn the_shortest_path_is_reported() {
    let edges = [
        ("model", "a", NORMAL),
        ("a", "b", NORMAL),
        ("b", "tokio", NORMAL),
        ("model", "c", NORMAL),
        ("c", "tokio", NORMAL),
        ("tokio", "model", NORMAL),
    ];
    assert_eq!(
        found(&["model"], &edges, &[MODEL]),
        ["model -> c -> tokio: no runtime"]
    );
}

#[test]
fn test_and_build_dependencies_are_not_inherited() {
    let edges = [
        ("model", "a", NORMAL),
        ("a", "tokio", BUILD),
        ("model", "tokio", DEVELOPMENT),
        ("model", "sim", DEVELOPMENT),
        ("sim", "tokio", NORMAL),
    ];
    assert_eq!(found(&["model", "sim"], &edges, &[MODEL, SIM]), [""; 0]);
}

#[test]
fn one_package_may_be_both_a_normal_and_a_test_dependency() {
    let edges: [(&str, &str, &[Option<&str>]); 1] = [("model", "tokio", &[Some("dev"), None])];
    assert_eq!(
        found(&["model"], &edges, &[MODEL]),
        ["model -> tokio: no runtime"]
    );
}

#[test]
fn a_direct_ban_allows_a_transitive_dependency() {
    let through_model = [("frame", "model", NORMAL), ("model", "http", NORMAL)];
    assert_eq!(
        found(&["model", "frame"], &through_model, &[MODEL, FRAME]),
        [""; 0]
    );
    let edges = [("frame", "http", NORMAL)];
    assert_eq!(
        found(&["frame"], &edges, &[FRAME]),
        ["frame -> http: no requests"]
    );
}

#[test]
fn members_depend_only_on_the_members_of_their_row() {
    let edges = [("model", "sim", NORMAL), ("frame", "sim", DEVELOPMENT)];
    assert_eq!(
        found(&["model", "frame", "sim"], &edges, &[MODEL, FRAME, SIM]),
        [
            "frame -> sim: the tests of frame may not depend on it",
            "model -> sim: the layer model may not depend on it",
        ]
    );
}

#[test]
fn the_table_and_the_workspace_name_the_same_crates() {
    let problems = found(&["new"], &[("new", "a", NORMAL)], &[SIM]);
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems[0].starts_with("new: is missing"), "{problems:?}");
    assert!(
        problems[1].starts_with("sim: is in the table"),
        "{problems:?}"
    );
}

#[test]
fn a_star_matches_any_suffix() {
    let cases = [
        ("arrow*", "arrow", true),
        ("arrow*", "arrow-array", true),
        ("arrow*", "narrow", false),
        ("hyper", "hyper-util", false),
        ("hyper", "hyper", true),
    ];
    for (pattern, name, expected) in cases {
        assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
    }
}

#[test]
fn metadata_without_a_graph_is_rejected() {
    for broken in [
        json!({}),
        json!({"packages": [{"name": "a"}]}),
        metadata(&["a"], &[]),
    ] {
        assert!(Graph::from_metadata(&broken).is_err(), "{broken}");
    }
}

#[test]
fn each_row_of_the_table_uses_crates_of_the_table_and_has_reasons() {
    let is_layer = |name: &&str| LAYERS.iter().any(|layer| layer.name == *name);
    for layer in LAYERS {
        assert!(
            layer.uses.iter().chain(layer.tests_use).all(is_layer),
            "{}",
            layer.name
        );
        assert!(
            layer.forbidden.iter().all(|ban| !ban.reason.is_empty()),
            "{}",
            layer.name
        );
    }
}
