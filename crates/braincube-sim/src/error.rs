//! [`Error`]: why a simulator or a proxy cannot start.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Why a simulator or a proxy cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A CSV file cannot be read.
    #[error("cannot read the CSV file {}", path.display())]
    ReadCsv {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },

    /// A CSV file is not a table, or its encoding is unknown.
    #[error("the CSV file {} cannot be mounted: {reason}", path.display())]
    Csv {
        /// The file.
        path: PathBuf,
        /// The reason, with the line.
        reason: String,
    },

    /// The address cannot be listened on.
    #[error("cannot listen on {address}; is the port in use?")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// The error of the operating system.
        source: io::Error,
    },

    /// The address can be reached from other machines, which is not allowed.
    #[error(
        "{address} can be reached from other machines and the simulator has no real protection; \
         choose a loopback address such as 127.0.0.1, or allow it with `allow_any_address`"
    )]
    NotLoopback {
        /// The address.
        address: SocketAddr,
    },

    /// The certificate cannot be generated.
    #[cfg(feature = "tls")]
    #[error("cannot generate the certificate: {reason}")]
    Certificate {
        /// The reason, such as an invalid host name.
        reason: String,
    },

    /// A setting of the builder is invalid.
    #[error("`{setting}` cannot be used: {reason}")]
    Setting {
        /// The method of the builder.
        setting: &'static str,
        /// The reason.
        reason: String,
    },
}

impl Error {
    pub(crate) fn setting(setting: &'static str, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self::Setting { setting, reason }
    }
}
