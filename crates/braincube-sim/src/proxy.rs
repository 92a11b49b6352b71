//! [`ConnectProxy`]: a proxy that opens tunnels and records them.

mod builder;
mod rules;
mod tunnel;

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::task::JoinSet;

pub use self::builder::ConnectProxyBuilder;
use self::rules::Rules;
pub use self::tunnel::Tunnel;
use self::tunnel::TunnelLog;
use crate::endpoint::{Connections, Endpoint, EndpointBuilder};
use crate::error::Error;

/// A proxy on this machine that supports `CONNECT` (RFC 9110 section 9.3.6) only and records its tunnels. It stops when
/// it is dropped.
///
/// ```
/// use braincube_sim::ConnectProxy;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), braincube_sim::Error> {
/// let proxy = ConnectProxy::builder().credentials("user", "password").start().await?;
/// println!("HTTPS_PROXY={}", proxy.url()); // includes user and password
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

    /// The address of its socket.
    pub fn address(&self) -> SocketAddr {
        self.endpoint.address()
    }

    /// `http://{address}`, or `https://…` with TLS, including user and password if they are required.
    pub fn url(&self) -> String {
        let (scheme, user) = (self.endpoint.scheme(), self.rules.user_info());
        format!("{scheme}://{user}{}", self.address())
    }

    /// The certificate authority that a client must trust, as PEM text, if the proxy uses TLS.
    pub fn ca_pem(&self) -> Option<&str> {
        self.endpoint.ca_pem()
    }

    /// The requested tunnels, oldest first; at most the newest 1,000.
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
