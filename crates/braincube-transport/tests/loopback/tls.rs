//! Which certificates are accepted.

use std::path::Path;
use std::process::{Command, Output};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use braincube_sim::{Certificate, Simulator};
use braincube_transport::{
    AllowedOrigins, ConnectStage, Error, ErrorKind, Response, TlsOptions, TlsReason, Transport,
};
use bytes::Bytes;
use http::Request;
use rustls::pki_types::pem::PemObject as _;

use crate::tokens::one_token;

const PATH: &str = "/sso-server/ws/user/me";

/// A simulator over TLS that accepts the token of these tests.
pub(crate) async fn secure(certificate: Certificate) -> Simulator {
    let builder = Simulator::builder().token("canary").tls(certificate);
    builder.start().await.unwrap()
}

/// Trusts the authority of a simulator.
pub(crate) fn trusting(simulator: &Simulator) -> TlsOptions {
    TlsOptions::default().ca_bundle_pem(simulator.ca_pem().unwrap().to_owned())
}

async fn read(simulator: &Simulator, tls: TlsOptions) -> Result<Response, Error> {
    read_from(&simulator.url(), tls).await
}

async fn read_from(url: &str, tls: TlsOptions) -> Result<Response, Error> {
    let origins = AllowedOrigins::new([url]).unwrap();
    let transport = Transport::builder(one_token(), origins).tls(tls).build()?;
    let request = Request::get(format!("{url}{PATH}"))
        .body(Bytes::new())
        .unwrap();
    transport.read(request).await
}

/// Asserts that the certificate is rejected for this reason, without a retry and without a request.
async fn refused(simulator: &Simulator, tls: TlsOptions, reason: TlsReason) -> String {
    let error = read(simulator, tls).await.unwrap_err();
    let expected = ErrorKind::Connect(ConnectStage::Tls(reason));
    assert_eq!((error.kind(), error.attempts()), (expected, 1), "{error:?}");
    assert_eq!(simulator.request_count(), 0);
    error.to_string()
}

/// Asserts that the certificate is accepted, and that this many requests have been made.
async fn accepted(simulator: &Simulator, tls: TlsOptions, requests: u64) {
    let response = read(simulator, tls).await.unwrap();
    assert!(
        response.body.starts_with(b"{\"accessList\""),
        "{response:?}"
    );
    assert_eq!(simulator.request_count(), requests);
}

#[tokio::test]
async fn t1_a_certificate_of_an_unknown_authority_is_rejected() {
    let theirs = secure(Certificate::new()).await;
    let ours = secure(Certificate::new()).await;
    let text = refused(&theirs, trusting(&ours), TlsReason::UnknownIssuer).await;
    assert!(text.contains("CA bundle"), "{text}");
}

#[tokio::test]
async fn t1_the_certificate_of_an_authority_is_rejected_with_advice() {
    let simulator = secure(Certificate::new().self_signed_authority()).await;
    let others = secure(Certificate::new()).await;
    // Also if it is trusted: an authority only signs.
    for tls in [trusting(&others), trusting(&simulator)] {
        let text = refused(&simulator, tls, TlsReason::UnknownIssuer).await;
        for part in ["certificate of an authority", "CA:FALSE", "CA bundle"] {
            assert!(text.contains(part), "{text}");
        }
    }
}

#[tokio::test]
async fn t2_a_certificate_outside_its_validity_is_rejected() {
    for (certificate, expected) in [
        (Certificate::new().expired(), TlsReason::Expired),
        (Certificate::new().not_valid_yet(), TlsReason::NotValidYet),
    ] {
        let simulator = secure(certificate).await;
        let text = refused(&simulator, trusting(&simulator), expected).await;
        assert!(text.contains("clock"), "{text}");
    }
}

#[tokio::test]
async fn t3_a_certificate_for_another_host_is_rejected() {
    let simulator = secure(Certificate::for_host("example.com")).await;
    let text = refused(&simulator, trusting(&simulator), TlsReason::NameMismatch).await;
    assert!(text.contains(&simulator.url()), "{text}");
}

#[tokio::test]
async fn t4_an_authority_in_a_bundle_is_trusted() {
    let simulator = secure(Certificate::new()).await;
    accepted(&simulator, trusting(&simulator), 1).await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), simulator.ca_pem().unwrap()).unwrap();
    let tls = TlsOptions::default().ca_bundle(file.path());
    accepted(&simulator, tls, 2).await;
}

