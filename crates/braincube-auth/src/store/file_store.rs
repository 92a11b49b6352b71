//! [`FileStore`]: tokens in one file of their owner's.

use std::fs::{self, File, TryLockError};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::place::{self, failed};
use super::stored_token::WrittenToken;
use super::{Account, SecretStore, StoreError, StoredToken};
use crate::secret;

/// The largest file that is read, in bytes.
const LIMIT: usize = 1024 * 1024;
/// How long another process may hold the lock. It writes a small file.
const PATIENCE: Duration = Duration::from_secs(5);

/// Tokens in a file that its owner alone can read: made with that permission, replaced as a whole
/// by a new one, and refused if it belongs to another user, or if others could read it.
///
/// ```
/// use braincube_auth::store::{Account, FileStore, SecretStore as _, StoredToken};
///
/// # let folder = tempfile::tempdir()?;
/// # let folder = folder.path();
/// let store = FileStore::new(&folder.join("credentials.json"));
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
    /// A store in this file. It is made, with its folder, when the first token is kept.
    pub fn new(path: &Path) -> Self {
        let path = path.to_owned();
        Self { path }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn folder(&self) -> &Path {
        let folder = self.path.parent();
        let named = folder.filter(|folder| *folder != Path::new(""));
        named.unwrap_or(Path::new("."))
    }

    fn read(&self) -> Result<Content, StoreError> {
        place::check_folder(self.folder())?;
        let Some(file) = place::open(&self.path)? else {
            return Ok(Content::default());
        };
        // In a buffer that does not move while it grows: what it left behind would not be wiped.
        let size = file.metadata().map_or(0, |metadata| metadata.len());
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let too_large = || StoreError::TooLarge {
            path: self.path.clone(),
        };
        if size > LIMIT {
            return Err(too_large());
        }
        let mut bytes = Zeroizing::new(Vec::with_capacity(size + 64));
        file.take(LIMIT as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| failed(&self.path, "read", error))?;
        if bytes.len() > LIMIT {
            return Err(too_large());
        }
        // The parser's own error may quote the file.
        serde_json::from_slice(&bytes).map_err(|_quotes| StoreError::Syntax {
            path: self.path.clone(),
        })
    }

    /// Changes what is in the file while no other process does; the file is replaced at once, or
    /// stays as it was.
    fn change<T>(&self, change: impl FnOnce(&mut Content) -> T) -> Result<T, StoreError> {
        place::folder(self.folder())?;
        let _lock = self.lock()?;
        let mut content = self.read()?;
        let outcome = change(&mut content);
        self.write(&content)?;
        Ok(outcome)
    }

    fn write(&self, content: &Content) -> Result<(), StoreError> {
        let io_failed = |error| failed(&self.path, "written", error);
        let bytes = serde_json::to_vec_pretty(content).map_err(|error| io_failed(error.into()))?;
        let bytes = Zeroizing::new(bytes);
        let partial = Partial::new(self.folder()).map_err(io_failed)?;
        let written = partial.write(&bytes).and_then(|()| {
            fs::rename(&partial.path, &self.path)?;
            sync_folder(self.folder())
        });
        written.map_err(io_failed)
    }

    /// A lock that ends with the process, so that none is left behind. It is a file of its own,
    /// since the other one is replaced.
    fn lock(&self) -> Result<File, StoreError> {
        let path = self.path.with_extension("lock");
        let io_failed = |error| failed(&path, "written", error);
        let file = place::open_or_create(&path).map_err(io_failed)?;
        let end = Instant::now() + PATIENCE;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::Error(error)) => return Err(io_failed(error)),
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
            // A token that no header can carry was not written here.
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

/// A new file beside the store, which is gone again unless it takes the store's place.
struct Partial {
    path: PathBuf,
    file: File,
}

impl Partial {
    fn new(folder: &Path) -> std::io::Result<Self> {
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(std::io::Error::other)?;
        let name = format!(".credentials-{:016x}.partial", u64::from_ne_bytes(random));
        let path = folder.join(name);
        let file = place::create(&path)?;
        Ok(Self { path, file })
    }

    fn write(&self, bytes: &[u8]) -> std::io::Result<()> {
        let mut file = &self.file;
        file.write_all(bytes)?;
        file.sync_all()
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // After the rename there is nothing to remove.
        let _ = fs::remove_file(&self.path);
    }
}

/// Makes the new name last, where folders can be written out.
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
