//! `request` and `completions`.

use braincube_sim::Simulator;
use serde_json::Value;

use crate::command::{braincube, demo, stderr};

const SIMPLE: &str = "braincube/demo/braindata/mb20/simple";
const LF: &str = "braincube/demo/braindata/mb20/LF";
const BODY: &str = r#"{"order": "mb20/d2000001", "definitions": ["mb20/d2000034"],
    "context": {"dataSource": "mb20", "filter": {"GREAT": ["mb20/d2000034", 185]}}}"#;

#[test]
fn request_prints_the_json_of_a_path() {
    let response: Value = serde_json::from_str(&demo(&["request", SIMPLE])).unwrap();
    assert_eq!(response["order"], "mb20/d2000001");
    let me: Value =
        serde_json::from_str(&demo(&["request", "sso-server/ws/user/me", "--sso"])).unwrap();
    assert!(me["accessList"].is_array());
}

#[test]
fn a_body_is_posted_from_the_argument_or_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("body.json");
    std::fs::write(&file, BODY).unwrap();
    let from_line = demo(&["request", LF, "--body", BODY]);
    let from_file = format!("@{}", file.display());
    let from_file = demo(&[
        "request", LF, "--method", "post", "--body", &from_file, "--raw",
    ]);
    assert_eq!(from_line.trim_end(), from_file.trim_end());
    let response: Value = serde_json::from_str(&from_line).unwrap();
    assert_eq!(response["datadefs"][0]["id"], "mb20/d2000034");
}

#[test]
fn a_failed_request_prints_one_line_and_exits_with_code_1() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, text) in [
        (vec!["request", "braincube/nowhere"], "404"),
        (vec!["request", SIMPLE, "--method", "DELETE"], "405"),
        (
            vec!["request", "https://elsewhere.example/"],
            "names a server",
        ),
        (
            vec!["request", LF, "--body", "@no-such-file"],
            "cannot read no-such-file",
        ),
    ] {
        let output = braincube(folder.path())
            .arg("--demo")
            .args(&arguments)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let line = stderr(&output);
        assert!(
            line.contains(text) && line.lines().count() == 1,
            "{arguments:?}: {line}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_placeholder_is_replaced_by_the_braincube() {
    let simulator = Simulator::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let config = serde_json::json!({
        "sso_base_url": simulator.sso_base_url(),
        "braincube_base_url": simulator.placeholder_base_url(),
        "api_key": simulator.token(),
    });
    std::fs::write(folder.path().join("config.json"), config.to_string()).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = braincube(folder.path());
        command.arg("request").args(arguments).output().unwrap()
    };
    let output = run(&["braindata/mb20/simple", "--cube", "demo"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let response: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(response["order"], "mb20/d2000001");
    let requests = simulator.requests();
    assert_eq!(
        requests[0].path_and_query(),
        "/at/demo/braindata/mb20/simple"
    );

    let output = run(&["braindata/mb20/simple"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("--cube"), "{}", stderr(&output));
    assert_eq!(simulator.request_count(), 1);
}

#[test]
fn completions_contain_each_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = demo(&["completions", shell]);
        for command in ["cubes", "groups", "conditions", "request", "completions"] {
            assert!(script.contains(command), "{shell} has no {command}");
        }
    }
}
