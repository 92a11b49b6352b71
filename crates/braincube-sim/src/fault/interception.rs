//! [`Interception`]: replaces the HTTP response on a connection by raw bytes.

use axum::http::Version;
use axum::http::response::Parts;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

/// The bytes to send instead of a response, and how the connection ends.
#[derive(Debug)]
pub(crate) struct Interception {
    pub(super) bytes: Vec<u8>,
    pub(super) end: End,
}

/// What happens after the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The connection is closed gracefully.
    Close,
    /// The connection is reset.
    Reset,
    /// The connection stays open until the client closes it.
    Silence,
}

/// A connection that can be intercepted.
pub(crate) trait Socket: AsyncRead + AsyncWrite + Unpin + Send {
    /// The underlying TCP connection.
    fn tcp(&self) -> &TcpStream;
}

impl Socket for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

#[cfg(feature = "tls")]
impl Socket for tokio_rustls::server::TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

impl Interception {
    /// Sends the bytes and ends the connection. Errors are ignored: the client may have closed it.
    pub(crate) async fn perform(self, mut socket: impl Socket) {
        let _ = socket.write_all(&self.bytes).await;
        let _ = socket.flush().await;
        match self.end {
            End::Close => {
                let _ = socket.shutdown().await;
                // Closing a connection with unread bytes resets it, which may discard sent bytes.
                drain(&mut socket).await;
            }
            // Otherwise the connection would be closed gracefully.
            End::Reset => drop(socket.tcp().set_zero_linger()),
            End::Silence => drain(&mut socket).await,
        }
    }
}

async fn drain(socket: &mut impl Socket) {
    let mut bytes = [0; 1024];
    while matches!(socket.read(&mut bytes).await, Ok(1..)) {}
}

/// Serializes a response, with `length` as its content length, or without one.
pub(super) fn serialize(parts: &Parts, body: &[u8], length: Option<u64>) -> Vec<u8> {
    debug_assert_eq!(parts.version, Version::HTTP_11);
    let mut bytes = format!("HTTP/1.1 {}\r\n", parts.status).into_bytes();
    for (name, value) in &parts.headers {
        if name == "content-length" || name == "transfer-encoding" {
            continue;
        }
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    if let Some(length) = length {
        bytes.extend_from_slice(format!("content-length: {length}\r\n").as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    bytes
}
