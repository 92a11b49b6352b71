//! [`UnpackedBody`]: a body without the compression that it came in.

use std::fmt;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use super::gunzip::Gunzip;
use crate::error::{BoxError, Error, ErrorKind, from_body};

/// So many bytes are taken and made at a stretch, in about half a millisecond; then the other tasks of the thread have
/// their turn. A body that is all here would else never wait, and nor would whoever reads it.
const STRETCH: usize = 256 << 10;

pin_project! {
    /// A body from which gzip has been removed, if it came so.
    pub(crate) struct UnpackedBody<B> {
        #[pin]
        inner: B,
        // In a box: hardly any small answer is compressed.
        unpacking: Option<Box<Unpacking>>,
    }
}

impl<B> UnpackedBody<B> {
    pub(crate) fn new(inner: B, is_gzip: bool) -> Self {
        let unpacking = is_gzip.then(|| {
            Box::new(Unpacking {
                gunzip: Gunzip::new(),
                input: Bytes::new(),
                stretch: 0,
                trailers: None,
                is_over: false,
            })
        });
        Self { inner, unpacking }
    }
}

impl<B> Body for UnpackedBody<B>
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
        match this.unpacking {
            Some(unpacking) => unpacking.poll_frame(this.inner, cx),
            None => {
                let frame = ready!(this.inner.poll_frame(cx));
                Poll::Ready(frame.map(|frame| frame.map_err(|error| from_body(error.into()))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.unpacking.is_none() && self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        match self.unpacking {
            Some(_) => SizeHint::default(),
            None => self.inner.size_hint(),
        }
    }
}

/// What is known in the midst of it.
struct Unpacking {
    gunzip: Gunzip,
    /// What came and has not been unpacked.
    input: Bytes,
    /// How many bytes were taken and made since the others had their turn.
    stretch: usize,
    trailers: Option<Frame<Bytes>>,
    /// Whether all has come.
    is_over: bool,
}

impl Unpacking {
    /// The next piece: a full one, or less where no more of it is here yet.
    fn poll_frame<B>(
        &mut self,
        mut packed: Pin<&mut B>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>>
    where
        B: Body<Data = Bytes>,
        B::Error: Into<BoxError>,
    {
        loop {
            if self.stretch >= STRETCH {
                self.stretch = 0;
                // A waker alone would not let the network have its turn.
                let others = pin!(tokio::task::yield_now());
                ready!(others.poll(cx));
            }
            match self.gunzip.unpack(&mut self.input) {
                Ok(None) => {}
                Ok(Some(piece)) => return Poll::Ready(Some(Ok(self.hand_on(piece)))),
                Err(error) => {
                    let message = "the answer's compression cannot be undone";
                    let error = Error::new(ErrorKind::Decode, message).with_source(error);
                    return Poll::Ready(Some(Err(error)));
                }
            }
            if self.is_over {
                return Poll::Ready(self.end().transpose());
            }
            let Poll::Ready(frame) = packed.as_mut().poll_frame(cx) else {
                if let Some(piece) = self.gunzip.rest() {
                    return Poll::Ready(Some(Ok(self.hand_on(piece))));
                }
                self.stretch = 0;
                return Poll::Pending;
            };
            match frame {
                None => self.is_over = true,
                Some(Err(error)) => return Poll::Ready(Some(Err(from_body(error.into())))),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(input) => {
                        self.stretch += input.len();
                        self.input = input;
                    }
                    Err(trailers) => self.trailers = Some(trailers),
                },
            }
        }
    }

    fn hand_on(&mut self, piece: Bytes) -> Frame<Bytes> {
        self.stretch += piece.len();
        Frame::data(piece)
    }

    /// What is left once all has come; nothing where that was all.
    fn end(&mut self) -> Result<Option<Frame<Bytes>>, Error> {
        if let Some(rest) = self.gunzip.rest() {
            return Ok(Some(Frame::data(rest)));
        }
        if !self.gunzip.is_whole() {
            // The body ended where HTTP says it may, in the middle of what is compressed.
            let message = "the compressed answer was cut short";
            return Err(Error::new(ErrorKind::Interrupted, message));
        }
        Ok(self.trailers.take())
    }
}

/// Omits the content of the body.
impl fmt::Debug for Unpacking {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Unpacking")
            .field("input_bytes", &self.input.len())
            .field("is_over", &self.is_over)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
