//! [`StoreError`]: why a token cannot be read or stored.

use std::io;
use std::path::PathBuf;

/// Why a token cannot be read or stored. It names the file, but not its content.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A file or directory cannot be read or written.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// `read` or `write`.
        action: &'static str,
        /// The error of the operating system.
        source: io::Error,
    },
    /// A link, directory or pipe instead of a file, or a file instead of a directory.
    #[error("{} is not a {expected}; tokens are stored in regular files only", path.display())]
    WrongFileType {
        /// The path.
        path: PathBuf,
        /// `regular file` or `directory`.
        expected: &'static str,
    },
    /// A file or directory of another user.
    #[error("{} belongs to another user, who could read or change the tokens in it", path.display())]
    WrongOwner {
        /// The file or directory.
        path: PathBuf,
    },
    /// Other users can read the file or write to the directory.
    #[error(
        "other users can access {0} (mode {mode:04o}): run chmod {safe} {0}, and log in again if they \
         may have read it",
        path.display()
    )]
    InsecurePermissions {
        /// The file or directory.
        path: PathBuf,
        /// The permission bits.
        mode: u32,
        /// Permission bits that are safe.
        safe: &'static str,
    },
    /// The file is larger than any token store.
    #[error("{} is too large for a token store", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// The file does not have the format of a token store. It is not overwritten.
    #[error("{} is not a token store of this program; move it to another place", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
    },
    /// Another process has held the lock for too long.
    #[error("{} is locked by another process", path.display())]
    Locked {
        /// The lock file.
        path: PathBuf,
    },
    /// Another kind of store failed.
    #[error("cannot use the token store")]
    Other {
        /// The cause.
        source: crate::BoxError,
    },
}
