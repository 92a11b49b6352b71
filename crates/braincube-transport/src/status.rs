//! The [`Error`] for a status that is not a success.

use std::time::{Duration, SystemTime};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Response, StatusCode};

use crate::body::Body;
use crate::error::{Error, ErrorKind};
use crate::operation::OperationState;
use crate::retry::retry_after;

/// How much of an error's body is read to find the server's message in it, in bytes.
const MAX_MESSAGE: usize = 16 << 10;
/// How long the body of an error is read. The status alone is enough for an error.
const MESSAGE_TIMEOUT: Duration = Duration::from_secs(5);
/// The headers in which servers send the id of a request.
const REQUEST_IDS: [&str; 3] = ["x-request-id", "x-correlation-id", "request-id"];

/// The error for a response whose status is not a success.
pub(crate) async fn failure(
    response: Response<Body>,
    state: &OperationState,
    is_session_renewed: bool,
) -> Error {
    let (parts, body) = response.into_parts();
    let wait = retry_after(&parts.headers, SystemTime::now());
    let (kind, message) = meaning(parts.status, wait.is_some(), is_session_renewed);
    let body = read_beginning(body).await;
    Error::new(kind, message)
        .with_status(parts.status)
        .with_retry_after(wait)
        .with_request_id(request_id(&parts.headers, state))
        .with_detail(state.error_message(&body))
}

fn meaning(
    status: StatusCode,
    has_wait: bool,
    is_session_renewed: bool,
) -> (ErrorKind, &'static str) {
    use ErrorKind::{
        Forbidden, NotFound, RedirectBlocked, Rejected, Server, Throttled, TooLarge,
        Unauthenticated,
    };
    match status.as_u16() {
        100..=199 => (Rejected, "the server switches to another protocol"),
        304 => (Rejected, "the server responded with \"not modified\""),
        300..=399 => (RedirectBlocked, "redirected; the redirect is not followed"),
        401 if is_session_renewed => (
            Unauthenticated,
            "the server does not accept the credential, not even with a new session",
        ),
        401 => (Unauthenticated, "the server does not accept the credential"),
        403 => (
            Forbidden,
            "the credential does not allow this; check the scopes of the token",
        ),
        404 => (NotFound, "not found"),
        413 => (TooLarge, "the request is too large for the server"),
        414 => (TooLarge, "the address is too long for the server"),
        429 => (Throttled, "too many requests"),
        503 if has_wait => (Throttled, "the server asks to wait"),
        500..=599 => (Server, "the server failed"),
        _ => (Rejected, "the server refused the request"),
    }
}

/// The response with the beginning of its body only.
pub(crate) async fn with_beginning(response: Response<Body>) -> Response<Body> {
    let (parts, body) = response.into_parts();
    let body = read_beginning(body).await;
    Response::from_parts(parts, Body::from(body))
}

/// The first bytes of a body that arrive in time.
async fn read_beginning(mut body: Body) -> Bytes {
    let mut bytes = BytesMut::new();
    let read = async {
        while let Ok(Some(chunk)) = body.chunk().await {
            let left = MAX_MESSAGE - bytes.len();
            bytes.extend_from_slice(&chunk[..chunk.len().min(left)]);
            if bytes.len() == MAX_MESSAGE {
                break;
            }
        }
    };
    let _ = tokio::time::timeout(MESSAGE_TIMEOUT, read).await;
    bytes.freeze()
}

fn request_id(headers: &HeaderMap, state: &OperationState) -> Option<Box<str>> {
    let id = REQUEST_IDS.iter().find_map(|name| headers.get(*name))?;
    let id = id.to_str().ok().filter(|id| !id.is_empty())?;
    state.sanitize(id, 64)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use bytes::Bytes;
    use http::{Response, StatusCode};
    use http_body::Frame;

    use super::{failure, meaning};
    use crate::body::Body;
    use crate::error::ErrorKind;
    use crate::operation::OperationState;

    #[test]
    fn h4_h5_h6_h8_h13_each_status_has_its_kind() {
        for (status, kind) in [
            (101, ErrorKind::Rejected),
            (300, ErrorKind::RedirectBlocked),
            (302, ErrorKind::RedirectBlocked),
            (304, ErrorKind::Rejected),
            (400, ErrorKind::Rejected),
            (401, ErrorKind::Unauthenticated),
            (403, ErrorKind::Forbidden),
            (404, ErrorKind::NotFound),
            (408, ErrorKind::Rejected),
            (413, ErrorKind::TooLarge),
            (414, ErrorKind::TooLarge),
            (422, ErrorKind::Rejected),
            (429, ErrorKind::Throttled),
            (500, ErrorKind::Server),
            (503, ErrorKind::Server),
            (599, ErrorKind::Server),
        ] {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(meaning(status, false, false).0, kind, "{status}");
        }
        let unavailable = StatusCode::SERVICE_UNAVAILABLE;
        assert_eq!(meaning(unavailable, true, false).0, ErrorKind::Throttled);
        assert!(
            meaning(StatusCode::UNAUTHORIZED, false, true)
                .1
                .contains("new session")
        );
    }

    /// A body that never arrives.
    struct Silent;

    impl http_body::Body for Silent {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            Poll::Pending
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_stalled_error_body_does_not_block_the_error() {
        let body = Body::new(Silent);
        let response = Response::builder().status(500).body(body).unwrap();
        let error = failure(response, &OperationState::default(), false).await;
        assert_eq!(error.kind(), ErrorKind::Server);
        assert_eq!(error.detail(), None);
    }

    #[tokio::test]
    async fn h6_the_error_has_the_message_and_the_request_id() {
        let response = Response::builder()
            .status(400)
            .header("x-request-id", "r-7")
            .body(Body::from(r#"{"message": "unknown variable mb20/d9"}"#))
            .unwrap();
        let error = failure(response, &OperationState::default(), false).await;
        assert_eq!(error.detail(), Some("unknown variable mb20/d9"));
        assert_eq!(error.request_id(), Some("r-7"));
        assert!(!error.to_string().contains("unknown variable"));
    }
}
