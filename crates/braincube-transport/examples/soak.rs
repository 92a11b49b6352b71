//! Two hundred thousand requests over real sockets, one in twenty of which goes wrong: none is lost, none is answered
//! with another's answer, and memory does not grow.
//!
//! `cargo run --release -p braincube-transport --example soak [REQUESTS]`

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a tool for the terminal, which should stop at the first failure"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use braincube_auth::{AuthError, Authorization, Invalidated, TokenSource};
use braincube_model::Operation;
use braincube_sim::{DEMO_TOKEN, Fault, Simulator};
use braincube_transport::{AllowedOrigins, RetryOptions, Transport};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request};
use tokio::task::JoinSet;

const LIST: &str = "/braincube/demo/braincube/mb/20/variables/summary";
/// How many requests are under way at once.
const WORKERS: u64 = 16;

#[tokio::main]
async fn main() {
    let requests: u64 = std::env::args()
        .nth(1)
        .map_or(200_000, |it| it.parse().unwrap());
    // Ten faults, each striking one request in two hundred: one in twenty goes wrong.
    let faults = [
        Fault::status(503),
        Fault::status(500),
        Fault::status(408),
        Fault::cut(20),
        Fault::cut(0),
        Fault::reset(0),
        Fault::reset(60),
        Fault::wrong_length(7),
        Fault::truncated_gzip(),
        Fault::raw(*b"HTTP/1.1 200 O"),
    ];
    let mut simulator = Simulator::builder();
    for (seed, fault) in (1..).zip(faults) {
        simulator = simulator.fault(fault.chance(0.005, seed));
    }
    let simulator = simulator.start().await.unwrap();
    let url = simulator.api_base_url();
    let origins = AllowedOrigins::new([url.as_str()]).unwrap();
    // Enough attempts that not even one in a million requests meets a fault each time.
    let retry = RetryOptions::default()
        .attempts(8)
        .base(Duration::from_millis(2));
    let transport = Transport::builder(Arc::new(OneToken), origins)
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
            let mut answered = 0_u64;
            loop {
                let number = next.fetch_add(1, Relaxed);
                if number >= requests {
                    return answered;
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
                answered += 1;
            }
        });
    }
    let answered: u64 = workers.join_all().await.into_iter().sum();
    let (before, after) = (memory.load(Relaxed), resident_kib());
    println!(
        "{answered} of {requests} answered, each with its own answer, in {:.1} s; {} requests on the wire",
        started.elapsed().as_secs_f64(),
        simulator.request_count(),
    );
    println!("{before} KiB resident after a quarter, {after} KiB at the end");
    assert_eq!(answered, requests);
    assert!(after < before + before / 4 + 4096, "memory grows");
}

/// The ids of a page.
async fn ids(transport: &Transport, url: &str) -> Vec<String> {
    let request = Request::get(url).extension(Operation::read("variables", "/variables/summary"));
    let answer = transport
        .read(request.body(Bytes::new()).unwrap())
        .await
        .unwrap();
    let page: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    let items = page["items"].as_array().unwrap().iter();
    items.map(|item| item["bcId"].to_string()).collect()
}

/// How much memory this process holds; 0 where the system does not say it in `/proc`.
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

/// One token for ever.
#[derive(Debug)]
struct OneToken;

#[async_trait]
impl TokenSource for OneToken {
    async fn authorization(&self) -> Result<Authorization, AuthError> {
        let name = HeaderName::from_static("x-api-key");
        Ok(Authorization::new(
            name,
            HeaderValue::from_static(DEMO_TOKEN),
            1,
        ))
    }

    async fn invalidate(&self, _: u64) -> Invalidated {
        Invalidated::Final
    }
}
