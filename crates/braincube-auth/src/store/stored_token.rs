//! [`StoredToken`]: the tokens of a login.

use std::time::{Duration, SystemTime};

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::secret;

/// The tokens of a login: an access token and, if the service issued one, a refresh token.
///
/// It does not implement `Serialize`: only a store writes it.
#[derive(Clone, Debug)]
pub struct StoredToken {
    access_token: SecretString,
    refresh_token: Option<SecretString>,
    expires_at: Option<SystemTime>,
}

impl StoredToken {
    /// Creates a token from a token response.
    pub const fn new(
        access_token: SecretString,
        refresh_token: Option<SecretString>,
        expires_at: Option<SystemTime>,
    ) -> Self {
        Self {
            access_token,
            refresh_token,
            expires_at,
        }
    }

    /// The access token.
    pub const fn access_token(&self) -> &SecretString {
        &self.access_token
    }

    /// The token that gets a new access token, if the service issued one.
    pub const fn refresh_token(&self) -> Option<&SecretString> {
        self.refresh_token.as_ref()
    }

    /// When the access token expires, if the service sent a lifetime.
    pub const fn expires_at(&self) -> Option<SystemTime> {
        self.expires_at
    }

    /// Whether the access token has expired at `now`. `false` if its lifetime is unknown.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    /// use braincube_auth::store::StoredToken;
    ///
    /// let now = SystemTime::now();
    /// let token = |expires_at| StoredToken::new("a-token".into(), None, expires_at);
    /// assert!(token(Some(now)).is_expired(now));
    /// assert!(!token(Some(now + Duration::from_secs(60))).is_expired(now));
    /// assert!(!token(None).is_expired(now));
    /// ```
    pub fn is_expired(&self, now: SystemTime) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }

    /// The access token, masked: its last four characters if at least twelve stay hidden.
    pub fn masked(&self) -> String {
        secret::masked(&self.access_token)
    }

    /// Uses `former` as the refresh token if this one has none: a service that issues no new refresh
    /// token continues to accept the old one.
    pub(crate) fn or_refresh_token(mut self, former: Option<&SecretString>) -> Self {
        self.refresh_token = self.refresh_token.or_else(|| former.cloned());
        self
    }

    /// Whether both have the same access token.
    pub(crate) fn is_same_access(&self, other: &Self) -> bool {
        secret::same(&self.access_token, &other.access_token)
    }
}

/// The format of a token in a store.
#[derive(Deserialize, Serialize)]
pub(super) struct WrittenToken {
    #[serde(serialize_with = "secret::serialize")]
    access_token: SecretString,
    #[serde(
        default,
        serialize_with = "secret::serialize_optional",
        skip_serializing_if = "Option::is_none"
    )]
    refresh_token: Option<SecretString>,
    /// Unix time in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<u64>,
}

impl From<&StoredToken> for WrittenToken {
    fn from(token: &StoredToken) -> Self {
        let since_1970 = |end: SystemTime| end.duration_since(SystemTime::UNIX_EPOCH).ok();
        Self {
            access_token: token.access_token.clone(),
            refresh_token: token.refresh_token.clone(),
            expires_at: token
                .expires_at
                .and_then(since_1970)
                .map(|time| time.as_secs()),
        }
    }
}

impl From<WrittenToken> for StoredToken {
    fn from(written: WrittenToken) -> Self {
        let time = |seconds| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
        Self {
            access_token: written.access_token,
            refresh_token: written.refresh_token,
            expires_at: written.expires_at.and_then(time),
        }
    }
}
