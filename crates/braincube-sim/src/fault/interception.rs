//! [`Takeover`]: a connection that no longer speaks HTTP, but sends bytes as they are.

use axum::http::Version;
use axum::http::response::Parts;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

/// What a connection does in the place of an answer.
#[derive(Debug)]
pub(crate) struct Takeover {
    pub(super) bytes: Vec<u8>,
    pub(super) end: End,
}

/// What comes behind the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The connection is closed in order.
    Close,
    /// The connection is reset.
    Reset,
    /// Nothing, until the client goes away.
    Silence,
}

/// A connection that can be taken over.
pub(crate) trait Socket: AsyncRead + AsyncWrite + Unpin + Send {
    /// The TCP connection at its bottom.
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

impl Takeover {
    /// Sends, and ends as it should. A client that goes away first is no failure.
    pub(crate) async fn perform(self, mut socket: impl Socket) {
        let _ = socket.write_all(&self.bytes).await;
        let _ = socket.flush().await;
        match self.end {
            End::Close => {
                let _ = socket.shutdown().await;
                // Closed with unread bytes, a connection is reset, and what was sent may be lost.
                drain(&mut socket).await;
            }
            // Without this the close would be an orderly one.
            End::Reset => drop(socket.tcp().set_zero_linger()),
            End::Silence => drain(&mut socket).await,
        }
    }
}

async fn drain(socket: &mut impl Socket) {
    let mut bytes = [0; 1024];
    while matches!(socket.read(&mut bytes).await, Ok(1..)) {}
}

/// An answer as it stands on the wire; the length of the body is said to be `length`, or nothing is said of it.
pub(super) fn written(parts: &Parts, body: &[u8], length: Option<u64>) -> Vec<u8> {
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
