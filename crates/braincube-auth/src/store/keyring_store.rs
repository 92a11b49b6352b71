//! [`KeyringStore`]: stores tokens in the keyring of the operating system.

use std::fmt::{self, Write as _};
use std::sync::Arc;

use keyring_core::{CredentialStore, Entry, Error};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::stored_token::WrittenToken;
use super::{Account, SecretStore, StoreError, StoredToken};
use crate::{BoxError, secret};

/// The service name of all entries.
const SERVICE: &str = "braincube";

/// Stores tokens in the keyring of the operating system, one entry per [`Account`] (feature
/// `keyring`).
///
/// | system | keyring | lifetime of an entry |
/// |---|---|---|
/// | Linux | the kernel's session and user keyring; no D-Bus | until a restart, or some days without access |
/// | macOS | the user's keychain | until it is removed |
/// | Windows | the credential manager; at most 2560 bytes per entry | until it is removed |
///
/// ```no_run
/// use std::sync::Arc;
/// use braincube_auth::Config;
/// use braincube_auth::store::KeyringStore;
///
/// let config = Config::load(None)?.with_store(Arc::new(KeyringStore::new()?));
/// let token = config.stored_token()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct KeyringStore {
    keyring: Arc<CredentialStore>,
}

/// The content of an entry. The name is a digest, so the account is compared again.
#[derive(Deserialize, Serialize)]
struct Content {
    account: Account,
    token: WrittenToken,
}

impl KeyringStore {
    /// The keyring of this system.
    ///
    /// # Errors
    ///
    /// [`StoreError::Other`] if the system has no supported keyring or it cannot be opened.
    pub fn new() -> Result<Self, StoreError> {
        let keyring = keyring_of_system().map_err(store_error)?;
        Ok(Self { keyring })
    }

    fn entry(&self, account: &Account) -> Result<Entry, StoreError> {
        let name = name(account)?;
        self.keyring
            .build(SERVICE, &name, None)
            .map_err(store_error)
    }
}

impl SecretStore for KeyringStore {
    fn load(&self, account: &Account) -> Result<Option<StoredToken>, StoreError> {
        let bytes = match self.entry(account)?.get_secret() {
            Ok(bytes) => Zeroizing::new(bytes),
            Err(Error::NoEntry) => return Ok(None),
            Err(error) => return Err(store_error(error)),
        };
        // The parser's error may quote the entry.
        let content: Content = serde_json::from_slice(&bytes).map_err(|_quotes| invalid_entry())?;
        let token = StoredToken::from(content.token);
        // A token that is not a valid header value was not written by this program.
        let is_usable = secret::header("", token.access_token()).is_ok();
        if content.account == *account && is_usable {
            Ok(Some(token))
        } else {
            Err(invalid_entry())
        }
    }

    fn save(&self, account: &Account, token: &StoredToken) -> Result<(), StoreError> {
        let content = Content {
            account: account.clone(),
            token: WrittenToken::from(token),
        };
        let bytes = serde_json::to_vec(&content).map_err(|error| other(error.into()))?;
        let bytes = Zeroizing::new(bytes);
        self.entry(account)?.set_secret(&bytes).map_err(store_error)
    }

    fn remove(&self, account: &Account) -> Result<bool, StoreError> {
        match self.entry(account)?.delete_credential() {
            Ok(()) => Ok(true),
            Err(Error::NoEntry) => Ok(false),
            Err(error) => Err(store_error(error)),
        }
    }
}

impl fmt::Debug for KeyringStore {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        // The keyring's own output may contain entries.
        f.debug_struct("KeyringStore").finish_non_exhaustive()
    }
}

#[cfg(target_os = "linux")]
fn keyring_of_system() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(linux_keyutils_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn keyring_of_system() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(windows)]
fn keyring_of_system() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn keyring_of_system() -> keyring_core::Result<Arc<CredentialStore>> {
    Err(Error::NoDefaultStore)
}

/// The name of an entry: the SHA-256 of the account, because systems limit the length of names.
fn name(account: &Account) -> Result<String, StoreError> {
    let written = serde_json::to_vec(account).map_err(|error| other(error.into()))?;
    let mut name = String::with_capacity(64);
    for byte in Sha256::digest(written) {
        // Writing to a `String` cannot fail.
        let _ = write!(name, "{byte:02x}");
    }
    Ok(name)
}

/// Maps an error of the keyring without its content, which may contain an entry.
fn store_error(error: Error) -> StoreError {
    match error {
        Error::PlatformFailure(source) | Error::NoStorageAccess(source) => other(source),
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::BadStoreFormat(_) => {
            invalid_entry()
        }
        Error::TooLong(_, most) => {
            other(format!("a keyring entry can have at most {most} bytes").into())
        }
        Error::NoDefaultStore => other("this system has no supported keyring".into()),
        _ => other("the keyring rejected the entry".into()),
    }
}

fn invalid_entry() -> StoreError {
    other("the keyring entry is not a token of this program; log out and log in again".into())
}

const fn other(source: BoxError) -> StoreError {
    StoreError::Other { source }
}

#[cfg(test)]
mod tests;
