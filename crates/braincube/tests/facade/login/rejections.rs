//! Requests that the listener rejects without ending the login.

use braincube::login::{CallbackListener, Login, LoginError};
use tokio::net::TcpStream;

use super::browser::{consent, send, visit};
use super::{Site, while_browsing};

/// Checks that the response to a request has this status, and that the login succeeds after it. The
/// request is built from the callback URL.
async fn rejected_and_ignored(status: &str, strange: fn(&str) -> String) {
    let site = Site::strict().await;
    let listener = site.listen().await;
    let address = listener.address();
    let (token, response) = while_browsing(listener, async {
        let callback = consent(&address).await;
        let response = send(&callback, &strange(&callback)).await;
        visit(&callback).await;
        response
    })
    .await;
    assert!(
        response.starts_with(&format!("HTTP/1.1 {status} ")),
        "{response}"
    );
    token.unwrap();
    assert_eq!(site.exchanges(), 1);
}

/// A request for another path of the same host.
pub(super) fn get(callback: &str, target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: {}\r\n\r\n", host(callback))
}

/// The callback with its query replaced.
fn with_query(callback: &str, query: &str) -> String {
    let (place, _) = callback.split_once('?').unwrap();
    format!("{place}?{query}")
}

fn query(callback: &str) -> &str {
    callback.split_once('?').unwrap().1
}

pub(super) fn host(callback: &str) -> &str {
    callback.split('/').nth(2).unwrap()
}

#[tokio::test]
async fn o2_a_forged_callback_does_not_end_the_login() {
    let forged = |callback: &str| get(callback, "/callback?code=forged&state=guessed");
    rejected_and_ignored("400", forged).await;
}

#[tokio::test]
async fn o2_a_callback_without_state_does_not_end_the_login() {
    let bare = |callback: &str| get(callback, "/callback?code=forged");
    rejected_and_ignored("400", bare).await;
}

#[tokio::test]
async fn o2_a_forged_denial_does_not_end_the_login() {
    let forged = |callback: &str| get(callback, "/callback?error=access_denied&state=guessed");
    rejected_and_ignored("400", forged).await;
}

#[tokio::test]
async fn o2_a_callback_with_two_codes_does_not_end_the_login() {
    let twice = |callback: &str| {
        let target = format!("/callback?{}&code=another", query(callback));
        get(callback, &target)
    };
    rejected_and_ignored("400", twice).await;
}

#[tokio::test]
async fn o3_another_host_header_is_rejected() {
    let evil = |callback: &str| {
        let target = format!("/callback?{}", query(callback));
        format!("GET {target} HTTP/1.1\r\nHost: evil.example\r\n\r\n")
    };
    rejected_and_ignored("421", evil).await;
}

#[tokio::test]
async fn o3_another_path_is_not_found() {
    let icon = |callback: &str| get(callback, "/favicon.ico");
    rejected_and_ignored("404", icon).await;
}

#[tokio::test]
async fn o3_another_method_is_rejected() {
    let post = |callback: &str| {
        let request = get(callback, &format!("/callback?{}", query(callback)));
        request.replacen("GET", "POST", 1)
    };
    rejected_and_ignored("405", post).await;
}

#[tokio::test]
async fn o4_a_request_of_more_than_8_kib_is_rejected() {
    let long = |_: &str| {
        let mut head = format!("GET /callback?x={}", "x".repeat(8 * 1024));
        head.truncate(8 * 1024);
        head
    };
    rejected_and_ignored("431", long).await;
}

#[tokio::test]
async fn o4_many_silent_connections_do_not_end_the_login() {
    let site = Site::strict().await;
    let listener = site.listen().await;
    let address = listener.address();
    let (token, ()) = while_browsing(listener, async {
        let callback = consent(&address).await;
        for _ in 0..200 {
            drop(TcpStream::connect(host(&callback)).await.unwrap());
        }
        let mut silent = Vec::new();
        for _ in 0..15 {
            silent.push(TcpStream::connect(host(&callback)).await.unwrap());
        }
        visit(&callback).await;
    })
    .await;
    token.unwrap();
}

#[tokio::test]
async fn o2_a_percent_encoded_callback_is_accepted() {
    let site = Site::strict().await;
    let listener = site.listen().await;
    let address = listener.address();
    let (token, _) = while_browsing(listener, async {
        let callback = consent(&address).await;
        let encoded = query(&callback).split('&').map(|pair| {
            let (name, value) = pair.split_once('=').unwrap();
            let value: String = value.bytes().map(|byte| format!("%{byte:02x}")).collect();
            format!("{name}={value}")
        });
        let encoded = encoded.collect::<Vec<_>>().join("&");
        visit(&with_query(&callback, &encoded)).await
    })
    .await;
    token.unwrap();
}

#[tokio::test]
async fn o5_the_listener_closes_after_the_callback() {
    let site = Site::strict().await;
    let listener = site.listen().await;
    let address = listener.address();
    let (token, callback) = while_browsing(listener, async {
        let callback = consent(&address).await;
        visit(&callback).await;
        callback
    })
    .await;
    token.unwrap();
    // Neither a forged callback nor the same one again can connect.
    assert!(TcpStream::connect(host(&callback)).await.is_err());
}

#[tokio::test]
async fn o6_concurrent_logins_do_not_accept_the_callback_of_each_other() {
    let site = Site::strict().await;
    let (one, other) = (site.listen().await, site.listen().await);
    let addresses = (one.address(), other.address());
    let browsing = async {
        let (first, second) = (consent(&addresses.0).await, consent(&addresses.1).await);
        let crossed = visit(&with_query(&second, query(&first))).await;
        assert!(crossed.starts_with("HTTP/1.1 400 "), "{crossed}");
        visit(&first).await;
        visit(&second).await;
    };
    let (one, other, ()) = tokio::join!(one.finish(), other.finish(), browsing);
    one.unwrap();
    other.unwrap();
    assert_eq!(site.exchanges(), 2);
}

#[tokio::test]
async fn o7_if_the_port_is_in_use_the_callback_can_be_pasted() {
    let site = Site::strict().await;
    let first: CallbackListener = site.listen().await;
    let config = site.config(first.redirect_uri().as_str());
    let login = Login::new(&config).unwrap();
    let taken = login.listen().await.unwrap_err();
    assert!(matches!(taken, LoginError::Listen { .. }), "{taken}");
    let pasted = login.paste().unwrap();
    let callback = consent(&pasted.address()).await;
    pasted.finish(&callback).await.unwrap();
}

#[tokio::test]
async fn o7_only_loopback_addresses_are_listened_on() {
    let site = Site::strict().await;
    let listener = site.listen().await;
    assert_eq!(listener.redirect_uri().host(), "127.0.0.1");
    for address in [
        "https://localhost:5000/token",
        "https://plant.example/callback",
    ] {
        let login = Login::new(&site.config(address)).unwrap();
        let rejected = login.listen().await.unwrap_err();
        assert!(
            matches!(rejected, LoginError::NoListener { .. }),
            "{address}"
        );
    }
}
