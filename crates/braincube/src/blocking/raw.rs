//! [`RawQuery`]: any request, for what this crate has no method for.

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

    /// Asks the SSO server, not the API server.
    pub fn sso(self) -> Self {
        self.map(raw::RawQuery::sso)
    }

    /// Fills the placeholder `{braincube-name}` of the base URL and of the path.
    pub fn braincube(self, name: impl Into<String>) -> Self {
        self.map(|query| query.braincube(name))
    }

    /// Sends this JSON as the body.
    pub fn body(self, body: impl Into<Bytes>) -> Self {
        self.map(|query| query.body(body))
    }

    /// Says that sending the request twice is the same as sending it once.
    pub fn repeatable(self) -> Self {
        self.map(raw::RawQuery::repeatable)
    }

    /// The whole answer, whatever the body is.
    ///
    /// # Errors
    ///
    /// As [`RawQuery::send`](crate::RawQuery::send).
    pub fn send(self) -> Result<Answer> {
        let query = self.inner;
        self.runtime.wait(async move { query.send().await })
    }

    /// The answer's JSON as a `T`.
    ///
    /// # Errors
    ///
    /// As [`RawQuery::json`](crate::RawQuery::json).
    pub fn json<T: DeserializeOwned + Send + 'static>(self) -> Result<T> {
        let query = self.inner;
        self.runtime.wait(async move { query.json().await })
    }
}
