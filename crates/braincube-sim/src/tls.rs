//! [`Certificate`]: what a simulator shows a client that comes over TLS.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::TlsAcceptor;

use crate::error::Error;

/// What a simulator shows a client that comes over TLS: a certificate that is made when it starts, from an authority
/// that nobody trusts unless told to.
///
/// ```
/// use braincube_sim::{Certificate, Simulator};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let simulator = Simulator::builder().tls(Certificate::new()).start().await?;
/// assert!(simulator.url().starts_with("https://127.0.0.1:"));
/// let name = format!("simulator-{}.pem", std::process::id());
/// let bundle = std::env::temp_dir().join(name); // what `ca_bundle` should name
/// std::fs::write(&bundle, simulator.ca_pem().ok_or("it speaks TLS")?)?;
/// # std::fs::remove_file(bundle)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    hosts: Vec<String>,
    validity: Validity,
    is_of_an_authority: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Validity {
    Now,
    Past,
    Future,
}

/// A certificate that has been made.
pub(crate) struct Issued {
    pub(crate) acceptor: TlsAcceptor,
    pub(crate) ca_pem: String,
}

impl Default for Certificate {
    fn default() -> Self {
        Self {
            hosts: ["localhost", "127.0.0.1", "::1"].map(str::to_owned).into(),
            validity: Validity::Now,
            is_of_an_authority: false,
        }
    }
}

impl Certificate {
    /// A good one for this machine: `localhost`, `127.0.0.1` and `::1`.
    pub fn new() -> Self {
        Self::default()
    }

    /// A good one for another host alone: a name, or an address.
    pub fn for_host(host: impl Into<String>) -> Self {
        Self {
            hosts: vec![host.into()],
            ..Self::default()
        }
    }

    /// The same, but long past its time.
    #[must_use]
    pub fn expired(mut self) -> Self {
        self.validity = Validity::Past;
        self
    }

    /// The same, but long before its time.
    #[must_use]
    pub fn not_valid_yet(mut self) -> Self {
        self.validity = Validity::Future;
        self
    }

    /// The same, but signed by itself and that of an authority, as `openssl req -x509` makes it.
    #[must_use]
    pub fn of_an_authority(mut self) -> Self {
        self.is_of_an_authority = true;
        self
    }

    pub(crate) fn issue(self) -> Result<Issued, Error> {
        let authority = authority().map_err(failed)?;
        let mut params = CertificateParams::new(self.hosts).map_err(failed)?;
        let years = match self.validity {
            Validity::Now => None,
            Validity::Past => Some((2001, 2002)),
            Validity::Future => Some((3001, 3002)),
        };
        if let Some((from, until)) = years {
            params.not_before = date_time_ymd(from, 1, 1);
            params.not_after = date_time_ymd(until, 1, 1);
        }
        let key = KeyPair::generate().map_err(failed)?;
        let (certificate, ca_pem) = if self.is_of_an_authority {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            let certificate = params.self_signed(&key).map_err(failed)?;
            let pem = certificate.pem();
            (certificate, pem)
        } else {
            let certificate = params.signed_by(&key, &authority).map_err(failed)?;
            (certificate, authority.pem())
        };
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        // Given explicitly: the program may hold another provider too.
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| {
                builder
                    .with_no_client_auth()
                    .with_single_cert(vec![certificate.der().clone()], key)
            })
            .map_err(failed)?;
        Ok(Issued {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            ca_pem,
        })
    }
}

fn authority() -> Result<CertifiedIssuer<'static, KeyPair>, rcgen::Error> {
    let key = KeyPair::generate()?;
    // Each under a name of its own: of one name, a client would believe the wrong one and see a forgery.
    let id: String = key.public_key_raw()[1..9]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let mut params = CertificateParams::default();
    let name = format!("A Braincube simulator's authority {id}");
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, key)
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Certificate {
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::Certificate;

    #[test]
    fn a_host_that_no_certificate_can_name_is_refused() {
        let Err(error) = Certificate::for_host("é").issue() else {
            panic!("a certificate for é")
        };
        assert!(error.to_string().starts_with("the certificate"), "{error}");
    }

    #[test]
    fn every_authority_is_another() {
        let pem = || Certificate::new().issue().ok().unwrap().ca_pem;
        assert!(pem().starts_with("-----BEGIN CERTIFICATE-----"));
        assert_ne!(pem(), pem());
    }
}
