//! Lists 3,000 variables, 150 a page, from a simulator that takes 50 ms for each answer; then lets the Python package do
//! the same, if `BRAINCUBE_PYTHON` names a Python that has it.
//!
//! `BRAINCUBE_PYTHON=python3 cargo run --release -p braincube --example listing`

#![allow(clippy::print_stdout, reason = "an example for the terminal")]

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use braincube::{Client, Config};
use braincube_sim::{Fault, Simulator};

const MEMORY_BASE: u64 = 30;
const VARIABLES: usize = 3_000;
const LATENCY: Duration = Duration::from_millis(50);

/// Says how many variables there are and how many seconds it took; imports and the first requests do not count.
const PYTHON: &str = "
import sys, time
from braincube_connector import braincube, client
client.get_instance(config_file=sys.argv[1])
base = braincube.get_braincube('demo').get_memory_base(30)
start = time.perf_counter()
count = len(base.get_variable_list(page_size=150))
print(count, time.perf_counter() - start)
";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let simulator = Simulator::builder()
        .generated(MEMORY_BASE, VARIABLES, 10)
        .fault(Fault::delay(LATENCY).on("/variables/summary"))
        .start()
        .await?;
    let config = Config::builder()
        .sso_base_url(simulator.sso_base_url())
        .api_base_url(simulator.api_base_url())
        .api_key(simulator.token())
        .build()?;
    let client = Client::from_config(config).await?;
    let base = client.braincube("demo").memory_base(MEMORY_BASE);

    let before = simulator.request_count();
    let started = Instant::now();
    let listed = base.variables().list().into_vec().await?.len();
    let ours = started.elapsed().as_secs_f64();
    let requests = simulator.request_count() - before;
    println!("this crate:         {listed} variables in {ours:.3} s, {requests} requests");

    let Ok(python) = std::env::var("BRAINCUBE_PYTHON") else {
        return Ok(());
    };
    let file = std::env::temp_dir().join(format!("braincube-listing-{}.json", std::process::id()));
    std::fs::write(&file, simulator.config_json())?;
    let before = simulator.request_count();
    let mut command = Command::new(python);
    command
        .args(["-c", PYTHON])
        .arg(&file)
        .stderr(Stdio::inherit());
    let output = tokio::task::spawn_blocking(move || command.output()).await?;
    std::fs::remove_file(&file)?;
    let said = String::from_utf8(output?.stdout)?;
    let (count, seconds) = said.trim().split_once(' ').ok_or("Python failed")?;
    let theirs: f64 = seconds.parse()?;
    let requests = simulator.request_count() - before;
    println!("the Python package: {count} variables in {theirs:.3} s, {requests} requests");
    println!("{:.1} times as fast", theirs / ours);
    Ok(())
}
