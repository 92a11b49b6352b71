//! `groups`, `events`, `jobs`, `rules`, `show`, `conditions`, and `data` by group, job and name.

use braincube_sim::Simulator;
use serde_json::Value;

use crate::command::{braincube, csv_rows, demo, stderr};

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&demo(arguments)).unwrap()
}

#[test]
fn each_kind_is_listed_by_id_and_name() {
    assert_eq!(
        csv_rows(&demo(&["groups", "demo", "20"]))[1],
        ["10", "Temperatures"]
    );
    assert_eq!(
        csv_rows(&demo(&["events", "demo", "20"]))[2],
        ["101", "Agitator at rest"]
    );
    assert_eq!(
        csv_rows(&demo(&["jobs", "demo", "20"]))[1],
        ["573", "Dryer temperature under vacuum"]
    );
    let rules = json(&["rules", "demo", "20", "--format", "json"]);
    assert_eq!(rules.as_array().unwrap().len(), 3);
    assert_eq!(rules[2]["bcId"], "202", "ids are text in all lists");
    let of_job = csv_rows(&demo(&["rules", "demo", "20", "--job", "573"]));
    assert_eq!(
        of_job,
        [
            ["bcId", "name"],
            ["200", "Hot jacket"],
            ["201", "Deep vacuum"]
        ]
    );
}

#[test]
fn show_prints_the_object_of_the_service_unchanged() {
    let base = json(&["show", "demo", "20"]);
    assert_eq!(
        (&base["bcId"], &base["numberOfRows"]),
        (&"20".into(), &9_220.into())
    );
    for (kind, id, key) in [
        ("variable", "2000034", "memoryBase"),
        ("group", "10", "description"),
        ("event", "102", "conditions"),
        ("job", "573", "modelEntries"),
        ("rule", "200", "precision"),
    ] {
        let shown = demo(&["show", "demo", "20", kind, id]);
        let value: Value = serde_json::from_str(&shown).unwrap();
        assert_eq!(value["bcId"], id, "{kind}");
        assert!(value.get(key).is_some(), "{kind} {shown}");
        let path = match kind {
            "variable" => format!("variables/{id}/extended"),
            "group" => format!("dataGroups/{id}/extended"),
            "rule" => format!("rules/{id}/summary"),
            kind => format!("{kind}s/{id}/extended"),
        };
        let path = format!("braincube/demo/braincube/mb/20/{path}");
        let wire = demo(&["request", &path, "--raw"]);
        assert_eq!(shown, format!("{wire}\n"), "byte for byte");
    }
}

#[test]
fn conditions_are_an_array_of_filters() {
    let week = json(&["conditions", "demo", "20", "event", "102"]);
    let expected = serde_json::json!([
        {"BETWEEN": ["mb20/d2000001", "20231002_000000", "20231008_235959"]}
    ]);
    assert_eq!(week, expected);
    let own = json(&["conditions", "demo", "20", "job", "573"]);
    assert_eq!(own.as_array().unwrap().len(), 2);
    let all = json(&["conditions", "demo", "20", "job", "573", "--events"]);
    assert_eq!(all.as_array().unwrap().len(), 5);
    let one = json(&[
        "conditions",
        "demo",
        "20",
        "job",
        "573",
        "--events",
        "--combine",
    ]);
    assert!(one["AND"].is_array(), "{one}");
    let none = demo(&["conditions", "demo", "20", "event", "104", "--combine"]);
    assert_eq!(none, "[]\n");
}

#[test]
fn the_events_option_is_wrong_usage_for_an_event() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [
        "--demo",
        "conditions",
        "demo",
        "20",
        "event",
        "102",
        "--events",
    ];
    let output = braincube(folder.path()).args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).starts_with("error: --events is an option for jobs"));
}

