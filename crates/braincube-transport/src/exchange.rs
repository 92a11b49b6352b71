//! A [`Transport`] as the [`Exchange`] of a token source.

use async_trait::async_trait;
use braincube_auth::{BoxError, Exchange};
use bytes::Bytes;
use http::{Request, Response};

use crate::error::Error;
use crate::expect::Expect;
use crate::transport::Transport;

/// Trades credentials over a transport from
/// [`builder_without_credentials`](Transport::builder_without_credentials); over any other, the
/// token source would wait for itself.
#[async_trait]
impl Exchange for Transport {
    async fn send(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, BoxError> {
        // Whoever asked judges the answer: what is no token has an error of its own there.
        request.extensions_mut().insert(Expect::Anything);
        match self.read(request).await {
            Ok(answer) => {
                let mut response = Response::new(answer.body);
                *response.status_mut() = answer.status;
                *response.headers_mut() = answer.headers;
                Ok(response)
            }
            Err(error) => refused(error),
        }
    }
}

/// To an exchange, an answer with any status is one; what the status was is all that is kept.
fn refused(error: Error) -> Result<Response<Bytes>, BoxError> {
    match error.status() {
        Some(status) if status.is_client_error() || status.is_server_error() => {
            let mut response = Response::new(Bytes::new());
            *response.status_mut() = status;
            Ok(response)
        }
        _ => Err(error.into()),
    }
}
