//! [`Settings`]: the checked settings of one source or of a whole configuration.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use secrecy::SecretString;

use super::key::Key;
use super::origin::{Given, Origin};
use super::value::{RawValue, Value};
use crate::ValueProblem;

/// The checked settings of one source (builder, file, profile of a file, environment) or of a whole configuration.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings(pub(crate) BTreeMap<Key, Given<Value>>);

impl Settings {
    /// Checks a value and stores it. In a file, `null` and an empty text count as not set, as for the Python package, whose
    /// version 1.2.0 wrote templates with such keys.
    pub(crate) fn put(
        &mut self,
        key: Key,
        raw: RawValue,
        origin: &Origin,
    ) -> Result<(), ValueProblem> {
        if matches!(origin, Origin::File(_)) && raw.is_empty() {
            return Ok(());
        }
        let value = key.kind().parse(raw, origin)?;
        self.0.insert(key, Given::new(value, origin.clone()));
        Ok(())
    }

    pub(crate) fn get(&self, key: Key) -> Option<&Given<Value>> {
        self.0.get(&key)
    }

    pub(crate) fn has(&self, key: Key) -> bool {
        self.0.contains_key(&key)
    }

    pub(crate) fn text(&self, key: Key) -> Option<&str> {
        match &self.get(key)?.value {
            Value::Text(text) => Some(text),
            Value::BaseUrl(url) => Some(url.as_str()),
            _ => None,
        }
    }

    pub(crate) fn secret(&self, key: Key) -> Option<&SecretString> {
        match &self.get(key)?.value {
            Value::Secret(secret) => Some(secret),
            _ => None,
        }
    }

    pub(crate) fn path(&self, key: Key) -> Option<&Path> {
        match &self.get(key)?.value {
            Value::Path(path) => Some(path),
            _ => None,
        }
    }

    pub(crate) fn duration(&self, key: Key) -> Option<Duration> {
        match self.get(key)?.value {
            Value::Duration(duration) => Some(duration),
            _ => None,
        }
    }

    /// Where a flag was set to this value.
    pub(crate) fn flag_origin(&self, key: Key, flag: bool) -> Option<Origin> {
        match self.get(key)? {
            Given {
                value: Value::Flag(own),
                origin,
            } if *own == flag => Some(origin.clone()),
            _ => None,
        }
    }

    /// Whether a base URL is set or follows from the domain.
    pub(crate) fn has_address(&self) -> bool {
        self.has(Key::Domain) || self.has(Key::SsoBaseUrl) || self.has(Key::ApiBaseUrl)
    }

    pub(crate) fn has_token(&self) -> bool {
        self.has(Key::PersonalAccessToken) || self.has(Key::Oauth2Token)
    }

    /// Whether there is a secret that only the site may receive.
    pub(crate) fn has_site_secret(&self) -> bool {
        self.has_token() || self.has(Key::ClientSecret)
    }

    /// Whether there is any secret, including the password of a proxy.
    pub(crate) fn has_secret(&self) -> bool {
        let proxy = self.get(Key::Proxy).map(|given| &given.value);
        self.has_site_secret()
            || matches!(proxy, Some(Value::Proxy(proxy)) if proxy.has_credentials())
    }
}
