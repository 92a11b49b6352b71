//! The log on standard error.

use std::io::{self, Write};

use tracing_subscriber::EnvFilter;

use crate::escape_control::escape_control;
use crate::stream::print_message;

/// How much is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verbosity {
    /// Errors only.
    Quiet,
    /// Errors, warnings and the result.
    Normal,
    /// Also each request.
    Verbose,
    /// Also all messages of the libraries.
    Everything,
}

impl Verbosity {
    fn filter(self) -> &'static str {
        match self {
            Self::Quiet => "error",
            Self::Normal => "warn",
            Self::Verbose => "warn,braincube=debug,braincube_auth=debug,braincube_transport=debug",
            Self::Everything => "trace",
        }
    }
}

/// Writes the log to standard error, without timestamps and colours.
pub(crate) fn init(verbosity: Verbosity) {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(verbosity.filter()))
        .with_writer(|| LogWriter)
        .with_ansi(false)
        .without_time()
        .with_target(verbosity == Verbosity::Everything)
        .init();
}

/// Writes each event to standard error as one line, with control characters escaped.
struct LogWriter;

impl Write for LogWriter {
    /// Expects a complete event: the subscriber of `tracing` writes each event with one call.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let line = escape_control(text.trim_end_matches('\n'), &[]);
        print_message(&line)?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
