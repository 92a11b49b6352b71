//! Sends the request that exchanges a code for a token.

use std::time::{Duration, SystemTime};

use braincube_auth::Config;
use braincube_auth::login::{AuthorizationCode, AuthorizationRequest, LoginError, read_token};
use braincube_auth::store::StoredToken;
use braincube_transport::{AllowedOrigins, Body, HttpClient, ProxyOptions, TimeoutOptions};
use bytes::{Bytes, BytesMut};
use http::{Request, Response};
use tower::ServiceExt as _;

use super::Login;
use crate::client::http_client;

/// Timeout for the complete response.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Maximum size of a response body, in bytes. A token response is smaller.
const MAX_BODY_LEN: usize = 64 * 1024;

/// An HTTP client for the SSO service without layers: no retry, no redirect, no additional
/// credential.
pub(super) fn client(config: &Config) -> Result<HttpClient, LoginError> {
    let (timeouts, proxy) = (TimeoutOptions::default(), ProxyOptions::from(config));
    let http = AllowedOrigins::new([config.sso_base_url()])
        .and_then(|origins| http_client(config, &origins, &timeouts, &proxy));
    http.map_err(|error| LoginError::Setup {
        source: error.into(),
    })
}

/// Sends a request and reads at most [`MAX_BODY_LEN`] bytes and one more chunk of the response.
async fn send(http: HttpClient, request: Request<Bytes>) -> Result<Response<Bytes>, LoginError> {
    let unreachable = |source| LoginError::Unreachable { source };
    let exchange = async {
        let response = http.oneshot(request).await?;
        let (head, mut body) = response.map(Body::new).into_parts();
        let mut content = BytesMut::new();
        while let Some(chunk) = body.chunk().await? {
            content.extend_from_slice(&chunk);
            if content.len() > MAX_BODY_LEN {
                break;
            }
        }
        Ok(Response::from_parts(head, content.freeze()))
    };
    match tokio::time::timeout(TIMEOUT, exchange).await {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(error)) => Err(unreachable(braincube_transport::Error::into(error))),
        Err(elapsed) => Err(unreachable(elapsed.into())),
    }
}

impl Login {
    /// Exchanges the code for a token and stores it. Consumes the login, because a code is valid for
    /// one use. The previous token is kept until there is a new one.
    pub(super) async fn complete(
        &self,
        request: AuthorizationRequest,
        code: AuthorizationCode,
    ) -> Result<StoredToken, LoginError> {
        let request = request.into_token_request(code);
        let form = request.body().clone();
        let response = send(self.http.clone(), request).await?;
        let token = read_token(&response, &form, SystemTime::now())?;
        self.store.save(&self.account, &token)?;
        Ok(token)
    }
}
