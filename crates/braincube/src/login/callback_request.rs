//! Reads one request to the listener, decides whether it is the callback, and responds.

use std::time::Duration;

use braincube_auth::is_loopback_host;
use braincube_auth::login::{AuthorizationCode, AuthorizationRequest, CallbackProblem, LoginError};
use httparse::Request;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::page::Page;

/// How long reading a request and writing the response may take, each.
pub(super) const TIMEOUT: Duration = Duration::from_secs(5);
/// Maximum size of the head of a request, in bytes.
const MAX_HEAD_LEN: usize = 8 * 1024;
/// Maximum number of headers.
const MAX_HEADERS: usize = 64;

/// One request to the listener.
pub(super) enum CallbackRequest {
    /// Not a callback.
    Unrelated,
    /// A callback that does not belong to this login.
    Rejected(CallbackProblem),
    /// The callback of this login.
    Completed(Result<AuthorizationCode, LoginError>),
}

/// Reads one request, writes the response, and closes the connection.
pub(super) async fn receive<S>(mut stream: S, login: &AuthorizationRequest) -> CallbackRequest
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let read = timeout(TIMEOUT, read(&mut stream, login)).await;
    let Ok(Some((page, request))) = read else {
        return CallbackRequest::Unrelated;
    };
    // A failure to write the page does not affect the login.
    let _ = timeout(TIMEOUT, respond(&mut stream, page)).await;
    request
}

/// Reads the head of a request; `None` if the connection is closed before its end.
async fn read<S>(stream: &mut S, login: &AuthorizationRequest) -> Option<Reply>
where
    S: AsyncRead + Unpin,
{
    // The buffer may contain a code: it is not reallocated, and zeroized on drop.
    let mut buffer = Zeroizing::new(vec![0; MAX_HEAD_LEN]);
    let mut filled = 0;
    loop {
        let free = buffer.get_mut(filled..).filter(|free| !free.is_empty());
        let Some(free) = free else {
            return Some(unrelated(Page::TooLarge));
        };
        let count = stream.read(free).await.ok()?;
        if count == 0 {
            return None;
        }
        filled += count;
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut head = httparse::Request::new(&mut headers);
        match head.parse(buffer.get(..filled)?) {
            Ok(httparse::Status::Complete(_)) => return Some(classify(&head, login)),
            Ok(httparse::Status::Partial) => {}
            Err(httparse::Error::TooManyHeaders) => {
                return Some(unrelated(Page::TooLarge));
            }
            Err(_) => return Some(unrelated(Page::BadRequest)),
        }
    }
}

async fn respond<S: AsyncWrite + Unpin>(stream: &mut S, page: Page) -> std::io::Result<()> {
    stream.write_all(page.response().as_bytes()).await?;
    stream.flush().await?;
    stream.shutdown().await
}

/// The response to a request, and what the request means for the login.
type Reply = (Page, CallbackRequest);

const fn unrelated(page: Page) -> Reply {
    (page, CallbackRequest::Unrelated)
}

/// Classifies the head of a request. Only a `GET` of the exact path, with a `Host` header that names
/// this machine, is a callback.
fn classify(head: &Request, login: &AuthorizationRequest) -> Reply {
    if !is_addressed_here(head, login) {
        return unrelated(Page::Misdirected);
    }
    if head.method != Some("GET") {
        return unrelated(Page::MethodNotAllowed);
    }
    let target = head.path.unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if path != login.redirect_uri().path() {
        return unrelated(Page::NotFound);
    }
    match login.read_query(query) {
        Ok(code) => (Page::Received, CallbackRequest::Completed(Ok(code))),
        Err(LoginError::Callback(problem)) => (Page::Rejected, CallbackRequest::Rejected(problem)),
        Err(error) => (Page::Denied, CallbackRequest::Completed(Err(error))),
    }
}

/// Whether there is exactly one `Host` header, with a loopback host and the right port. Prevents DNS
/// rebinding: a web page whose name resolves to this machine cannot send a callback.
fn is_addressed_here(head: &Request, login: &AuthorizationRequest) -> bool {
    let mut hosts = head
        .headers
        .iter()
        .filter(|header| header.name.eq_ignore_ascii_case("host"));
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return false;
    };
    let Ok(host) = std::str::from_utf8(host.value) else {
        return false;
    };
    let redirect_uri = login.redirect_uri();
    let default = match redirect_uri.is_plain_loopback() {
        true => 80,
        false => 443,
    };
    let port = redirect_uri.port().unwrap_or(default);
    match host.rsplit_once(':') {
        // Not the last colon of an IPv6 address without a port.
        Some((name, suffix)) if !suffix.ends_with(']') => {
            is_loopback_host(name) && suffix == port.to_string()
        }
        _ => is_loopback_host(host) && port == default,
    }
}

