//! [`Error`]: why a simulator did not start.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Why a simulator did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A CSV file could not be read.
    #[error("cannot read the CSV file {}", path.display())]
    ReadCsv {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },

    /// A CSV file is not a table, or its encoding is not known.
    #[error("the CSV file {} cannot be mounted: {reason}", path.display())]
    Csv {
        /// The file.
        path: PathBuf,
        /// What is wrong, and on which line.
        reason: String,
    },

    /// The address could not be listened on.
    #[error("cannot listen on {address}; is the port in use?")]
    Bind {
        /// The address asked for.
        address: SocketAddr,
        /// What the operating system said.
        source: io::Error,
    },

    /// The address can be reached from other machines, which was not allowed.
    #[error(
        "{address} can be reached from other machines and the simulator has no real protection; \
         choose a loopback address such as 127.0.0.1, or allow it with `allow_any_address`"
    )]
    NotLoopback {
        /// The address asked for.
        address: SocketAddr,
    },

    /// No certificate could be made.
    #[cfg(feature = "tls")]
    #[error("the certificate cannot be made: {reason}")]
    Certificate {
        /// What is wrong, such as with the name of its host.
        reason: String,
    },

    /// A setting of the builder cannot be used.
    #[error("`{setting}` cannot be used: {reason}")]
    Setting {
        /// The builder's method.
        setting: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}

impl Error {
    pub(crate) fn setting(setting: &'static str, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self::Setting { setting, reason }
    }
}
