//! [`GzipLayer`]: offers gzip, and undoes it.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH};
use http::{HeaderValue, Request, Response};
use http_body::Body;
use pin_project_lite::pin_project;
use tower::{Layer, Service};

use super::coding::is_gzip;
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

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Response;
    use http_body_util::Full;

    use super::unpacked;

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
}
