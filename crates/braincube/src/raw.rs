//! [`RawQuery`]: any request, for endpoints without a method in this crate.

use braincube_model::request::{Endpoints, RawRequest, Server};
use braincube_model::response;
use braincube_transport::{Expect, Response};
use bytes::Bytes;
use http::Method;
use serde::de::DeserializeOwned;

use crate::connection::Connection;
use crate::error::{Error, Result};

/// Any request. Build it with the methods below and send it with [`send`](Self::send) or [`json`](Self::json).
///
/// It is handled like all other requests: credentials are sent to the two configured origins only, including after a
/// redirect. It is retried only if its method is safe or [`idempotent`](Self::idempotent) is set.
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct RawQuery {
    connection: Connection,
    request: RawRequest,
}

impl RawQuery {
    pub(crate) fn new(connection: Connection, method: Method, path: String) -> Self {
        Self {
            connection,
            request: RawRequest::new(method, path),
        }
    }

    /// Sends the request to the SSO server instead of the API server.
    pub fn sso(mut self) -> Self {
        self.request = self.request.server(Server::Sso);
        self
    }

    /// Replaces the placeholder `{braincube-name}` in the base URL and the path.
    pub fn braincube(mut self, name: impl Into<String>) -> Self {
        self.request = self.request.braincube(name);
        self
    }

    /// Sends this JSON as the body.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.request = self.request.body(body);
        self
    }

    /// Declares the request idempotent, so that it may be retried.
    pub fn idempotent(mut self) -> Self {
        self.request = self.request.idempotent();
        self
    }

    /// Sends the request and returns the complete response with any content type.
    ///
    /// # Errors
    ///
    /// If the path leaves the base URL, the request fails, or the status is not a success.
    pub async fn send(self) -> Result<Response> {
        let mut request = self.connection.endpoints().raw(self.request)?;
        request.extensions_mut().insert(Expect::Anything);
        Ok(self.connection.transport().read(request).await?)
    }

    /// Sends the request and deserializes the JSON of the response into a `T`: a struct, or a `serde_json::Value`.
    ///
    /// `NaN`, `Infinity` and `-Infinity` outside quotes, as Python servers write them, are read as the texts of these names.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), or if the body is not JSON or not a `T`. Truncated JSON is requested again.
    pub async fn json<T: DeserializeOwned + Send>(self) -> Result<T> {
        let parse = |content: &[u8]| response::json(content).map_err(|error| Error::json(&error));
        let request = |endpoints: &Endpoints| endpoints.raw(self.request);
        self.connection.call(request, parse).await
    }
}
