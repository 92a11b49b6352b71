//! A [`Transport`] as the [`Exchange`] of a token source.

use async_trait::async_trait;
use braincube_auth::{BoxError, Exchange};
use bytes::Bytes;
use http::{Request, Response};

use crate::expect::Expect;
use crate::transport::Transport;

/// Trades credentials over a transport from
/// [`builder_without_credentials`](Transport::builder_without_credentials); over any other, the
/// token source would wait for itself.
#[async_trait]
impl Exchange for Transport {
    async fn send(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, BoxError> {
        // Whoever asked judges the answer: what is no token, or no success, has an error of its own there.
        request.extensions_mut().insert(Expect::AnyStatus);
        let answer = self.read(request).await?;
        let mut response = Response::new(answer.body);
        *response.status_mut() = answer.status;
        *response.headers_mut() = answer.headers;
        Ok(response)
    }
}
