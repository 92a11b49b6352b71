//! The listener with a generated certificate.

use std::net::TcpListener;

use braincube::login::{Login, LoginError};
use braincube::transport::{AllowedOrigins, Expect, TlsOptions, Transport};
use braincube_sim::{OAuth2Server, PkceRule};
use bytes::Bytes;
use http::Request;

use super::browser::consent;
use super::{Site, assert_logged_in, while_browsing};

/// Opens a URL without verifying the certificate, as a user who ignores the warning of the browser.
async fn visit(address: &str) -> u16 {
    let origins = AllowedOrigins::new([address.split("/token").next().unwrap()]).unwrap();
    let transport = Transport::builder_without_credentials(origins)
        .tls(TlsOptions::default().verify(false))
        .build()
        .unwrap();
    let mut request = Request::get(address).body(Bytes::new()).unwrap();
    request.extensions_mut().insert(Expect::Anything);
    match transport.read(request).await {
        Ok(answer) => answer.status.as_u16(),
        Err(error) => error.status().unwrap().as_u16(),
    }
}

#[tokio::test]
async fn a_login_with_tls_succeeds_after_a_forged_callback() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap();
    let redirect_uri = format!(
        "https://localhost:{}/token",
        port.local_addr().unwrap().port()
    );
    drop(port);
    let server = OAuth2Server::new()
        .redirect_uri(redirect_uri.as_str())
        .pkce(PkceRule::Required);
    let site = Site::start(server).await;
    let login = Login::new(&site.config(&redirect_uri)).unwrap();
    let listener = login.listen_with_tls().await.unwrap();
    let fingerprint = listener.fingerprint().unwrap();
    assert_eq!(fingerprint.split(':').count(), 32, "{fingerprint}");

    let address = listener.address();
    let (token, (forged, page)) = while_browsing(listener, async {
        let callback = consent(&address).await;
        let forged = visit(&format!("{redirect_uri}?code=c&state=guessed")).await;
        (forged, visit(&callback).await)
    })
    .await;
    assert_eq!((forged, page), (400, 200));
    token.unwrap();
    assert_logged_in(&site).await;
}

#[tokio::test]
async fn tls_requires_an_https_redirect_uri_on_this_machine() {
    let site = Site::strict().await;
    for address in ["http://127.0.0.1:0/callback", "https://plant.example/token"] {
        let login = Login::new(&site.config(address)).unwrap();
        let rejected = login.listen_with_tls().await.unwrap_err();
        assert!(
            matches!(rejected, LoginError::NoListener { .. }),
            "{address}"
        );
    }
}
