//! The one request that trades a code for a token.

use std::time::{Duration, SystemTime};

use braincube_auth::Config;
use braincube_auth::login::{AuthorizationCode, AuthorizationRequest, LoginError, read_token};
use braincube_auth::store::StoredToken;
use braincube_transport::{
    AllowedOrigins, Body, HttpClient, ProxyOptions, TimeoutOptions, TlsOptions,
};
use bytes::{Bytes, BytesMut};
use http::{Request, Response};
use tower::ServiceExt as _;

use super::Login;

/// How long the service may take for its whole answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// How much of an answer is read, in bytes: more than a token has.
const LONGEST: usize = 64 * 1024;

/// A connection to the SSO service without any layer: nothing is repeated, no redirect is
/// followed, no credential is added.
#[derive(Clone, Debug)]
pub(super) struct Service {
    http: HttpClient,
}

impl Service {
    pub(super) fn new(config: &Config) -> Result<Self, LoginError> {
        let tls = TlsOptions::default().verify(config.verify());
        let tls = match config.ca_bundle() {
            Some(path) => tls.ca_bundle(path),
            None => tls,
        };
        let origins = AllowedOrigins::new([config.sso_base_url()]);
        let http = origins
            .and_then(|origins| {
                let (timeouts, proxy) = (TimeoutOptions::default(), ProxyOptions::from(config));
                HttpClient::with_proxy(&origins, &tls, &timeouts, &proxy)
            })
            .map_err(|error| LoginError::Setup {
                source: error.into(),
            })?;
        Ok(Self { http })
    }

    /// The answer to a request, with a body of at most one byte more than is read of it.
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, LoginError> {
        let unreachable = |source| LoginError::Unreachable { source };
        let exchange = async {
            let answer = self.http.clone().oneshot(request).await?;
            let (head, mut body) = answer.map(Body::new).into_parts();
            let mut content = BytesMut::new();
            while let Some(chunk) = body.chunk().await? {
                content.extend_from_slice(&chunk);
                if content.len() > LONGEST {
                    break;
                }
            }
            Ok(Response::from_parts(head, content.freeze()))
        };
        match tokio::time::timeout(PATIENCE, exchange).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(unreachable(braincube_transport::Error::into(error))),
            Err(elapsed) => Err(unreachable(elapsed.into())),
        }
    }
}

impl Login {
    /// Trades the code, which goes with the login that it belongs to: there is no second time. The
    /// former token stays until there is another one.
    pub(super) async fn complete(
        &self,
        request: AuthorizationRequest,
        code: AuthorizationCode,
    ) -> Result<StoredToken, LoginError> {
        let request = request.into_token_request(code);
        let form = request.body().clone();
        let answer = self.service.send(request).await?;
        let token = read_token(&answer, &form, SystemTime::now())?;
        self.store.save(&self.account, &token)?;
        Ok(token)
    }
}
