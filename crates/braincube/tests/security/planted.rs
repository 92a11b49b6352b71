//! The secrets that the tests plant.

use braincube::Config;
use braincube::auth::Environment;
use braincube_sim::{Certificate, ConnectProxy, OAuth2Server, Simulator, SimulatorBuilder};

use crate::canaries::Canaries;

// No two have a part in common, and each has characters that some form escapes.
pub(crate) const PERSONAL: &str = "pat-kQ3v9/XzT1m\"Wb+E7=rY%5uLp";
pub(crate) const ACCESS: &str = "oauth-Yp2Lr/V8sJ4n'HdC+0=Kx%9GtA";
pub(crate) const CLIENT: &str = "client-Gf6Ut/B0wKx5\"ZqA+4=Ne%8RcV";
/// Part of the URL of a proxy without encoding.
pub(crate) const PROXY: &str = "proxied-Xb7EwP3cN0mHtS2UdGzKo";
pub(crate) const PASSWORD: &str = "password-Dh9TaW2jFu8QvI";

/// The secrets that the tests set.
pub(crate) const ALL: [(&str, &str); 5] = [
    ("the personal access token", PERSONAL),
    ("the access token", ACCESS),
    ("the client secret", CLIENT),
    ("the password of the proxy", PROXY),
    ("a password", PASSWORD),
];

/// The secrets that the tests set, and those that the simulators have issued.
pub(crate) fn canaries<'a>(simulators: impl IntoIterator<Item = &'a Simulator>) -> Canaries {
    let simulators = simulators.into_iter();
    let issued: Vec<_> = simulators.flat_map(Simulator::issued_secrets).collect();
    let issued = issued
        .iter()
        .map(|secret| ("a code or token of the simulator", &**secret));
    Canaries::new(ALL.into_iter().chain(issued))
}

/// A simulator that accepts the planted secrets.
pub(crate) async fn simulator() -> Simulator {
    to_be().start().await.unwrap()
}

/// The same simulator over TLS.
pub(crate) async fn secure_simulator() -> Simulator {
    to_be().tls(Certificate::new()).start().await.unwrap()
}

fn to_be() -> SimulatorBuilder {
    let server = OAuth2Server::new()
        .access_token(ACCESS)
        .client("a-client", CLIENT)
        .any_loopback_redirect()
        .sessions_of_requests(5);
    Simulator::builder().token(PERSONAL).oauth2(server)
}

/// A proxy that requires the planted password.
pub(crate) async fn proxy() -> ConnectProxy {
    let builder = ConnectProxy::builder().credentials("a-user", PROXY);
    builder.start().await.unwrap()
}

/// The credential of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Credential {
    Personal,
    OAuth2,
}

impl Credential {
    pub(crate) const BOTH: [Self; 2] = [Self::Personal, Self::OAuth2];

    /// A configuration with this credential, and with a client secret.
    pub(crate) fn config(self, base_url: &str) -> Config {
        let builder = Config::builder()
            .environment(Environment::empty())
            .sso_base_url(base_url)
            .api_base_url(base_url)
            .client_secret(CLIENT);
        let builder = match self {
            Self::Personal => builder.api_key(PERSONAL),
            Self::OAuth2 => builder.oauth2_token(ACCESS),
        };
        builder.build().unwrap()
    }
}
