//! Numeric columns with cells that are not numbers.

use std::path::Path;
use std::process::Output;

use braincube_sim::{Fault, Simulator};

use crate::command::{braincube, csv_rows, stderr};

/// A simulator that responds to each extraction with two numeric columns that contain words.
async fn simulator(folder: &Path) -> Simulator {
    let body = r##"{"datadefs":[
        {"id":"mb20/d2000034","type":"NUMERIC","data":["1"," Bad Input","nan","2"]},
        {"id":"mb20/d2000036","type":"NUMERIC","data":["1","#N/A","3","4"]}]}"##;
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length";
    let response = format!("{head}: {}\r\n\r\n{body}", body.len());
    let fault = Fault::raw(response.into_bytes()).on("/LF");
    let simulator = Simulator::builder().fault(fault).start().await.unwrap();
    std::fs::write(folder.join("config.json"), simulator.config_json()).unwrap();
    simulator
}

fn data(folder: &Path, options: &[&str]) -> Output {
    let mut command = braincube(folder);
    command.args(["data", "demo", "20", "--variables", "2000034,2000036"]);
    command.args(options).output().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn v22_bad_cells_are_listed_with_the_options_that_read_them() {
    let folder = tempfile::tempdir().unwrap();
    let _simulator = simulator(folder.path()).await;
    let output = data(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    let message = stderr(&output);
    for text in [
        "2 cells in 2 columns cannot be read",
        "column mb20/d2000034, row 1: expected a number, found \" Bad Input\"",
        "column mb20/d2000036, row 1: expected a number, found \"#N/A\"",
        "--on-bad-cell null",
    ] {
        assert!(message.contains(text), "{message}");
    }
    assert!(output.stdout.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn v23_v25_v26_options_select_the_values_of_bad_cells_nulls_and_nan() {
    let folder = tempfile::tempdir().unwrap();
    let _simulator = simulator(folder.path()).await;
    let null = ["--null", "Bad Input", "--null", "#N/A"];
    let bad = ["--on-bad-cell", "null"];
    let keep = ["--nan", "keep", "--on-bad-cell", "null", "--labels", "text"];
    for (options, third) in [(&null[..], ""), (&bad[..], ""), (&keep[..], "NaN")] {
        let output = data(folder.path(), options);
        assert!(output.status.success(), "{}", stderr(&output));
        let rows = csv_rows(&String::from_utf8(output.stdout.clone()).unwrap());
        let expected = [["1.0", "1.0"], ["", ""], [third, "3.0"], ["2.0", "4.0"]];
        assert_eq!(rows[1..], expected, "{options:?}");
        let message = stderr(&output);
        let is_reported = message.contains(
            "column mb20/d2000034: 1 cell not a number, null; the first in row 1: \" Bad Input\"",
        );
        assert_eq!(is_reported, options != &null[..], "{message}");
    }
    // The other word is still an error.
    let output = data(folder.path(), &["--null", "Bad Input"]);
    let message = stderr(&output);
    assert!(
        message.contains("1 cell cannot be read") && message.contains("#N/A"),
        "{message}"
    );
}

#[test]
fn v23_strict_and_null_for_bad_cells_contradict_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let output = data(folder.path(), &["--strict", "--on-bad-cell", "null"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--strict"), "{}", stderr(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn i41_a_list_of_numbers_is_rejected_with_an_alternative() {
    let folder = tempfile::tempdir().unwrap();
    let simulator = simulator(folder.path()).await;
    let list = r#"{"EQUALS":["mb20/d2000034",[0.1,0.2]]}"#;
    let output = data(folder.path(), &["--filter", list]);
    assert!(!output.status.success());
    let message = stderr(&output);
    assert!(
        message.contains("numbers are compared one by one"),
        "{message}"
    );
    assert_eq!(simulator.requests().len(), 0, "{message}");
}
