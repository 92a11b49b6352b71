//! The log on standard error.

use tracing_subscriber::EnvFilter;

use crate::stream::LogWriter;

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
