//! Lists that change while a command reads them: exit code 0 only if the output is complete.

use std::process::Output;

use braincube_sim::{Fault, Simulator};

use crate::command::{braincube, csv_rows, stderr};

const VARIABLES: usize = 373;
const CAPS: [u64; 8] = [1, 2, 7, 100, 149, 150, 151, u64::MAX];

/// Runs a command while `fault` changes the list of variables. The server limits pages to `cap` entities.
async fn run(fault: &str, cap: u64, arguments: &[&str]) -> Output {
    let summary = "/variables/summary";
    let fault: Fault = fault.parse().unwrap();
    let simulator = Simulator::builder()
        .generated(30, VARIABLES, 2)
        .fault(fault.on(summary))
        .fault(Fault::page_cap(cap).on(summary))
        .start()
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("config.json"), simulator.config_json()).unwrap();
    let run = || braincube(folder.path()).args(arguments).output();
    tokio::task::block_in_place(run).unwrap()
}

/// Lists the variables and extracts all of them with each page limit. Returns the number of failed commands.
async fn check(fault: &str) -> usize {
    let mut failed = 0;
    for cap in CAPS {
        let row = format!("{fault}, cap {cap}");
        let listed = run(fault, cap, &["variables", "demo", "30"]).await;
        let data = run(fault, cap, &["data", "demo", "30", "--all"]).await;
        for output in [&listed, &data] {
            if !output.status.success() {
                failed += 1;
                assert_eq!(output.status.code(), Some(1), "{row}: {}", stderr(output));
                assert!(output.stdout.is_empty(), "{row}");
                let message = stderr(output);
                assert!(
                    message.contains("the list is incomplete: "),
                    "{row}: {message}"
                );
            }
        }
        let rows = |output: &Output| csv_rows(std::str::from_utf8(&output.stdout).unwrap());
        if listed.status.success() {
            assert_eq!(rows(&listed).len(), 1 + VARIABLES, "{row}");
        }
        if data.status.success() {
            assert_eq!(rows(&data)[0].len(), VARIABLES, "{row}");
        }
    }
    failed
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p12_swapped_variables_are_all_written() {
    assert_eq!(check("swap=50:160,after=1").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p13_a_variable_moved_to_the_front_is_written() {
    assert_eq!(check("to-front=300,after=1").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p14_variables_that_are_always_shuffled_are_all_written_or_the_command_fails() {
    let failed = check("shuffle=40").await;
    assert!((1..=7 * 2).contains(&failed), "{failed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p15_variables_that_are_shuffled_for_two_requests_are_all_written() {
    assert_eq!(check("shuffle=40,times=2").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p12_a_list_that_is_read_again_is_reported() {
    let output = run("swap=50:160,after=1", 150, &["variables", "demo", "30"]).await;
    let message = stderr(&output);
    assert!(
        message.contains("the list changed while it was read"),
        "{message}"
    );
}
