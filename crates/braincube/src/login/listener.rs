//! [`Listener`]: the sockets on which the browser comes back.

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

use super::connection::{self, Visit};

/// How many visitors are heard at a time; others wait in the system's queue.
const MOST: usize = 16;
/// How long to wait after the system could not accept a visitor.
const PAUSE: Duration = Duration::from_millis(100);
/// How often a free port is looked for that both kinds of address have.
const TRIES: usize = 8;

/// The sockets on which the browser comes back, on addresses of this machine alone.
pub(super) struct Listener {
    sockets: Vec<TcpListener>,
    redirect_uri: RedirectUri,
    #[cfg(feature = "legacy-tls-login")]
    identity: Option<super::tls::Identity>,
}

impl Listener {
    /// A listener on a plain `http` address.
    pub(super) async fn plain(redirect_uri: &RedirectUri) -> Result<Self, LoginError> {
        if !redirect_uri.is_plain_loopback() {
            return Err(no_listener(redirect_uri));
        }
        Self::bind(redirect_uri).await
    }

    /// A listener on an `https` address, with a certificate of its own.
    #[cfg(feature = "legacy-tls-login")]
    pub(super) async fn with_tls(redirect_uri: &RedirectUri) -> Result<Self, LoginError> {
        if redirect_uri.is_plain_loopback() || !redirect_uri.is_loopback() {
            return Err(no_listener(redirect_uri));
        }
        let mut listener = Self::bind(redirect_uri).await?;
        listener.identity = Some(super::tls::Identity::fresh()?);
        Ok(listener)
    }

    async fn bind(redirect_uri: &RedirectUri) -> Result<Self, LoginError> {
        let sockets = sockets(redirect_uri).await?;
        let port = sockets.first().and_then(|first| first.local_addr().ok());
        let port = port.ok_or_else(|| no_listener(redirect_uri))?.port();
        Ok(Self {
            sockets,
            // The letters that were registered stay, unless they leave the port open.
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

    /// The code of the callback of this login. Whatever else comes is answered and waited through.
    pub(super) async fn callback(
        &self,
        request: &AuthorizationRequest,
    ) -> Result<AuthorizationCode, LoginError> {
        let mut visitors = FuturesUnordered::new();
        let mut rejected = 0_u32;
        loop {
            tokio::select! {
                stream = self.accept(), if visitors.len() < MOST => {
                    visitors.push(self.receive(stream, request));
                }
                Some(visit) = visitors.next() => match visit {
                    Visit::Passed => {}
                    Visit::Rejected(problem) => {
                        rejected = rejected.saturating_add(1);
                        tracing::warn!(
                            "a callback that is not of this login was rejected ({rejected} so \
                             far): {problem}"
                        );
                    }
                    Visit::Ended(outcome) => return outcome,
                },
            }
        }
    }

    async fn receive(&self, stream: TcpStream, request: &AuthorizationRequest) -> Visit {
        #[cfg(feature = "legacy-tls-login")]
        if let Some(identity) = &self.identity {
            let accepted = tokio::time::timeout(connection::PATIENCE, identity.accept(stream));
            return match accepted.await {
                Ok(Ok(stream)) => connection::receive(stream, request).await,
                _ => Visit::Passed,
            };
        }
        connection::receive(stream, request).await
    }

    /// The next visitor, on any of the sockets.
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
                // The sockets are this machine's own; what they hand over is looked at once more.
                Ok((stream, peer)) if peer.ip().to_canonical().is_loopback() => return stream,
                Ok(_) => {}
                Err(error) => {
                    tracing::debug!(%error, "a visitor could not be accepted");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }
}

/// `localhost` means both kinds of addresses, and a browser may take either: nobody else may have
/// the port on the other one.
async fn sockets(redirect_uri: &RedirectUri) -> Result<Vec<TcpListener>, LoginError> {
    let wanted = redirect_uri.port().unwrap_or(0);
    match redirect_uri.ip_address() {
        Some(address) if address.is_loopback() => Ok(vec![bind(address, wanted).await?]),
        None if redirect_uri.is_loopback() => {
            let mut tries = if wanted == 0 { TRIES } else { 1 };
            loop {
                tries -= 1;
                match both(wanted).await {
                    Err(LoginError::Listen { source, .. })
                        if tries > 0 && source.kind() == io::ErrorKind::AddrInUse => {}
                    bound => return bound,
                }
            }
        }
        _ => Err(no_listener(redirect_uri)),
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
        // A machine without IPv6: no browser goes there either.
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
