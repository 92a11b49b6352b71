//! [`TokenStore`]: the valid codes and tokens, and [`TokenIssuer`], which generates them.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::recent::Recent;

/// Lifetime of a code. RFC 6749 allows at most ten minutes.
const CODE_LIFETIME: Duration = Duration::from_secs(60);

/// The request for which a code was issued.
#[derive(Clone)]
pub(super) struct Authorized {
    pub(super) redirect_uri: String,
    pub(super) challenge: Option<String>,
}

/// The valid codes and tokens.
#[derive(Default)]
pub(super) struct TokenStore {
    issuer: Arc<TokenIssuer>,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    codes: HashMap<String, (Authorized, Instant)>,
    /// With the end of their validity; `None` for tokens that do not expire.
    access_tokens: HashMap<String, Option<Instant>>,
    refresh_tokens: HashSet<String>,
}

impl TokenStore {
    pub(super) fn new(issuer: Arc<TokenIssuer>) -> Self {
        let inner = Mutex::default();
        Self { issuer, inner }
    }

    pub(super) fn new_code(&self, authorized: Authorized) -> String {
        let (code, mut inner) = (self.issuer.issue(), self.lock());
        let now = Instant::now();
        inner.codes.retain(|_, (_, end)| now < *end);
        inner
            .codes
            .insert(code.clone(), (authorized, now + CODE_LIFETIME));
        code
    }

    /// Removes a code and returns its request. A code can be used once.
    pub(super) fn take_code(&self, code: &str) -> Option<Authorized> {
        let (authorized, end) = self.lock().codes.remove(code)?;
        (Instant::now() < end).then_some(authorized)
    }

    /// Accepts a token that was not issued here. It does not expire.
    pub(super) fn accept_access_token(&self, token: &str) {
        self.lock().access_tokens.insert(token.into(), None);
    }

    pub(super) fn new_access_token(&self, lifetime: Duration) -> String {
        let (token, mut inner) = (self.issuer.issue(), self.lock());
        let now = Instant::now();
        inner
            .access_tokens
            .retain(|_, end| end.is_none_or(|end| now < end));
        // A lifetime beyond the range of the clock never ends.
        inner
            .access_tokens
            .insert(token.clone(), now.checked_add(lifetime));
        token
    }

    pub(super) fn is_access_token(&self, token: &str) -> bool {
        let end = self.lock().access_tokens.get(token).copied();
        end.is_some_and(|end| end.is_none_or(|end| Instant::now() < end))
    }

    pub(super) fn new_refresh_token(&self) -> String {
        let token = self.issuer.issue();
        self.lock().refresh_tokens.insert(token.clone());
        token
    }

    /// Whether a refresh token is valid; with `once`, it is then removed.
    pub(super) fn use_refresh_token(&self, token: &str, once: bool) -> bool {
        let mut inner = self.lock();
        if once {
            inner.refresh_tokens.remove(token)
        } else {
            inner.refresh_tokens.contains(token)
        }
    }

    pub(super) fn revoke(&self) {
        *self.lock() = Inner::default();
    }

    /// No statement under the lock leaves the tables inconsistent, so a poisoned lock can be used.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for TokenStore {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let inner = self.lock();
        f.debug_struct("TokenStore")
            .field("codes", &inner.codes.len())
            .field("access_tokens", &inner.access_tokens.len())
            .field("refresh_tokens", &inner.refresh_tokens.len())
            .finish()
    }
}

/// The number of codes and tokens that are recorded, the newest ones.
const MAX_RECORDED: usize = 10_000;

/// Generates codes and tokens and records them.
pub(super) struct TokenIssuer(Mutex<Recent<String>>);

impl Default for TokenIssuer {
    fn default() -> Self {
        Self(Mutex::new(Recent::with_limit(MAX_RECORDED)))
    }
}

impl TokenIssuer {
    /// Generates 32 random hexadecimal digits.
    ///
    /// The keys of the hash maps in the standard library come from the operating system. This is sufficient for a
    /// simulator, but not for a real server.
    pub(super) fn issue(&self) -> String {
        let random = |seed: u8| RandomState::new().hash_one(seed);
        let text = format!("{:016x}{:016x}", random(0), random(1));
        self.lock().push(text.clone());
        text
    }

    /// The recorded codes and tokens, oldest first.
    pub(super) fn issued(&self) -> Vec<String> {
        self.lock().to_vec()
    }

    /// No statement under the lock leaves the list inconsistent, so a poisoned lock can be used.
    fn lock(&self) -> MutexGuard<'_, Recent<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for TokenIssuer {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "TokenIssuer({} issued)", self.issued().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn authorized() -> Authorized {
        Authorized {
            redirect_uri: "http://localhost/".into(),
            challenge: None,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_code_is_valid_once_and_for_one_minute() {
        let tokens = TokenStore::default();
        let code = tokens.new_code(authorized());
        assert!(tokens.take_code(&code).is_some());
        assert!(tokens.take_code(&code).is_none(), "used");
        let code = tokens.new_code(authorized());
        tokio::time::advance(CODE_LIFETIME).await;
        assert!(tokens.take_code(&code).is_none(), "too late");
    }

    #[tokio::test(start_paused = true)]
    async fn an_issued_access_token_expires_and_a_configured_one_does_not() {
        let tokens = TokenStore::default();
        tokens.accept_access_token("given");
        let token = tokens.new_access_token(Duration::from_secs(10));
        let endless = tokens.new_access_token(Duration::MAX);
        assert!(tokens.is_access_token(&token) && !tokens.is_access_token("other"));
        tokio::time::advance(Duration::from_secs(10)).await;
        assert!(!tokens.is_access_token(&token));
        assert!(tokens.is_access_token("given") && tokens.is_access_token(&endless));
        tokens.revoke();
        assert!(!tokens.is_access_token("given"));
    }

    #[test]
    fn a_refresh_token_is_valid_once_or_always() {
        let tokens = TokenStore::default();
        let token = tokens.new_refresh_token();
        assert!(tokens.use_refresh_token(&token, false));
        assert!(tokens.use_refresh_token(&token, true));
        assert!(!tokens.use_refresh_token(&token, true));
        assert!(!format!("{tokens:?}").contains(&token));
    }

    #[test]
    fn codes_are_unique_and_the_newest_are_recorded() {
        let issuer = TokenIssuer::default();
        let texts: Vec<_> = (0..=MAX_RECORDED).map(|_| issuer.issue()).collect();
        assert_eq!(texts.iter().collect::<HashSet<_>>().len(), MAX_RECORDED + 1);
        assert!(texts.iter().all(|text| text.len() == 32));
        assert_eq!(issuer.issued(), texts[1..]);
        assert_eq!(format!("{issuer:?}"), "TokenIssuer(10000 issued)");
    }
}
