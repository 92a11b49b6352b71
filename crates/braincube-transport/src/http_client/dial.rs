//! [`Dialer`]: a TCP connection to a host, or a tunnel to it through a proxy.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::Uri;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tower::{BoxError, Service, ServiceExt};

use super::connect::Resolver;
use crate::error::{ConnectFailure, ConnectStage, ErrorKind, ProxyReason, find_cause};
use crate::proxy::{Proxy, ProxyRules};

/// The longest head of a proxy's answer that is read, in bytes.
const LONGEST_HEAD: usize = 8 << 10;

/// A connection on which TLS is not spoken yet, unless it is that of a proxy that is reached over it.
pub(super) type Dialed = MaybeHttpsStream<TokioIo<TcpStream>>;

/// Connects to a URI's host.
#[derive(Clone)]
pub(super) struct Dialer {
    pub(super) tcp: HttpConnector<Resolver>,
    /// The way to a proxy: over TLS where its address says so.
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
        let Some(proxy) = self.proxies.proxy_to(&destination) else {
            let direct = self.tcp.clone().oneshot(destination);
            return Box::pin(async { Ok(MaybeHttpsStream::Http(direct.await?)) });
        };
        let to_proxy = self.to_proxy.clone();
        Box::pin(async move {
            if !matches!(proxy.uri.scheme_str(), Some("http" | "https")) {
                let message = "the proxy should be reached over SOCKS, which is not supported";
                return Err(failure(ProxyReason::Unsupported, message).into());
            }
            let stream = to_proxy.oneshot(proxy.uri.clone()).await;
            let mut stream = TokioIo::new(stream.map_err(not_reached)?);
            tunnel(&mut stream, &destination, &proxy).await?;
            Ok(stream.into_inner())
        })
    }
}

fn not_reached(error: BoxError) -> ConnectFailure {
    if find_cause::<rustls::Error>(&*error).is_some() {
        let message = "no TLS connection to the proxy came about; if its certificate comes from an \
                       authority of your own, name that one's PEM file as the CA bundle";
        return failure(ProxyReason::Tls, message).because(error);
    }
    failure(ProxyReason::Unreachable, "the proxy cannot be reached").because(error)
}

/// Asks a proxy for a tunnel; what goes over the stream from then on goes to the destination.
async fn tunnel(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    destination: &Uri,
    proxy: &Proxy,
) -> Result<(), ConnectFailure> {
    let broken = |error: io::Error| {
        failure(ProxyReason::Unreachable, "the proxy broke the connection").because(error)
    };
    let asked = request(destination, proxy);
    stream.write_all(&asked).await.map_err(broken)?;
    // Over TLS it would wait otherwise.
    stream.flush().await.map_err(broken)?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() == LONGEST_HEAD {
            return Err(failure(
                ProxyReason::Unreachable,
                "the proxy does not speak HTTP",
            ));
        }
        // Byte by byte: what comes behind the head belongs to the tunnel.
        head.push(stream.read_u8().await.map_err(broken)?);
    }
    match status(&head) {
        Some(200..=299) => Ok(()),
        Some(407) => Err(failure(
            ProxyReason::Credentials,
            "the proxy wants a user and a password, or others than it was given (status 407)",
        )),
        Some(status) => {
            let message = format!("the proxy refused the connection with status {status}");
            let kind = ErrorKind::Connect(ConnectStage::Proxy(ProxyReason::Refused(status)));
            Err(ConnectFailure::new(kind, message))
        }
        None => Err(failure(
            ProxyReason::Unreachable,
            "the proxy does not speak HTTP",
        )),
    }
}

fn request(destination: &Uri, proxy: &Proxy) -> Vec<u8> {
    let host = destination.host().unwrap_or_default();
    let default = if destination.scheme_str() == Some("http") {
        80
    } else {
        443
    };
    let port = destination.port_u16().unwrap_or(default);
    let mut bytes =
        format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n").into_bytes();
    if let Some(credentials) = &proxy.credentials {
        bytes.extend_from_slice(b"Proxy-Authorization: ");
        bytes.extend_from_slice(credentials.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    bytes
}

/// The status in the first line of an answer.
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
    use super::{request, status};
    use crate::proxy::Proxy;

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
    fn a_tunnel_is_asked_for_by_host_and_port() {
        let proxy = Proxy {
            uri: "http://proxy".parse().unwrap(),
            credentials: None,
        };
        for (destination, expected) in [
            (
                "https://a.b/c?d",
                "CONNECT a.b:443 HTTP/1.1\r\nHost: a.b:443\r\n\r\n",
            ),
            (
                "http://a.b/c?d",
                "CONNECT a.b:80 HTTP/1.1\r\nHost: a.b:80\r\n\r\n",
            ),
            (
                "https://[::2]:8443",
                "CONNECT [::2]:8443 HTTP/1.1\r\nHost: [::2]:8443\r\n\r\n",
            ),
        ] {
            let asked = request(&destination.parse().unwrap(), &proxy);
            assert_eq!(String::from_utf8(asked).unwrap(), expected);
        }
    }
}
