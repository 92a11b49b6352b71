//! [`ConnectProxyBuilder`]: the settings of a proxy.

use std::fmt;
use std::net::SocketAddr;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use form_urlencoded::byte_serialize;

use super::ConnectProxy;
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

/// The behaviour of a proxy.
#[derive(Clone, Default)]
pub(super) struct Rules {
    credentials: Option<(String, String)>,
    pub(super) refusal: Option<u16>,
    pub(super) destination: Option<SocketAddr>,
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

impl Rules {
    /// The user information in the URL of the proxy.
    pub(super) fn user_info(&self) -> String {
        // Form encoding writes a space as a plus, which is a plus in a URL.
        let encoded = |text: &str| -> String {
            let text: String = byte_serialize(text.as_bytes()).collect();
            text.replace('+', "%20")
        };
        match &self.credentials {
            None => String::new(),
            Some((user, password)) => format!("{}:{}@", encoded(user), encoded(password)),
        }
    }

    /// Whether a request with this `Proxy-Authorization` may pass.
    pub(super) fn admits(&self, authorization: Option<&str>) -> bool {
        let Some((user, password)) = &self.credentials else {
            return true;
        };
        let wanted = BASE64_STANDARD.encode(format!("{user}:{password}"));
        authorization
            .and_then(|value| value.split_once(' '))
            .is_some_and(|(scheme, value)| {
                scheme.eq_ignore_ascii_case("basic") && value.trim() == wanted
            })
    }
}

/// Does not show the password.
impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Rules")
            .field("credentials", &self.credentials.as_ref().map(|_| "…"))
            .field("refusal", &self.refusal)
            .field("destination", &self.destination)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{ConnectProxy, Rules};

    #[test]
    fn credentials_are_compared_and_percent_encoded_in_the_url() {
        let rules = Rules {
            credentials: Some(("user".into(), "pass word@".into())),
            ..Rules::default()
        };
        assert_eq!(rules.user_info(), "user:pass%20word%40@");
        assert!(rules.admits(Some("Basic dXNlcjpwYXNzIHdvcmRA")));
        for shown in [
            None,
            Some("Basic"),
            Some("Basic dXNlcjpvdGhlcg=="),
            Some("Bearer dXNlcjpwYXNzIHdvcmRA"),
        ] {
            assert!(!rules.admits(shown), "{shown:?}");
        }
        assert!(Rules::default().admits(None));
        let shown = format!("{rules:?}");
        assert!(!shown.contains("word"), "{shown}");
    }

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
