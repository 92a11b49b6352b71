//! A minimal HTTP client that acts as the browser.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The host and port of a plain `http` URL, and the rest of it.
fn parts(address: &str) -> (&str, &str) {
    let rest = address.strip_prefix("http://").unwrap();
    let slash = rest.find('/').unwrap();
    rest.split_at(slash)
}

/// Opens a URL and returns the complete response.
pub(super) async fn visit(address: &str) -> String {
    let (host, target) = parts(address);
    let head = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    send(address, &head).await
}

/// Sends a raw request to the host of a URL.
pub(super) async fn send(address: &str, head: &str) -> String {
    let mut stream = TcpStream::connect(parts(address).0).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut response = Vec::new();
    stream.read_to_end(&mut response).await.unwrap();
    String::from_utf8(response).unwrap()
}

/// Opens the page of the service, where the user consents or denies, and returns the URL to which the
/// browser is redirected.
pub(super) async fn consent(address: &str) -> String {
    let response = visit(address).await;
    let location = response.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("location").then_some(value)
    });
    location.unwrap_or_else(|| panic!("{response}")).to_owned()
}
