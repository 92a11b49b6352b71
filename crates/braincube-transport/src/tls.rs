//! [`TlsOptions`]: which certificates are trusted, and the resulting rustls configuration.

mod pem;
mod roots;

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_native_certs::CertificateResult;

use crate::error::Error;

/// Which certificates of servers are accepted.
///
/// A server is trusted if one of these authorities signed its certificate:
///
/// 1. those of the environment: the files in `SSL_CERT_FILE`, `REQUESTS_CA_BUNDLE` and `CURL_CA_BUNDLE` and the directories
///    in `SSL_CERT_DIR`, all of them together. An empty variable counts as unset;
/// 2. if no variable is set, those of the platform, or those of Mozilla if it has none and the feature `webpki-roots` is
///    enabled;
/// 3. in addition, those of the [CA bundle](Self::ca_bundle).
///
/// A bundle is a PEM file in the forms that OpenSSL accepts: with or without a byte order mark, with text between the blocks,
/// with indented blocks, and with blocks of the types `CERTIFICATE`, `X509 CERTIFICATE` and `TRUSTED CERTIFICATE`, whose trust
/// settings are respected. Instead of a file, a directory may be set: all files in it are read. Each block that is skipped is
/// logged at `WARN` with its line and the reason. A file that cannot be read or contains no usable certificate is an error.
///
/// ```
/// use braincube_transport::TlsOptions;
///
/// let behind_our_proxy = TlsOptions::default().ca_bundle("/etc/ssl/our-proxy.pem");
/// ```
#[derive(Clone, Debug, Default)]
pub struct TlsOptions {
    accept_any: bool,
    bundle: Option<Bundle>,
    http2: bool,
}

#[derive(Clone, Debug)]
enum Bundle {
    File(PathBuf),
    Pem(Bytes),
}

impl TlsOptions {
    /// Trusts the authorities in a PEM file, or in all files of a directory, in addition to the others.
    ///
    /// A server must present a certificate that an authority signed, and not that of the authority itself, such as one from
    /// `openssl req -x509`, which is always rejected.
    #[must_use]
    pub fn ca_bundle(mut self, file: impl Into<PathBuf>) -> Self {
        self.bundle = Some(Bundle::File(file.into()));
        self
    }

    /// Trusts the authorities in this PEM text in addition to the others.
    #[must_use]
    pub fn ca_bundle_pem(mut self, pem: impl Into<Bytes>) -> Self {
        self.bundle = Some(Bundle::Pem(pem.into()));
        self
    }

    /// Whether certificates are verified; they are, unless this is set to `false`.
    ///
    /// With `false`, anyone on the network path can read the credential and everything else. A warning is logged when the
    /// transport is built.
    #[must_use]
    pub fn verify(mut self, verify: bool) -> Self {
        self.accept_any = !verify;
        self
    }

    /// Whether HTTP/2 is offered to servers over TLS; by default only HTTP/1.1 is.
    ///
    /// Large responses are not faster over the single connection of HTTP/2, and all of them stall if it does. It is for
    /// gateways that accept nothing else.
    #[cfg(feature = "http2")]
    #[must_use]
    pub fn http2(mut self, offer: bool) -> Self {
        self.http2 = offer;
        self
    }

    pub(crate) const fn offers_http2(&self) -> bool {
        self.http2
    }

    /// The configuration of rustls, without trusted certificates if `needed` is `false`.
    pub(crate) fn client_config(&self, needed: bool) -> Result<ClientConfig, Error> {
        // Set explicitly: rustls cannot choose if a program contains two providers.
        let provider = Arc::new(provider());
        if self.accept_any {
            tracing::warn!(
                "certificates are not verified: anyone on the network path can read and change \
                 everything, the credential included"
            );
            return accept_any(provider);
        }
        let roots = if needed {
            self.roots(|name| std::env::var_os(name), roots::platform)?
        } else {
            RootCertStore::empty()
        };
        let builder = with_versions(provider)?;
        Ok(builder.with_root_certificates(roots).with_no_client_auth())
    }

