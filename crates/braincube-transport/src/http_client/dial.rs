//! [`Dialer`]: opens a TCP connection to a host, or a tunnel through a proxy.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{HeaderValue, Uri};
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tower::{BoxError, Service, ServiceExt};

use super::connect::Resolver;
use crate::error::{ConnectFailure, ConnectStage, ErrorKind, ProxyReason, find_cause};
use crate::origins::port_of;
use crate::proxy::{Proxy, ProxyRules};

/// The maximum length of the response head of a proxy, in bytes, including interim responses.
const MAX_HEAD: usize = 64 << 10;

/// A connection to the destination before its TLS handshake; itself over TLS if it is a tunnel through an `https` proxy.
pub(super) type Dialed = MaybeHttpsStream<TokioIo<TcpStream>>;

/// Connects to the host of a URI.
#[derive(Clone)]
pub(super) struct Dialer {
    pub(super) tcp: HttpConnector<Resolver>,
    /// Connects to a proxy, over TLS if its address begins with `https`.
    pub(super) to_proxy: HttpsConnector<HttpConnector<Resolver>>,
    pub(super) proxies: Arc<ProxyRules>,
}

impl Service<Uri> for Dialer {
    type Response = Dialed;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Dialed, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, destination: Uri) -> Self::Future {
        let proxy = match self.proxies.proxy_to(&destination) {
            Ok(None) => {
                let direct = self.tcp.clone().oneshot(destination);
                return Box::pin(async { Ok(MaybeHttpsStream::Http(direct.await?)) });
            }
            Ok(Some(proxy)) => proxy,
            Err(error) => {
                let failure = ConnectFailure::new(error.kind(), error.to_string());
                return Box::pin(async { Err(failure.into()) });
            }
        };
        let to_proxy = self.to_proxy.clone();
        let connect_request = request(&destination, &proxy, &self.proxies.user_agent);
        Box::pin(async move {
            let stream = to_proxy.oneshot(proxy.uri).await;
            let mut stream = TokioIo::new(stream.map_err(unreachable)?);
            tunnel(&mut stream, &connect_request).await?;
            Ok(stream.into_inner())
        })
    }
}

fn unreachable(error: BoxError) -> ConnectFailure {
    if find_cause::<rustls::Error>(&*error).is_some() {
        let message = "the TLS handshake with the proxy failed; if its certificate was signed by \
                       your own authority, set its PEM file as the CA bundle";
        return failure(ProxyReason::Tls, message).because(error);
    }
    failure(ProxyReason::Unreachable, "the proxy cannot be reached").because(error)
}

/// Opens a tunnel with `CONNECT`. Afterwards, the stream is connected to the destination.
async fn tunnel(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    connect_request: &[u8],
) -> Result<(), ConnectFailure> {
    let interrupted = |error: io::Error| {
        failure(ProxyReason::Unreachable, "the proxy closed the connection").because(error)
    };
    stream
        .write_all(connect_request)
        .await
        .map_err(interrupted)?;
    // TLS buffers what is written.
    stream.flush().await.map_err(interrupted)?;
    let mut left = MAX_HEAD;
    let status = loop {
        let head = head(stream, &mut left).await.map_err(interrupted)?;
        match head.as_deref().and_then(status) {
            // An interim response, such as 100, is followed by the final one.
            Some(100 | 102..=199) => {}
            status => break status,
        }
    };
    match status {
        Some(200..=299) => Ok(()),
        Some(407) => Err(failure(
            ProxyReason::Credentials,
            "the proxy requires a user and a password, or other ones (status 407)",
        )),
        Some(status) => {
            let message = format!("the proxy refused the connection with status {status}");
            let kind = ErrorKind::Connect(ConnectStage::Proxy(ProxyReason::Status(status)));
            Err(ConnectFailure::new(kind, message))
        }
        None => Err(failure(
            ProxyReason::Unreachable,
            "the proxy did not respond to CONNECT with an HTTP response with a head of at most 64 KiB",
        )),
    }
}

/// Reads a response head up to its empty line. Lines may end with LF alone. `None` if it is longer than `left`.
async fn head(
    stream: &mut (impl AsyncRead + Unpin),
    left: &mut usize,
) -> io::Result<Option<Vec<u8>>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\n\r\n") && !head.ends_with(b"\n\n") {
        let Some(fewer) = left.checked_sub(1) else {
            return Ok(None);
        };
        *left = fewer;
        // Byte by byte, because the bytes after the head belong to the tunnel.
        head.push(stream.read_u8().await?);
    }
    Ok(Some(head))
}

fn request(destination: &Uri, proxy: &Proxy, user_agent: &HeaderValue) -> Vec<u8> {
    let host = destination.host().unwrap_or_default();
    let port = port_of(destination);
    let mut bytes =
        format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n").into_bytes();
    let mut header = |name: &str, value: &HeaderValue| {
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    };
    header("User-Agent: ", user_agent);
    if let Some(credentials) = &proxy.credentials {
        header("Proxy-Authorization: ", credentials);
    }
    bytes.extend_from_slice(b"\r\n");
    bytes
}

