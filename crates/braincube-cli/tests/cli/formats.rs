//! The format of data: by the extension of `-o` or by `--format`.

use std::path::Path;
use std::process::Output;

use crate::command::{braincube, csv_rows, demo, stderr};
use crate::failures::{SIMPLE, config, serve_paths};

const DATA: [&str; 6] = ["--demo", "data", "demo", "20", "--variables", "2000034"];

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = braincube(folder);
    command.args(DATA).args(arguments).output().unwrap()
}

#[test]
fn a_file_without_a_known_extension_has_the_format_of_the_option() {
    let folder = tempfile::tempdir().unwrap();
    for (name, format, magic) in [
        ("out", "parquet", &b"PAR1"[..]),
        ("out.dat", "arrow", b"ARROW1"),
        ("out.txt", "csv", b"2000034\n"),
        ("out.parquet", "parquet", b"PAR1"),
    ] {
        let output = run(folder.path(), &["-o", name, "--format", format]);
        assert!(output.status.success(), "{name}: {}", stderr(&output));
        assert!(output.stdout.is_empty(), "{name}");
        let bytes = std::fs::read(folder.path().join(name)).unwrap();
        assert!(bytes.starts_with(magic), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn a_device_gets_the_format_of_the_option() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &["-o", "/dev/null", "--format", "csv"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let shown = run(folder.path(), &["-o", "/dev/stdout", "--format", "csv"]);
    assert_eq!(shown.stdout, run(folder.path(), &[]).stdout);
    for path in ["-", "-.parquet", "/dev/stdout"] {
        let output = run(folder.path(), &["-o", path, "--format", "parquet"]);
        assert!(output.stdout.starts_with(b"PAR1"), "{}", stderr(&output));
    }
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
}

/// Other programs may write to a file that a shell has opened for appending.
#[cfg(target_os = "linux")]
#[test]
fn standard_output_is_appended_to_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.csv");
    std::fs::write(&path, "before\n").unwrap();
    let file = std::fs::File::options().append(true).open(&path).unwrap();
    let mut command = braincube(folder.path());
    command
        .args(DATA)
        .args(["-o", "/dev/stdout", "--format", "csv"]);
    assert!(command.stdout(file).status().unwrap().success());
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.starts_with("before\n2000034\n"), "{:?}", &text[..20]);
}

#[test]
fn contradicting_formats_are_wrong_usage_that_names_both() {
    let folder = tempfile::tempdir().unwrap();
    for (path, format, expected) in [
        ("out.parquet", "csv", "parquet, but --format says csv"),
        ("-.csv", "json", "csv, but --format says json"),
        ("out.csv", "table", "csv, but --format says table"),
        ("out", "table", "a file cannot be written as table"),
    ] {
        let output = run(folder.path(), &["-o", path, "--format", format]);
        assert_eq!(output.status.code(), Some(2), "{path}");
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
        assert!(output.stdout.is_empty());
    }
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
}

#[test]
fn a_list_in_a_format_of_data_is_wrong_usage() {
    let folder = tempfile::tempdir().unwrap();
    for command in ["cubes", "bases demo", "jobs demo 20", "rules demo 20"] {
        let line = format!("--config absent.json {command} --format parquet");
        let output = braincube(folder.path()).args(line.split(' ')).output();
        let output = output.unwrap();
        assert_eq!(output.status.code(), Some(2), "{command}");
        assert!(
            stderr(&output).contains("only for data"),
            "{}",
            stderr(&output)
        );
    }
}

#[test]
fn i4_a_single_id_is_one_variable_and_not_its_digits() {
    for id in ["2000034", "mb20/d2000034"] {
        let csv = demo(&["data", "demo", "20", "--variables", id]);
        assert_eq!(csv_rows(&csv)[0], ["2000034"], "{id}");
    }
}

#[test]
fn i5_an_empty_name_of_a_variable_is_wrong_usage() {
    let folder = tempfile::tempdir().unwrap();
    for list in ["", "2000001,,2000034", "2000001,", "\"\""] {
        let arguments = ["--config", "absent.json", "data", "demo", "20"];
        let mut command = braincube(folder.path());
        let output = command.args(arguments).args(["--variables", list]);
        let output = output.output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{list}");
        let message = stderr(&output);
        assert!(message.contains("of the list is empty"), "{message}");
    }
}

#[test]
fn i13_an_unknown_label_is_a_usage_error_that_lists_the_labels() {
    let folder = tempfile::tempdir().unwrap();
    for label in ["name", "STANDARD", ""] {
        let output = run(folder.path(), &["--label", label]);
        assert_eq!(output.status.code(), Some(2), "{label}");
        assert!(output.stdout.is_empty(), "{label}");
        let message = stderr(&output);
        for known in ["bcid", "standard", "tag", "local"] {
            assert!(message.contains(known), "{label}: {message}");
        }
    }
}

#[test]
fn the_help_of_a_command_lists_its_own_options_separately() {
    let folder = tempfile::tempdir().unwrap();
    for command in ["cubes", "data", "sim"] {
        let output = braincube(folder.path()).args([command, "-h"]).output();
        let help = String::from_utf8(output.unwrap().stdout).unwrap();
        let (own, of_all) = help.split_once("Options of every command:").unwrap();
        for option in [
            "--config",
            "--profile",
            "--demo",
            "--format",
            "--verbose",
            "--quiet",
        ] {
            assert!(!lists(own, option), "{own}");
            assert!(lists(of_all, option), "{of_all}");
        }
        assert!(lists(own, "--help"), "{help}");
    }
}

/// Whether a help text has a line for an option, with or without its short form.
fn lists(help: &str, option: &str) -> bool {
    let mut lines = help.lines().map(str::trim_start);
    lines.any(|line| {
        let line = line
            .split_once(", ")
            .map_or(line, |(short, long)| match short.len() {
                2 => long,
                _ => line,
            });
        line.starts_with(option)
    })
}

#[test]
fn v20_csv_distinguishes_an_empty_text_from_a_null() {
    const DATA: &str = r#"{"datadefs": [
        {"id": "mb20/d1", "type": "DISCRETE", "data": ["", null, "a"]},
        {"id": "mb20/d2", "type": "NUMERIC", "data": ["1", "", null]}]}"#;
    const LIST: &str =
        r#"{"items": [{"bcId": 1, "standard": "", "tag": "T"}, {"bcId": 2, "standard": "S"}]}"#;
    let responses = &[
        SIMPLE,
        ("/LF", DATA),
        ("offset=0", LIST),
        ("offset=1", r#"{"items": [{"bcId": 2}]}"#),
        ("offset=", r#"{"items": []}"#),
    ];
    let folder = tempfile::tempdir().unwrap();
    config(folder.path(), &format!("http://{}", serve_paths(responses)));
    let run = |arguments: &[&str]| {
        let output = braincube(folder.path()).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        output
    };
    let data = ["data", "demo", "20", "--variables"];
    let both = run(&[&data[..], &["1,2"]].concat());
    assert_eq!(both.stdout, b"1,2\n\"\",1.0\n,\na,\n");
    run(&[&data[..], &["1,2", "-o", "out.csv"]].concat());
    assert_eq!(
        std::fs::read(folder.path().join("out.csv")).unwrap(),
        both.stdout
    );
    let list = run(&["variables", "demo", "20"]);
    let rows = "bcId,name,standard,tag,local,type\n1,\"\",\"\",T,,\n2,S,S,,,\n";
    assert_eq!(String::from_utf8(list.stdout).unwrap(), rows);
}

#[test]
fn v21_nulls_of_the_only_column_are_empty_lines_and_are_reported() {
    const DATA: &str =
        r#"{"datadefs": [{"id": "mb20/d1", "type": "DISCRETE", "data": ["", null, "a"]}]}"#;
    let folder = tempfile::tempdir().unwrap();
    config(
        folder.path(),
        &format!("http://{}", serve_paths(&[SIMPLE, ("/LF", DATA)])),
    );
    let data = ["data", "demo", "20", "--variables", "1"];
    let output = braincube(folder.path()).args(data).output().unwrap();
    assert_eq!(output.stdout, b"1\n\"\"\n\na\n");
    let expected = "1 null of the only column is written as an empty line";
    assert!(stderr(&output).contains(expected), "{}", stderr(&output));
}
