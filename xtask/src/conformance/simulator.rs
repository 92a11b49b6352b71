//! Runs the simulator as a process: `braincube sim`.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::problems::Problems;

/// How long the simulator may take to start.
const START_LIMIT: Duration = Duration::from_secs(60);

/// A running simulator, killed on drop.
pub(super) struct Simulator {
    process: Child,
}

impl Simulator {
    /// Starts the simulator and waits until it has written the configuration for a client.
    ///
    /// It serves the dryer and a CSV file as memory base 21.
    pub(super) fn start(tool: &Path, config: &Path, csv: &Path) -> Result<Self, Problems> {
        // A file of an earlier run would point to a simulator that has ended.
        let _ = fs::remove_file(config);
        let process = Command::new(tool)
            .args(["sim", "--write-config"])
            .arg(config)
            .arg("--csv")
            .arg(csv)
            // It runs until its standard input is closed, at the latest when this process ends.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| Problems::one(format!("cannot start `braincube sim`: {error}")))?;
        let mut simulator = Self { process };
        let line = simulator.first_line();
        if line.is_none_or(|line| line.is_empty()) || !config.exists() {
            return Err(Problems::one(format!(
                "`braincube sim --write-config` wrote no configuration within {START_LIMIT:?}"
            )));
        }
        Ok(simulator)
    }

    /// Waits for the first line of output. `None` if the process ends or prints nothing in time.
    fn first_line(&mut self) -> Option<String> {
        let mut output = BufReader::new(self.process.stdout.take()?);
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let mut line = String::new();
            let read = output.read_line(&mut line);
            let _ = sender.send(read.map(|_| line.trim_end().to_owned()));
            // Continues to read, so that the simulator never writes into a closed pipe.
            let _ = std::io::copy(&mut output, &mut std::io::sink());
        });
        receiver.recv_timeout(START_LIMIT).ok()?.ok()
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
