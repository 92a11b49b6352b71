//! Sends 200,000 requests over real sockets, one in twenty with a fault: each gets exactly one response, which is its own, and
//! the memory of the client does not grow.
//!
//! `cargo run --release -p braincube-transport --example soak [REQUESTS]`
//!
//! The simulator runs in its own process, so that its memory is not counted as the client's.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a tool for the terminal, which should stop at the first failure"
)]

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use braincube_auth::PersonalAccessToken;
use braincube_model::Operation;
use braincube_sim::{DEMO_TOKEN, Fault, Simulator};
use braincube_transport::{AllowedOrigins, RetryOptions, Transport};
use bytes::Bytes;
use http::Request;
use tokio::task::JoinSet;

const LIST: &str = "/braincube/demo/braincube/mb/20/variables/summary";
/// How many requests run at once.
const WORKERS: u64 = 16;

#[tokio::main]
async fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("serve") => serve().await,
        Some(requests) => soak(requests.parse().unwrap()).await,
        None => soak(200_000).await,
    }
}

/// Serves until the standard input ends; then prints the number of requests, and how many of them succeeded.
async fn serve() {
    // Ten faults, each in one of two hundred requests: one in twenty fails. None of them has status 200.
    let faults = [
        Fault::status(503),
        Fault::status(500),
        Fault::status(408),
        Fault::throttle("0"),
        Fault::cut(20),
        Fault::cut(0),
        Fault::reset(0),
        Fault::reset(60),
        Fault::wrong_length(7),
        Fault::raw(*b"HTTP/1.1 200 O"),
    ];
    let mut simulator = Simulator::builder().log_limit(0);
    for (seed, fault) in (1..).zip(faults) {
        simulator = simulator.fault(fault.chance(0.005, seed));
    }
    let simulator = simulator.start().await.unwrap();
    println!("{}", simulator.api_base_url());
    let ended = tokio::task::spawn_blocking(|| std::io::stdin().lines().count());
    ended.await.unwrap();
    let well = simulator
        .status_counts()
        .get(&200)
        .copied()
        .unwrap_or_default();
    println!("{} {well}", simulator.request_count());
}

/// A simulator in its own process, and its address.
fn simulator() -> (Child, BufReader<ChildStdout>, String) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .arg("serve")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let url = line(&mut output);
    (child, output, url)
}

fn line(output: &mut impl BufRead) -> String {
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    line.trim().to_owned()
}

async fn soak(requests: u64) {
    let (mut child, mut output, url) = simulator();
    let origins = AllowedOrigins::new([url.as_str()]).unwrap();
    // So many attempts that less than one in a million requests fails each time.
    let retry = RetryOptions::default()
        .attempts(8)
        .base(Duration::from_millis(2));
    let tokens = PersonalAccessToken::new(DEMO_TOKEN).unwrap();
    let transport = Transport::builder(Arc::new(tokens), origins)
        .retry(retry)
        .build()
        .unwrap();
    let expected: Arc<[String]> = ids(&transport, &format!("{url}{LIST}?offset=0&size=150"))
        .await
        .into();

    let started = Instant::now();
    let next = Arc::new(AtomicU64::new(0));
    let memory = Arc::new(AtomicU64::new(0));
    let mut workers = JoinSet::new();
    for _ in 0..WORKERS {
        let (transport, url, next) = (transport.clone(), url.clone(), Arc::clone(&next));
        let (expected, memory) = (Arc::clone(&expected), Arc::clone(&memory));
        workers.spawn(async move {
            let mut succeeded = 0_u64;
            loop {
                let number = next.fetch_add(1, Relaxed);
                if number >= requests {
                    return succeeded;
                }
                if number == requests / 4 {
                    memory.store(resident_kib(), Relaxed);
                }
                let place = usize::try_from(number).unwrap() % expected.len();
                let page = format!("{url}{LIST}?offset={place}&size=1");
                assert_eq!(
                    ids(&transport, &page).await,
                    expected[place..=place],
                    "request {number}"
                );
                succeeded += 1;
            }
        });
    }
    let succeeded: u64 = workers.join_all().await.into_iter().sum();
    let seconds = started.elapsed().as_secs_f64();
    let (before, after) = (memory.load(Relaxed), resident_kib());
    drop(child.stdin.take());
    let tally = line(&mut output);
    let (sent, well) = tally.split_once(' ').unwrap();
    child.wait().unwrap();
    println!("{succeeded} of {requests} requests got their own response in {seconds:.1} s");
    println!("{sent} requests on the wire, {well} of them with status 200");
    println!("{before} KiB resident after a quarter, {after} KiB at the end");
    assert_eq!(succeeded, requests, "no response is lost");
    // One more returned the expected ids.
    assert_eq!(
        well.parse(),
        Ok(requests + 1),
        "no request gets two responses"
    );
    assert!(after < before + before / 4 + 1024, "memory grows");
}

/// The ids of a page.
async fn ids(transport: &Transport, url: &str) -> Vec<String> {
    let request = Request::get(url).extension(Operation::read("variables", "/variables/summary"));
    let response = transport
        .read(request.body(Bytes::new()).unwrap())
        .await
        .unwrap();
    let page: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
    let items = page["items"].as_array().unwrap().iter();
    items.map(|item| item["bcId"].to_string()).collect()
}

/// The resident memory of this process; 0 if the system has no `/proc`.
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
