//! Failures: one line on standard error, exit code 1, and no secret.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;

use braincube_sim::Simulator;
use tokio::net::TcpSocket;

use crate::command::{braincube, stderr};

const TOKEN: &str = "canary-7f3a9c51d2e84b60";

pub(crate) fn config(folder: &Path, base: &str) {
    let text =
        serde_json::json!({"sso_base_url": base, "braincube_base_url": base, "api_key": TOKEN});
    std::fs::write(folder.join("config.json"), text.to_string()).unwrap();
}

/// Runs a command that must fail, and returns its error line.
fn failure(folder: &Path, arguments: &[&str]) -> String {
    let output = braincube(folder).args(arguments).output().unwrap();
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(
        output.stdout.is_empty(),
        "{arguments:?} printed to standard output"
    );
    assert!(!text.contains(&TOKEN[..12]), "the token is printed: {text}");
    let lines: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with("error: "))
        .collect();
    assert_eq!(lines.len(), 1, "{text}");
    lines[0].to_owned()
}

/// Runs a failing command against a simulator that accepts `token`. The command sends [`TOKEN`].
async fn against_simulator(token: &str, arguments: &[&str]) -> String {
    let simulator = Simulator::builder().token(token).start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    config(folder.path(), &simulator.url());
    let (path, arguments) = (folder.path().to_owned(), arguments.join("\n"));
    let run = move || failure(&path, &arguments.split('\n').collect::<Vec<_>>());
    tokio::task::spawn_blocking(run).await.unwrap()
}

#[tokio::test]
async fn h2_a_wrong_token_is_an_error_without_the_token() {
    let line = against_simulator("another-token", &["cubes"]).await;
    assert!(line.contains("401"), "{line}");
}

#[tokio::test]
async fn h5_a_memory_base_that_does_not_exist_is_named() {
    let line = against_simulator(TOKEN, &["data", "demo", "99", "--variables", "1"]).await;
    let expected = r#"no memory base 99 in braincube "demo"; did you mean 20 (Batch dryer)?"#;
    assert!(line.contains(expected), "{line}");
    let line = against_simulator(TOKEN, &["variables", "demo", "99"]).await;
    assert!(line.contains(expected), "{line}");
}

