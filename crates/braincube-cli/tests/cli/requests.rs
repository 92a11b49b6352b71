//! The requests of each command.

use braincube_sim::Simulator;

use crate::command::{braincube, stderr};

/// The arguments of each command.
const COMMANDS: &[&[&str]] = &[
    &["cubes"],
    &["bases", "demo"],
    &["variables", "demo", "20"],
    &["groups", "demo", "20"],
    &["events", "demo", "20"],
    &["jobs", "demo", "20"],
    &["rules", "demo", "20"],
    &["rules", "demo", "20", "--job", "573"],
    &["show", "demo", "20"],
    &["show", "demo", "20", "job", "573"],
    &["conditions", "demo", "20", "event", "103"],
    &["conditions", "demo", "20", "job", "573"],
    &["conditions", "demo", "20", "job", "573", "--events"],
    &["data", "demo", "20", "--variables", "2000034,2000001"],
    &[
        "data",
        "demo",
        "20",
        "--variables",
        "2000034",
        "--label",
        "tag",
    ],
    &["data", "demo", "20", "--variables", "Lot,DRY1.JT.110.PV"],
    &[
        "data",
        "demo",
        "20",
        "--variables",
        "Lot,DRY1.JT.110.PV",
        "--label",
        "tag",
    ],
    &[
        "data",
        "demo",
        "20",
        "--variables",
        "2000034",
        "--last",
        "30d",
    ],
    &["data", "demo", "20", "--group", "11"],
    &["data", "demo", "20", "--group", "10", "--label", "standard"],
    &["data", "demo", "20", "--job", "573"],
    &["data", "demo", "20", "--job", "573", "--label", "standard"],
    &["data", "demo", "20", "--all"],
    &[
        "data",
        "demo",
        "20",
        "--all",
        "--label",
        "local",
        "--from",
        "2023-10-18",
    ],
    &["request", "braincube/demo/braindata/mb20/simple"],
];

/// The requests of a command in alphabetical order: some are sent concurrently.
fn requests(simulator: &Simulator, seen: usize) -> String {
    let all = simulator.requests();
    let line = |request: &braincube_sim::LoggedRequest| {
        format!("\n  {} {}", request.method(), request.path_and_query())
    };
    let mut lines: Vec<_> = all[seen..].iter().map(line).collect();
    lines.sort();
    let lines = lines.concat();
    let lines = lines.replace("/braincube/demo/braincube/mb", "…");
    lines.replace("/braincube/demo/braindata", "…")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_requests_of_each_command() {
    let simulator = Simulator::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("config.json"), simulator.config_json()).unwrap();
    let mut log = Vec::new();
    for arguments in COMMANDS {
        let seen = simulator.requests().len();
        let run = || braincube(folder.path()).arg("-q").args(*arguments).output();
        let output = tokio::task::block_in_place(run).unwrap();
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            stderr(&output)
        );
        log.push(format!(
            "{}{}",
            arguments.join(" "),
            requests(&simulator, seen)
        ));
    }
    insta::assert_snapshot!(log.join("\n"));
}
