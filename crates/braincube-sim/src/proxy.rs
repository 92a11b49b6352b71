//! [`ConnectProxy`]: a proxy that opens tunnels, and tells what went through them.

mod builder;
mod log;
mod tunnel;

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::task::JoinSet;

pub use self::builder::ConnectProxyBuilder;
use self::builder::Rules;
use self::log::TunnelLog;
pub use self::tunnel::Tunnel;
use crate::endpoint::{Connections, Endpoint, EndpointBuilder};
use crate::error::Error;

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
    endpoint: Endpoint,
    rules: Arc<Rules>,
    log: Arc<TunnelLog>,
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

    async fn listen(endpoint: EndpointBuilder, rules: Rules) -> Result<Self, Error> {
        let (rules, log) = (Arc::new(rules), Arc::<TunnelLog>::default());
        let (ruling, logging) = (Arc::clone(&rules), Arc::clone(&log));
        let serve = |connections| serve(connections, ruling, logging);
        Ok(Self {
            endpoint: endpoint.start(serve).await?,
            rules,
            log,
        })
    }

    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.endpoint.address()
    }

    /// `http://{address}`, or `https://…` over TLS, with the user and the password before the address if it wants any.
    pub fn url(&self) -> String {
        let (scheme, user) = (self.endpoint.scheme(), self.rules.user_info());
        format!("{scheme}://{user}{}", self.address())
    }

    /// The authority that a client must trust, as PEM text, where the proxy itself is reached over TLS.
    pub fn ca_pem(&self) -> Option<&str> {
        self.endpoint.ca_pem()
    }

    /// The tunnels that were asked for, the oldest first: the newest thousand of them.
    pub fn tunnels(&self) -> Vec<Tunnel> {
        self.log.tunnels()
    }
}

async fn serve(connections: Connections, rules: Arc<Rules>, log: Arc<TunnelLog>) {
    let open =
        |client, security| tunnel::open(client, security, Arc::clone(&rules), Arc::clone(&log));
    connections.each(&mut JoinSet::new(), open).await;
}

impl fmt::Debug for ConnectProxy {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("ConnectProxy")
            .field("address", &self.address())
            .finish_non_exhaustive()
    }
}
