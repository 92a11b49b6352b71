//! The trusted certificate authorities: those of the environment or else of the platform, and those of a CA bundle.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use rustls::RootCertStore;
use rustls_native_certs::CertificateResult;

use super::pem::{self, Skipped};
use crate::error::{BoxError, Error};

/// The variables with a file, or a directory of files, that replaces the platform's authorities. OpenSSL reads the first, the
/// Python package `requests` the others.
const BUNDLE_VARIABLES: [&str; 3] = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"];
/// The variable with one directory or several.
const DIRECTORY_VARIABLE: &str = "SSL_CERT_DIR";

/// Adds the authorities of the environment. Returns whether a variable is set.
///
/// # Errors
///
/// If the file or directory in a variable cannot be read or contains no certificate.
pub(super) fn add_from_environment(
    store: &mut RootCertStore,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<bool, Error> {
    let mut named = Vec::new();
    for name in BUNDLE_VARIABLES {
        let path = variable(name).filter(|path| !path.is_empty());
        named.extend(path.map(|path| (name, PathBuf::from(path))));
    }
    let directories = variable(DIRECTORY_VARIABLE).unwrap_or_default();
    let directories = env::split_paths(&directories).filter(|path| !path.as_os_str().is_empty());
    named.extend(directories.map(|path| (DIRECTORY_VARIABLE, path)));
    for (name, path) in &named {
        if add_path(store, path, &format!("{} ({name})", path.display()))? == 0 {
            tracing::warn!(
                "{name}: {} contains no certificate in PEM form",
                path.display()
            );
        }
    }
    if store.is_empty() && !named.is_empty() {
        let names: BTreeSet<_> = named.iter().map(|(name, _)| *name).collect();
        let names = names.into_iter().collect::<Vec<_>>().join(" and ");
        return Err(Error::config(format!(
            "{names}: no certificate in PEM form found; set a file of trusted authorities, or unset the variable"
        )));
    }
    Ok(!named.is_empty())
}

/// The certificates that the platform trusts.
///
/// An empty `SSL_CERT_FILE` counts as unset. `load_native_certs` would try to read a file with an empty name.
pub(super) fn platform() -> CertificateResult {
    #[cfg(all(unix, not(target_vendor = "apple")))]
    if env::var_os("SSL_CERT_FILE").is_some_and(|path| path.is_empty()) {
        let probed = openssl_probe::probe();
        let file = probed.cert_file.as_deref();
        let mut found = rustls_native_certs::load_certs_from_paths(file, None);
        for directory in probed.cert_dir {
            let more = rustls_native_certs::load_certs_from_paths(None, Some(&directory));
            found.certs.extend(more.certs);
            found.errors.extend(more.errors);
        }
        return found;
    }
    rustls_native_certs::load_native_certs()
}

/// Adds the certificates that the platform trusts. Returns an error that occurred while they were read.
///
/// Certificates that rustls cannot use are skipped: platforms have some that are older than today's rules.
pub(super) fn add_platform(
    store: &mut RootCertStore,
    platform: CertificateResult,
) -> Option<BoxError> {
    let (added, ignored) = store.add_parsable_certificates(platform.certs);
    tracing::debug!(added, ignored, "read the platform's trusted certificates");
    platform.errors.into_iter().next().map(Into::into)
}

/// Adds the built-in authorities.
#[cfg(feature = "webpki-roots")]
pub(super) fn add_built_in(store: &mut RootCertStore) {
    store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    tracing::debug!("the platform has no trusted certificates; using the built-in ones");
}

/// Without the feature `webpki-roots`, there are no built-in authorities.
#[cfg(not(feature = "webpki-roots"))]
pub(super) fn add_built_in(_: &mut RootCertStore) {}

/// Adds the authorities of a configured CA bundle: a PEM file, or a directory of PEM files.
///
/// # Errors
///
/// If it cannot be read or contains no usable certificate.
pub(super) fn add_bundle(store: &mut RootCertStore, path: &Path) -> Result<(), Error> {
    let name = path.display().to_string();
    match add_path(store, path, &name)? {
        0 => Err(no_certificate(&name, "", None)),
        _ => Ok(()),
    }
}

/// Adds the certificates of a PEM file, or of all files in a directory. Returns how many were added.
///
/// # Errors
///
/// If the path cannot be read, or is a file without a usable certificate.
fn add_path(store: &mut RootCertStore, path: &Path, name: &str) -> Result<usize, Error> {
    let unreadable = |error: io::Error| {
        Error::config(format!("the CA bundle {name} cannot be read")).with_source(error)
    };
    if !fs::metadata(path).map_err(unreadable)?.is_dir() {
        return add_pem(store, &fs::read(path).map_err(unreadable)?, name);
    }
    let mut files = BTreeSet::new();
    for entry in fs::read_dir(path).map_err(unreadable)? {
        // `openssl rehash` adds links to the same files, and leaves dangling ones when a file is removed.
        match fs::canonicalize(entry.map_err(unreadable)?.path()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            file => {
                files.insert(file.map_err(unreadable)?);
            }
        }
    }
    let mut added = 0;
    for file in files.iter().filter(|file| file.is_file()) {
        let pem = fs::read(file).map_err(|error| {
            let name = format!("{} in the CA directory {name}", file.display());
            Error::config(format!("{name} cannot be read")).with_source(error)
        })?;
        added += add_usable(store, &pem, &file.display().to_string()).0;
    }
    Ok(added)
}

/// Adds the certificates of a PEM text. Returns how many were added.
///
/// # Errors
///
/// If it contains no usable certificate.
pub(super) fn add_pem(store: &mut RootCertStore, pem: &[u8], name: &str) -> Result<usize, Error> {
    // Most DER certificates begin with an ASN.1 sequence with a length of two bytes.
    let hint = match pem {
        [0x30, 0x82, ..] => "; convert it with openssl x509 -inform der",
        _ => "",
    };
    match add_usable(store, pem, name) {
        (0, skipped) => Err(no_certificate(name, hint, skipped)),
        (added, _) => Ok(added),
    }
}

/// The error for a bundle without a usable certificate.
fn no_certificate(name: &str, hint: &str, skipped: Option<Skipped>) -> Error {
    let reason = skipped.map_or_else(String::new, |skipped| format!(": {skipped}"));
    Error::config(format!(
        "the CA bundle {name} contains no usable certificate in PEM form{reason}{hint}"
    ))
}

/// Adds the usable certificates, and logs a warning for each block that is skipped. Returns how many were added, and the first
/// block that was skipped.
fn add_usable(store: &mut RootCertStore, pem: &[u8], name: &str) -> (usize, Option<Skipped>) {
    let mut added = 0;
    let mut first = None;
    for block in pem::read(pem) {
        let used = block.and_then(|(line, certificate)| {
            let used = store.add(certificate);
            used.map_err(|error| Skipped::new(line, format!("the certificate is invalid: {error}")))
        });
        match used {
            Ok(()) => added += 1,
            Err(skipped) => {
                tracing::warn!("skipped in the CA bundle {name}, {skipped}");
                first.get_or_insert(skipped);
            }
        }
    }
    (added, first)
}

#[cfg(test)]
mod tests;
