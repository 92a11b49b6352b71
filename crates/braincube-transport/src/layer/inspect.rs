//! [`InspectLayer`]: decompresses responses, and checks their size, their speed and whether they are JSON.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Request, Response};
use tower::{Layer, Service};

use super::encoding::{Encoding, names_charset};
use crate::body::{Body, DecompressedBody, GuardedBody};
use crate::error::{Error, ErrorKind, NotJson};
use crate::extensions::Expect;
use crate::operation::OperationState;
use crate::options::{LimitOptions, TimeoutOptions};
use crate::service::{BoxFuture, HttpService};

/// How much white space may precede the first character of a response, in bytes.
const MAX_WHITE_SPACE: usize = 64 << 10;

/// How much of a page is searched for the signs of a login, in bytes.
const MAX_PAGE: usize = 8 << 10;

/// The byte order mark that some servers write before UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The content types that an error names.
const CONTENT_TYPES: [&str; 10] = [
    "application/json",
    "application/octet-stream",
    "application/pdf",
    "application/problem+json",
    "application/xhtml+xml",
    "application/xml",
    "text/csv",
    "text/html",
    "text/plain",
    "text/xml",
];

/// Decompresses every response and limits its body, and checks that successful responses are JSON if that is expected.
///
/// Gzip is offered to the server. Several gzip members in a row are one body; zero bytes may follow as padding, and any other
/// byte is an error. An encoding other than gzip is an error, except `UTF-8`: this charset, written there by mistake, is
/// ignored with one warning, because JSON has it anyway.
#[derive(Clone, Debug)]
pub struct InspectLayer {
    policy: Arc<Policy>,
}

#[derive(Debug)]
struct Policy {
    limits: LimitOptions,
    timeouts: TimeoutOptions,
    /// Whether the warning about a charset in `Content-Encoding` has been logged.
    has_warned: AtomicBool,
}

impl InspectLayer {
    /// A layer with these limits; responses that stall or are too slow end after these timeouts.
    pub fn new(limits: LimitOptions, timeouts: TimeoutOptions) -> Self {
        Self {
            policy: Arc::new(Policy {
                limits,
                timeouts,
                has_warned: AtomicBool::default(),
            }),
        }
    }
}

impl<S> Layer<S> for InspectLayer {
    type Service = Inspect<S>;

    fn layer(&self, inner: S) -> Inspect<S> {
        Inspect {
            inner,
            policy: Arc::clone(&self.policy),
        }
    }
}

/// The service of an [`InspectLayer`].
#[derive(Clone, Debug)]
pub struct Inspect<S> {
    inner: S,
    policy: Arc<Policy>,
}

impl<S: HttpService<Error = Error>> Service<Request<Bytes>> for Inspect<S> {
    type Response = Response<Body>;
    type Error = Error;
    type Future = BoxFuture<Result<Response<Body>, Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Bytes>) -> Self::Future {
        let state = OperationState::of(&mut request);
        let expect = request.extensions().get().copied().unwrap_or_default();
        let offered = request.headers_mut().entry(ACCEPT_ENCODING);
        offered.or_insert(HeaderValue::from_static("gzip"));
        let policy = Arc::clone(&self.policy);
        let response = self.inner.call(request);
        Box::pin(async move {
            let limits = policy.limits.of(state.operation().class());
            let mut response = response.await?;
            let status = response.status();
            let encoding = Encoding::of(response.headers());
            if encoding == Encoding::Gzip {
                response.headers_mut().remove(CONTENT_ENCODING);
                response.headers_mut().remove(CONTENT_LENGTH);
            }
            let response = response.map(|body| {
                let body = DecompressedBody::new(body, encoding == Encoding::Gzip);
                let body = GuardedBody::new(body, limits.clone(), &policy.timeouts, state.clone());
                Body::new(body).of_operation(&state, None)
            });
            if !status.is_success() {
                return Ok(response);
            }
            policy.warn_of_charset(response.headers());
            check_head(encoding, response.headers(), &limits)
                .map_err(|error| error.with_status(status))?;
            match expect {
                Expect::Json => check_json(response).await,
                _ => Ok(response),
            }
        })
    }
}

impl Policy {
    fn warn_of_charset(&self, headers: &HeaderMap) {
        if names_charset(headers) && !self.has_warned.swap(true, Relaxed) {
            tracing::warn!(
                "the server sends the charset UTF-8 as Content-Encoding, which names a compression; it is ignored"
            );
        }
    }
}

/// Checks the encoding, and the length if there is one.
fn check_head(encoding: Encoding, headers: &HeaderMap, limits: &LimitOptions) -> Result<(), Error> {
    if let Encoding::Unsupported(name) = encoding {
        let message = format!("the response has an unsupported encoding: {name}; gzip was offered");
        return Err(Error::new(ErrorKind::Decode, message));
    }
    let length: Option<u64> = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse().ok());
    match length {
        Some(length) if length > limits.body => {
            let limit = limits.body;
            let message = format!("the response has {length} bytes; the limit is {limit}");
            Err(Error::new(ErrorKind::TooLarge, message))
        }
        _ => Ok(()),
    }
}

/// Reads the beginning of a body, and returns the response with its whole body if the beginning is that of JSON.
async fn check_json(mut response: Response<Body>) -> Result<Response<Body>, Error> {
    let beginning = read_beginning(response.body_mut()).await?;
    if let Some(content) = not_json(&beginning) {
        let error = not_json_error(content, response.headers());
        return Err(error.with_status(response.status()));
    }
    response.body_mut().unread(beginning);
    Ok(response)
}

