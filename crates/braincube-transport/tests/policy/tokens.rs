//! A token source that counts its calls.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use async_trait::async_trait;
use braincube_auth::{AuthError, Authorization, Invalidated, TokenSource};
use http::{HeaderName, HeaderValue};

/// The common prefix of the tokens, which no error, span or debug text may contain.
pub(crate) const CANARY: &str = "canary-d41d8cd98f00";

#[derive(Debug)]
pub(crate) struct Tokens {
    generation: AtomicU64,
    renewable: bool,
    usable: bool,
    pub(crate) requested: AtomicU32,
    pub(crate) renewals: AtomicU32,
}

impl Tokens {
    fn new(renewable: bool, usable: bool) -> Arc<Self> {
        Arc::new(Self {
            generation: AtomicU64::new(1),
            renewable,
            usable,
            requested: AtomicU32::new(0),
            renewals: AtomicU32::new(0),
        })
    }

    /// One token that cannot be renewed.
    pub(crate) fn personal() -> Arc<Self> {
        Self::new(false, true)
    }

    /// A new token after each rejection.
    pub(crate) fn session() -> Arc<Self> {
        Self::new(true, true)
    }

    /// No token.
    pub(crate) fn broken() -> Arc<Self> {
        Self::new(false, false)
    }
}

#[async_trait]
impl TokenSource for Tokens {
    fn is_renewable(&self) -> bool {
        self.renewable
    }

    async fn authorization(&self) -> Result<Authorization, AuthError> {
        self.requested.fetch_add(1, Ordering::Relaxed);
        if !self.usable {
            return Err(AuthError::other("the vault is closed"));
        }
        let generation = self.generation.load(Ordering::Relaxed);
        let value = HeaderValue::from_str(&format!("{CANARY}-{generation}")).unwrap();
        Ok(Authorization::new(
            HeaderName::from_static("x-api-key"),
            value,
            generation,
        ))
    }

    async fn invalidate(&self, generation: u64) -> Invalidated {
        if !self.renewable {
            return Invalidated::Final;
        }
        let next = generation + 1;
        let order = Ordering::Relaxed;
        if self
            .generation
            .compare_exchange(generation, next, order, order)
            .is_ok()
        {
            self.renewals.fetch_add(1, Ordering::Relaxed);
        }
        Invalidated::Renewable
    }
}
