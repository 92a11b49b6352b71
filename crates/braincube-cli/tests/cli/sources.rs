//! Options that read their value from a file or from standard input.

use std::path::Path;
use std::process::{Output, Stdio};

use braincube_sim::Simulator;

use crate::command::{braincube, demo, stderr};

const BETWEEN: &str = r#"{"BETWEEN":["mb20/d2000034",20,40]}"#;
const LF: &str = "braincube/demo/braindata/mb20/LF";
const BODY: &str = r#"{"order": "mb20/d2000001", "definitions": ["mb20/d2000034"],
    "context": {"dataSource": "mb20", "filter": {"GREAT": ["mb20/d2000034", 185]}}}"#;

fn with_input(folder: &Path, arguments: &[&str], input: &str) -> Output {
    use std::io::Write as _;
    let mut command = braincube(folder);
    command.args(["--demo", "-q"]).args(arguments);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A command with invalid arguments does not read its input.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}", stderr(output));
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn f13_filters_and_variables_are_read_from_files() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("filter.json", &format!("\u{feff}{BETWEEN}\n"));
    write("filter.txt", "d2000034 >= 20\n  and d2000034 <= 40\n");
    write("variables.txt", "2000001\r\n\r\n2000034, \"Lot\"\r\n");
    let data = ["data", "demo", "20"];
    let direct = ["--variables", "2000001,2000034,Lot", "--filter", BETWEEN];
    let expected = demo(&[&data[..], &direct].concat());
    assert!(expected.lines().count() > 2);
    for (variables, filter) in [
        ("@variables.txt", "@filter.json"),
        ("@variables.txt", "@filter.txt"),
        ("@./variables.txt", "@filter.txt"),
    ] {
        let from_files = ["--variables", variables, "--filter", filter];
        let output = with_input(folder.path(), &[&data[..], &from_files].concat(), "");
        assert_eq!(text(&output), expected, "{variables} {filter}");
    }
}

#[test]
fn f13_standard_input_is_read_once() {
    let folder = tempfile::tempdir().unwrap();
    let filters = demo(&["conditions", "demo", "20", "event", "103"]);
    let data = ["data", "demo", "20", "--variables", "2000001", "--filter"];
    let expected = demo(&[&data[..], &[&filters]].concat());
    for dash in ["-", "@-"] {
        let output = with_input(folder.path(), &[&data[..], &[dash]].concat(), &filters);
        assert_eq!(text(&output), expected);
    }
    let variables = ["data", "demo", "20", "--variables", "-"];
    let output = with_input(folder.path(), &variables, "2000034\n2000001\n");
    assert!(text(&output).starts_with("2000034,2000001\n"));
    let body = with_input(folder.path(), &["request", LF, "--body", "-"], BODY);
    assert_eq!(text(&body), demo(&["request", LF, "--body", BODY]));

    let twice = ["data", "demo", "20", "--variables", "-", "--filter", "-"];
    let output = with_input(folder.path(), &twice, "2000034");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("standard input can be read once"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn f13_a_text_that_begins_with_an_at_sign_is_escaped_or_quoted() {
    let folder = tempfile::tempdir().unwrap();
    for list in ["@@Speed", "\"@Speed\""] {
        let output = with_input(
            folder.path(),
            &["data", "demo", "20", "--variables", list],
            "",
        );
        assert_eq!(output.status.code(), Some(1));
        assert!(
            stderr(&output).contains("\"@Speed\""),
            "{}",
            stderr(&output)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn f14_an_unreadable_argument_is_an_error_before_the_first_request() {
    let simulator = Simulator::start().await.unwrap();
    let config = simulator.config_json();
    let checked = tokio::task::spawn_blocking(move || {
        let folder = tempfile::tempdir().unwrap();
        let write =
            |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
        write("config.json", config.as_bytes());
        write("big.json", &vec![b' '; (16 << 20) + 1]);
        write("latin1.txt", b"Temp\xe9rature");
        write("empty.txt", b"\n \n");
        write("wrong.txt", b"2000034\n2000001,,2000002\n");
        write("wrong.json", b"{\"LESS\":[1]}");
        for (option, value, code, expected) in [
            (
                "--filter",
                "@absent.json",
                1,
                "cannot read absent.json: No such file",
            ),
            ("--filter", "@.", 1, "cannot read .: "),
            (
                "--filter",
                "@big.json",
                1,
                "cannot read big.json: it is larger than 16 MiB",
            ),
            ("--filter", "@wrong.json", 2, "(in wrong.json)"),
            (
                "--variables",
                "@absent.txt",
                1,
                "cannot read absent.txt: No such file",
            ),
            (
                "--variables",
                "@latin1.txt",
                1,
                "cannot read latin1.txt: it is not UTF-8 text",
            ),
            (
                "--variables",
                "@empty.txt",
                2,
                "--variables: found no variables (in empty.txt)",
            ),
            (
                "--variables",
                "@wrong.txt",
                2,
                "--variables: line 2: name 2 of the list is empty (in wrong.txt)",
            ),
        ] {
            let mut arguments = vec!["data", "demo", "20", option, value];
            if option == "--filter" {
                arguments.push("--all");
            }
            let output = braincube(folder.path()).args(&arguments).output().unwrap();
            let message = stderr(&output);
            assert_eq!(output.status.code(), Some(code), "{value}: {message}");
            assert!(
                message.contains(expected) && message.lines().count() == 1,
                "{value}: {message}"
            );
        }
        let request = ["request", LF, "--body", "@big.json"];
        let output = braincube(folder.path()).args(request).output().unwrap();
        assert!(
            stderr(&output).contains("larger than 16 MiB"),
            "{}",
            stderr(&output)
        );
    });
    checked.await.unwrap();
    assert_eq!(simulator.request_count(), 0);
}
