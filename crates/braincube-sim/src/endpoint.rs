//! [`Endpoint`]: a listening socket with a server, over plain TCP or TLS.

use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::error::Error;
#[cfg(feature = "tls")]
use crate::tls::Certificate;

/// Pause after a failed accept, which usually means that there are no free file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Whether connections use TLS.
#[derive(Clone)]
pub(crate) enum Security {
    Plain,
    #[cfg(feature = "tls")]
    Tls(tokio_rustls::TlsAcceptor),
}

/// The settings of an endpoint; by default a free port of 127.0.0.1 without TLS.
#[derive(Clone, Debug)]
pub(crate) struct EndpointBuilder {
    pub(crate) address: SocketAddr,
    #[cfg(feature = "tls")]
    pub(crate) certificate: Option<Certificate>,
}

/// A listening socket with its server. Dropping it closes the socket and all connections.
pub(crate) struct Endpoint {
    address: SocketAddr,
    ca_pem: Option<String>,
    stop: oneshot::Sender<()>,
    /// The task of the server.
    server: JoinSet<()>,
}

/// The incoming connections of an endpoint, until it is stopped.
pub(crate) struct Connections {
    listener: TcpListener,
    security: Security,
    stop: oneshot::Receiver<()>,
}

impl Default for EndpointBuilder {
    fn default() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            #[cfg(feature = "tls")]
            certificate: None,
        }
    }
}

impl EndpointBuilder {
    /// Starts listening and runs the server.
    ///
    /// # Errors
    ///
    /// [`Error::Bind`] if the address is in use, [`Error::Certificate`] if the certificate cannot be generated.
    pub(crate) async fn start<F>(
        self,
        serve: impl FnOnce(Connections) -> F,
    ) -> Result<Endpoint, Error>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let address = self.address;
        let (security, ca_pem) = self.security()?;
        let bound = async {
            let listener = TcpListener::bind(address).await?;
            let address = listener.local_addr()?;
            Ok((listener, address))
        };
        let (listener, address) = bound
            .await
            .map_err(|source| Error::Bind { address, source })?;
        let (stop, stopped) = oneshot::channel();
        let mut server = JoinSet::new();
        server.spawn(serve(Connections {
            listener,
            security,
            stop: stopped,
        }));
        Ok(Endpoint {
            address,
            ca_pem,
            stop,
            server,
        })
    }

    /// Whether connections use TLS, and the certificate authority to trust, in PEM.
    #[cfg(feature = "tls")]
    fn security(self) -> Result<(Security, Option<String>), Error> {
        let Some(certificate) = self.certificate else {
            return Ok((Security::Plain, None));
        };
        let issued = certificate.issue()?;
        Ok((Security::Tls(issued.acceptor), Some(issued.ca_pem)))
    }

    /// No TLS, and no certificate authority.
    #[cfg(not(feature = "tls"))]
    #[allow(clippy::unnecessary_wraps, reason = "same signature as with TLS")]
    fn security(self) -> Result<(Security, Option<String>), Error> {
        Ok((Security::Plain, None))
    }
}

impl Endpoint {
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The certificate authority to trust, in PEM, if the endpoint uses TLS.
    pub(crate) fn ca_pem(&self) -> Option<&str> {
        self.ca_pem.as_deref()
    }

    pub(crate) const fn scheme(&self) -> &'static str {
        match self.ca_pem {
            Some(_) => "https",
            None => "http",
        }
    }

    /// Stops the server and waits until it has ended.
    pub(crate) async fn shutdown(mut self) {
        // Fails only if the server has already ended.
        let _ = self.stop.send(());
        while self.server.join_next().await.is_some() {}
    }
}

impl Connections {
    /// Spawns `handle` for each connection into the set, until the endpoint is stopped and closes its socket.
    pub(crate) async fn each<F>(
        mut self,
        served: &mut JoinSet<()>,
        mut handle: impl FnMut(TcpStream, Security) -> F,
    ) where
        F: Future<Output = ()> + Send + 'static,
    {
        loop {
            tokio::select! {
                // An error means that the endpoint was dropped.
                _ = &mut self.stop => break,
                accepted = self.listener.accept() => match accepted {
                    Ok((socket, _)) => {
                        served.spawn(handle(socket, self.security.clone()));
                    }
                    Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
                },
                // Removes finished connections, so that the set does not grow.
                Some(_) = served.join_next() => {}
            }
        }
    }
}
