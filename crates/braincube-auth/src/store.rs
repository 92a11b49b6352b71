//! Where the tokens of logins are kept: a [`SecretStore`], such as the [`FileStore`].

mod account;
mod error;
mod file_store;
#[cfg(feature = "keyring")]
mod keyring_store;
mod place;
mod stored_token;

use std::fmt::Debug;

pub use self::account::Account;
pub use self::error::StoreError;
pub use self::file_store::FileStore;
#[cfg(feature = "keyring")]
pub use self::keyring_store::KeyringStore;
pub use self::stored_token::StoredToken;

/// Keeps one token for each [`Account`].
///
/// The methods may wait for a disk, or for another process, for a moment.
pub trait SecretStore: Debug + Send + Sync {
    /// The token of the account, if there is one.
    ///
    /// # Errors
    ///
    /// When the store is there and cannot be read, or must not be trusted.
    fn load(&self, account: &Account) -> Result<Option<StoredToken>, StoreError>;

    /// Keeps the token in the place of the account's former one, which stays if this fails.
    ///
    /// # Errors
    ///
    /// When the store cannot be written, or must not be trusted.
    fn save(&self, account: &Account, token: &StoredToken) -> Result<(), StoreError>;

    /// Forgets the account's token; whether there was one.
    ///
    /// # Errors
    ///
    /// As [`save`](Self::save).
    fn remove(&self, account: &Account) -> Result<bool, StoreError>;
}