#[cfg(test)]
mod tests {
    use braincube_auth::RedirectUri;
    use braincube_auth::login::Application;
    use tokio::io::duplex;
    use tokio::time::Instant;

    use super::*;

    fn login() -> AuthorizationRequest {
        let application = Application::new("https://sso.example", "app", None).unwrap();
        let redirect_uri = RedirectUri::parse("http://127.0.0.1:5000/callback").unwrap();
        AuthorizationRequest::new(application, redirect_uri).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn o4_a_connection_that_sends_little_or_nothing_is_closed_after_five_seconds() {
        for head in ["", "GET /callback?code=c HTTP/1.1\r\nHost: 127"] {
            let (mut client, stream) = duplex(1024);
            client.write_all(head.as_bytes()).await.unwrap();
            let started = Instant::now();
            let received = receive(stream, &login()).await;
            assert!(matches!(received, CallbackRequest::Unrelated));
            assert_eq!(started.elapsed(), TIMEOUT);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn o4_a_connection_that_does_not_read_is_closed_after_five_seconds() {
        let (mut client, stream) = duplex(64);
        let started = Instant::now();
        let login = login();
        let head = b"GET /callback HTTP/1.1\r\nHost: 127.0.0.1:5000\r\n\r\n";
        let (received, written) = tokio::join!(receive(stream, &login), client.write_all(head));
        written.unwrap();
        assert!(matches!(received, CallbackRequest::Rejected(_)));
        assert_eq!(started.elapsed(), TIMEOUT);
    }

    #[tokio::test]
    async fn h24_an_invalid_request_gets_an_error_response_and_is_ignored() {
        for (head, status) in [
            ("\u{16}\u{3}\u{1}TLS", "400"),
            ("GET / HTTP/1.1\r\nno colon\r\n\r\n", "400"),
            (
                &format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(100)),
                "431",
            ),
        ] {
            let (mut client, stream) = duplex(8 * 1024);
            client.write_all(head.as_bytes()).await.unwrap();
            let received = receive(stream, &login()).await;
            assert!(matches!(received, CallbackRequest::Unrelated));
            let mut response = String::new();
            client.read_to_string(&mut response).await.unwrap();
            assert!(
                response.starts_with(&format!("HTTP/1.1 {status} ")),
                "{response}"
            );
        }
    }

    fn status(login: &AuthorizationRequest, head: &str) -> String {
        let mut headers = [httparse::EMPTY_HEADER; 8];
        let mut parsed = httparse::Request::new(&mut headers);
        let text = head.replace('\n', "\r\n") + "\r\n\r\n";
        assert!(parsed.parse(text.as_bytes()).unwrap().is_complete());
        let response = classify(&parsed, login).0.response();
        response.split(' ').nth(1).unwrap().to_owned()
    }

    #[test]
    fn o3_only_a_get_of_the_callback_path_on_a_loopback_host_is_read() {
        let request = login();
        for (head, expected) in [
            // Accepted as a callback and rejected because of the missing state.
            ("GET /callback?code=c HTTP/1.1\nHost: 127.0.0.1:5000", "400"),
            ("GET /callback HTTP/1.1\nhost: LOCALHOST:5000", "400"),
            ("GET /callback HTTP/1.0\nHost: [::1]:5000", "400"),
            ("POST /callback HTTP/1.1\nHost: 127.0.0.1:5000", "405"),
            ("HEAD /callback HTTP/1.1\nHost: 127.0.0.1:5000", "405"),
            ("GET /favicon.ico HTTP/1.1\nHost: 127.0.0.1:5000", "404"),
            ("GET /callback/ HTTP/1.1\nHost: 127.0.0.1:5000", "404"),
            ("GET /%63allback HTTP/1.1\nHost: 127.0.0.1:5000", "404"),
            (
                "GET http://127.0.0.1:5000/callback HTTP/1.1\nHost: 127.0.0.1:5000",
                "404",
            ),
        ] {
            assert_eq!(status(&request, head), expected, "{head}");
        }
    }

    #[test]
    fn o3_only_loopback_host_headers_are_accepted() {
        let request = login();
        for host in [
            "Host: evil.example:5000",
            "Host: evil.example",
            "Host: 127.0.0.1",
            "Host: 127.0.0.1:5001",
            "Host: 127.0.0.1:5000.evil.example",
            "Host: localhost.evil.example:5000",
            "Host: user@127.0.0.1:5000",
            "Host: 127.0.0.1:05000",
            "Host: \u{e9}",
            "Host:",
            "Host: localhost:5000\nHost: evil.example",
            "Accept: */*",
        ] {
            let head = format!("GET /callback HTTP/1.1\n{host}");
            assert_eq!(status(&request, &head), "421", "{host}");
        }
    }
}
