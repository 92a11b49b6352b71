//! `braincube sim`: serves a simulated Braincube on this machine until interrupted.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;

use braincube_sim::Simulator;

use crate::arguments::SimArguments;
use crate::failure::Failure;
use crate::verbosity::Verbosity;

/// Serves until interrupted. Standard output gets one line: the configuration that reaches the
/// simulator, which this client and the Python package both read.
pub(super) async fn serve(arguments: SimArguments, verbosity: Verbosity) -> Result<(), Failure> {
    let mut builder = Simulator::builder().bind(arguments.listen);
    for path in arguments.csv {
        builder = builder.csv(path);
    }
    for fault in arguments.fault {
        builder = builder.fault(fault);
    }
    if let Some(token) = arguments.token {
        builder = builder.token(token);
    }
    let simulator = builder.start().await?;
    let config = simulator.config_json();
    if let Some(path) = &arguments.write_config {
        write_secret(path, &config)
            .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    }
    writeln!(io::stdout(), "{config}")?;
    if verbosity != Verbosity::Quiet {
        writeln!(
            io::stderr(),
            "a simulated Braincube serves at {}; Ctrl-C ends it",
            simulator.url()
        )?;
    }
    // Ctrl-C ends the command, and with it the simulator.
    std::future::pending().await
}

/// Writes a file that its owner alone may read: it holds a token.
fn write_secret(path: &Path, config: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    writeln!(options.open(path)?, "{config}")
}
