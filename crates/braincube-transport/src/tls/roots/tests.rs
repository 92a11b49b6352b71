use std::collections::BTreeMap;
use std::path::PathBuf;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use tempfile::TempDir;

use super::{add_bundle, add_from_environment};
use crate::error::{Error, ErrorKind};

/// A folder with `ca.pem` and `other.pem`, of one authority each, `both.pem`, the directory `ca` of both, and `empty`.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let [one, other] = [(); 2].map(|()| {
        let key = rcgen::KeyPair::generate().unwrap();
        let parameters = rcgen::CertificateParams::new(Vec::new()).unwrap();
        parameters.self_signed(&key).unwrap().pem()
    });
    std::fs::create_dir(folder.path().join("ca")).unwrap();
    std::fs::create_dir(folder.path().join("none")).unwrap();
    for (name, content) in [
        ("ca.pem", &one),
        ("other.pem", &other),
        ("both.pem", &format!("{one}{other}")),
        ("ca/one.crt", &one),
        ("ca/other.crt", &other),
        ("ca/README", &"no certificate".to_owned()),
        ("empty", &String::new()),
    ] {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

/// How many authorities the environment contains, and whether a variable is set.
fn environment(folder: &TempDir, variables: &[(&str, &str)]) -> Result<(usize, bool), Error> {
    let path = |name: &str| folder.path().join(name);
    let values = variables.iter().map(|(variable, names)| {
        let names = names.split(':').filter(|name| !name.is_empty());
        let joined = std::env::join_paths(names.map(path)).unwrap();
        (*variable, joined)
    });
    let values: BTreeMap<_, _> = values.collect();
    let mut store = RootCertStore::empty();
    let is_named = add_from_environment(&mut store, |name| values.get(name).cloned())?;
    Ok((store.len(), is_named))
}

#[test]
fn t11_the_authorities_of_all_variables_are_used_together() {
    let folder = folder();
    for (variables, expected) in [
        (&[][..], (0, false)),
        (&[("SSL_CERT_FILE", "")], (0, false)),
        (&[("SSL_CERT_DIR", "")], (0, false)),
        (&[("SSL_CERT_FILE", "ca.pem")], (1, true)),
        (&[("SSL_CERT_DIR", "ca")], (2, true)),
        (&[("SSL_CERT_DIR", "none:ca")], (2, true)),
        (&[("REQUESTS_CA_BUNDLE", "both.pem")], (2, true)),
        (&[("REQUESTS_CA_BUNDLE", "ca")], (2, true)),
        (&[("CURL_CA_BUNDLE", "ca.pem")], (1, true)),
        (
            &[
                ("SSL_CERT_FILE", "ca.pem"),
                ("REQUESTS_CA_BUNDLE", "other.pem"),
            ],
            (2, true),
        ),
        (
            &[("SSL_CERT_FILE", "ca.pem"), ("SSL_CERT_DIR", "none")],
            (1, true),
        ),
    ] {
        let given = environment(&folder, variables).unwrap();
        assert_eq!(given, expected, "{variables:?}");
    }
}

#[test]
fn t13_the_error_names_a_variable_without_a_usable_certificate() {
    let folder = folder();
    for (variable, names) in [
        ("SSL_CERT_FILE", "missing.pem"),
        ("SSL_CERT_FILE", "empty"),
        ("REQUESTS_CA_BUNDLE", "missing.pem"),
        ("CURL_CA_BUNDLE", "ca/README"),
        ("SSL_CERT_DIR", "ca:missing"),
        ("SSL_CERT_DIR", "none"),
    ] {
        let error = environment(&folder, &[(variable, names)]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{variable}={names}");
        assert!(error.to_string().contains(variable), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn t11_links_in_a_directory_that_openssl_has_hashed_are_read_once_and_dead_ones_ignored() {
    let folder = folder();
    let path = |name: &str| -> PathBuf { folder.path().join(name) };
    std::os::unix::fs::symlink("one.crt", path("ca/9f2a1b3c.0")).unwrap();
    std::os::unix::fs::symlink("gone.crt", path("ca/00000000.0")).unwrap();
    let mut store = RootCertStore::empty();
    add_bundle(&mut store, &path("ca")).unwrap();
    assert_eq!(store.len(), 2);
}

#[test]
fn t10_the_error_for_a_bundle_without_a_certificate_has_the_reason() {
    let folder = folder();
    let path = |name: &str| folder.path().join(name);
    let pem = std::fs::read_to_string(path("ca.pem")).unwrap();
    let der = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    std::fs::write(path("der.pem"), der).unwrap();
    std::fs::write(path("cut.pem"), &pem[..pem.len() / 2]).unwrap();
    for (name, expected) in [
        ("empty", "no usable certificate in PEM form"),
        ("none", "no usable certificate in PEM form"),
        (
            "cut.pem",
            "line 1: the block has no -----END CERTIFICATE-----",
        ),
        ("der.pem", "openssl x509 -inform der"),
        ("missing.pem", "cannot be read"),
    ] {
        let mut store = RootCertStore::empty();
        let error = add_bundle(&mut store, &path(name)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{name}");
        let text = error.to_string();
        assert!(text.contains(name) && text.contains(expected), "{text}");
    }
}
