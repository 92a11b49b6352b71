//! [`SsoExchange`]: how a session is opened and renewed.

use braincube_auth::{BoxError, Exchange, async_trait};
use braincube_transport::Transport;
use bytes::Bytes;
use http::{Request, Response};

/// Sends the requests of a session through a transport that adds no credential.
#[derive(Debug)]
pub(super) struct SsoExchange {
    transport: Transport,
}

impl SsoExchange {
    pub(super) fn new(transport: Transport) -> Self {
        Self { transport }
    }
}

#[async_trait]
impl Exchange for SsoExchange {
    /// A transport makes an error of a refusal; to an exchange it is an answer as any other.
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, BoxError> {
        match self.transport.read(request).await {
            Ok(answer) => Ok(Response::builder().status(answer.status).body(answer.body)?),
            Err(error) => match error.status() {
                Some(status) if !status.is_success() => {
                    Ok(Response::builder().status(status).body(Bytes::new())?)
                }
                _ => Err(error.into()),
            },
        }
    }
}