/// The first chunk of a body, or several if the first contains only white space.
async fn read_beginning(body: &mut Body) -> Result<Bytes, Error> {
    let mut seen = BytesMut::new();
    while seen.len() < MAX_WHITE_SPACE && !is_enough(&seen) {
        match body.chunk().await? {
            // The usual case, without a copy.
            Some(chunk) if seen.is_empty() && is_enough(&chunk) => return Ok(chunk),
            Some(chunk) => seen.extend_from_slice(&chunk),
            None => break,
        }
    }
    Ok(seen.freeze())
}

/// Whether the beginning of a body shows what it is. Of a page, enough is needed to find a login form.
fn is_enough(beginning: &[u8]) -> bool {
    match first_character(beginning) {
        None => false,
        Some(0xef) => beginning.len() >= BYTE_ORDER_MARK.len(),
        Some(b'<') => beginning.len() >= MAX_PAGE,
        Some(_) => true,
    }
}

/// The first byte that is neither white space nor part of a byte order mark.
fn first_character(bytes: &[u8]) -> Option<u8> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let mut bytes = bytes.iter().copied();
    bytes.find(|byte| !byte.is_ascii_whitespace())
}

/// What a body is, from its beginning, if it is not JSON.
fn not_json(beginning: &[u8]) -> Option<NotJson> {
    match first_character(beginning) {
        None => Some(NotJson::Empty),
        Some(b'{' | b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => None,
        Some(b'<') if is_login_page(beginning) => Some(NotJson::LoginPage),
        Some(b'<') => Some(NotJson::Html),
        Some(_) => Some(NotJson::Other),
    }
}

fn is_login_page(page: &[u8]) -> bool {
    let page = &page[..page.len().min(MAX_PAGE)];
    let page = String::from_utf8_lossy(page).to_ascii_lowercase();
    ["password", "login", "log in", "sign in", "signin"]
        .iter()
        .any(|sign| page.contains(sign))
}

fn not_json_error(content: NotJson, headers: &HeaderMap) -> Error {
    let content_text = match content {
        NotJson::Empty => "an empty response",
        NotJson::Html => "an HTML page",
        NotJson::LoginPage => "a login page",
        NotJson::Other => "something else",
    };
    let content_type = match headers.get(CONTENT_TYPE) {
        None => "no content type".to_owned(),
        Some(value) => match known_content_type(value) {
            Some(name) => format!("content type {name}"),
            None => "an unusual content type".to_owned(),
        },
    };
    let message = format!("expected JSON, received {content_text} ({content_type})");
    Error::new(ErrorKind::NotJson(content), message)
}

/// The known content type that a header begins with. No other text of the header is shown, because a server may repeat there
/// what it received.
fn known_content_type(value: &HeaderValue) -> Option<&'static str> {
    let name = value.to_str().ok()?.split([';', ',']).next()?.trim();
    let mut known = CONTENT_TYPES.into_iter();
    known.find(|known| known.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{Request, Response};
    use http_body_util::Full;
    use tower::{Layer, Service};

    use super::{InspectLayer, is_enough, not_json};
    use crate::error::{Error, NotJson};
    use crate::options::{LimitOptions, TimeoutOptions};

    #[test]
    fn h14_h23_the_first_bytes_show_what_a_body_is() {
        for (beginning, expected) in [
            (r#"{"items": []}"#, None),
            ("\r\n\t [1]", None),
            ("\u{feff}{}", None),
            (r#""token""#, None),
            ("-1", None),
            ("7", None),
            ("true", None),
            ("null", None),
            ("", Some(NotJson::Empty)),
            (" \n", Some(NotJson::Empty)),
            ("\u{feff}", Some(NotJson::Empty)),
            (
                "<!DOCTYPE html><title>Maintenance</title>",
                Some(NotJson::Html),
            ),
            (
                "\n<html><input type=\"Password\">",
                Some(NotJson::LoginPage),
            ),
            ("<a href='/sso/LOGIN'>", Some(NotJson::LoginPage)),
            ("<?xml version=\"1.0\"?>", Some(NotJson::Html)),
            ("Bad gateway", Some(NotJson::Other)),
            ("\u{1f}\u{8b}", Some(NotJson::Other)),
        ] {
            assert_eq!(not_json(beginning.as_bytes()), expected, "{beginning:?}");
        }
    }

    #[test]
    fn h14_enough_of_a_body_is_read() {
        for (beginning, expected) in [
            ("", false),
            (" \n", false),
            ("{", true),
            ("\u{feff}", false),
            ("\u{feff}{", true),
            ("<html>", false),
        ] {
            assert_eq!(is_enough(beginning.as_bytes()), expected, "{beginning:?}");
        }
        assert!(!is_enough(b"\xef") && !is_enough(b"\xef\xbb"));
        assert!(is_enough(b"\xefoo"));
        assert!(is_enough(&[b'<'; 8 << 10]));
    }

    #[tokio::test]
    async fn h21_the_headers_of_a_removed_encoding_are_removed() {
        for (encoding, is_removed) in [("gzip", true), ("br", false), ("gzip, gzip", false)] {
            let service = tower::service_fn(move |_: Request<Bytes>| async move {
                let response = Response::builder()
                    .status(400)
                    .header("content-encoding", encoding)
                    .header("content-length", "3");
                let body = Full::new(Bytes::from_static(b"[1]"));
                Ok::<_, Error>(response.body(body).unwrap())
            });
            let layer = InspectLayer::new(LimitOptions::default(), TimeoutOptions::default());
            let response = layer.layer(service).call(Request::new(Bytes::new())).await;
            let headers = response.unwrap().into_parts().0.headers;
            for name in ["content-encoding", "content-length"] {
                assert_eq!(headers.contains_key(name), !is_removed, "{encoding}");
            }
        }
    }
}
