//! A source of one token.

use std::sync::Arc;

use async_trait::async_trait;
use braincube_auth::{AuthError, Authorization, Invalidated, TokenSource};
use http::{HeaderName, HeaderValue};

#[derive(Debug)]
pub(crate) struct OneToken;

pub(crate) fn one_token() -> Arc<dyn TokenSource> {
    Arc::new(OneToken)
}

#[async_trait]
impl TokenSource for OneToken {
    async fn authorization(&self) -> Result<Authorization, AuthError> {
        let name = HeaderName::from_static("x-api-key");
        Ok(Authorization::new(
            name,
            HeaderValue::from_static("canary"),
            1,
        ))
    }

    async fn invalidate(&self, _: u64) -> Invalidated {
        Invalidated::Final
    }
}
