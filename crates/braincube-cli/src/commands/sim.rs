//! `braincube sim`: runs a simulated Braincube until Ctrl-C.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;

use braincube_sim::{Certificate, ConnectProxy, Error, Simulator};
use serde_json::{Map, Value};

use crate::arguments::SimArguments;
use crate::exit::Failure;
use crate::logging::Verbosity;
use crate::output;
use crate::stream::print_message;

/// Runs the simulator. Prints one line to standard output: the configuration that connects to it, which this client and
/// the Python package read.
pub(super) async fn serve(arguments: SimArguments, verbosity: Verbosity) -> Result<(), Failure> {
    let mut builder = Simulator::builder().bind(arguments.listen);
    for path in &arguments.csv {
        builder = builder.csv(path);
    }
    for fault in &arguments.fault {
        builder = builder.fault(fault.clone());
    }
    if let Some(token) = &arguments.token {
        builder = builder.token(token);
    }
    if arguments.tls.is_some() {
        builder = builder.tls(Certificate::new());
    }
    let simulator = builder.start().await.map_err(usage)?;
    if verbosity != Verbosity::Quiet {
        for file in simulator.csv_files() {
            print_message(&file.to_string())?;
        }
    }
    let proxy = proxy(&arguments).await?;
    let config = config(&simulator, proxy.as_ref(), arguments.tls.as_deref())?;
    if let Some(path) = &arguments.write_config {
        write_secret(path, &config)
            .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    }
    output::print_line(config).await?;
    if verbosity != Verbosity::Quiet {
        print_message(&format!(
            "simulated Braincube at {}; Ctrl-C ends it",
            simulator.url()
        ))?;
    }
    // A signal drops this future and the simulator.
    std::future::pending().await
}

/// Starts the proxy, if `--proxy` is given.
async fn proxy(arguments: &SimArguments) -> Result<Option<ConnectProxy>, Failure> {
    let Some(address) = arguments.proxy else {
        return Ok(None);
    };
    let mut builder = ConnectProxy::builder().bind(address);
    if let Some(user) = &arguments.proxy_user {
        let (user, password) = user.split_once(':').unwrap_or((user, ""));
        builder = builder.credentials(user, password);
    }
    if let Some(status) = arguments.proxy_refuse {
        builder = builder.refuse(status);
    }
    Ok(Some(builder.start().await.map_err(usage)?))
}

/// Converts an error. Invalid arguments are wrong usage; the messages name options instead of builder methods.
fn usage(error: Error) -> Failure {
    match error {
        Error::NotLoopback { address } => Failure::Usage(format!(
            "{address} can be reached from other machines; expected a loopback address such as 127.0.0.1:0"
        )),
        Error::Setting { setting, reason } => Failure::Usage(format!("{setting}: {reason}")),
        error => error.into(),
    }
}

/// Returns the configuration that connects to the simulator, through the proxy if there is one. Writes the certificate of
/// the authority to its file.
fn config(
    simulator: &Simulator,
    proxy: Option<&ConnectProxy>,
    authority: Option<&Path>,
) -> Result<String, Failure> {
    let mut config: Map<String, Value> = serde_json::from_str(&simulator.config_json())
        .map_err(|error| format!("cannot parse the configuration of the simulator: {error}"))?;
    if let (Some(path), Some(pem)) = (authority, simulator.ca_pem()) {
        let cannot = |error| format!("cannot write {}: {error}", path.display());
        std::fs::write(path, pem).map_err(cannot)?;
        let path = std::path::absolute(path).map_err(cannot)?;
        config.insert("ca_bundle".into(), path.display().to_string().into());
    }
    if let Some(proxy) = proxy {
        config.insert("proxy".into(), proxy.url().into());
    }
    Ok(Value::Object(config).to_string())
}

/// Writes a file that only its owner can read, because it contains a token.
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
