//! [`Tracked`]: a connection that records whether it is reused, and [`UsedConnection`], which tells that to a request.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll, ready};

use http::{Extensions, Request};
use hyper_util::client::legacy::connect::{
    CaptureConnection, Connected, Connection, capture_connection,
};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The state of a connection, shared by the connection and the requests on it.
#[derive(Debug, Default)]
struct ConnectionState {
    /// Whether a byte has been received since the last request was written.
    has_received: AtomicBool,
    /// Whether a request was written after the response to an earlier one.
    is_reused: AtomicBool,
}

impl ConnectionState {
    fn record_write(&self) {
        if self.has_received.swap(false, Relaxed) {
            self.is_reused.store(true, Relaxed);
        }
    }
}

/// The connection of a request, once it has one.
#[derive(Clone, Debug)]
pub(crate) struct UsedConnection {
    captured: CaptureConnection,
}

impl UsedConnection {
    /// Prepares a request so that its connection is captured.
    pub(super) fn capture<B>(request: &mut Request<B>) -> Self {
        Self {
            captured: capture_connection(request),
        }
    }

    /// Whether the connection is reused and no byte has been received since the request: it may have died while idle.
    pub(crate) fn may_be_dead(&self) -> bool {
        let mut extensions = Extensions::new();
        if let Some(connected) = self.captured.connection_metadata().as_ref() {
            connected.get_extras(&mut extensions);
        }
        let state: Option<&Arc<ConnectionState>> = extensions.get();
        state.is_some_and(|it| it.is_reused.load(Relaxed) && !it.has_received.load(Relaxed))
    }
}

/// A connection, above TLS, that records reads and writes in its [`ConnectionState`].
pub(super) struct Tracked<S> {
    inner: TokioIo<S>,
    state: Arc<ConnectionState>,
}

impl<S> Tracked<S> {
    pub(super) fn new(inner: S) -> Self {
        Self {
            inner: TokioIo::new(inner),
            state: Arc::default(),
        }
    }
}

impl<S: Connection> Connection for Tracked<S> {
    fn connected(&self) -> Connected {
        let connected = self.inner.inner().connected();
        // HTTP/2 reads and writes independently of requests; its pings find dead connections.
        if connected.is_negotiated_h2() {
            return connected;
        }
        connected.extra(Arc::clone(&self.state))
    }
}

impl<S: hyper::rt::Read + Unpin> AsyncRead for Tracked<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(cx, buf))?;
        if buf.filled().len() > before {
            self.state.has_received.store(true, Relaxed);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: hyper::rt::Write + Unpin> AsyncWrite for Tracked<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.state.record_write();
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.state.record_write();
        Pin::new(&mut self.inner).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
