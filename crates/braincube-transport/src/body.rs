//! [`Body`]: the body of a response, read chunk by chunk.

mod decompressed;
mod guarded;
mod gunzip;

mod wire;

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, ready};

use braincube_auth::redact;
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::{BodyExt, Full};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Sleep;

pub(crate) use self::decompressed::DecompressedBody;
pub(crate) use self::guarded::GuardedBody;
pub use self::wire::WireBody;
use crate::error::{BoxError, Error, from_body};
use crate::extensions::Deadline;
use crate::operation::OperationState;

/// The body of a response: decompressed, and limited as its transport says.
///
/// It can be read chunk by chunk, without holding all of it in memory:
///
/// ```
/// use braincube_transport::{Body, Error};
///
/// async fn count(mut body: Body) -> Result<usize, Error> {
///     let mut bytes = 0;
///     while let Some(chunk) = body.chunk().await? {
///         bytes += chunk.len();
///     }
///     Ok(bytes)
/// }
/// ```
///
/// Dropping it before its end closes its connection.
pub struct Body {
    inner: Pin<Box<dyn HttpBody<Data = Bytes, Error = Error> + Send>>,
    /// A chunk that was read to inspect it and not consumed yet.
    unread: Option<Bytes>,
    /// The state of its operation.
    state: Option<OperationState>,
    /// Boxed, because few bodies have one and every layer moves the body.
    deadline: Option<Box<(Deadline, Pin<Box<Sleep>>)>>,
    /// Held until the body ends.
    permit: Option<OwnedSemaphorePermit>,
}

impl Body {
    /// A body of any type. Errors of other types become [`ErrorKind::Interrupted`](crate::ErrorKind::Interrupted).
    pub fn new<B>(body: B) -> Self
    where
        B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        Self {
            inner: Box::pin(body.map_err(|error| from_body(error.into()))),
            unread: None,
            state: None,
            deadline: None,
            permit: None,
        }
    }

    /// An empty body.
    pub fn empty() -> Self {
        Self::from(Bytes::new())
    }

    /// The next chunk; `None` at the end.
    ///
    /// # Errors
    ///
    /// The connection was interrupted or stalled, a limit or the deadline was exceeded, or the body cannot be decompressed.
    /// After an error, the body has ended.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        poll_fn(|cx| self.poll_chunk(cx)).await
    }

    pub(crate) fn poll_chunk(
        &mut self,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Result<Option<Bytes>, Error>> {
        loop {
            match ready!(Pin::new(&mut *self).poll_frame(cx)) {
                None => return Poll::Ready(Ok(None)),
                Some(Err(error)) => return Poll::Ready(Err(error)),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(chunk) if chunk.is_empty() => {}
                    Ok(chunk) => return Poll::Ready(Ok(Some(chunk))),
                    // Trailers are not used.
                    Err(_) => {}
                },
            }
        }
    }

    /// The rest of the body in one buffer.
    ///
    /// # Errors
    ///
    /// As [`chunk`](Self::chunk).
    pub async fn collect(&mut self) -> Result<Bytes, Error> {
        Ok(BodyExt::collect(self).await?.to_bytes())
    }

    /// How many bytes have been received so far, before decompression.
    pub fn wire_bytes(&self) -> u64 {
        self.state.as_ref().map_or(0, OperationState::wire_bytes)
    }

    /// How often the request was sent for this response.
    pub fn attempts(&self) -> u32 {
        self.state.as_ref().map_or(1, OperationState::attempts)
    }

    /// A text out of this body in a form that may be shown: without the credential of the request, with escaped control
    /// characters, and cut to 256 bytes.
    ///
    /// `None` if a part of the credential would be left.
    pub fn sanitize(&self, text: &str) -> Option<Box<str>> {
        match &self.state {
            Some(state) => state.sanitize(text, redact::MAX_LEN),
            None => redact::sanitize(text, None::<&[u8]>, redact::MAX_LEN),
        }
    }

    /// The server's error message in `content`, the JSON of this body: the text in its `error`, `message` or `errors`,
    /// [in a form that may be shown](Self::sanitize). For a response of status 200 that contains an error.
    pub fn error_message_in(&self, content: &[u8]) -> Option<Box<str>> {
        match &self.state {
            Some(state) => state.error_message(content),
            None => redact::error_message(content, None::<&[u8]>),
        }
    }

    /// Keeps a permit until the body has ended or is dropped.
    pub(crate) fn holding(mut self, permit: Option<OwnedSemaphorePermit>) -> Self {
        self.permit = permit;
        self
    }

    pub(crate) fn of_operation(
        mut self,
        state: &OperationState,
        deadline: Option<Deadline>,
    ) -> Self {
        self.state = Some(state.clone());
        self.deadline =
            deadline.map(|it| Box::new((it, Box::pin(tokio::time::sleep_until(it.at)))));
        self
    }

    /// Puts a chunk back, to be read first.
    pub(crate) fn unread(&mut self, chunk: Bytes) {
        self.unread = Some(chunk).filter(|chunk| !chunk.is_empty());
    }

    /// Whether only its content shows whether it is complete.
    pub(crate) fn is_open_ended(&self) -> bool {
        self.state
            .as_ref()
            .is_some_and(OperationState::is_open_ended)
    }

    /// Adds the operation to an error.
    pub(crate) fn in_context(&self, error: Error) -> Error {
        match &self.state {
            None => error,
            Some(state) => error.in_context(state),
        }
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if let Some(chunk) = self.unread.take() {
            return Poll::Ready(Some(Ok(Frame::data(chunk))));
        }
        if let Some((deadline, timer)) = self.deadline.as_deref_mut()
            && timer.as_mut().poll(cx).is_ready()
        {
            let error = deadline.exceeded();
            self.permit = None;
            return Poll::Ready(Some(Err(self.in_context(error))));
        }
        let frame = ready!(self.inner.as_mut().poll_frame(cx));
        if !matches!(frame, Some(Ok(_))) {
            self.permit = None;
        }
        Poll::Ready(frame.map(|frame| frame.map_err(|error| self.in_context(error))))
    }

    fn is_end_stream(&self) -> bool {
        self.unread.is_none() && self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = self.inner.size_hint();
        let unread = self.unread.as_ref().map_or(0, |chunk| chunk.len() as u64);
        if let Some(upper) = hint.upper() {
            hint.set_upper(upper.saturating_add(unread));
        }
        hint.set_lower(hint.lower().saturating_add(unread));
        hint
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self::new(Full::new(bytes))
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Self::from(Bytes::from_static(text.as_bytes()))
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Body")
            .field("wire_bytes", &self.wire_bytes())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
