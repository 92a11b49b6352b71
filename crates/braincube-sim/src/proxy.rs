//! [`ConnectProxy`]: a proxy that opens tunnels, and tells what went through them.

mod builder;
mod log;
mod tunnel;

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::task::JoinSet;

pub use self::builder::ConnectProxyBuilder;
use self::builder::Rules;
use self::log::TunnelLog;
pub use self::tunnel::Tunnel;
use crate::error::Error;
use crate::server::{ACCEPT_PAUSE, Security};

/// A proxy on this machine that opens tunnels (`CONNECT`, RFC 9110 section 9.3.6) and nothing else, and tells what it was
/// asked. It stops when it is dropped.
///
/// ```
/// use braincube_sim::ConnectProxy;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), braincube_sim::Error> {
/// let proxy = ConnectProxy::builder().credentials("user", "password").start().await?;
/// println!("HTTPS_PROXY={}", proxy.url()); // with the user and the password
/// assert!(proxy.tunnels().is_empty());
/// # Ok(())
/// # }
/// ```
pub struct ConnectProxy {
    address: SocketAddr,
    /// The authority to trust, in PEM, where it is reached over TLS.
    ca_pem: Option<String>,
    rules: Arc<Rules>,
    log: Arc<TunnelLog>,
    /// The one task of the proxy; dropping the set ends it with all its tunnels.
    _server: JoinSet<()>,
}

impl ConnectProxy {
    /// A proxy to be: say what it wants and where it leads, then start it.
    pub fn builder() -> ConnectProxyBuilder {
        ConnectProxyBuilder::default()
    }

    /// Starts a proxy that lets everything through, on a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// [`Error::Bind`] if there is no free port.
    pub async fn start() -> Result<Self, Error> {
        Self::builder().start().await
    }

    async fn listen(address: SocketAddr, rules: Rules, security: Security) -> Result<Self, Error> {
        let bound = async {
            let listener = TcpListener::bind(address).await?;
            let address = listener.local_addr()?;
            Ok((listener, address))
        };
        let (listener, address) = bound
            .await
            .map_err(|source| Error::Bind { address, source })?;
        let (rules, log) = (Arc::new(rules), Arc::<TunnelLog>::default());
        let mut server = JoinSet::new();
        server.spawn(serve(
            listener,
            security,
            Arc::clone(&rules),
            Arc::clone(&log),
        ));
        Ok(Self {
            address,
            ca_pem: None,
            rules,
            log,
            _server: server,
        })
    }

    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://{address}`, or `https://…` over TLS, with the user and the password before the address if it wants any.
    pub fn url(&self) -> String {
        let scheme = if self.ca_pem.is_some() {
            "https"
        } else {
            "http"
        };
        let user = self.rules.user_info();
        format!("{scheme}://{user}{}", self.address)
    }

    /// The authority that a client must trust, as PEM text, where the proxy itself is reached over TLS.
    pub fn ca_pem(&self) -> Option<&str> {
        self.ca_pem.as_deref()
    }

    /// The tunnels that were asked for, the oldest first: the newest thousand of them.
    pub fn tunnels(&self) -> Vec<Tunnel> {
        self.log.tunnels()
    }
}

async fn serve(listener: TcpListener, security: Security, rules: Arc<Rules>, log: Arc<TunnelLog>) {
    let mut tunnels = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((client, _)) => {
                    let (security, rules) = (security.clone(), Arc::clone(&rules));
                    tunnels.spawn(tunnel::open(client, security, rules, Arc::clone(&log)));
                }
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            },
            // Finished tunnels are collected, or the set would grow for ever.
            Some(_) = tunnels.join_next() => {}
        }
    }
}

impl fmt::Debug for ConnectProxy {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("ConnectProxy")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}
