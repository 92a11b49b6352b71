//! [`Certificate`]: the TLS certificate of a simulator.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::TlsAcceptor;

use crate::error::Error;

/// The TLS certificate of a simulator. It is generated at the start and signed by an authority that clients do not
/// trust by default.
///
/// ```
/// use braincube_sim::{Certificate, Simulator};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let simulator = Simulator::builder().tls(Certificate::new()).start().await?;
/// assert!(simulator.url().starts_with("https://127.0.0.1:"));
/// let name = format!("simulator-{}.pem", std::process::id());
/// let bundle = std::env::temp_dir().join(name); // for the setting `ca_bundle`
/// std::fs::write(&bundle, simulator.ca_pem().ok_or("the simulator uses TLS")?)?;
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

/// A generated certificate.
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
    /// A valid certificate for this machine: `localhost`, `127.0.0.1` and `::1`.
    pub fn new() -> Self {
        Self::default()
    }

    /// A valid certificate for another host only: a name or an address.
    pub fn for_host(host: impl Into<String>) -> Self {
        Self {
            hosts: vec![host.into()],
            ..Self::default()
        }
    }

    /// Makes the certificate expired.
    #[must_use]
    pub fn expired(mut self) -> Self {
        self.validity = Validity::Past;
        self
    }

    /// Makes the certificate not yet valid.
    #[must_use]
    pub fn not_valid_yet(mut self) -> Self {
        self.validity = Validity::Future;
        self
    }

    /// Makes the certificate a self-signed certificate authority, like that of `openssl req -x509`.
    #[must_use]
    pub fn self_signed_authority(mut self) -> Self {
        self.is_of_an_authority = true;
        self
    }

    pub(crate) fn issue(self) -> Result<Issued, Error> {
        let authority = authority().map_err(certificate_error)?;
        let mut params = CertificateParams::new(self.hosts).map_err(certificate_error)?;
        let years = match self.validity {
            Validity::Now => None,
            Validity::Past => Some((2001, 2002)),
            Validity::Future => Some((3001, 3002)),
        };
        if let Some((from, until)) = years {
            params.not_before = date_time_ymd(from, 1, 1);
            params.not_after = date_time_ymd(until, 1, 1);
        }
        let key = KeyPair::generate().map_err(certificate_error)?;
        let (certificate, ca_pem) = if self.is_of_an_authority {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            let certificate = params.self_signed(&key).map_err(certificate_error)?;
            let pem = certificate.pem();
            (certificate, pem)
        } else {
            let certificate = params
                .signed_by(&key, &authority)
                .map_err(certificate_error)?;
            (certificate, authority.pem())
        };
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        // Passed explicitly: the process may have another default provider.
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| {
                builder
                    .with_no_client_auth()
                    .with_single_cert(vec![certificate.der().clone()], key)
            })
            .map_err(certificate_error)?;
        Ok(Issued {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            ca_pem,
        })
    }
}

fn authority() -> Result<CertifiedIssuer<'static, KeyPair>, rcgen::Error> {
    let key = KeyPair::generate()?;
    // Each with its own name: with equal names, a client would select the wrong one and report a bad signature.
    let id: String = key.public_key_raw()[1..9]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let mut params = CertificateParams::default();
    let name = format!("Braincube simulator authority {id}");
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, key)
}

fn certificate_error(error: impl std::fmt::Display) -> Error {
    Error::Certificate {
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::Certificate;

    #[test]
    fn a_host_that_is_not_a_valid_name_is_rejected() {
        let Err(error) = Certificate::for_host("é").issue() else {
            panic!("a certificate for é")
        };
        assert!(
            error
                .to_string()
                .starts_with("cannot generate the certificate"),
            "{error}"
        );
    }

    #[test]
    fn each_certificate_has_its_own_authority() {
        let pem = || Certificate::new().issue().ok().unwrap().ca_pem;
        assert!(pem().starts_with("-----BEGIN CERTIFICATE-----"));
        assert_ne!(pem(), pem());
    }
}
