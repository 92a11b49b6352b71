//! How much is told on standard error.

use tracing_subscriber::EnvFilter;

use crate::stream::LogWriter;

/// How much is told on standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verbosity {
    /// Errors alone.
    Quiet,
    /// Errors, warnings, and how it went.
    Normal,
    /// Each request as well.
    Verbose,
    /// Everything that the libraries log.
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

/// Sends the log to standard error, without times and colours: the lines are read by people now.
pub(crate) fn install(verbosity: Verbosity) {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(verbosity.filter()))
        .with_writer(|| LogWriter)
        .with_ansi(false)
        .without_time()
        .with_target(verbosity == Verbosity::Everything)
        .init();
}
