//! `cubes`, `bases` and `variables`.

use serde_json::Value;

use crate::command::{csv_rows, demo};

fn json(arguments: &[&str]) -> Vec<Value> {
    let text = demo(&[arguments, &["--format", "json"]].concat());
    serde_json::from_str(&text).unwrap()
}

#[test]
fn cubes_lists_braincubes_and_nothing_else() {
    let cubes = json(&["cubes"]);
    assert_eq!(cubes.len(), 1, "{cubes:?}");
    assert_eq!(cubes[0]["name"], "demo");
    assert!(cubes[0]["productId"].is_string());
}

#[test]
fn bases_lists_the_dryer() {
    assert_eq!(
        csv_rows(&demo(&["bases", "demo"])),
        [["bcId", "name"], ["20", "Batch dryer"]]
    );
}

#[test]
fn variables_have_three_names_and_a_type() {
    let variables = json(&["variables", "demo", "20"]);
    let power = variables
        .iter()
        .find(|variable| variable["bcId"] == "2000034")
        .unwrap();
    assert_eq!(power["type"], "NUMERIC");
    for key in ["name", "standard", "tag", "local"] {
        assert!(
            power[key].as_str().is_some_and(|name| !name.is_empty()),
            "{key}: {power}"
        );
    }
    assert_eq!(power["name"], power["standard"]);
    let order = variables
        .iter()
        .find(|variable| variable["bcId"] == "2000001")
        .unwrap();
    assert_eq!(order["type"], "DATETIME");
}

#[test]
fn a_list_in_a_pipe_is_csv_with_the_values_of_json() {
    let rows = csv_rows(&demo(&["variables", "demo", "20"]));
    assert_eq!(
        rows[0],
        ["bcId", "name", "standard", "tag", "local", "type"]
    );
    let variables = json(&["variables", "demo", "20"]);
    assert_eq!(rows.len() - 1, variables.len());
    for (row, variable) in rows[1..].iter().zip(&variables) {
        for (key, cell) in rows[0].iter().zip(row) {
            assert_eq!(variable[key].as_str().unwrap_or_default(), cell, "{key}");
        }
    }
}

#[test]
fn format_table_writes_a_table() {
    let table = demo(&["bases", "demo", "--format", "table"]);
    let words: Vec<_> = table.split_whitespace().collect();
    assert_eq!(words, ["bcId", "name", "20", "Batch", "dryer"]);
}
