//! [`ConnectProxyBuilder`]: the settings of a proxy.

use std::net::SocketAddr;

use super::ConnectProxy;
use super::rules::Rules;
use crate::endpoint::EndpointBuilder;
use crate::error::Error;
#[cfg(feature = "tls")]
use crate::tls::Certificate;

/// Builds a [`ConnectProxy`].
#[derive(Clone, Debug, Default)]
#[must_use = "a builder does nothing until `start`"]
pub struct ConnectProxyBuilder {
    endpoint: EndpointBuilder,
    rules: Rules,
}

impl ConnectProxy {
    /// Returns a builder for a proxy.
    pub fn builder() -> ConnectProxyBuilder {
        ConnectProxyBuilder::default()
    }

    /// Starts a proxy without authentication on a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// [`Error::Bind`] if there is no free port.
    pub async fn start() -> Result<Self, Error> {
        Self::builder().start().await
    }
}

impl ConnectProxyBuilder {
    /// Requires this user and password; responds with status 407 otherwise.
    pub fn credentials(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.rules.credentials = Some((user.into(), password.into()));
        self
    }

    /// Responds with this status and opens no tunnel.
    pub fn refuse(mut self, status: u16) -> Self {
        self.rules.refusal = Some(status);
        self
    }

    /// Connects all tunnels to this address instead of the requested one, so that a simulator can replace a host that does
    /// not exist.
    pub fn connect_to(mut self, address: SocketAddr) -> Self {
        self.rules.destination = Some(address);
        self
    }

    /// Uses TLS, with a certificate that is generated at the start.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, certificate: Certificate) -> Self {
        self.endpoint.certificate = Some(certificate);
        self
    }

    /// Sets the loopback address to listen on, instead of a free port of 127.0.0.1.
    pub fn bind(mut self, address: SocketAddr) -> Self {
        self.endpoint.address = address;
        self
    }

    /// Starts listening.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a user with a colon or a status that is not an error, [`Error::NotLoopback`] for an address
    /// that other machines can reach: they could connect to any host through it. [`Error::Bind`] if it is in use;
    /// `Error::Certificate` if the certificate cannot be generated.
    pub async fn start(self) -> Result<ConnectProxy, Error> {
        let address = self.endpoint.address;
        if !address.ip().is_loopback() {
            return Err(Error::NotLoopback { address });
        }
        if let Some((user, _)) = &self.rules.credentials
            && user.contains(':')
        {
            return Err(Error::setting("credentials", "the user contains a colon"));
        }
        if let Some(status) = self.rules.refusal
            && !(300..600).contains(&status)
        {
            let reason = format!("status {status} is not an error; expected 300 to 599");
            return Err(Error::setting("refuse", reason));
        }
        ConnectProxy::listen(self.endpoint, self.rules).await
    }
}

#[cfg(test)]
mod tests {
    use super::ConnectProxy;

    #[tokio::test]
    async fn invalid_settings_are_rejected() {
        for (builder, expected) in [
            (ConnectProxy::builder().refuse(200), "not an error"),
            (ConnectProxy::builder().credentials("a:b", "c"), "colon"),
            (
                ConnectProxy::builder().bind("0.0.0.0:0".parse().unwrap()),
                "other machines",
            ),
        ] {
            let error = builder.start().await.unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
