//! [`Grants`]: the codes and tokens that are good now.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::oauth::mint::Mint;

/// How long a code is good; the standard allows ten minutes at most.
const CODE_LIFETIME: Duration = Duration::from_secs(60);

/// What a code was given for.
#[derive(Clone)]
pub(super) struct Authorized {
    pub(super) redirect_uri: String,
    pub(super) challenge: Option<String>,
}

/// The codes and tokens that are good now.
#[derive(Default)]
pub(super) struct Grants {
    mint: Arc<Mint>,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    codes: HashMap<String, (Authorized, Instant)>,
    /// With the time at which each ends; `None` for never.
    access_tokens: HashMap<String, Option<Instant>>,
    refresh_tokens: HashSet<String>,
}

impl Grants {
    pub(super) fn new(mint: Arc<Mint>) -> Self {
        let inner = Mutex::default();
        Self { mint, inner }
    }

    pub(super) fn new_code(&self, authorized: Authorized) -> String {
        let (code, mut inner) = (self.mint.make(), self.lock());
        let now = Instant::now();
        inner.codes.retain(|_, (_, end)| now < *end);
        inner
            .codes
            .insert(code.clone(), (authorized, now + CODE_LIFETIME));
        code
    }

    /// What a code was given for; it is good once.
    pub(super) fn take_code(&self, code: &str) -> Option<Authorized> {
        let (authorized, end) = self.lock().codes.remove(code)?;
        (Instant::now() < end).then_some(authorized)
    }

    /// Accepts a token that was not made here; it does not end by itself.
    pub(super) fn accept_access_token(&self, token: &str) {
        self.lock().access_tokens.insert(token.into(), None);
    }

    pub(super) fn new_access_token(&self, lifetime: Duration) -> String {
        let (token, mut inner) = (self.mint.make(), self.lock());
        let now = Instant::now();
        inner
            .access_tokens
            .retain(|_, end| end.is_none_or(|end| now < end));
        // A lifetime that is longer than time has no end.
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
        let token = self.mint.make();
        self.lock().refresh_tokens.insert(token.clone());
        token
    }

    /// Whether a refresh token is good; with `once`, this is the last time.
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

    /// Every statement that holds the lock leaves the tables whole, so a poisoned one is still good.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Grants {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let inner = self.lock();
        f.debug_struct("Grants")
            .field("codes", &inner.codes.len())
            .field("access_tokens", &inner.access_tokens.len())
            .field("refresh_tokens", &inner.refresh_tokens.len())
            .finish()
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
    async fn a_code_is_good_once_and_for_a_minute() {
        let grants = Grants::default();
        let code = grants.new_code(authorized());
        assert!(grants.take_code(&code).is_some());
        assert!(grants.take_code(&code).is_none(), "used");
        let code = grants.new_code(authorized());
        tokio::time::advance(CODE_LIFETIME).await;
        assert!(grants.take_code(&code).is_none(), "too late");
    }

    #[tokio::test(start_paused = true)]
    async fn an_access_token_ends_and_one_given_from_outside_does_not() {
        let grants = Grants::default();
        grants.accept_access_token("given");
        let token = grants.new_access_token(Duration::from_secs(10));
        let endless = grants.new_access_token(Duration::MAX);
        assert!(grants.is_access_token(&token) && !grants.is_access_token("other"));
        tokio::time::advance(Duration::from_secs(10)).await;
        assert!(!grants.is_access_token(&token));
        assert!(grants.is_access_token("given") && grants.is_access_token(&endless));
        grants.revoke();
        assert!(!grants.is_access_token("given"));
    }

    #[test]
    fn a_refresh_token_is_good_once_or_always() {
        let grants = Grants::default();
        let token = grants.new_refresh_token();
        assert!(grants.use_refresh_token(&token, false));
        assert!(grants.use_refresh_token(&token, true));
        assert!(!grants.use_refresh_token(&token, true));
        assert!(!format!("{grants:?}").contains(&token));
    }
}
