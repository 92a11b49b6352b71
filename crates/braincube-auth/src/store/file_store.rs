//! [`FileStore`]: stores tokens in a private file.

use std::fs::{File, TryLockError};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::private_file::{self, io_error};
use super::stored_token::WrittenToken;
use super::{Account, SecretStore, StoreError, StoredToken};
use crate::secret;

/// Maximum size of the file, in bytes.
const MAX_SIZE: usize = 1024 * 1024;
/// How long to wait for the lock. A process holds it while it writes a small file.
const LOCK_TIMEOUT: Duration = Duration::from_secs(5);

/// Stores tokens in a file that only its owner can read. The file is created with mode 0600 and
/// replaced atomically. It is rejected if it belongs to another user or others could read it.
///
/// ```
/// use braincube_auth::store::{Account, FileStore, SecretStore as _, StoredToken};
///
/// # let directory = tempfile::tempdir()?;
/// # let directory = directory.path();
/// let store = FileStore::new(&directory.join("credentials.json"));
/// let account = Account::new("https://mybraincube.com", "https://api.mybraincube.com", "my-app");
/// assert!(store.load(&account)?.is_none());
///
/// store.save(&account, &StoredToken::new("a-token".into(), None, None))?;
/// assert!(store.load(&account)?.is_some());
/// assert!(store.remove(&account)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct FileStore {
    path: PathBuf,
}

#[derive(Default, Deserialize, Serialize)]
struct Content {
    credentials: Vec<Entry>,
}

#[derive(Deserialize, Serialize)]
struct Entry {
    account: Account,
    token: WrittenToken,
}

impl FileStore {
    /// A store in the file at `path`. The file and its directory are created by the first save.
    pub fn new(path: &Path) -> Self {
        let path = path.to_owned();
        Self { path }
    }

    /// The path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn directory(&self) -> &Path {
        let directory = self.path.parent();
        let named = directory.filter(|directory| *directory != Path::new(""));
        named.unwrap_or(Path::new("."))
    }

    fn read(&self) -> Result<Content, StoreError> {
        private_file::check_directory(self.directory())?;
        let Some(file) = private_file::open(&self.path)? else {
            return Ok(Content::default());
        };
        // A buffer that grows leaves copies of the secrets that are not zeroized.
        let size = file.metadata().map_or(0, |metadata| metadata.len());
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let too_large = || StoreError::TooLarge {
            path: self.path.clone(),
        };
        if size > MAX_SIZE {
            return Err(too_large());
        }
        let mut bytes = Zeroizing::new(Vec::with_capacity(size + 64));
        file.take(MAX_SIZE as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| io_error(&self.path, "read", error))?;
        if bytes.len() > MAX_SIZE {
            return Err(too_large());
        }
        // The parser's error may quote the file.
        serde_json::from_slice(&bytes).map_err(|_quotes| StoreError::Syntax {
            path: self.path.clone(),
        })
    }

    /// Changes the content under the lock. The file is replaced atomically or stays as it was.
    fn change<T>(&self, change: impl FnOnce(&mut Content) -> T) -> Result<T, StoreError> {
        private_file::create_directory(self.directory())?;
        let _lock = self.lock()?;
        let mut content = self.read()?;
        let outcome = change(&mut content);
        self.write(&content)?;
        Ok(outcome)
    }

    fn write(&self, content: &Content) -> Result<(), StoreError> {
        let write_error = |error| io_error(&self.path, "write", error);
        let bytes =
            serde_json::to_vec_pretty(content).map_err(|error| write_error(error.into()))?;
        let bytes = Zeroizing::new(bytes);
        // Created with mode 0600, and removed if an error occurs.
        let temporary = tempfile::Builder::new()
            .prefix(".credentials-")
            .suffix(".partial")
            .tempfile_in(self.directory());
        let written = temporary.and_then(|mut file| {
            file.write_all(&bytes)?;
            file.as_file().sync_all()?;
            file.persist(&self.path)?;
            sync_directory(self.directory())
        });
        written.map_err(write_error)
    }

    /// Locks a separate file, because the store itself is replaced. The system releases the lock when
    /// the process ends.
    fn lock(&self) -> Result<File, StoreError> {
        let path = self.path.with_extension("lock");
        let write_error = |error| io_error(&path, "write", error);
        let file = private_file::open_or_create(&path).map_err(write_error)?;
        let end = Instant::now() + LOCK_TIMEOUT;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::Error(error)) => return Err(write_error(error)),
                Err(TryLockError::WouldBlock) if Instant::now() >= end => {
                    return Err(StoreError::Locked { path });
                }
                Err(TryLockError::WouldBlock) => {
                    std::thread::park_timeout(Duration::from_millis(20));
                }
            }
        }
    }
}

impl SecretStore for FileStore {
    fn load(&self, account: &Account) -> Result<Option<StoredToken>, StoreError> {
        let entries = self.read()?.credentials.into_iter();
        let mut entries = entries.filter(|entry| entry.account == *account);
        let token = entries.next().map(|entry| StoredToken::from(entry.token));
        match token {
            // A token that is not a valid header value was not written by this program.
            Some(token) if secret::header("", token.access_token()).is_err() => {
                Err(StoreError::Syntax {
                    path: self.path.clone(),
                })
            }
            token => Ok(token),
        }
    }

    fn save(&self, account: &Account, token: &StoredToken) -> Result<(), StoreError> {
        self.change(|content| {
            content
                .credentials
                .retain(|entry| entry.account != *account);
            content.credentials.push(Entry {
                account: account.clone(),
                token: WrittenToken::from(token),
            });
        })
    }

    fn remove(&self, account: &Account) -> Result<bool, StoreError> {
        if !self.path.exists() {
            return Ok(false);
        }
        self.change(|content| {
            let before = content.credentials.len();
            content
                .credentials
                .retain(|entry| entry.account != *account);
            content.credentials.len() < before
        })
    }
}

/// Makes the rename durable on systems that can sync a directory.
fn sync_directory(directory: &Path) -> std::io::Result<()> {
    if cfg!(unix) {
        File::open(directory)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
