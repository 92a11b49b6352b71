//! The credential of a configuration: its token, or that of a login.

use std::path::Path;
use std::sync::Arc;

use super::RESOLVED;
use super::key::Key;
use super::origin::Given;
use super::value::Value;
use crate::login::{Application, LoginError};
use crate::store::{Account, FileStore, SecretStore, StoreError, StoredToken};
use crate::{
    Config, ConfigError, Exchange, PersonalAccessToken, RedirectUri, SsoSession, TokenSource,
};

/// Why a token and an address can be used without another check.
const CHECKED: &str = "address and token were checked when they were read";

impl Config {
    /// The personal access token, if there is one. It needs no exchange.
    pub fn personal_access_token(&self) -> Option<PersonalAccessToken> {
        let token = self.settings.secret(Key::PersonalAccessToken)?.clone();
        Some(PersonalAccessToken::new(token).expect(CHECKED))
    }

    /// Returns the source of the header that authenticates requests.
    ///
    /// This is the personal access token if there is one. Otherwise it is a session, which is opened through `exchange`
    /// when it is first needed: with the configured OAuth2 token, or with that of a [login](crate::login), which is
    /// refreshed when it has expired.
    ///
    /// # Errors
    ///
    /// [`ConfigError::MissingCredential`] if there is no token, [`ConfigError::Store`] if the token of a login cannot be
    /// read.
    pub fn token_source(
        &self,
        exchange: Arc<dyn Exchange>,
    ) -> Result<Arc<dyn TokenSource>, ConfigError> {
        if let Some(token) = self.personal_access_token() {
            return Ok(Arc::new(token));
        }
        if let Some(token) = self.settings.secret(Key::Oauth2Token) {
            let session = SsoSession::new(self.sso_base_url(), token.clone(), exchange);
            return Ok(Arc::new(session.expect(CHECKED)));
        }
        match self.login_session(exchange)? {
            Some(session) => Ok(Arc::new(session)),
            None => Err(self.missing_credential()),
        }
    }

    /// Checks that there is a credential.
    ///
    /// # Errors
    ///
    /// As [`token_source`](Self::token_source).
    pub fn require_credential(&self) -> Result<(), ConfigError> {
        if self.has_token() || self.stored_token()?.is_some() {
            return Ok(());
        }
        Err(self.missing_credential())
    }

    fn missing_credential(&self) -> ConfigError {
        ConfigError::MissingCredential {
            search: Box::new(self.search.clone()),
        }
    }

    /// The session of a login, if its token is stored.
    fn login_session(
        &self,
        exchange: Arc<dyn Exchange>,
    ) -> Result<Option<SsoSession>, ConfigError> {
        let Some(token) = self.stored_token()? else {
            return Ok(None);
        };
        let (Ok(application), Ok(account), Some(store)) =
            (self.application(), self.account(), self.secret_store())
        else {
            return Ok(None);
        };
        let session = SsoSession::from_login(application, account, token, store, exchange);
        Ok(Some(session.expect(CHECKED)))
    }

    /// The application that requests OAuth2 tokens.
    ///
    /// # Errors
    ///
    /// [`LoginError::MissingClientId`] if no `client_id` is configured.
    pub fn application(&self) -> Result<Application, LoginError> {
        let id = self.settings.text(Key::ClientId);
        let id = id.ok_or(LoginError::MissingClientId)?;
        let secret = self.settings.secret(Key::ClientSecret).cloned();
        Application::new(self.sso_base_url(), id, secret)
    }

    /// The key under which the token of a login is stored: both base URLs, the application and the TLS settings. If any
    /// of them changes, the token is not used.
    ///
    /// # Errors
    ///
    /// As [`application`](Self::application).
    pub fn account(&self) -> Result<Account, LoginError> {
        let application = self.application()?;
        let account = Account::new(
            application.sso_base_url(),
            self.api_base_url(),
            application.client_id(),
        );
        Ok(account
            .with_verify(self.verify())
            .with_ca_bundle(self.ca_bundle().map(Path::to_owned)))
    }

    /// The URI to which a login redirects the browser.
    pub fn redirect_uri(&self) -> &RedirectUri {
        match self.settings.get(Key::RedirectUri) {
            Some(Given {
                value: Value::RedirectUri(uri),
                ..
            }) => Some(uri),
            _ => None,
        }
        .expect(RESOLVED)
    }

    /// Uses another store for the tokens of logins, in place of the file.
    #[must_use]
    pub fn with_store(mut self, store: Arc<dyn SecretStore>) -> Self {
        self.store = Some(store);
        self
    }

    /// The file in which tokens of logins are stored, whether it exists or not.
    ///
    /// `None` for a configuration that was not [loaded](Self::load), has [another store](Self::with_store), or has no home
    /// directory.
    pub fn store_path(&self) -> Option<&Path> {
        let path = self.store_path.as_deref();
        path.filter(|_| self.store.is_none())
    }

    /// The store in the file at [`store_path`](Self::store_path).
    pub fn file_store(&self) -> Option<FileStore> {
        self.store_path().map(FileStore::new)
    }

    /// The store of the tokens of logins: that of [`with_store`](Self::with_store), otherwise
    /// [`file_store`](Self::file_store).
    pub fn secret_store(&self) -> Option<Arc<dyn SecretStore>> {
        let store = self.store.as_ref().map(Arc::clone);
        store.or_else(|| Some(Arc::new(self.file_store()?)))
    }

    /// The token of the last login to this [account](Self::account), if it is stored.
    ///
    /// # Errors
    ///
    /// When the store exists and cannot be read, or is not safe to use because other users can change it.
    pub fn stored_token(&self) -> Result<Option<StoredToken>, StoreError> {
        match (self.secret_store(), self.account()) {
            (Some(store), Ok(account)) => store.load(&account),
            _ => Ok(None),
        }
    }

    /// Whether a token is configured. It takes precedence over that of a login.
    pub fn has_token(&self) -> bool {
        self.settings.has_token()
    }
}
