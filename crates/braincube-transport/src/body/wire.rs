//! [`WireBody`]: counts the received bytes of a body.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use crate::error::{BoxError, Error, ErrorKind, from_body};
use crate::operation::OperationState;

pin_project! {
    /// A body as it is received, before decompression.
    #[derive(Debug)]
    pub struct WireBody<B> {
        #[pin]
        inner: B,
        // `None` if an inner layer counts the bytes.
        state: Option<OperationState>,
        expected: Option<u64>,
    }
}

impl<B: Body> WireBody<B> {
    pub(crate) fn new(inner: B, state: Option<OperationState>) -> Self {
        Self {
            expected: inner.size_hint().exact(),
            inner,
            state,
        }
    }
}

impl<B: Body<Data = Bytes, Error: Into<BoxError>>> Body for WireBody<B> {
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
                if let Some(state) = this.state {
                    state.count_wire_bytes(frame.data_ref().map_or(0, Bytes::len));
                }
                Some(Ok(frame))
            }
            Some(Err(error)) => Some(Err(match this.state {
                None => from_body(error.into()),
                Some(state) => truncated(error.into(), state.wire_bytes(), *this.expected),
            })),
        })
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// Adds the received bytes to an error that says nothing else than that the body was interrupted.
fn truncated(error: BoxError, received: u64, expected: Option<u64>) -> Error {
    let error = from_body(error);
    if error.kind() != ErrorKind::Interrupted || error.operation().is_some() {
        return error;
    }
    error.with_kind(
        ErrorKind::Interrupted,
        match expected {
            Some(expected) => {
                format!("the response was truncated after {received} of {expected} bytes")
            }
            None => format!("the response was truncated after {received} bytes"),
        },
    )
}
