//! [`Endpoint`]: an address of this machine that is served, in the clear or over TLS, until its owner lets go of it.

use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::error::Error;
#[cfg(feature = "tls")]
use crate::tls::Certificate;

/// After a failed accept (no file descriptors left, as a rule) the loop waits this long for things to get better.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// What is spoken over a TCP connection.
#[derive(Clone)]
pub(crate) enum Security {
    Plain,
    #[cfg(feature = "tls")]
    Tls(tokio_rustls::TlsAcceptor),
}

/// An endpoint to be: a free port of 127.0.0.1 in the clear, unless it says otherwise.
#[derive(Clone, Debug)]
pub(crate) struct EndpointBuilder {
    pub(crate) address: SocketAddr,
    #[cfg(feature = "tls")]
    pub(crate) certificate: Option<Certificate>,
}

/// An address that is served. Dropping it ends that at once, with all its connections.
pub(crate) struct Endpoint {
    address: SocketAddr,
    ca_pem: Option<String>,
    stop: oneshot::Sender<()>,
    /// The one task of the server.
    server: JoinSet<()>,
}

/// The connections to an endpoint, until it is told to stop.
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
    /// Listens, and runs this server on what connects.
    ///
    /// # Errors
    ///
    /// [`Error::Bind`] where the address is not free, [`Error::Certificate`] where there is to be one and it cannot be
    /// made.
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

    /// What is spoken, and the authority to trust for it, in PEM.
    #[cfg(feature = "tls")]
    fn security(self) -> Result<(Security, Option<String>), Error> {
        let Some(certificate) = self.certificate else {
            return Ok((Security::Plain, None));
        };
        let issued = certificate.issue()?;
        Ok((Security::Tls(issued.acceptor), Some(issued.ca_pem)))
    }

    /// What is spoken, and the authority to trust for it: none.
    #[cfg(not(feature = "tls"))]
    #[allow(clippy::unnecessary_wraps, reason = "the same where there is TLS")]
    fn security(self) -> Result<(Security, Option<String>), Error> {
        Ok((Security::Plain, None))
    }
}

impl Endpoint {
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The authority to trust, in PEM, where it is reached over TLS.
    pub(crate) fn ca_pem(&self) -> Option<&str> {
        self.ca_pem.as_deref()
    }

    pub(crate) const fn scheme(&self) -> &'static str {
        match self.ca_pem {
            Some(_) => "https",
            None => "http",
        }
    }

    /// Tells the server to stop, and waits until it has.
    pub(crate) async fn shutdown(mut self) {
        // An error means that the server has ended already.
        let _ = self.stop.send(());
        while self.server.join_next().await.is_some() {}
    }
}

impl Connections {
    /// Spawns what `greet` makes of each connection into the set, until the endpoint is told to stop. Nobody listens any
    /// more then.
    pub(crate) async fn each<F>(
        mut self,
        served: &mut JoinSet<()>,
        mut greet: impl FnMut(TcpStream, Security) -> F,
    ) where
        F: Future<Output = ()> + Send + 'static,
    {
        loop {
            tokio::select! {
                // An error means that the endpoint is gone, and so is this task.
                _ = &mut self.stop => break,
                accepted = self.listener.accept() => match accepted {
                    Ok((socket, _)) => {
                        served.spawn(greet(socket, self.security.clone()));
                    }
                    Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
                },
                // Finished connections are collected, or the set would grow for ever.
                Some(_) = served.join_next() => {}
            }
        }
    }
}
