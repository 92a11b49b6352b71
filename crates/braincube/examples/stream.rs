//! Streams more data than fits into memory, and prints the peak memory of the process.
//!
//! `cargo run --release --example stream -- 20` reads 20 GB of simulated data in windows of an hour. The simulator runs in
//! another process. The example fails if its own process used more than 200 MB.
#![allow(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "an example for the terminal"
)]

use std::error::Error;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use braincube::{Client, Config, DateTime, Period};
use braincube_sim::Simulator;

const BASE: u64 = 30;
const VARIABLES: usize = 1_000;

/// Average size of a cell in JSON, such as `"12.3",`, in bytes.
const CELL_BYTES: f64 = 6.9;

const HOUR: Duration = Duration::from_secs(3_600);

/// Maximum memory of the process, in kilobytes.
const MAX_MEMORY: u64 = 200_000;

type Outcome<T> = Result<T, Box<dyn Error>>;

#[tokio::main]
async fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve", rows] => serve(rows.parse()?).await,
        [gigabytes] => read(gigabytes.parse()?).await,
        _ => read(1.0).await,
    }
}

/// Serves generated data until the standard input ends.
async fn serve(rows: usize) -> Outcome<()> {
    let builder = Simulator::builder().without_dryer();
    let simulator = builder.generated(BASE, VARIABLES, rows).start().await?;
    println!("{}", simulator.config_json());
    tokio::task::spawn_blocking(|| std::io::stdin().lines().count()).await?;
    simulator.shutdown().await;
    Ok(())
}

/// Starts a simulator in another process, and returns the configuration for it.
fn simulator(rows: usize) -> Outcome<(Child, Config)> {
    let mut child = Command::new(std::env::current_exe()?)
        .args(["serve", &rows.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let out = child.stdout.take().ok_or("the simulator has no output")?;
    let mut line = String::new();
    BufReader::new(out).read_line(&mut line)?;
    let config: serde_json::Value = serde_json::from_str(&line)?;
    let text = |key: &str| config[key].as_str().unwrap_or_default().to_owned();
    let config = Config::builder()
        .sso_base_url(text("sso_base_url"))
        .api_base_url(text("braincube_base_url"))
        .api_key(text("api_key"));
    Ok((child, config.build()?))
}

async fn read(gigabytes: f64) -> Outcome<()> {
    let rows_of_gigabyte = 1e9 / (CELL_BYTES * VARIABLES as f64);
    let rows: u32 = format!("{:.0}", gigabytes * rows_of_gigabyte).parse()?;
    let (mut child, config) = simulator(usize::try_from(rows)?)?;
    let client = Client::from_config(config).await?;

    let start: DateTime = "20200101_000000".parse()?;
    let end = start.to_epoch_milliseconds() + i64::from(rows) * 1_000;
    let end = DateTime::from_epoch_milliseconds(end).ok_or("the period is too long")?;
    let query = client
        .braincube("demo")
        .memory_base(BASE)
        .all_data()
        .period(Period::starting(start).and_ending(end));
    let began = Instant::now();
    let (mut read, mut bytes) = (0, 0);
    let mut hours = query.fetch_stream(HOUR)?;
    while let Some(hour) = hours.next().await {
        let hour = hour?;
        read += hour.frame().batch().num_rows();
        bytes += hour.frame().report().json_bytes();
    }
    drop(child.stdin.take());
    child.wait()?;

    let seconds = began.elapsed().as_secs_f64();
    let gigabytes = bytes as f64 / 1e9;
    println!("{read} rows of {VARIABLES} variables, {gigabytes:.1} GB in {seconds:.0} s");
    if read != usize::try_from(rows)? {
        return Err("rows are missing".into());
    }
    match peak_memory() {
        Some(peak) if peak > MAX_MEMORY => {
            Err(format!("{} MB of memory at its peak", peak / 1_000).into())
        }
        Some(peak) => {
            println!("{} MB of memory at its peak", peak / 1_000);
            Ok(())
        }
        None => Ok(()),
    }
}

/// The peak memory of this process in kilobytes; `None` if the system does not provide it.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}
