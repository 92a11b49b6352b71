//! One visitor: the head of a request is read, judged and answered, and the connection closed.

use std::time::Duration;

use braincube_auth::login::{AuthorizationCode, AuthorizationRequest, CallbackProblem, LoginError};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::page::Page;
use super::visit::{self, Verdict};

/// How long a visitor may take to say what it wants, and as long to take the answer.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// How much of a request is read, in bytes.
const LONGEST: usize = 8 * 1024;
/// How many headers are read.
const HEADERS: usize = 64;

/// How a visit ended.
pub(super) enum Visit {
    /// It was no callback.
    Passed,
    /// It was a callback, and not of this login.
    Rejected(CallbackProblem),
    /// It was the callback of this login.
    Ended(Result<AuthorizationCode, LoginError>),
}

/// Hears a visitor out, and answers.
pub(super) async fn receive<S>(mut stream: S, request: &AuthorizationRequest) -> Visit
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let read = timeout(PATIENCE, read(&mut stream, request)).await;
    let Ok(Some(Verdict { page, visit })) = read else {
        return Visit::Passed;
    };
    // Whether the browser takes the page changes nothing about the login.
    let _ = timeout(PATIENCE, answer(&mut stream, page)).await;
    visit
}

/// The verdict on a whole head; none where the visitor breaks off.
async fn read<S>(stream: &mut S, request: &AuthorizationRequest) -> Option<Verdict>
where
    S: AsyncRead + Unpin,
{
    // It never moves, and is wiped: a code comes in it.
    let mut buffer = Zeroizing::new(vec![0; LONGEST]);
    let mut filled = 0;
    loop {
        let free = buffer.get_mut(filled..).filter(|free| !free.is_empty());
        let Some(free) = free else {
            return Some(Verdict::passed(Page::TooLarge));
        };
        let count = stream.read(free).await.ok()?;
        if count == 0 {
            return None;
        }
        filled += count;
        let mut headers = [httparse::EMPTY_HEADER; HEADERS];
        let mut head = httparse::Request::new(&mut headers);
        match head.parse(buffer.get(..filled)?) {
            Ok(httparse::Status::Complete(_)) => return Some(visit::judge(&head, request)),
            Ok(httparse::Status::Partial) => {}
            Err(httparse::Error::TooManyHeaders) => {
                return Some(Verdict::passed(Page::TooLarge));
            }
            Err(_) => return Some(Verdict::passed(Page::BadRequest)),
        }
    }
}

async fn answer<S: AsyncWrite + Unpin>(stream: &mut S, page: Page) -> std::io::Result<()> {
    stream.write_all(page.response().as_bytes()).await?;
    stream.flush().await?;
    stream.shutdown().await
}

#[cfg(test)]
mod tests {
    use braincube_auth::RedirectUri;
    use braincube_auth::login::Application;
    use tokio::io::duplex;
    use tokio::time::Instant;

    use super::*;

    fn request() -> AuthorizationRequest {
        let application = Application::new("https://sso.example", "app", None).unwrap();
        let redirect_uri = RedirectUri::parse("http://127.0.0.1:5000/callback").unwrap();
        AuthorizationRequest::new(application, redirect_uri).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn o4_a_connection_that_sends_little_or_nothing_is_closed_after_five_seconds() {
        for said in ["", "GET /callback?code=c HTTP/1.1\r\nHost: 127"] {
            let (mut visitor, stream) = duplex(1024);
            visitor.write_all(said.as_bytes()).await.unwrap();
            let started = Instant::now();
            assert!(matches!(receive(stream, &request()).await, Visit::Passed));
            assert_eq!(started.elapsed(), PATIENCE);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn o4_a_connection_that_does_not_read_is_closed_after_five_seconds() {
        let (mut visitor, stream) = duplex(64);
        let started = Instant::now();
        let request = request();
        let head = b"GET /callback HTTP/1.1\r\nHost: 127.0.0.1:5000\r\n\r\n";
        let (visit, written) = tokio::join!(receive(stream, &request), visitor.write_all(head));
        written.unwrap();
        assert!(matches!(visit, Visit::Rejected(_)));
        assert_eq!(started.elapsed(), PATIENCE);
    }

    #[tokio::test]
    async fn h24_what_is_no_request_is_answered_and_passed() {
        for (said, status) in [
            ("\u{16}\u{3}\u{1}TLS", "400"),
            ("GET / HTTP/1.1\r\nno colon\r\n\r\n", "400"),
            (
                &format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(100)),
                "431",
            ),
        ] {
            let (mut visitor, stream) = duplex(8 * 1024);
            visitor.write_all(said.as_bytes()).await.unwrap();
            assert!(matches!(receive(stream, &request()).await, Visit::Passed));
            let mut answer = String::new();
            visitor.read_to_string(&mut answer).await.unwrap();
            assert!(
                answer.starts_with(&format!("HTTP/1.1 {status} ")),
                "{answer}"
            );
        }
    }
}
