//! Stores for the tokens of logins: the trait [`SecretStore`] and its implementation [`FileStore`].

mod file_store;
#[cfg(feature = "keyring")]
mod keyring_store;
mod private_file;
mod stored_token;

use std::fmt::Debug;
use std::io;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use self::file_store::FileStore;
#[cfg(feature = "keyring")]
pub use self::keyring_store::KeyringStore;
pub use self::stored_token::StoredToken;

/// Stores one token per [`Account`].
///
/// The methods may block for a short time, on a disk or on another process.
pub trait SecretStore: Debug + Send + Sync {
    /// Returns the token of the account, if there is one.
    ///
    /// # Errors
    ///
    /// When the store exists and cannot be read, or is not safe to use.
    fn load(&self, account: &Account) -> Result<Option<StoredToken>, StoreError>;

    /// Stores the token of the account. The previous token is kept if this fails.
    ///
    /// # Errors
    ///
    /// When the store cannot be written, or is not safe to use.
    fn save(&self, account: &Account, token: &StoredToken) -> Result<(), StoreError>;

    /// Removes the token of the account. Returns whether there was one.
    ///
    /// # Errors
    ///
    /// As [`save`](Self::save).
    fn remove(&self, account: &Account) -> Result<bool, StoreError>;
}

/// The key under which a token is stored: the site, the application and the TLS settings for which
/// it was issued.
///
/// A token is looked up by all of them, so that a changed configuration cannot send it to another
/// host, or to a server that another certificate authority vouches for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[must_use]
pub struct Account {
    sso_base_url: String,
    api_base_url: String,
    client_id: String,
    #[serde(default = "verified", skip_serializing_if = "is_true")]
    verify: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ca_bundle: Option<PathBuf>,
}

impl Account {
    /// An application at a site whose certificates the system's certificate authorities have signed.
    pub fn new(
        sso_base_url: impl Into<String>,
        api_base_url: impl Into<String>,
        client_id: impl Into<String>,
    ) -> Self {
        Self {
            sso_base_url: sso_base_url.into(),
            api_base_url: api_base_url.into(),
            client_id: client_id.into(),
            verify: true,
            ca_bundle: None,
        }
    }

    /// Sets the file with the certificate authorities to trust.
    pub fn with_ca_bundle(mut self, path: Option<PathBuf>) -> Self {
        self.ca_bundle = path;
        self
    }

    /// Sets whether certificates are verified.
    pub const fn with_verify(mut self, verify: bool) -> Self {
        self.verify = verify;
        self
    }
}

const fn verified() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
const fn is_true(flag: &bool) -> bool {
    *flag
}

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
