//! Where trusted certificates come from: the platform, a file, a text.

use std::path::Path;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::error::{BoxError, Error};

/// Adds what the platform trusts; returns what kept it from being read, if anything did.
///
/// Certificates that rustls cannot use are left out: platforms carry some that are older than the
/// rules of today.
pub(super) fn add_platform(store: &mut RootCertStore) -> Option<BoxError> {
    let found = rustls_native_certs::load_native_certs();
    let (added, ignored) = store.add_parsable_certificates(found.certs);
    tracing::debug!(
        added,
        ignored,
        "read the certificates that the platform trusts"
    );
    found.errors.into_iter().next().map(Into::into)
}

/// Adds the authorities that came with this crate.
#[cfg(feature = "webpki-roots")]
pub(super) fn add_built_in(store: &mut RootCertStore) {
    store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    tracing::debug!("the platform trusts nobody; the built-in authorities are used");
}

/// No authorities came with this crate.
#[cfg(not(feature = "webpki-roots"))]
pub(super) fn add_built_in(_: &mut RootCertStore) {}

/// Adds the certificates of a PEM file.
pub(super) fn add_file(store: &mut RootCertStore, file: &Path) -> Result<(), Error> {
    let name = format!("the CA bundle {}", file.display());
    match std::fs::read(file) {
        Ok(pem) => add_pem(store, &pem, &name),
        Err(error) => Err(Error::config(format!("{name} cannot be read")).with_source(error)),
    }
}

/// Adds the certificates of a PEM text, at least one; here every one counts.
pub(super) fn add_pem(store: &mut RootCertStore, pem: &[u8], name: &str) -> Result<(), Error> {
    let before = store.len();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate
            .map_err(|error| Error::config(format!("{name} is no valid PEM")).with_source(error))?;
        store.add(certificate).map_err(|error| {
            Error::config(format!("{name} holds a certificate that cannot be used"))
                .with_source(error)
        })?;
    }
    if store.len() == before {
        return Err(Error::config(format!(
            "{name} holds no certificate in PEM form"
        )));
    }
    Ok(())
}
