//! [`RawQuery`]: any request, for endpoints without a method in this crate.

use braincube_transport::Answer;
use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::runtime::Runtime;
use crate::error::Result;
use crate::raw;

/// Any request: the blocking [`RawQuery`](crate::RawQuery).
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct RawQuery {
    runtime: Runtime,
    inner: raw::RawQuery,
}

impl RawQuery {
    pub(super) fn new(runtime: Runtime, inner: raw::RawQuery) -> Self {
        Self { runtime, inner }
    }

    fn map(self, change: impl FnOnce(raw::RawQuery) -> raw::RawQuery) -> Self {
        Self {
            runtime: self.runtime,
            inner: change(self.inner),
        }
    }

    /// Sends the request to the SSO server instead of the API server.
    pub fn sso(self) -> Self {
        self.map(raw::RawQuery::sso)
    }

    /// Replaces the placeholder `{braincube-name}` in the base URL and the path.
    pub fn braincube(self, name: impl Into<String>) -> Self {
        self.map(|query| query.braincube(name))
    }

    /// Sends this JSON as the body.
    pub fn body(self, body: impl Into<Bytes>) -> Self {
        self.map(|query| query.body(body))
    }

    /// Declares the request idempotent, so that it may be retried.
    pub fn repeatable(self) -> Self {
        self.map(raw::RawQuery::repeatable)
    }

    /// Sends the request and returns the complete response with any content type.
    ///
    /// # Errors
    ///
    /// As [`RawQuery::send`](crate::RawQuery::send).
    pub fn send(self) -> Result<Answer> {
        let query = self.inner;
        self.runtime.wait(async move { query.send().await })
    }

    /// Sends the request and deserializes the JSON of the response into a `T`.
    ///
    /// # Errors
    ///
    /// As [`RawQuery::json`](crate::RawQuery::json).
    pub fn json<T: DeserializeOwned + Send + 'static>(self) -> Result<T> {
        let query = self.inner;
        self.runtime.wait(async move { query.json().await })
    }
}
