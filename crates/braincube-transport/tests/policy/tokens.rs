//! A source of tokens that counts what it is asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use async_trait::async_trait;
use braincube_auth::{AuthError, Authorization, Invalidated, TokenSource};
use http::{HeaderName, HeaderValue};

/// The tokens' common beginning; no error, span or debug text may ever show it.
pub(crate) const CANARY: &str = "canary-d41d8cd98f00";

#[derive(Debug)]
pub(crate) struct Tokens {
    generation: AtomicU64,
    renewable: bool,
    usable: bool,
    pub(crate) asked: AtomicU32,
    pub(crate) renewals: AtomicU32,
}

impl Tokens {
    fn new(renewable: bool, usable: bool) -> Arc<Self> {
        Arc::new(Self {
            generation: AtomicU64::new(1),
            renewable,
            usable,
            asked: AtomicU32::new(0),
            renewals: AtomicU32::new(0),
        })
    }

    /// One token for ever.
    pub(crate) fn personal() -> Arc<Self> {
        Self::new(false, true)
    }

    /// A new token for each one refused.
    pub(crate) fn session() -> Arc<Self> {
        Self::new(true, true)
    }

    /// None.
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
        self.asked.fetch_add(1, Ordering::Relaxed);
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
