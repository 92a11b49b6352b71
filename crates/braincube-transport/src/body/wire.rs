//! [`WireBody`]: counts the bytes of a body as they come from the network, and says after how many
//! of them it broke.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use crate::error::{BoxError, Error, ErrorKind, from_body};

/// How many bytes of one body have come; its clones are the same count.
#[derive(Clone, Debug, Default)]
pub(crate) struct WireBytes(Arc<AtomicU64>);

impl WireBytes {
    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Adds to the count.
    fn add(&self, bytes: usize) {
        self.0.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

pin_project! {
    /// A body straight from the network.
    #[derive(Debug)]
    pub struct WireBody<B> {
        #[pin]
        inner: B,
        received: WireBytes,
        expected: Option<u64>,
    }
}

impl<B: Body> WireBody<B> {
    pub(crate) fn new(inner: B, received: WireBytes) -> Self {
        Self {
            expected: inner.size_hint().exact(),
            inner,
            received,
        }
    }
}

impl<B> Body for WireBody<B>
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let this = self.project();
        Poll::Ready(match ready!(this.inner.poll_frame(cx)) {
            None => None,
            Some(Ok(frame)) => {
                this.received.add(frame.data_ref().map_or(0, Bytes::len));
                Some(Ok(frame))
            }
            Some(Err(error)) => {
                let received = this.received.get();
                Some(Err(broken(error.into(), received, *this.expected)))
            }
        })
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// Says how far the body got, if all that is known is that it broke.
fn broken(error: BoxError, received: u64, expected: Option<u64>) -> Error {
    let error = from_body(error);
    if error.kind() != ErrorKind::Interrupted || error.operation().is_some() {
        return error;
    }
    error.with_kind(
        ErrorKind::Interrupted,
        match expected {
            Some(expected) => format!("the answer broke off after {received} of {expected} bytes"),
            None => format!("the answer broke off after {received} bytes"),
        },
    )
}
