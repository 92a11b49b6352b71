//! [`DecompressedBody`]: a decompressed body.

use std::fmt;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use super::gunzip::Gunzip;
use crate::error::{BoxError, Error, ErrorKind, from_body};

/// How many bytes are read and written between two yields to the other tasks of the thread, in about half a millisecond. A
/// body that has been received completely would otherwise never yield, nor would its reader.
const BYTES_BETWEEN_YIELDS: usize = 256 << 10;

pin_project! {
    /// A body that is decompressed if it is gzip.
    pub(crate) struct DecompressedBody<B> {
        #[pin]
        inner: B,
        // Boxed, because small responses are rarely compressed.
        decompression: Option<Box<Decompression>>,
    }
}

impl<B> DecompressedBody<B> {
    pub(crate) fn new(inner: B, is_gzip: bool) -> Self {
        let decompression = is_gzip.then(|| {
            Box::new(Decompression {
                gunzip: Gunzip::new(),
                input: Bytes::new(),
                since_yield: 0,
                trailers: None,
                has_ended: false,
            })
        });
        Self {
            inner,
            decompression,
        }
    }
}

impl<B: Body<Data = Bytes, Error: Into<BoxError>>> Body for DecompressedBody<B> {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let this = self.project();
        match this.decompression {
            Some(decompression) => decompression.poll_frame(this.inner, cx),
            None => {
                let frame = ready!(this.inner.poll_frame(cx));
                Poll::Ready(frame.map(|frame| frame.map_err(|error| from_body(error.into()))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.decompression.is_none() && self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        match self.decompression {
            Some(_) => SizeHint::default(),
            None => self.inner.size_hint(),
        }
    }
}

/// The state of a decompression.
struct Decompression {
    gunzip: Gunzip,
    /// Received bytes that have not been decompressed.
    input: Bytes,
    /// The bytes read and written since the last yield.
    since_yield: usize,
    trailers: Option<Frame<Bytes>>,
    /// Whether the inner body has ended.
    has_ended: bool,
}

impl Decompression {
    /// The next chunk: a full one, or a shorter one if no more bytes have been received.
    fn poll_frame<B>(
        &mut self,
        mut inner: Pin<&mut B>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>>
    where
        B: Body<Data = Bytes, Error: Into<BoxError>>,
    {
        loop {
            if self.since_yield >= BYTES_BETWEEN_YIELDS {
                self.since_yield = 0;
                // Waking the own task alone would not let the network driver run.
                let yielding = pin!(tokio::task::yield_now());
                ready!(yielding.poll(cx));
            }
            match self.gunzip.unpack(&mut self.input) {
                Ok(None) => {}
                Ok(Some(chunk)) => return Poll::Ready(Some(Ok(self.emit(chunk)))),
                Err(error) => {
                    let message = "the response cannot be decompressed";
                    let error = Error::new(ErrorKind::Decode, message).with_source(error);
                    return Poll::Ready(Some(Err(error)));
                }
            }
            if self.has_ended {
                return Poll::Ready(self.end().transpose());
            }
            let Poll::Ready(frame) = inner.as_mut().poll_frame(cx) else {
                if let Some(chunk) = self.gunzip.rest() {
                    return Poll::Ready(Some(Ok(self.emit(chunk))));
                }
                self.since_yield = 0;
                return Poll::Pending;
            };
            match frame {
                None => self.has_ended = true,
                Some(Err(error)) => return Poll::Ready(Some(Err(from_body(error.into())))),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(input) => {
                        self.since_yield += input.len();
                        self.input = input;
                    }
                    Err(trailers) => self.trailers = Some(trailers),
                },
            }
        }
    }

    fn emit(&mut self, chunk: Bytes) -> Frame<Bytes> {
        self.since_yield += chunk.len();
        Frame::data(chunk)
    }

    /// What is left when the inner body has ended.
    fn end(&mut self) -> Result<Option<Frame<Bytes>>, Error> {
        if let Some(rest) = self.gunzip.rest() {
            return Ok(Some(Frame::data(rest)));
        }
        if !self.gunzip.is_complete() {
            // HTTP sees the body as complete, but the gzip data is not.
            let message = "the compressed response was truncated";
            return Err(Error::new(ErrorKind::Interrupted, message));
        }
        Ok(self.trailers.take())
    }
}

/// Omits the content of the body.
impl fmt::Debug for Decompression {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Decompression")
            .field("input_bytes", &self.input.len())
            .field("has_ended", &self.has_ended)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
