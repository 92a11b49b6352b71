//! `data` on standard output.

use serde_json::{Value, json};

use crate::command::{braincube, csv_rows, demo, stderr};
use crate::dryer;

const BETWEEN: &str = r#"{"BETWEEN":["mb20/d2000034",20,40]}"#;

fn data(arguments: &[&str]) -> Vec<Vec<String>> {
    csv_rows(&demo(&[&["data", "demo", "20"], arguments].concat()))
}

#[test]
fn columns_are_in_the_requested_order_and_named_by_bcid() {
    let rows = data(&["--variables", "2000034,2000001,2000002"]);
    assert_eq!(rows[0], ["2000034", "2000001", "2000002"]);
    assert_eq!(rows.len() - 1, dryer::rows().len());
}

#[test]
fn a_filter_keeps_exactly_the_matching_rows_of_the_file() {
    let rows = data(&[
        "--variables",
        "2000001,2000002,2000034,2000041",
        "--filter",
        BETWEEN,
    ]);
    let expected = dryer::rows_between_20_and_40();
    assert_eq!(rows.len() - 1, expected.len());
    for (row, expected) in rows[1..].iter().zip(&expected) {
        assert_eq!(
            row[0],
            expected.date().strftime("%Y-%m-%dT%H:%M:%S").to_string()
        );
        assert_eq!(row[1], expected.label());
        assert_eq!(row[2].parse::<f64>().unwrap(), expected.agitator_power());
        assert_eq!(row[3].parse::<f64>().unwrap(), expected.minutes as f64);
    }
}

#[test]
fn a_filter_in_text_keeps_the_same_rows_as_in_json() {
    let json = data(&["--variables", "2000001", "--filter", BETWEEN]);
    let text = data(&[
        "--variables",
        "2000001",
        "--filter",
        "d2000034 >= 20 and d2000034 <= 40",
    ]);
    assert_eq!(json, text);
}

#[test]
fn the_long_help_explains_filters() {
    let help = demo(&["data", "--help"]);
    for example in [
        "between 20 and 40",
        "in [\"B01\", \"B02\"]",
        "includes the whole day",
    ] {
        assert!(help.contains(example), "{help}");
    }
    let short = demo(&["data", "-h"]);
    assert!(!short.contains("between 20 and 40"), "{short}");
}

#[test]
fn a_date_in_a_filter_includes_the_whole_day() {
    let day = |filter: &str| data(&["--variables", "2000001", "--filter", filter]);
    let period = data(&[
        "--variables",
        "2000001",
        "--from",
        "2023-10-03",
        "--to",
        "2023-10-04",
    ]);
    assert!(period.len() > 2);
    assert_eq!(day("d2000001 between 2023-10-03 and 2023-10-04"), period);
    assert_eq!(
        day("d2000001 >= 2023-10-03 and d2000001 <= 2023-10-04"),
        period
    );
    assert_eq!(
        day("d2000001 > 2023-10-02 and d2000001 < 2023-10-05"),
        period
    );
    assert_eq!(
        day("d2000001 = 2023-10-03 or d2000001 = 2023-10-04"),
        period
    );
}

#[test]
fn several_filters_are_joined_with_and() {
    let both = data(&[
        "--variables",
        "2000001",
        "--filter",
        r#"{"GREAT_EQUALS":["mb20/d2000034",20]}"#,
        "--filter",
        r#"{"LESS_EQUALS":["mb20/d2000034",40]}"#,
    ]);
    assert_eq!(both.len() - 1, dryer::rows_between_20_and_40().len());
}

#[test]
fn json_is_an_array_of_objects_with_dates_without_a_zone() {
    let arguments = [
        "data",
        "demo",
        "20",
        "--variables",
        "2000001,2000041",
        "--format",
        "json",
    ];
    let rows: Vec<Value> = serde_json::from_str(&demo(&arguments)).unwrap();
    assert_eq!(
        rows[0],
        json!({"2000001": "2023-10-02T06:00:00", "2000041": 0.0})
    );
}

#[test]
fn labels_are_the_names_in_the_list_of_variables() {
    for label in ["standard", "tag", "local"] {
        let variables: Vec<Value> =
            serde_json::from_str(&demo(&["variables", "demo", "20", "--format", "json"])).unwrap();
        let named = variables
            .iter()
            .find(|variable| variable["bcId"] == "2000034")
            .unwrap();
        let rows = data(&["--variables", "2000034", "--label", label]);
        assert_eq!(rows[0], [named[label].as_str().unwrap()]);
    }
}

#[test]
fn all_extracts_each_listed_variable() {
    let listed = csv_rows(&demo(&["variables", "demo", "20"]));
    let ids: Vec<_> = listed[1..].iter().map(|row| row[0].clone()).collect();
    assert_eq!(data(&["--all"])[0], ids);
}

#[test]
fn text_dates_keep_the_format_of_the_service() {
    let rows = data(&["--variables", "2000001", "--text-dates"]);
    assert_eq!(rows[1], ["20231002_060000"]);
}

#[test]
fn whole_numbers_become_integers_only_with_infer_integers() {
    assert_eq!(data(&["--variables", "2000041"])[2], ["1.0"]);
    assert_eq!(
        data(&["--variables", "2000041", "--infer-integers"])[2],
        ["1"]
    );
}

#[test]
fn a_period_includes_both_bounds() {
    let rows = data(&[
        "--variables",
        "2000001",
        "--from",
        "2023-10-02T06:05:00",
        "--to",
        "2023-10-02T06:07:00",
    ]);
    let dates: Vec<_> = rows[1..].iter().map(|row| row[0].as_str()).collect();
    assert_eq!(
        dates,
        [
            "2023-10-02T06:05:00",
            "2023-10-02T06:06:00",
            "2023-10-02T06:07:00"
        ]
    );
    let day = data(&[
        "--variables",
        "2000001",
        "--from",
        "2023-10-03",
        "--to",
        "2023-10-03",
    ]);
    let on_that_day = dryer::rows()
        .iter()
        .filter(|row| row.date().day() == 3)
        .count();
    assert_eq!(day.len() - 1, on_that_day);
}

#[test]
fn a_preview_shows_the_first_rows_and_the_number_of_rows() {
    let table = demo(&[
        "data",
        "demo",
        "20",
        "--variables",
        "2000001",
        "--format",
        "table",
    ]);
    assert!(
        table.contains(&format!("20 of {} rows", dryer::rows().len())),
        "{table}"
    );
}

#[test]
fn a_reader_that_closes_the_pipe_is_not_an_error() {
    for format in ["csv", "json", "table"] {
        let folder = tempfile::tempdir().unwrap();
        let mut child = braincube(folder.path())
            .args([
                "--demo", "-q", "data", "demo", "20", "--all", "--format", format,
            ])
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(
            output.status.code(),
            Some(0),
            "{format}: {}",
            stderr(&output)
        );
        assert_eq!(stderr(&output), "", "{format}");
    }
}

#[test]
fn the_summary_names_the_file_the_rows_and_the_received_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let run = |options: &[&str]| {
        let mut command = braincube(folder.path());
        command.args(["--demo", "data", "demo", "20", "--variables", "2000001"]);
        stderr(&command.args(options).output().unwrap())
    };
    let summary = "9,220 rows, 1 column (";
    let to_file = run(&["-o", "dryer.csv"]);
    assert!(
        to_file.starts_with(&format!("wrote dryer.csv: {summary}")),
        "{to_file}"
    );
    assert!(to_file.ends_with(" KiB received)\n"), "{to_file}");
    assert!(run(&[]).starts_with(summary));
    assert_eq!(run(&["-q"]), "");
}
