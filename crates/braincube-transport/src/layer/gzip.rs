//! [`GzipLayer`]: offers gzip, and undoes it.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH};
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body::Body;
use pin_project_lite::pin_project;
use tower::{Layer, Service};

use crate::body::UnpackedBody;
use crate::error::BoxError;

/// Offers gzip to the server, and undoes it where an answer came so.
///
/// Any other compression is left as it is, with the header that names it.
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
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    type Response = Response<UnpackedBody<B>>;
    type Error = S::Error;
    type Future = GzipFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Bytes>) -> Self::Future {
        let headers = request.headers_mut().entry(ACCEPT_ENCODING);
        headers.or_insert(HeaderValue::from_static("gzip"));
        GzipFuture {
            inner: self.inner.call(request),
        }
    }
}

pin_project! {
    /// The future of a [`Gzip`].
    #[derive(Debug)]
    pub struct GzipFuture<F> {
        #[pin]
        inner: F,
    }
}

impl<F, B, E> Future for GzipFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<UnpackedBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let response = ready!(self.project().inner.poll(cx))?;
        Poll::Ready(Ok(unpacked(response)))
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

/// Whether gzip, by either of its names, is the only encoding.
fn is_gzip(headers: &HeaderMap) -> bool {
    let mut encodings = headers.get_all(CONTENT_ENCODING).iter();
    let Some(encoding) = encodings.next() else {
        return false;
    };
    let name = encoding.as_bytes();
    let is_named = [&b"gzip"[..], b"x-gzip"]
        .iter()
        .any(|gzip| name.eq_ignore_ascii_case(gzip));
    is_named && encodings.next().is_none()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Response;
    use http_body_util::Full;

    use super::unpacked;

    #[test]
    fn h21_only_gzip_alone_is_undone() {
        for (encodings, is_undone) in [
            (&["gzip"][..], true),
            (&["GZip"], true),
            (&["x-gzip"], true),
            (&["gzip", "gzip"], false),
            (&["gzip, gzip"], false),
            (&["br"], false),
            (&["identity"], false),
            (&[""], false),
            (&[], false),
        ] {
            let mut response = Response::builder().header("content-length", "3");
            for encoding in encodings {
                response = response.header("content-encoding", *encoding);
            }
            let response = response
                .body(Full::new(Bytes::from_static(b"[1]")))
                .unwrap();
            let headers = unpacked(response).into_parts().0.headers;
            let left: Vec<_> = headers.get_all("content-encoding").iter().collect();
            assert_eq!(left.len(), if is_undone { 0 } else { encodings.len() });
            assert_eq!(
                headers.contains_key("content-length"),
                !is_undone,
                "{encodings:?}"
            );
        }
    }
}