#[tokio::test]
async fn h5_a_braincube_that_does_not_exist_is_named() {
    let line = against_simulator(TOKEN, &["bases", "elsewhere"]).await;
    assert!(line.contains(r#"no braincube "elsewhere""#), "{line}");
    assert!(line.contains(r#"did you mean "demo"?"#), "{line}");
}

/// The error line of an extraction with this filter.
async fn with_filter(filter: &str) -> String {
    let arguments = [
        "data",
        "demo",
        "20",
        "--variables",
        "2000001",
        "--filter",
        filter,
    ];
    against_simulator(TOKEN, &arguments).await
}

#[tokio::test]
async fn h6_a_filter_on_another_memory_base_is_rejected_by_the_server() {
    let line = with_filter(r#"{"LESS":["mb21/d7",1]}"#).await;
    assert!(line.contains("400") && line.contains("mb21/d7"), "{line}");
}

#[tokio::test]
async fn i20_an_unknown_variable_of_a_filter_is_named() {
    let line = with_filter("not d200034 < 1").await;
    assert!(line.contains("not mb20/d200034 < 1"), "{line}");
    assert!(line.contains("2000034 (Agitator power)"), "{line}");
}

#[test]
fn n1_an_unreachable_server_is_named() {
    let address = closed_address();
    let folder = tempfile::tempdir().unwrap();
    config(folder.path(), &format!("http://{address}"));
    let line = failure(folder.path(), &["cubes", "--retry-for", "1s"]);
    assert!(
        line.contains("connect") && line.contains(&address.to_string()),
        "{line}"
    );
}

/// An address without a listener.
pub(crate) fn closed_address() -> SocketAddr {
    // A socket that is bound and does not listen keeps the port from the servers of other tests.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    Box::leak(Box::new(socket));
    address
}

#[test]
fn n24_retries_and_requests_are_limited_by_options_and_variables() {
    let folder = tempfile::tempdir().unwrap();
    config(folder.path(), &format!("http://{}", closed_address()));
    let line = failure(
        folder.path(),
        &["--retry-for", "0s", "data", "demo", "20", "--all"],
    );
    assert!(
        line.contains("connection refused") && !line.contains("attempts"),
        "{line}"
    );
    let output = braincube(folder.path())
        .arg("cubes")
        .env("BRAINCUBE_RETRY_FOR", "0s")
        .output()
        .unwrap();
    assert!(!stderr(&output).contains("attempts"), "{}", stderr(&output));
    let output = braincube(folder.path())
        .args(["config", "show", "--timeout", "2m", "--format", "csv"])
        .env("BRAINCUBE_RETRY_FOR", "30s")
        .output()
        .unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(
        shown.contains("retry_for,30s,") && shown.contains("BRAINCUBE_RETRY_FOR"),
        "{shown}"
    );
    assert!(shown.contains("timeout,120s,"), "{shown}");
    for (name, value) in [("BRAINCUBE_RETRY_FOR", "15"), ("BRAINCUBE_TIMEOUT", "0s")] {
        let output = braincube(folder.path())
            .arg("cubes")
            .env(name, value)
            .output()
            .unwrap();
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(
            text.contains(name) && text.contains("such as 15s"),
            "{text}"
        );
    }

    // A server that accepts connections and does not respond.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    config(
        folder.path(),
        &format!("http://{}", silent.local_addr().unwrap()),
    );
    let line = failure(folder.path(), &["cubes", "--timeout", "1s"]);
    assert!(line.contains("not done within 1s"), "{line}");
}

#[test]
fn n18_an_invalid_proxy_variable_is_reported_once_without_its_value() {
    let folder = tempfile::tempdir().unwrap();
    let site = serde_json::json!({"domain": "braincube.invalid", "api_key": TOKEN});
    std::fs::write(folder.path().join("config.json"), site.to_string()).unwrap();
    for arguments in [&["cubes"][..], &["data", "demo", "20", "--all"]] {
        let output = braincube(folder.path())
            .args(arguments)
            .env("HTTPS_PROXY", "\"http://user:canary@proxy:3128\"")
            .output()
            .unwrap();
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{text}");
        let expected =
            "the environment variable HTTPS_PROXY is not the address of a proxy; expected";
        assert_eq!(text.matches(expected).count(), 1, "{text}");
        assert!(!text.contains("canary") && !text.contains("3128"), "{text}");
    }
}

/// Sends this response to each request. Returns the address of the server.
fn serve(response: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(response.as_bytes());
        }
    });
    address
}

#[test]
fn h14_a_body_that_is_not_json_is_an_error_without_the_body() {
    for response in [
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 26\r\nConnection: close\r\n\r\n<html>secret page </html>\n",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 26\r\nConnection: close\r\n\r\n<html>secret page </html>\n",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\nConnection: close\r\n\r\nsecret words",
    ] {
        let folder = tempfile::tempdir().unwrap();
        config(folder.path(), &format!("http://{}", serve(response)));
        for arguments in [
            &["cubes"][..],
            &["variables", "demo", "20"],
            &["data", "demo", "20", "--all"],
        ] {
            let line = failure(folder.path(), arguments);
            assert!(line.contains("JSON"), "{line}");
            assert!(!line.contains("secret"), "{line}");
        }
    }
}

/// Serves these bodies by a part of their path; other paths have status 404. Returns the address of the server.
pub(crate) fn serve_paths(responses: &'static [(&'static str, &'static str)]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut head = [0; 4096];
            let read = stream.read(&mut head).unwrap_or_default();
            let head = String::from_utf8_lossy(&head[..read]).into_owned();
            let path = head.split(' ').nth(1).unwrap_or_default();
            let found = responses.iter().find(|(end, _)| path.contains(end));
            let (status, body) =
                found.map_or(("404 Not Found", "{}"), |(_, body)| ("200 OK", *body));
            let length = body.len();
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
            );
        }
    });
    address
}

