//! Serves the demo and the CSV files on the command line, until Enter is pressed or the input ends.
//!
//! ```sh
//! cargo run -p braincube-sim --example serve > config.json
//! ```

use std::io::{self, Write};

use braincube_sim::Simulator;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let files = std::env::args_os().skip(1);
    let builder = files.fold(Simulator::builder(), braincube_sim::SimulatorBuilder::csv);
    let simulator = builder.start().await?;
    writeln!(io::stdout(), "{}", simulator.config_json())?;
    tokio::task::spawn_blocking(|| io::stdin().read_line(&mut String::new())).await??;
    simulator.shutdown().await;
    Ok(())
}