    fn roots(
        &self,
        variable: impl Fn(&str) -> Option<OsString>,
        platform: impl FnOnce() -> CertificateResult,
    ) -> Result<RootCertStore, Error> {
        let mut store = RootCertStore::empty();
        let mut problem = None;
        if !roots::add_from_environment(&mut store, variable)? {
            problem = roots::add_platform(&mut store, platform());
            if store.is_empty() {
                roots::add_built_in(&mut store);
            }
        }
        match &self.bundle {
            None => {}
            Some(Bundle::File(path)) => roots::add_bundle(&mut store, path)?,
            Some(Bundle::Pem(pem)) => {
                roots::add_pem(&mut store, pem, "in the options")?;
            }
        }
        if store.is_empty() {
            let mut error = Error::config(
                "no trusted authority found on this machine; install its CA certificates, \
                 set SSL_CERT_FILE, or set a CA bundle",
            );
            if let Some(problem) = problem {
                error = error.with_source(problem);
            }
            return Err(error);
        }
        Ok(store)
    }
}

#[cfg(not(feature = "aws-lc-rs"))]
fn provider() -> CryptoProvider {
    rustls::crypto::ring::default_provider()
}

#[cfg(feature = "aws-lc-rs")]
fn provider() -> CryptoProvider {
    rustls::crypto::aws_lc_rs::default_provider()
}

type WantsVerifier = rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>;

fn with_versions(provider: Arc<CryptoProvider>) -> Result<WantsVerifier, Error> {
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::config("TLS cannot be set up").with_source(error))
}

fn accept_any(provider: Arc<CryptoProvider>) -> Result<ClientConfig, Error> {
    let verifier = AcceptAny::new(&provider);
    Ok(with_versions(provider)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

/// The verifier of `verify(false)`: accepts any certificate.
///
/// Signatures are not checked either: a server that may present any certificate may sign with its own, and a certificate
/// that cannot be parsed should be accepted too.
#[derive(Debug)]
struct AcceptAny {
    schemes: Vec<SignatureScheme>,
}

impl AcceptAny {
    fn new(provider: &CryptoProvider) -> Self {
        Self {
            schemes: provider
                .signature_verification_algorithms
                .supported_schemes(),
        }
    }
}

impl ServerCertVerifier for AcceptAny {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.schemes.clone()
    }
}

#[cfg(test)]
mod tests {
    use rustls_native_certs::CertificateResult;

    use super::TlsOptions;
    use crate::error::ErrorKind;

    #[test]
    fn t4_a_bundle_without_pem_is_a_configuration_error() {
        for pem in [
            "",
            "not PEM",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        ] {
            let error = TlsOptions::default()
                .ca_bundle_pem(pem)
                .client_config(true)
                .unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config, "{pem:?}");
            assert!(error.to_string().contains("CA bundle"), "{error}");
        }
    }

    #[test]
    fn t4_the_error_names_a_bundle_that_does_not_exist() {
        let options = TlsOptions::default().ca_bundle("/nowhere/ca.pem");
        let error = options.client_config(true).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains("/nowhere/ca.pem"), "{error}");
    }

    #[test]
    fn t7_a_platform_without_authorities_is_a_configuration_error() {
        let roots = TlsOptions::default().roots(|_| None, CertificateResult::default);
        if cfg!(feature = "webpki-roots") {
            assert!(!roots.unwrap().is_empty());
            return;
        }
        let error = roots.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        let text = error.to_string();
        assert!(text.contains("no trusted authority"), "{text}");
        assert!(text.contains("SSL_CERT_FILE"), "{text}");
    }

    #[test]
    fn t7_t8_plain_http_needs_no_authorities_and_no_installed_provider() {
        assert!(TlsOptions::default().client_config(false).is_ok());
        assert!(rustls::crypto::CryptoProvider::get_default().is_none());
    }

    #[test]
    fn t5_debug_shows_that_any_certificate_is_accepted() {
        let options = TlsOptions::default().verify(false);
        assert!(format!("{options:?}").contains("accept_any: true"));
        assert!(options.client_config(true).is_ok());
    }
}