#[test]
fn the_conditions_of_a_job_select_the_rows_of_the_job() {
    let filter = json(&[
        "conditions",
        "demo",
        "20",
        "job",
        "574",
        "--events",
        "--combine",
    ]);
    let of_job = demo(&["data", "demo", "20", "--job", "574"]);
    let variables = "2000035,2000034,2000036";
    let by_hand = demo(&[
        "data",
        "demo",
        "20",
        "--variables",
        variables,
        "--filter",
        &filter.to_string(),
    ]);
    assert_eq!(of_job, by_hand);
    // Also with the printed array.
    let printed = demo(&["conditions", "demo", "20", "job", "574", "--events"]);
    assert!(printed.starts_with("[\n"), "{printed}");
    let by_array = demo(&[
        "data",
        "demo",
        "20",
        "--variables",
        variables,
        "--filter",
        &printed,
    ]);
    assert_eq!(of_job, by_array);
    let none = demo(&["conditions", "demo", "20", "event", "104", "--combine"]);
    let unfiltered = demo(&[
        "data",
        "demo",
        "20",
        "--variables",
        variables,
        "--filter",
        &none,
    ]);
    assert_eq!(csv_rows(&unfiltered).len(), 9_221);
    assert!(csv_rows(&of_job).len() > 100);
}

#[test]
fn data_of_a_group_has_a_column_for_each_variable() {
    let rows = csv_rows(&demo(&[
        "data", "demo", "20", "--group", "11", "--label", "tag",
    ]));
    assert_eq!(
        rows[0],
        ["DRY1.JT.110.PV", "DRY1.WT.110.PV", "DRY1.ST.110.PV"]
    );
    assert_eq!(rows.len(), 9_221);
}

#[test]
fn variables_are_found_by_name() {
    let by_id = demo(&["data", "demo", "20", "--variables", "2000034,2000038"]);
    for names in ["Agitator power,DRY1.TT.103.PV", "2000034,DRY1.TT.103.PV"] {
        assert_eq!(
            demo(&["data", "demo", "20", "--variables", names]),
            by_id,
            "{names}"
        );
    }
}

#[test]
fn variables_are_found_by_short_and_long_ids_with_spaces_around_commas() {
    let by_id = demo(&["data", "demo", "20", "--variables", "2000034,2000038"]);
    for ids in ["d2000034 , d2000038", " mb20/d2000034,Jacket temperature "] {
        assert_eq!(
            demo(&["data", "demo", "20", "--variables", ids]),
            by_id,
            "{ids}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_with_a_comma_is_quoted() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("speeds.csv");
    std::fs::write(&file, "when,\"Speed, fast\"\n2023-10-28,1.5\n").unwrap();
    let simulator = Simulator::builder().csv(file).start().await.unwrap();
    std::fs::write(folder.path().join("config.json"), simulator.config_json()).unwrap();
    let run = |list: &str| {
        let arguments = [
            "data",
            "demo",
            "21",
            "--label",
            "standard",
            "--variables",
            list,
        ];
        braincube(folder.path()).args(arguments).output().unwrap()
    };
    let output = run(r#""Speed, fast", when"#);
    assert!(output.status.success(), "{}", stderr(&output));
    let rows = csv_rows(std::str::from_utf8(&output.stdout).unwrap());
    assert_eq!(
        rows,
        [["Speed, fast", "when"], ["1.5", "2023-10-28T00:00:00"]]
    );
    let output = run(r#""Speed, fast"#);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("the quote is not closed"),
        "{}",
        stderr(&output)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_condition_without_a_filter_is_reported_on_standard_error() {
    let job = r#"{"bcId": 7, "conditions": [{"variable": {"bcId": 2000034}, "modalities": ["A"]}],
        "dataGroups": [{"bcId": 11}]}"#;
    let simulator = Simulator::builder().job(20, job).start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("config.json"), simulator.config_json()).unwrap();
    let expected =
        "conditions[0] of job 7 cannot be expressed as a filter: mb20/d2000034 is NUMERIC";
    for (arguments, code) in [
        ("conditions demo 20 job 7", 0),
        ("data demo 20 --job 7", 0),
        ("data demo 20 --job 7 --strict", 1),
    ] {
        let output = braincube(folder.path())
            .args(arguments.split(' '))
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments}");
        assert!(
            stderr(&output).contains(expected),
            "{arguments}: {}",
            stderr(&output)
        );
        assert_eq!(output.stdout.is_empty(), code == 1, "{arguments}");
    }
}

#[test]
fn an_unknown_name_is_an_error_with_similar_names() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [
        "--demo",
        "data",
        "demo",
        "20",
        "--variables",
        "Agitator powr",
    ];
    let output = braincube(folder.path()).args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let line = stderr(&output);
    assert!(
        line.contains("Agitator power") && line.lines().count() == 1,
        "{line}"
    );
}
