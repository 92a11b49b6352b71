//! Stores for the tokens of logins: the trait [`SecretStore`] and its implementation [`FileStore`].

mod account;
mod error;
mod file_store;
#[cfg(feature = "keyring")]
mod keyring_store;
mod private_file;
mod stored_token;

use std::fmt::Debug;

pub use self::account::Account;
pub use self::error::StoreError;
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
