use super::*;

const MODEL: Layer = Layer {
    name: "model",
    uses: &[],
    tests_use: &["sim"],
    forbidden: &[Ban {
        packages: "tokio*",
        is_direct: false,
        reason: "no runtime",
    }],
};
const FRAME: Layer = Layer {
    name: "frame",
    uses: &["model"],
    tests_use: &[],
    forbidden: &[Ban {
        packages: "http",
        is_direct: true,
        reason: "no requests",
    }],
};
const SIM: Layer = Layer {
    name: "sim",
    uses: &[],
    tests_use: &[],
    forbidden: &[],
};

const MEMBERS: &[&str] = &["model", "frame", "sim"];

/// The violations if `cargo tree` prints these trees.
fn found(layer: &Layer, normal: &str, tests: &str) -> Vec<String> {
    violations(layer, &paths(normal), &paths(tests), MEMBERS)
}

#[test]
fn a_tree_is_read_as_paths() {
    let tree =
        "0frame v0.1.0 (somewhere)\n1model v0.1.0\n2http v1.0.0\n1itoa v1.0.0\n\n0sim v0.1.0\n";
    let expected = [
        &["frame"][..],
        &["frame", "model"],
        &["frame", "model", "http"],
        &["frame", "itoa"],
        &["sim"],
    ];
    assert_eq!(paths(tree), expected);
}

#[test]
fn dependencies_that_follow_the_table_pass() {
    let normal = "0frame\n1model\n2http\n\n0model\n1http\n\n0sim\n1tokio\n";
    let tests = "0model\n1sim\n1tokio\n1model\n";
    for layer in [MODEL, FRAME, SIM] {
        assert_eq!(found(&layer, normal, tests), [""; 0], "{}", layer.name);
    }
}

#[test]
fn the_shortest_path_to_a_banned_package_is_reported() {
    assert_eq!(
        found(&MODEL, "0model\n1a\n2b\n3tokio-util\n1c\n2tokio\n", ""),
        ["model -> c -> tokio: no runtime"]
    );
}

#[test]
fn a_direct_ban_allows_a_transitive_dependency() {
    assert_eq!(
        found(&FRAME, "0frame\n1http\n", ""),
        ["frame -> http: no requests"]
    );
}

#[test]
fn members_depend_only_on_the_members_of_their_row() {
    assert_eq!(
        found(&MODEL, "0model\n1sim\n", ""),
        ["model -> sim: the layer model may not depend on it"]
    );
    assert_eq!(
        found(&FRAME, "0frame\n", "0frame\n1sim\n"),
        ["frame -> sim: the tests of frame may not depend on it"]
    );
}

#[test]
fn the_table_and_the_workspace_name_the_same_crates() {
    let problems = unlisted(&["new"], &[SIM]);
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