pub(crate) const SIMPLE: (&str, &str) = ("/simple", r#"{"reference": "mb20/d1"}"#);

#[test]
fn h26_an_error_with_status_200_is_shown_without_the_token() {
    for (body, expected) in [
        (
            r#"{"error": {"message": "no luck"}}"#,
            "the server says: no luck",
        ),
        (
            r#"{"error": {"message": "bad token canary-7f3a9c51d2e84b60"}}"#,
            "the server says: bad token [credential]",
        ),
    ] {
        let responses = Box::leak(Box::new([SIMPLE, ("/LF", body)]));
        let folder = tempfile::tempdir().unwrap();
        config(folder.path(), &format!("http://{}", serve_paths(responses)));
        let line = failure(folder.path(), &["data", "demo", "20", "--variables", "1,2"]);
        assert!(
            line.contains("datadefs") && line.contains(expected),
            "{line}"
        );
    }
}

#[test]
fn h14_data_that_is_not_json_is_an_error_without_the_body() {
    let responses = &[SIMPLE, ("/LF", "<html>secret page</html>")];
    let folder = tempfile::tempdir().unwrap();
    config(folder.path(), &format!("http://{}", serve_paths(responses)));
    let line = failure(folder.path(), &["data", "demo", "20", "--variables", "1"]);
    assert!(line.contains("JSON") && !line.contains("secret"), "{line}");
}

#[test]
fn j20_valid_entities_are_printed_before_an_invalid_one_fails_the_command() {
    const LIST: &str =
        r#"{"items": [{"bcId": 1, "standard": "A"}, {"standard": "B"}, {"bcId": 3}]}"#;
    // The second page starts with the last entity of the first and has no other.
    let responses = &[
        ("offset=0", LIST),
        ("offset=2", r#"{"items": [{"bcId": 3}]}"#),
    ];
    let folder = tempfile::tempdir().unwrap();
    config(folder.path(), &format!("http://{}", serve_paths(responses)));
    let output = braincube(folder.path())
        .args(["variables", "demo", "20"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let rows = String::from_utf8(output.stdout.clone()).unwrap();
    assert_eq!(
        rows,
        "bcId,name,standard,tag,local,type\n1,A,A,,,\n3,,,,,\n"
    );
    assert!(stderr(&output).contains("items[1]"), "{}", stderr(&output));
}

#[test]
fn h23_an_empty_page_with_status_200_does_not_end_a_list() {
    let responses = &[("/summary", "")];
    let folder = tempfile::tempdir().unwrap();
    config(folder.path(), &format!("http://{}", serve_paths(responses)));
    let line = failure(folder.path(), &["bases", "demo"]);
    assert!(line.contains("empty"), "{line}");
}

#[test]
fn v3_infinities_are_kept_and_reported() {
    const DATA: &str =
        r#"{"datadefs": [{"id": "mb20/d1", "type": "NUMERIC", "data": ["inf", "-inf", "?"]}]}"#;
    let responses = &[SIMPLE, ("/LF", DATA)];
    let folder = tempfile::tempdir().unwrap();
    config(folder.path(), &format!("http://{}", serve_paths(responses)));
    let run = |format| {
        let arguments = ["data", "demo", "20", "--variables", "1", "--format", format];
        braincube(folder.path()).args(arguments).output().unwrap()
    };
    let csv = run("csv");
    assert!(
        String::from_utf8(csv.stdout)
            .unwrap()
            .starts_with("1\ninf\n-inf\n")
    );
    let expected = "column mb20/d1: 2 numbers kept as infinite; the first in row 0: \"inf\"";
    for format in ["csv", "parquet", "arrow"] {
        let output = run(format);
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    }
    let json = run("json");
    assert_eq!(json.status.code(), Some(0));
    assert!(stderr(&json).contains("2 such values"), "{}", stderr(&json));
}

#[test]
fn j15_an_unknown_type_is_reported() {
    const DATA: &str = r#"{"datadefs": [{"id": "mb20/d1", "type": "numeric", "data": ["007"]}]}"#;
    let responses = &[SIMPLE, ("/LF", DATA)];
    let folder = tempfile::tempdir().unwrap();
    config(folder.path(), &format!("http://{}", serve_paths(responses)));
    let mut command = braincube(folder.path());
    let output = command.args(["data", "demo", "20", "--variables", "1", "--strict"]);
    let output = output.output().unwrap();
    assert_eq!(output.stdout, b"1\n007\n");
    for expected in [
        "WARN the type of variable mb20/d1 is unknown; the values are kept as text",
        "column mb20/d1: its type \"numeric\" is not known, its values stay text",
    ] {
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    }
}

/// A variable that is described without a type, and the data of another one.
const WITHOUT_TYPE: &[(&str, &str)] = &[
    SIMPLE,
    ("/variables/2/extended", r#"{"bcId": 2}"#),
    ("/variables/3/extended", r#"{"bcId": 2, "type": "NUMERIC"}"#),
    (
        "/LF",
        r#"{"datadefs": [{"id": "mb20/d1", "type": "NUMERIC", "data": ["7"]}]}"#,
    ),
];

#[test]
fn i21_a_filter_on_a_variable_of_unknown_type_prints_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    config(
        folder.path(),
        &format!("http://{}", serve_paths(WITHOUT_TYPE)),
    );
    let mut command = braincube(folder.path());
    let output = command.args([
        "data",
        "demo",
        "20",
        "--variables",
        "1",
        "--filter",
        "d2 > 5",
    ]);
    let output = output.output().unwrap();
    assert_eq!(output.stdout, b"1\n7.0\n");
    let expected =
        "WARN the type of variable mb20/d2 is unknown; the literals of filters are sent unchanged";
    assert!(stderr(&output).contains(expected), "{}", stderr(&output));
}

#[test]
fn i22_a_description_of_another_variable_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    config(
        folder.path(),
        &format!("http://{}", serve_paths(WITHOUT_TYPE)),
    );
    for arguments in [
        &["show", "demo", "20", "variable", "3"][..],
        &[
            "data",
            "demo",
            "20",
            "--variables",
            "1",
            "--filter",
            "d3 > 5",
        ],
    ] {
        let line = failure(folder.path(), arguments);
        assert!(line.contains("the response describes 2 instead"), "{line}");
    }
}

#[test]
fn v6_a_number_out_of_range_is_rounded_and_reported() {
    const DATA: &str =
        r#"{"datadefs": [{"id": "mb20/d1", "type": "NUMERIC", "data": [1.5, 1e999]}]}"#;
    let responses = &[SIMPLE, ("/LF", DATA)];
    let folder = tempfile::tempdir().unwrap();
    config(folder.path(), &format!("http://{}", serve_paths(responses)));
    let arguments = ["data", "demo", "20", "--variables", "1"];
    let output = braincube(folder.path()).args(arguments).output().unwrap();
    assert_eq!(output.stdout, b"1\n1.5\ninf\n");
    let expected =
        "1 number rounded to what a 64-bit float can hold; the first in row 1: \"1e999\"";
    assert!(stderr(&output).contains(expected), "{}", stderr(&output));
}

#[test]
fn control_characters_of_a_name_are_escaped_in_an_error() {
    const LIST: &str = r#"{"items": [{"bcId": 21, "standard": "Speed\u001b]0;gone\u0007"}]}"#;
    let responses = &[SIMPLE, ("offset=0", LIST), ("/summary", r#"{"items": []}"#)];
    let folder = tempfile::tempdir().unwrap();
    config(folder.path(), &format!("http://{}", serve_paths(responses)));
    let line = failure(folder.path(), &["data", "demo", "20", "--variables", "2"]);
    assert!(
        line.contains(r"did you mean 21 (Speed\u001b]0;gone\u0007)"),
        "{line}"
    );
    assert!(!line.contains('\u{1b}'), "{line}");
}

#[test]
fn a_missing_configuration_is_an_error_that_names_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let line = failure(folder.path(), &["cubes"]);
    assert!(line.contains("config.json"), "{line}");
}

#[test]
fn c1_a_missing_file_of_the_config_option_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    config(folder.path(), "http://127.0.0.1:1");
    let line = failure(folder.path(), &["--config", "typo.json", "cubes"]);
    assert!(line.contains("typo.json"), "{line}");
}

#[test]
fn an_invalid_filter_is_wrong_usage() {
    let folder = tempfile::tempdir().unwrap();
    for filter in ["{", r#"{"AND":[]}"#, "d2000034 >", "2000034 = 1"] {
        let output = braincube(folder.path())
            .args(["--demo", "data", "demo", "20", "--all", "--filter", filter])
            .output()
            .unwrap();
        assert_eq!(
            output.status.code(),
            Some(2),
            "{filter}: {}",
            stderr(&output)
        );
    }
}

#[test]
fn j20_a_name_is_found_in_a_list_with_an_invalid_entity() {
    const LIST: &str = r#"{"items": [{"bcId": 1, "standard": "A"}, {"standard": "B"}]}"#;
    const DATA: &str = r#"{"datadefs": [{"id": "mb20/d1", "type": "NUMERIC", "data": ["1.5"]}]}"#;
    let responses = &[
        SIMPLE,
        ("offset=0", LIST),
        ("/summary", r#"{"items": []}"#),
        ("/LF", DATA),
    ];
    let folder = tempfile::tempdir().unwrap();
    config(folder.path(), &format!("http://{}", serve_paths(responses)));
    let output = braincube(folder.path())
        .args(["data", "demo", "20", "--variables", "A"])
        .output()
        .unwrap();
    let message = stderr(&output);
    assert!(output.status.success(), "{message}");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "1\n1.5\n");
    assert!(message.contains("items[1]"), "{message}");
}

#[test]
fn v4_a_number_with_spaces_is_accepted_with_trim() {
    const DATA: &str =
        r#"{"datadefs": [{"id": "mb20/d1", "type": "NUMERIC", "data": ["1.5", " 7 "]}]}"#;
    let responses = &[SIMPLE, ("/LF", DATA)];
    let folder = tempfile::tempdir().unwrap();
    config(folder.path(), &format!("http://{}", serve_paths(responses)));
    let arguments = ["data", "demo", "20", "--variables", "1"];
    let line = failure(folder.path(), &arguments);
    assert!(line.contains("mb20/d1") && line.contains("row 1"), "{line}");
    let output = braincube(folder.path())
        .args(arguments)
        .arg("--trim")
        .output()
        .unwrap();
    let message = stderr(&output);
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "1\n1.5\n7.0\n");
    assert!(
        message.contains("1 cell surrounding white space removed"),
        "{message}"
    );
}

#[test]
fn a_job_or_group_without_variables_is_named() {
    let responses = &[
        SIMPLE,
        ("/jobs/574/extended", r#"{"bcId": 574, "name": "bare"}"#),
        (
            "/dataGroups/11/extended",
            r#"{"bcId": 11, "variables": []}"#,
        ),
    ];
    let folder = tempfile::tempdir().unwrap();
    config(folder.path(), &format!("http://{}", serve_paths(responses)));
    let line = failure(folder.path(), &["data", "demo", "20", "--job", "574"]);
    assert!(line.contains("job 574"), "{line}");
    let line = failure(folder.path(), &["data", "demo", "20", "--group", "11"]);
    assert!(line.contains("data group 11"), "{line}");
}

#[tokio::test]
async fn h5_an_unknown_braincube_is_an_error_that_lists_the_existing_ones() {
    for arguments in [
        &["bases", "Demo"][..],
        &["variables", "Demo", "20"],
        &["data", "Demo", "20", "--variables", "2000001"],
    ] {
        let line = against_simulator(TOKEN, arguments).await;
        assert!(line.contains(r#"no braincube "Demo""#), "{line}");
        assert!(line.contains(r#"did you mean "demo"?"#), "{line}");
    }
}

#[test]
fn missing_cells_of_hundreds_of_columns_are_reported_in_one_line() {
    let columns: Vec<_> = (1..=300)
        .map(|id| format!(r#"{{"id":"mb20/d{id}","type":"NUMERIC","data":["nan"]}}"#))
        .collect();
    let data = format!(r#"{{"datadefs":[{}]}}"#, columns.join(","));
    let responses = Box::leak(Box::new([SIMPLE, ("/LF", &*data.leak())]));
    let folder = tempfile::tempdir().unwrap();
    config(folder.path(), &format!("http://{}", serve_paths(responses)));
    let ids: Vec<_> = (1..=300).map(|id| id.to_string()).collect();
    let arguments = ["data", "demo", "20", "--variables", &ids.join(",")];
    let messages = |more: &[&str]| {
        let output = braincube(folder.path()).args(arguments).args(more).output();
        stderr(&output.unwrap())
    };
    let short = messages(&[]);
    let lines = short.lines().filter(|line| !line.contains("config.json"));
    assert_eq!(lines.count(), 2, "{short}");
    assert!(
        short.contains("300 cells without a value, in 300 columns"),
        "{short}"
    );
    let full = messages(&["-v"]);
    assert!(
        full.contains("column mb20/d299: 1 cell without a value"),
        "{full}"
    );
}
