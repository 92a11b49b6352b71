//! [`LoopbackListener`]: the sockets that receive the callback.

use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::task::Poll;
use std::time::Duration;

use braincube_auth::RedirectUri;
use braincube_auth::login::{AuthorizationCode, AuthorizationRequest, LoginError};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::net::{TcpListener, TcpStream};

use super::callback_request::{self, CallbackRequest};

/// Maximum number of concurrent connections; others wait in the backlog of the system.
const MAX_CONNECTIONS: usize = 16;
/// Pause after a failed accept.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// How often a free port is tried that both address families can use.
const MAX_PORT_ATTEMPTS: usize = 8;

/// The sockets that receive the callback, on loopback addresses only.
pub(super) struct LoopbackListener {
    sockets: Vec<TcpListener>,
    redirect_uri: RedirectUri,
    #[cfg(feature = "legacy-tls-login")]
    identity: Option<super::tls::Identity>,
}

impl LoopbackListener {
    /// Listens on a plain `http` URI.
    pub(super) async fn plain(redirect_uri: &RedirectUri) -> Result<Self, LoginError> {
        if !redirect_uri.is_plain_loopback() {
            return Err(no_listener(redirect_uri));
        }
        Self::bind(redirect_uri).await
    }

    /// Listens on an `https` URI with a certificate of its own.
    #[cfg(feature = "legacy-tls-login")]
    pub(super) async fn with_tls(redirect_uri: &RedirectUri) -> Result<Self, LoginError> {
        if redirect_uri.is_plain_loopback() || !redirect_uri.is_loopback() {
            return Err(no_listener(redirect_uri));
        }
        let mut listener = Self::bind(redirect_uri).await?;
        listener.identity = Some(super::tls::Identity::generate()?);
        Ok(listener)
    }

    async fn bind(redirect_uri: &RedirectUri) -> Result<Self, LoginError> {
        let sockets = sockets(redirect_uri).await?;
        let port = sockets.first().and_then(|first| first.local_addr().ok());
        let port = port.ok_or_else(|| no_listener(redirect_uri))?.port();
        Ok(Self {
            sockets,
            // A registered URI stays as written, unless it has no port.
            redirect_uri: match redirect_uri.port() {
                Some(_) => redirect_uri.clone(),
                None => redirect_uri.with_port(port),
            },
            #[cfg(feature = "legacy-tls-login")]
            identity: None,
        })
    }

    pub(super) const fn redirect_uri(&self) -> &RedirectUri {
        &self.redirect_uri
    }

    pub(super) fn fingerprint(&self) -> Option<&str> {
        #[cfg(feature = "legacy-tls-login")]
        {
            self.identity
                .as_ref()
                .map(super::tls::Identity::fingerprint)
        }
        #[cfg(not(feature = "legacy-tls-login"))]
        None
    }

    /// Waits for the code of the callback of this login. All other requests get an error response.
    pub(super) async fn callback(
        &self,
        request: &AuthorizationRequest,
    ) -> Result<AuthorizationCode, LoginError> {
        let mut connections = FuturesUnordered::new();
        let mut rejected = 0_u32;
        loop {
            tokio::select! {
                stream = self.accept(), if connections.len() < MAX_CONNECTIONS => {
                    connections.push(self.receive(stream, request));
                }
                Some(received) = connections.next() => match received {
                    CallbackRequest::Unrelated => {}
                    CallbackRequest::Rejected(problem) => {
                        rejected = rejected.saturating_add(1);
                        tracing::warn!(
                            "rejected a callback that is not of this login ({rejected} so far): {problem}"
                        );
                    }
                    CallbackRequest::Completed(result) => return result,
                },
            }
        }
    }

    async fn receive(&self, stream: TcpStream, request: &AuthorizationRequest) -> CallbackRequest {
        #[cfg(feature = "legacy-tls-login")]
        if let Some(identity) = &self.identity {
            let accepted = tokio::time::timeout(callback_request::TIMEOUT, identity.accept(stream));
            return match accepted.await {
                Ok(Ok(stream)) => callback_request::receive(stream, request).await,
                _ => CallbackRequest::Unrelated,
            };
        }
        callback_request::receive(stream, request).await
    }

    /// Accepts the next connection on any of the sockets.
    async fn accept(&self) -> TcpStream {
        loop {
            let accepted = poll_fn(|context| {
                for socket in &self.sockets {
                    if let Poll::Ready(accepted) = socket.poll_accept(context) {
                        return Poll::Ready(accepted);
                    }
                }
                Poll::Pending
            });
            match accepted.await {
                // The sockets are bound to loopback addresses; the peer is checked in addition.
                Ok((stream, peer)) if peer.ip().to_canonical().is_loopback() => return stream,
                Ok(_) => {}
                Err(error) => {
                    tracing::debug!(%error, "cannot accept a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }
}

/// `localhost` has an IPv4 and an IPv6 address, and a browser may use either. Both are bound, so that
/// no other process can receive the callback on the other one.
async fn sockets(redirect_uri: &RedirectUri) -> Result<Vec<TcpListener>, LoginError> {
    if !redirect_uri.is_loopback() {
        return Err(no_listener(redirect_uri));
    }
    let wanted = redirect_uri.port().unwrap_or(0);
    if let Some(address) = redirect_uri.ip_address() {
        return Ok(vec![bind(address, wanted).await?]);
    }
    let mut attempts = if wanted == 0 { MAX_PORT_ATTEMPTS } else { 1 };
    loop {
        attempts -= 1;
        match both(wanted).await {
            Err(LoginError::Listen { source, .. })
                if attempts > 0 && source.kind() == io::ErrorKind::AddrInUse => {}
            bound => return bound,
        }
    }
}

async fn both(wanted: u16) -> Result<Vec<TcpListener>, LoginError> {
    let listen = |source| LoginError::Listen {
        address: (Ipv4Addr::LOCALHOST, wanted).into(),
        source,
    };
    let first = bind(Ipv4Addr::LOCALHOST.into(), wanted).await?;
    let port = first.local_addr().map_err(listen)?.port();
    match bind(Ipv6Addr::LOCALHOST.into(), port).await {
        Ok(second) => Ok(vec![first, second]),
        Err(LoginError::Listen { address, source })
            if source.kind() == io::ErrorKind::AddrInUse =>
        {
            Err(LoginError::Listen { address, source })
        }
        // Without IPv6, browsers do not use it either.
        Err(_) => Ok(vec![first]),
    }
}

async fn bind(address: IpAddr, port: u16) -> Result<TcpListener, LoginError> {
    let address = SocketAddr::from((address, port));
    let bound = TcpListener::bind(address).await;
    bound.map_err(|source| LoginError::Listen { address, source })
}

fn no_listener(redirect_uri: &RedirectUri) -> LoginError {
    LoginError::NoListener {
        redirect_uri: redirect_uri.to_string(),
    }
}
