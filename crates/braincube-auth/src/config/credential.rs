//! What a configuration says of who is asking: a token of its own, or that of a login.

use std::path::Path;
use std::sync::Arc;

use secrecy::SecretString;

use crate::login::{Application, LoginError};
use crate::store::{Account, FileStore, SecretStore, StoreError, StoredToken};
use crate::{
    AuthError, Config, ConfigError, Exchange, PersonalAccessToken, RedirectUri, SsoSession,
    TokenSource,
};

impl Config {
    /// The personal access token, if there is one: it needs no exchange.
    pub fn personal_access_token(&self) -> Option<PersonalAccessToken> {
        let token = self.api_key.as_ref()?.value.clone();
        Some(PersonalAccessToken::new(token).expect("the token was checked when it was read"))
    }

    /// What gives the header of every request: the personal access token if there is one, else a
    /// session that is opened through `exchange` when it is first needed, with the OAuth2 token of
    /// the configuration or else with that of a [login](crate::login), which is refreshed on
    /// demand.
    ///
    /// # Errors
    ///
    /// [`ConfigError::MissingCredential`] when there is none, [`ConfigError::Store`] when the
    /// token of a login cannot be read.
    pub fn token_source(
        &self,
        exchange: Arc<dyn Exchange>,
    ) -> Result<Arc<dyn TokenSource>, ConfigError> {
        if let Some(token) = self.personal_access_token() {
            return Ok(Arc::new(token));
        }
        if let Some(token) = &self.oauth2_token {
            let session = SsoSession::new(self.sso_base_url(), token.value.clone(), exchange);
            let session = session.expect("address and token were checked when they were read");
            return Ok(Arc::new(session));
        }
        match self.logged_in(exchange)? {
            Some(session) => Ok(Arc::new(session)),
            None => Err(self.missing_credential()),
        }
    }

    /// Checks that there is a credential, without preparing its use.
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

    /// The session of a login, if there was one.
    fn logged_in(&self, exchange: Arc<dyn Exchange>) -> Result<Option<SsoSession>, ConfigError> {
        let Some(token) = self.stored_token()? else {
            return Ok(None);
        };
        let (Ok(application), Ok(account), Some(store)) =
            (self.application(), self.account(), self.secret_store())
        else {
            return Ok(None);
        };
        let session: Result<_, AuthError> =
            SsoSession::of_login(application, account, token, store, exchange);
        Ok(Some(session.expect(
            "address and token were checked when they were read",
        )))
    }

    /// The application that asks for OAuth2 tokens.
    ///
    /// # Errors
    ///
    /// [`LoginError::MissingClientId`] when no `client_id` is configured.
    pub fn application(&self) -> Result<Application, LoginError> {
        let id = self.client_id.as_ref().ok_or(LoginError::MissingClientId)?;
        let secret = self.client_secret.as_ref();
        let secret = secret.map(|given| SecretString::clone(&given.value));
        Application::new(self.sso_base_url(), id.value.clone(), secret)
    }

    /// Whose token that of a login is: both addresses, the application, and what certificates are
    /// trusted. A configuration that differs in any of them does not get it.
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

    /// Where the browser is sent with the code of a login.
    pub fn redirect_uri(&self) -> &RedirectUri {
        &self.redirect_uri.value
    }

    /// The same with another store of the tokens of logins, in the place of the file.
    #[must_use]
    pub fn with_store(mut self, store: Arc<dyn SecretStore>) -> Self {
        self.own_store = Some(store);
        self
    }

    /// The file that holds the tokens of logins, whether it is there or not. There is none for a
    /// configuration that was not [loaded](Self::load), that has [another
    /// store](Self::with_store), or without a home folder.
    pub fn store_path(&self) -> Option<&Path> {
        let path = self.store.as_deref();
        path.filter(|_| self.own_store.is_none())
    }

    /// The store in the [file](Self::store_path) that holds the tokens of logins.
    pub fn file_store(&self) -> Option<FileStore> {
        self.store_path().map(FileStore::new)
    }

    /// The store of the tokens of logins: the one that was [given](Self::with_store), else the
    /// [file](Self::file_store).
    pub fn secret_store(&self) -> Option<Arc<dyn SecretStore>> {
        let own = self.own_store.as_ref().map(Arc::clone);
        own.or_else(|| Some(Arc::new(self.file_store()?)))
    }

    /// The token of the last login to this [account](Self::account), if there was one.
    ///
    /// # Errors
    ///
    /// When the store is there and cannot be read, or must not be: others could have changed it.
    pub fn stored_token(&self) -> Result<Option<StoredToken>, StoreError> {
        match (self.secret_store(), self.account()) {
            (Some(store), Ok(account)) => store.load(&account),
            _ => Ok(None),
        }
    }

    /// Whether the configuration has a token of its own, which is used in place of a login's.
    pub const fn has_token(&self) -> bool {
        self.api_key.is_some() || self.oauth2_token.is_some()
    }
}
