//! Measures the time to read a response with data over loopback, by http and https, with and without gzip. If
//! `BRAINCUBE_PYTHON` is a Python with `braincube_connector`, also measures the Python package. Prints a table of medians
//! in milliseconds.
//!
//! `cargo run --release -p braincube --example loopback -- ROUNDS BODY [GZIPPED_BODY]`; the files contain a response with
//! the variables from 2000001 on of memory base 20.

#![allow(clippy::print_stdout, reason = "an example for the terminal")]

mod server;

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use braincube::{Client, Config};

use self::server::Data;

type Error = Box<dyn std::error::Error>;

/// Prints the median in seconds, without imports and the first requests.
const PYTHON: &str = "
import statistics, sys, time
from braincube_connector import braincube, client, parameters
parameters.set_parameter({'parse_date': True})
client.get_instance(config_file=sys.argv[1])
base = braincube.get_braincube('demo').get_memory_base(20)
ids = [2000001 + column for column in range(int(sys.argv[3]))]
times = []
for _ in range(int(sys.argv[2])):
    start = time.perf_counter()
    frame = base.get_data(ids, dataframe=True)
    times.append(time.perf_counter() - start)
    del frame
print(statistics.median(times))
";

#[tokio::main]
async fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [rounds, body, gzipped @ ..] = arguments.as_slice() else {
        return Err("ROUNDS BODY [GZIPPED_BODY]".into());
    };
    let rounds: usize = rounds.parse()?;
    let plain = std::fs::read(body)?;
    let columns = count(&plain, b"\"id\":");
    let mut bodies = vec![("", plain, false)];
    if let [file, ..] = gzipped {
        bodies.push((" with gzip", std::fs::read(file)?, true));
    }
    println!(
        "| over | this crate, ms | the Python package, ms | times as fast |\n|---|---:|---:|---:|"
    );
    for (how, body, is_gzip) in bodies {
        let data = Arc::new(Data { body, is_gzip });
        for scheme in ["http", "https"] {
            let tls = (scheme == "https").then(server::certificate).transpose()?;
            let address = server::start(Arc::clone(&data), tls)?;
            let url = format!("{scheme}://{address}");
            let ours = fetch(&url, columns, rounds).await? * 1e3;
            let theirs = match std::env::var("BRAINCUBE_PYTHON") {
                Ok(python) => Some(python_fetch(python, &url, columns).await? * 1e3),
                Err(_) => None,
            };
            let theirs = theirs.map_or(String::from(" | "), |theirs| {
                format!("{theirs:.0} | {:.1}", theirs / ours)
            });
            println!("| {scheme}{how} | {ours:.1} | {theirs} |");
        }
    }
    Ok(())
}

fn count(body: &[u8], word: &[u8]) -> usize {
    body.windows(word.len())
        .filter(|found| *found == word)
        .count()
}

/// The median time of a query in seconds, without the first one.
async fn fetch(url: &str, columns: usize, rounds: usize) -> Result<f64, Error> {
    let config = Config::builder()
        .sso_base_url(url)
        .api_base_url(url)
        .api_key("token")
        .verify(false)
        .build()?;
    let client = Client::from_config(config).await?;
    let base = client.braincube("demo").memory_base(20);
    let ids: Vec<u64> = (0..columns as u64)
        .map(|column| 2_000_001 + column)
        .collect();
    let mut times = Vec::new();
    for _ in 0..=rounds {
        let started = Instant::now();
        let frame = base.data(ids.iter().copied()).fetch().await?;
        times.push(started.elapsed().as_secs_f64());
        if frame.batch().num_columns() != columns || frame.batch().num_rows() == 0 {
            return Err("the frame has the wrong shape".into());
        }
    }
    let mut times = times.split_off(1);
    times.sort_unstable_by(f64::total_cmp);
    Ok(times.get(times.len() / 2).copied().unwrap_or_default())
}

/// The median time of three queries by the Python package.
async fn python_fetch(python: String, url: &str, columns: usize) -> Result<f64, Error> {
    let config = format!(
        r#"{{"sso_base_url": "{url}", "braincube_base_url": "{url}", "api_key": "token", "verify": false}}"#
    );
    let file = std::env::temp_dir().join(format!("braincube-loopback-{}.json", std::process::id()));
    std::fs::write(&file, config)?;
    let mut command = Command::new(python);
    command
        .args(["-W", "ignore", "-c", PYTHON])
        .arg(&file)
        .args(["3", &columns.to_string()])
        .stderr(Stdio::inherit());
    let output = tokio::task::spawn_blocking(move || command.output()).await?;
    std::fs::remove_file(&file)?;
    let output = String::from_utf8(output?.stdout)?;
    Ok(output.trim().parse()?)
}