/// The status in the first line of a response.
fn status(head: &[u8]) -> Option<u16> {
    let line = head.strip_prefix(b"HTTP/1.")?;
    let digits = line.get(2..5)?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

fn failure(reason: ProxyReason, message: &'static str) -> ConnectFailure {
    ConnectFailure::new(ErrorKind::Connect(ConnectStage::Proxy(reason)), message)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::{MAX_HEAD, request, status, tunnel};
    use crate::error::{ConnectFailure, ConnectStage, ErrorKind, ProxyReason, from_service};
    use crate::proxy::Proxy;

    /// The outcome of a tunnel if the proxy responds with this, and the bytes that are left on the stream.
    async fn connect(response: &[u8]) -> (Result<(), ConnectFailure>, Vec<u8>) {
        let (mut near, mut far) = duplex(1 << 20);
        far.write_all(response).await.unwrap();
        let tunnel = tunnel(&mut near, b"CONNECT a.b:443 HTTP/1.1\r\n\r\n").await;
        drop(far);
        let mut left = Vec::new();
        near.read_to_end(&mut left).await.unwrap();
        (tunnel, left)
    }

    #[tokio::test]
    async fn n25_interim_bare_lf_and_long_heads_of_a_proxy_are_read() {
        let long = |length: usize| {
            let head = "HTTP/1.1 200 OK\r\nX: ";
            let end = "\r\n\r\n";
            format!("{head}{}{end}", "x".repeat(length - head.len() - end.len()))
        };
        for head in [
            "HTTP/1.1 200 Connection established\r\n\r\n",
            "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\n\n",
            "HTTP/1.1 200 OK\nVia: x\n\n",
            "HTTP/1.1 200 OK\r\nVia: x\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
            "HTTP/1.1 103 Early Hints\nLink: x\n\nHTTP/1.1 200 OK\n\n",
            &long(9 << 10),
            &long(MAX_HEAD),
        ] {
            let response = [head.as_bytes(), b"tunnel"].concat();
            let (tunnel, left) = connect(&response).await;
            tunnel.unwrap();
            assert_eq!(left, b"tunnel", "{} bytes", head.len());
        }
        let interim = "HTTP/1.1 100 Continue\r\n\r\n".repeat(3000);
        for (response, reason) in [
            (long(MAX_HEAD + 1), ProxyReason::Unreachable),
            (interim, ProxyReason::Unreachable),
            ("SSH-2.0\r\n\r\n".to_owned(), ProxyReason::Unreachable),
            (
                "HTTP/1.1 100 Continue\n\nHTTP/1.1 407 Auth\n\n".to_owned(),
                ProxyReason::Credentials,
            ),
            (
                "HTTP/1.1 101 Switching\r\n\r\n".to_owned(),
                ProxyReason::Status(101),
            ),
        ] {
            let failure = connect(response.as_bytes()).await.0.unwrap_err();
            let kind = from_service(failure.into()).kind();
            assert_eq!(kind, ErrorKind::Connect(ConnectStage::Proxy(reason)));
        }
    }

    #[test]
    fn the_status_is_read_from_the_first_line() {
        for (head, expected) in [
            (
                &b"HTTP/1.1 200 Connection established\r\n\r\n"[..],
                Some(200),
            ),
            (b"HTTP/1.0 407 \r\n\r\n", Some(407)),
            (b"HTTP/1.1 2", None),
            (b"SSH-2.0\r\n\r\n", None),
            (b"\r\n\r\n", None),
        ] {
            assert_eq!(status(head), expected);
        }
    }

    #[test]
    fn n25_connect_names_host_port_and_user_agent() {
        let proxy = Proxy {
            uri: "http://proxy".parse().unwrap(),
            credentials: None,
        };
        for (destination, expected) in [
            (
                "https://a.b/c?d",
                "CONNECT a.b:443 HTTP/1.1\r\nHost: a.b:443\r\nUser-Agent: test/1\r\n\r\n",
            ),
            (
                "http://a.b/c?d",
                "CONNECT a.b:80 HTTP/1.1\r\nHost: a.b:80\r\nUser-Agent: test/1\r\n\r\n",
            ),
            (
                "https://[::2]:8443",
                "CONNECT [::2]:8443 HTTP/1.1\r\nHost: [::2]:8443\r\nUser-Agent: test/1\r\n\r\n",
            ),
        ] {
            let user_agent = HeaderValue::from_static("test/1");
            let connect_request = request(&destination.parse().unwrap(), &proxy, &user_agent);
            assert_eq!(String::from_utf8(connect_request).unwrap(), expected);
        }
    }
}
