//! What the listener keeps off: rule by rule, without ever ending the login.

use braincube::login::{Listening, Login, LoginError};
use tokio::net::TcpStream;

use super::browser::{consent, send, visit};
use super::{Site, while_browsing};

/// Checks that a request is answered with this status, and that the login ends well after it. The
/// request is made from the callback that the browser was sent to.
async fn refused_and_waited_through(status: &str, strange: fn(&str) -> String) {
    let site = Site::strict().await;
    let listening = site.listen().await;
    let address = listening.address();
    let (token, answer) = while_browsing(listening, async {
        let callback = consent(&address).await;
        let answer = send(&callback, &strange(&callback)).await;
        visit(&callback).await;
        answer
    })
    .await;
    assert!(
        answer.starts_with(&format!("HTTP/1.1 {status} ")),
        "{answer}"
    );
    token.unwrap();
    assert_eq!(site.exchanges(), 1);
}

/// A request for something else than the callback, of the same host.
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
    refused_and_waited_through("400", forged).await;
}

#[tokio::test]
async fn o2_a_callback_without_state_does_not_end_the_login() {
    let bare = |callback: &str| get(callback, "/callback?code=forged");
    refused_and_waited_through("400", bare).await;
}

#[tokio::test]
async fn o2_a_forged_refusal_does_not_end_the_login() {
    let forged = |callback: &str| get(callback, "/callback?error=access_denied&state=guessed");
    refused_and_waited_through("400", forged).await;
}

#[tokio::test]
async fn o2_a_callback_with_two_codes_does_not_end_the_login() {
    let twice = |callback: &str| {
        let target = format!("/callback?{}&code=another", query(callback));
        get(callback, &target)
    };
    refused_and_waited_through("400", twice).await;
}

#[tokio::test]
async fn o3_another_host_header_is_refused() {
    let evil = |callback: &str| {
        let target = format!("/callback?{}", query(callback));
        format!("GET {target} HTTP/1.1\r\nHost: evil.example\r\n\r\n")
    };
    refused_and_waited_through("421", evil).await;
}

#[tokio::test]
async fn o3_another_path_is_not_found() {
    let icon = |callback: &str| get(callback, "/favicon.ico");
    refused_and_waited_through("404", icon).await;
}

#[tokio::test]
async fn o3_another_method_is_refused() {
    let post = |callback: &str| {
        let request = get(callback, &format!("/callback?{}", query(callback)));
        request.replacen("GET", "POST", 1)
    };
    refused_and_waited_through("405", post).await;
}

#[tokio::test]
async fn o4_a_request_of_more_than_8_kib_is_refused() {
    let long = |_: &str| {
        let mut head = format!("GET /callback?x={}", "x".repeat(8 * 1024));
        head.truncate(8 * 1024);
        head
    };
    refused_and_waited_through("431", long).await;
}

#[tokio::test]
async fn o4_many_silent_connections_do_not_end_the_login() {
    let site = Site::strict().await;
    let listening = site.listen().await;
    let address = listening.address();
    let (token, ()) = while_browsing(listening, async {
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
    let listening = site.listen().await;
    let address = listening.address();
    let (token, _) = while_browsing(listening, async {
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
    let listening = site.listen().await;
    let address = listening.address();
    let (token, callback) = while_browsing(listening, async {
        let callback = consent(&address).await;
        visit(&callback).await;
        callback
    })
    .await;
    token.unwrap();
    // Neither a forged callback nor the same one again finds anybody.
    assert!(TcpStream::connect(host(&callback)).await.is_err());
}

#[tokio::test]
async fn o6_two_logins_at_once_do_not_accept_each_others_callback() {
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
async fn o7_a_port_in_use_leaves_the_paste_mode() {
    let site = Site::strict().await;
    let first: Listening = site.listen().await;
    let config = site.config(first.redirect_uri().as_str());
    let login = Login::new(&config).unwrap();
    let taken = login.listen().await.unwrap_err();
    assert!(matches!(taken, LoginError::Listen { .. }), "{taken}");
    let pasting = login.paste().unwrap();
    let callback = consent(&pasting.address()).await;
    pasting.finish(&callback).await.unwrap();
}

#[tokio::test]
async fn o7_only_loopback_addresses_are_listened_on() {
    let site = Site::strict().await;
    let listening = site.listen().await;
    assert_eq!(listening.redirect_uri().host(), "127.0.0.1");
    for address in [
        "https://localhost:5000/token",
        "https://plant.example/callback",
    ] {
        let login = Login::new(&site.config(address)).unwrap();
        let refused = login.listen().await.unwrap_err();
        assert!(
            matches!(refused, LoginError::NoListener { .. }),
            "{address}"
        );
    }
}
