//! [`IncomingBody`]: the body of an answer as it comes over a connection.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use crate::error::{Error, from_body};

/// The body of an answer of an [`HttpClient`](super::HttpClient), as it comes over the connection.
///
/// A type of its own rather than a [`Body`](crate::Body): what stands above puts it into one anyway, and a box within
/// a box is a cost of every piece.
#[derive(Debug)]
pub struct IncomingBody {
    inner: Incoming,
}

impl IncomingBody {
    pub(super) fn new(inner: Incoming) -> Self {
        Self { inner }
    }
}

impl Body for IncomingBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let frame = Pin::new(&mut self.inner).poll_frame(cx);
        frame.map_err(|error| from_body(error.into()))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
