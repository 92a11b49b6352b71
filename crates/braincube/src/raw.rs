//! [`RawQuery`]: any request, for what this crate has no method for.

use braincube_model::answer;
use braincube_model::request::{RawRequest, Server};
use braincube_transport::{Answer, Expect};
use bytes::Bytes;
use http::Method;
use serde::de::DeserializeOwned;

use crate::client::Client;
use crate::error::{Error, Result};

/// Any request, described step by step and sent by [`send`](Self::send) or [`json`](Self::json).
///
/// It goes the way of all others: with the credentials, to the two configured origins only, also where a redirect is followed. It
/// is repeated after a failure only where its method is safe, or [`repeatable`](Self::repeatable) says so.
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct RawQuery {
    client: Client,
    request: RawRequest,
}

impl RawQuery {
    pub(crate) fn new(client: Client, method: Method, path: String) -> Self {
        Self {
            client,
            request: RawRequest::new(method, path),
        }
    }

    /// Asks the SSO server, not the API server.
    pub fn sso(mut self) -> Self {
        self.request = self.request.server(Server::Sso);
        self
    }

    /// Fills the placeholder `{braincube-name}` of the base URL and of the path.
    pub fn braincube(mut self, name: impl Into<String>) -> Self {
        self.request = self.request.braincube(name);
        self
    }

    /// Sends this JSON as the body.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.request = self.request.body(body);
        self
    }

    /// Says that sending the request twice is the same as sending it once, so that it may be repeated after a failure.
    pub fn repeatable(mut self) -> Self {
        self.request = self.request.repeatable();
        self
    }

    /// The whole answer: status, headers and body, whatever the body is.
    ///
    /// # Errors
    ///
    /// Where the path leaves the base URL, the request fails, or its status is not one of success.
    pub async fn send(self) -> Result<Answer> {
        let mut request = self.client.endpoints().raw(self.request)?;
        request.extensions_mut().insert(Expect::Anything);
        Ok(self.client.transport().read(request).await?)
    }

    /// The JSON of the response as a `T`: a struct of one's own, or a `serde_json::Value`.
    ///
    /// `NaN`, `Infinity` and `-Infinity` outside quotes, as Python servers write them, are read as the texts of these names.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), and where the body is no JSON or no `T`. JSON that ends too early is asked for again.
    pub async fn json<T: DeserializeOwned + Send>(self) -> Result<T> {
        let request = self.client.endpoints().raw(self.request)?;
        let transport = self.client.transport();
        let response = transport.read_with(request, |response| async move {
            let mut body = response.into_body();
            let content = body.collect().await?;
            answer::json(&content)
                .map_err(|error| Error::json(&error).with_detail(body.message_in(&content)))
        });
        response.await
    }
}
