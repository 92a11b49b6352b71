//! [`Identity`]: a certificate for one login, kept in memory only.

use std::fmt::Write as _;
use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use braincube_auth::login::LoginError;
use rcgen::{CertificateParams, KeyPair};
use sha2::{Digest as _, Sha256};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::server::TlsStream;

/// Validity of the certificate. This machine and its browser have the same clock.
const LIFETIME: Duration = Duration::from_secs(10 * 60);

/// A key and a self-signed certificate for one login. The user trusts it by comparing its
/// fingerprint.
pub(super) struct Identity {
    acceptor: TlsAcceptor,
    fingerprint: String,
}

impl Identity {
    pub(super) fn generate() -> Result<Self, LoginError> {
        build().map_err(|source| LoginError::Setup { source })
    }

    pub(super) fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    pub(super) async fn accept(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        self.acceptor.accept(stream).await
    }
}

fn build() -> Result<Identity, Box<dyn std::error::Error + Send + Sync>> {
    let names = ["localhost", "127.0.0.1", "::1"].map(String::from);
    let mut parameters = CertificateParams::new(names)?;
    let now = SystemTime::now();
    parameters.not_before = now.into();
    parameters.not_after = (now + LIFETIME).into();
    let key = KeyPair::generate()?;
    let certificate = parameters.self_signed(&key)?;
    let fingerprint = hexadecimal(&Sha256::digest(certificate.der()));
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    // The provider is passed explicitly: the process may have another default, or none.
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)?;
    Ok(Identity {
        acceptor: TlsAcceptor::from(Arc::new(config)),
        fingerprint,
    })
}

/// Formats `AB:CD:…`, as browsers show it.
fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 3);
    for byte in bytes {
        let colon = if text.is_empty() { "" } else { ":" };
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{colon}{byte:02X}");
    }
    text
}
