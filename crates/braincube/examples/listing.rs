//! Measures the time to list 3,000 variables in pages of 150 from a simulator that delays each response by 50 ms. If
//! `BRAINCUBE_PYTHON` is a Python with `braincube_connector`, also measures the Python package and prints the ratio of the
//! medians.
//!
//! ```sh
//! BRAINCUBE_PYTHON=python3 cargo run --release -p braincube --example listing            # over http
//! BRAINCUBE_PYTHON=python3 cargo run --release -p braincube --example listing -- https   # over TLS
//! ```
//!
//! The simulator and the client have separate runtimes, so that neither waits for the computations of the other.

#![allow(clippy::print_stdout, reason = "an example for the terminal")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use braincube::{Client, Config};
use braincube_sim::{Certificate, Fault, Simulator};
use tokio::runtime::Runtime;

const MEMORY_BASE: u64 = 30;
const VARIABLES: usize = 3_000;
const LATENCY: Duration = Duration::from_millis(50);
/// The number of pages: each but the first repeats one variable.
const PAGES: u64 = 21;
const ROUNDS: usize = 7;

/// Prints the number of variables and the seconds, without imports and the first requests.
const PYTHON: &str = "
import sys, time
from braincube_connector import braincube, client
client.get_instance(config_file=sys.argv[1])
base = braincube.get_braincube('demo').get_memory_base(30)
start = time.perf_counter()
count = len(base.get_variable_list(page_size=150))
print(count, time.perf_counter() - start)
";

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// The measurements of one list.
struct Listed {
    variables: usize,
    seconds: f64,
    requests: u64,
}

fn main() -> Outcome<()> {
    let mut simulator = Simulator::builder()
        .generated(MEMORY_BASE, VARIABLES, 10)
        .fault(Fault::delay(LATENCY).on("/variables/summary"));
    if std::env::args().nth(1).as_deref() == Some("https") {
        simulator = simulator.tls(Certificate::new());
    }
    let server = Runtime::new()?;
    let simulator = server.block_on(simulator.start())?;
    let client = Runtime::new()?;
    let python = std::env::var("BRAINCUBE_PYTHON").ok();
    let file = std::env::temp_dir().join(format!("braincube-listing-{}.json", std::process::id()));
    std::fs::write(&file, simulator.config_json())?;
    let authority = file.with_extension("pem");
    std::fs::write(&authority, simulator.ca_pem().unwrap_or_default())?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let listed = client.block_on(with_this_crate(&simulator, &authority))?;
        let past_the_end = listed.requests.saturating_sub(PAGES);
        assert_eq!(listed.variables, VARIABLES);
        assert!(past_the_end <= 8, "{past_the_end} requests past the end");
        print("this crate", &listed);
        ours.push(listed.seconds);
        if let Some(python) = &python {
            let listed = with_the_package(&simulator, python, &file, &authority)?;
            assert_eq!(listed.variables, VARIABLES);
            print("the Python package", &listed);
            theirs.push(listed.seconds);
        }
    }
    std::fs::remove_file(&file)?;
    std::fs::remove_file(&authority)?;
    let ours = median(ours);
    println!("this crate: {ours:.3} s in the median");
    if python.is_some() {
        let theirs = median(theirs);
        println!("the Python package: {theirs:.3} s in the median");
        println!("{:.1} times as fast", theirs / ours);
    }
    Ok(())
}

/// Lists with a new client, so that connections are opened each time, as by the Python package.
async fn with_this_crate(simulator: &Simulator, authority: &Path) -> Outcome<Listed> {
    let mut config = Config::builder()
        .sso_base_url(simulator.sso_base_url())
        .api_base_url(simulator.api_base_url())
        .api_key(simulator.token());
    if simulator.ca_pem().is_some() {
        config = config.ca_bundle(authority);
    }
    let client = Client::from_config(config.build()?).await?;
    let base = client.braincube("demo").memory_base(MEMORY_BASE);
    let before = simulator.request_count();
    let started = Instant::now();
    let variables = base.variables().list().into_vec().await?.len();
    Ok(Listed {
        variables,
        seconds: started.elapsed().as_secs_f64(),
        requests: simulator.request_count() - before,
    })
}

fn with_the_package(
    simulator: &Simulator,
    python: &str,
    config: &Path,
    authority: &Path,
) -> Outcome<Listed> {
    let before = simulator.request_count();
    let mut command = Command::new(python);
    command
        .args(["-c", PYTHON])
        .arg(config)
        // The Python package reads the certificate authority from here.
        .env("REQUESTS_CA_BUNDLE", authority)
        .stderr(Stdio::inherit());
    let output = String::from_utf8(command.output()?.stdout)?;
    let (count, seconds) = output.trim().split_once(' ').ok_or("Python failed")?;
    Ok(Listed {
        variables: count.parse()?,
        seconds: seconds.parse()?,
        requests: simulator.request_count() - before,
    })
}

fn print(name: &str, listed: &Listed) {
    let Listed {
        variables,
        seconds,
        requests,
    } = listed;
    println!("{name:<18} {variables} variables in {seconds:.3} s, {requests} requests");
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
