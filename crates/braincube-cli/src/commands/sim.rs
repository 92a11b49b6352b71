//! `braincube sim`: serves a simulated Braincube on this machine until interrupted.

use std::io::{self, Write as _};

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
        std::fs::write(path, format!("{config}\n"))
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
    tokio::signal::ctrl_c().await?;
    simulator.shutdown().await;
    Ok(())
}
