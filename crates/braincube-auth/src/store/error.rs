//! [`StoreError`]: why a token cannot be kept or found.

use std::io;
use std::path::PathBuf;

/// Why a token cannot be kept or found. It names the file, never what is in it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A file or folder that cannot be read or written.
    #[error("{} cannot be {action}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// `read` or `written`.
        action: &'static str,
        /// What the operating system says.
        source: io::Error,
    },
    /// A link, a folder, a pipe in the place of a file, or a file in that of a folder.
    #[error("{} is no {expected} of its own: tokens are kept in plain files only", path.display())]
    NotPlain {
        /// The thing.
        path: PathBuf,
        /// `file` or `folder`.
        expected: &'static str,
    },
    /// A file or folder of another user.
    #[error("{} belongs to another user, who could read or change the tokens in it", path.display())]
    ForeignOwner {
        /// The file or folder.
        path: PathBuf,
    },
    /// A file that others may read, or a folder that others may write to.
    #[error(
        "{0} is open to others (mode {mode:04o}): chmod {safe} {0}, and log in again if it has \
         been so for long",
        path.display()
    )]
    Exposed {
        /// The file or folder.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
        /// The permission bits that are safe.
        safe: &'static str,
    },
    /// A file that is far larger than any that was written here.
    #[error("{} is far too large to hold tokens", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// A file that was not written here. Nothing of it is overwritten.
    #[error("{} does not hold tokens as this program writes them: move it away", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
    },
    /// Another process has been writing for too long.
    #[error("{} is held by another process", path.display())]
    Locked {
        /// The lock file.
        path: PathBuf,
    },
    /// A store of another kind that failed.
    #[error("the store of tokens cannot be used")]
    Other {
        /// What it met.
        source: crate::BoxError,
    },
}