/// Forms of a bundle that OpenSSL accepts, and an indented one.
fn forms(pem: &str) -> Vec<String> {
    let der = rustls::pki_types::CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    let label = |label: &str, der: &[u8]| {
        let body = BASE64_STANDARD.encode(der);
        format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
    };
    // As `openssl x509 -trustout -addtrust serverAuth` writes it.
    let trust = b"\x30\x0c\x30\x0a\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x01";
    vec![
        format!("\u{feff}{pem}"),
        pem.replace('\n', "\r\n"),
        format!("  {}", pem.replace('\n', "\n  ")),
        format!("subject=/CN=\u{e9}\n{pem}end\n"),
        label("X509 CERTIFICATE", &der),
        label("TRUSTED CERTIFICATE", &der),
        label("TRUSTED CERTIFICATE", &[&*der, trust].concat()),
    ]
}

#[tokio::test]
async fn t9_an_authority_is_trusted_in_every_form_that_openssl_accepts() {
    let simulator = secure(Certificate::new()).await;
    for (before, form) in forms(simulator.ca_pem().unwrap()).into_iter().enumerate() {
        let tls = TlsOptions::default().ca_bundle_pem(form);
        accepted(&simulator, tls, before as u64 + 1).await;
    }
}

#[tokio::test]
async fn t12_an_authority_that_its_trust_settings_reject_is_not_trusted() {
    let simulator = secure(Certificate::new()).await;
    let other = secure(Certificate::new()).await;
    let pem = simulator.ca_pem().unwrap();
    let der = rustls::pki_types::CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    // As `openssl x509 -trustout -addreject serverAuth` writes it.
    let trust = b"\x30\x0c\xa0\x0a\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x01";
    let body = BASE64_STANDARD.encode([&*der, trust].concat());
    let rejected =
        format!("-----BEGIN TRUSTED CERTIFICATE-----\n{body}\n-----END TRUSTED CERTIFICATE-----\n");
    let bundle = format!("{}{rejected}", other.ca_pem().unwrap());
    let tls = TlsOptions::default().ca_bundle_pem(bundle);
    refused(&simulator, tls, TlsReason::UnknownIssuer).await;
}

#[tokio::test]
async fn t5_without_verification_any_certificate_is_accepted() {
    for certificate in [
        Certificate::new(),
        Certificate::for_host("example.com").expired(),
        Certificate::new().not_valid_yet(),
    ] {
        let simulator = secure(certificate).await;
        accepted(&simulator, TlsOptions::default().verify(false), 1).await;
    }
}

#[tokio::test]
async fn t8_two_providers_in_one_program_work_and_none_is_installed() {
    // With the feature `aws-lc-rs` there are two, and rustls itself could not choose.
    let simulator = secure(Certificate::new()).await;
    accepted(&simulator, trusting(&simulator), 1).await;
    assert!(rustls::crypto::CryptoProvider::get_default().is_none());
}

/// The variable with the address of the server, for the test below in its own process.
const URL: &str = "BRAINCUBE_TEST_URL";

/// Runs [`in_its_own_process`] with this `SSL_CERT_FILE`.
async fn with_ssl_cert_file(file: Option<&Path>, url: &str) -> Output {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args([
            "--exact",
            "tls::in_its_own_process",
            "--ignored",
            "--nocapture",
        ])
        .env_remove("SSL_CERT_FILE")
        .env_remove("SSL_CERT_DIR")
        .env_remove("REQUESTS_CA_BUNDLE")
        .env_remove("CURL_CA_BUNDLE")
        .env(URL, url);
    if let Some(file) = file {
        command.env("SSL_CERT_FILE", file);
    }
    let run = tokio::task::spawn_blocking(move || command.output());
    run.await.unwrap().unwrap()
}

#[tokio::test]
#[ignore = "needs an environment that the tests t4 and t11 set"]
async fn in_its_own_process() {
    let url = std::env::var(URL).unwrap();
    match read_from(&url, TlsOptions::default()).await {
        Ok(response) => println!("read {:?}", response.body),
        Err(error) => println!("{:?}: {error}", error.kind()),
    }
}

#[tokio::test]
async fn t4_an_authority_in_the_environment_is_trusted() {
    let simulator = secure(Certificate::new()).await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), simulator.ca_pem().unwrap()).unwrap();
    let output = with_ssl_cert_file(Some(file.path()), &simulator.url()).await;
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("accessList"), "{text}");
    assert_eq!(simulator.request_count(), 1);
}

#[tokio::test]
async fn t11_an_empty_ssl_cert_file_counts_as_unset() {
    let simulator = secure(Certificate::new()).await;
    let mut texts = Vec::new();
    for file in [None, Some(Path::new(""))] {
        let output = with_ssl_cert_file(file, &simulator.url()).await;
        texts.push(String::from_utf8(output.stdout).unwrap());
    }
    // The platform's authorities are not those of the simulator.
    let [unset, empty] = [0, 1].map(|index| texts[index].lines().find(|line| line.contains(": ")));
    assert!(unset.is_some(), "{texts:?}");
    assert_eq!(unset, empty);
    assert_eq!(simulator.request_count(), 0);
}
