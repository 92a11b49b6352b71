//! [`GzipLayer`]: offers gzip, and undoes it.

use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::TryFutureExt;
use futures_util::future::MapOk;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH};
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body::Body;
use tower::{Layer, Service};

use crate::body::UnpackedBody;
use crate::error::BoxError;

/// Offers gzip to the server, and undoes it where an answer came so.
///
/// Any other compression is left as it is, with the header that names it, and so is gzip in a row with another; an
/// [`InspectLayer`](super::InspectLayer) above makes that an error. Several members in a row are one content. Zero
/// bytes may follow as padding; any other byte behind the last member is an error.
#[derive(Clone, Copy, Debug, Default)]
pub struct GzipLayer;

impl<S> Layer<S> for GzipLayer {
    type Service = Gzip<S>;

    fn layer(&self, inner: S) -> Gzip<S> {
        Gzip { inner }
    }
}

/// The service of a [`GzipLayer`].
#[derive(Clone, Debug)]
pub struct Gzip<S> {
    inner: S,
}

impl<S, B> Service<Request<Bytes>> for Gzip<S>
where
    S: Service<Request<Bytes>, Response = Response<B>>,
    B: Body<Data = Bytes, Error: Into<BoxError>>,
{
    type Response = Response<UnpackedBody<B>>;
    type Error = S::Error;
    type Future = MapOk<S::Future, fn(Response<B>) -> Self::Response>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Bytes>) -> Self::Future {
        let headers = request.headers_mut().entry(ACCEPT_ENCODING);
        headers.or_insert(HeaderValue::from_static("gzip"));
        self.inner.call(request).map_ok(unpacked as fn(_) -> _)
    }
}

/// The answer without its compression, and without the headers that tell of it.
fn unpacked<B>(mut response: Response<B>) -> Response<UnpackedBody<B>> {
    let headers = response.headers_mut();
    if !is_gzip(headers) {
        return response.map(UnpackedBody::plain);
    }
    headers.remove(CONTENT_ENCODING);
    headers.remove(CONTENT_LENGTH);
    response.map(UnpackedBody::gzip)
}

/// Encodings that an error names.
const KNOWN: [&str; 5] = ["br", "compress", "deflate", "gzip", "zstd"];

/// Whether gzip, by either of its names, is the only encoding.
pub(super) fn is_gzip(headers: &HeaderMap) -> bool {
    let mut codings = codings(headers);
    codings.next().is_some_and(is_named_gzip) && codings.next().is_none()
}

/// What is left to be undone, fit for an error: nothing else of the header is shown, since a server may repeat there what
/// it was sent.
pub(super) fn left_over(headers: &HeaderMap) -> Option<&'static str> {
    let mut codings = codings(headers);
    let first = codings.next()?;
    if codings.next().is_some() {
        return Some("more than one thing in a row");
    }
    let known = KNOWN.iter().find(|name| is(first, name));
    Some(known.copied().unwrap_or("something unknown"))
}

/// Whether the header names a charset in the place of an encoding.
pub(super) fn names_charset(headers: &HeaderMap) -> bool {
    named(headers).any(is_charset)
}

/// All encodings in their order, without those that change nothing.
fn codings(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    named(headers).filter(|coding| !is(coding, "identity") && !is_charset(coding))
}

/// All names in the header, on one line or on several.
fn named(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    let lines = headers.get_all(CONTENT_ENCODING).iter();
    lines
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b','))
        .map(<[u8]>::trim_ascii)
        .filter(|coding| !coding.is_empty())
}

/// Whether a name is that of the charset which JSON has anyway: some servers write it here by mistake, and the body is as
/// it is. Any other charset would have to be converted, so it is an unknown encoding.
fn is_charset(coding: &[u8]) -> bool {
    is(coding, "utf-8") || is(coding, "utf8")
}

fn is_named_gzip(coding: &[u8]) -> bool {
    is(coding, "gzip") || is(coding, "x-gzip")
}

fn is(coding: &[u8], name: &str) -> bool {
    coding.eq_ignore_ascii_case(name.as_bytes())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::header::CONTENT_ENCODING;
    use http::{HeaderMap, HeaderValue, Response};
    use http_body_util::Full;

    use super::{is_gzip, left_over, unpacked};

    #[test]
    fn h21_what_is_undone_is_told_no_more() {
        for (encoding, is_undone) in [("gzip", true), ("br", false), ("gzip, gzip", false)] {
            let response = Response::builder()
                .header("content-encoding", encoding)
                .header("content-length", "3")
                .body(Full::new(Bytes::from_static(b"[1]")))
                .unwrap();
            let headers = unpacked(response).into_parts().0.headers;
            for name in ["content-encoding", "content-length"] {
                assert_eq!(headers.contains_key(name), !is_undone, "{encoding}");
            }
        }
    }

    #[test]
    fn h21_h30_only_gzip_alone_is_undone_and_what_else_there_is_has_a_name() {
        const MORE: Option<&str> = Some("more than one thing in a row");
        const UNKNOWN: Option<&str> = Some("something unknown");
        for (lines, is_undone, left) in [
            (&["gzip"][..], true, Some("gzip")),
            (&["GZIP"], true, Some("gzip")),
            (&["x-gzip"], true, UNKNOWN),
            (&["X-GZip"], true, UNKNOWN),
            (&["gzip,"], true, Some("gzip")),
            (&["identity, gzip"], true, Some("gzip")),
            (&["identity", "gzip"], true, Some("gzip")),
            (&["gzip", "gzip"], false, MORE),
            (&["gzip, gzip"], false, MORE),
            (&["gzip", "foo"], false, MORE),
            (&["foo", "gzip"], false, MORE),
            (&["identity", "br"], false, Some("br")),
            (&["br"], false, Some("br")),
            (&["canary"], false, UNKNOWN),
            (&["gzip; q=1"], false, UNKNOWN),
            (&["identity"], false, None),
            (&["UTF-8"], false, None),
            (&["utf8"], false, None),
            (&["gzip, utf-8"], true, Some("gzip")),
            (&["utf-8", "br"], false, Some("br")),
            (&["utf-16"], false, UNKNOWN),
            (&["iso-8859-1"], false, UNKNOWN),
            (&[""], false, None),
            (&[], false, None),
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(CONTENT_ENCODING, HeaderValue::from_static(line));
            }
            assert_eq!(is_gzip(&headers), is_undone, "{lines:?}");
            assert_eq!(left_over(&headers), left, "{lines:?}");
        }
    }
}
