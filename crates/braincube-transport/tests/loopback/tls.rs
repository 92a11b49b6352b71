//! Which certificates are accepted.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

use braincube_transport::{
    AllowedOrigins, Answer, ConnectStage, Error, ErrorKind, TlsOptions, TlsReason, Transport,
};
use bytes::Bytes;
use http::Request;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::server::{Act, ok, perform};
use crate::tokens::one_token;

pub(crate) type Authority = CertifiedIssuer<'static, KeyPair>;

pub(crate) fn authority(name: &str) -> Authority {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

pub(crate) fn certificate_for(host: &str) -> CertificateParams {
    CertificateParams::new([host.to_owned()]).unwrap()
}

/// A secure server on this machine, with one answer for each connection; ends when dropped.
pub(crate) struct SecureServer {
    pub(crate) url: String,
    pub(crate) heads: Arc<Mutex<Vec<String>>>,
    _tasks: JoinSet<()>,
}

pub(crate) async fn serve(authority: &Authority, params: CertificateParams) -> SecureServer {
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, authority).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!(
        "https://localhost:{}",
        listener.local_addr().unwrap().port()
    );
    let heads = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&heads);
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            if let Ok(stream) = acceptor.accept(stream).await {
                perform(stream, Act::Send(ok(b"{}")), &log).await;
            }
        }
    });
    SecureServer {
        url,
        heads,
        _tasks: tasks,
    }
}

async fn read(server: &SecureServer, tls: TlsOptions) -> Result<Answer, Error> {
    read_from(&server.url, tls).await
}

async fn read_from(url: &str, tls: TlsOptions) -> Result<Answer, Error> {
    let origins = AllowedOrigins::new([url]).unwrap();
    let transport = Transport::builder(one_token(), origins).tls(tls).build()?;
    let request = Request::get(format!("{url}/mb"))
        .body(Bytes::new())
        .unwrap();
    transport.read(request).await
}

fn trusting(authority: &Authority) -> TlsOptions {
    TlsOptions::default().ca_bundle_pem(authority.pem())
}

async fn refused(server: &SecureServer, tls: TlsOptions, reason: TlsReason) -> String {
    let error = read(server, tls).await.unwrap_err();
    let expected = ErrorKind::Connect(ConnectStage::Tls(reason));
    assert_eq!((error.kind(), error.attempts()), (expected, 1), "{error:?}");
    assert!(server.heads.lock().unwrap().is_empty());
    error.to_string()
}

#[tokio::test]
async fn t1_a_certificate_of_an_unknown_authority_is_refused() {
    let server = serve(&authority("theirs"), certificate_for("localhost")).await;
    let tls = trusting(&authority("ours"));
    let text = refused(&server, tls, TlsReason::UnknownIssuer).await;
    assert!(text.contains("CA bundle"), "{text}");
}

#[tokio::test]
async fn t2_a_certificate_outside_its_time_is_refused() {
    let authority = authority("ours");
    for (from, until, expected) in [
        (2001, 2002, TlsReason::Expired),
        (3001, 3002, TlsReason::NotValidYet),
    ] {
        let mut params = certificate_for("localhost");
        params.not_before = date_time_ymd(from, 1, 1);
        params.not_after = date_time_ymd(until, 1, 1);
        let server = serve(&authority, params).await;
        let text = refused(&server, trusting(&authority), expected).await;
        assert!(text.contains("clock"), "{text}");
    }
}

#[tokio::test]
async fn t3_a_certificate_for_another_host_is_refused() {
    let authority = authority("ours");
    let server = serve(&authority, certificate_for("example.com")).await;
    refused(&server, trusting(&authority), TlsReason::NameMismatch).await;
}

#[tokio::test]
async fn t4_an_authority_in_a_bundle_is_trusted() {
    let authority = authority("ours");
    let server = serve(&authority, certificate_for("localhost")).await;
    assert_eq!(
        read(&server, trusting(&authority)).await.unwrap().body,
        "{}"
    );

    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), authority.pem()).unwrap();
    let tls = TlsOptions::default().ca_bundle(file.path());
    assert_eq!(read(&server, tls).await.unwrap().body, "{}");
    assert_eq!(server.heads.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn t5_without_verification_any_certificate_is_accepted() {
    let mut params = certificate_for("example.com");
    params.not_after = date_time_ymd(2002, 1, 1);
    params.not_before = date_time_ymd(2001, 1, 1);
    let server = serve(&authority("ours"), params).await;
    let answer = read(&server, TlsOptions::default().verify(false))
        .await
        .unwrap();
    assert_eq!(answer.body, "{}");
}

/// Where the test below, in a process of its own, finds the server.
const URL: &str = "BRAINCUBE_TEST_URL";

/// Runs [`in_a_process_of_its_own`] where this file holds the trusted authorities.
async fn with_ssl_cert_file(file: &Path, url: &str) -> Output {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args([
            "--exact",
            "tls::in_a_process_of_its_own",
            "--ignored",
            "--nocapture",
        ])
        .env("SSL_CERT_FILE", file)
        .env_remove("SSL_CERT_DIR")
        .env(URL, url);
    let run = tokio::task::spawn_blocking(move || command.output());
    run.await.unwrap().unwrap()
}

#[tokio::test]
#[ignore = "needs an environment that the tests t4 and t7 give it"]
async fn in_a_process_of_its_own() {
    let url = std::env::var(URL).unwrap();
    match read_from(&url, TlsOptions::default()).await {
        Ok(answer) => println!("read {:?}", answer.body),
        Err(error) => println!("{:?}: {error}", error.kind()),
    }
}

#[tokio::test]
async fn t4_an_authority_in_the_environment_is_trusted() {
    let authority = authority("ours");
    let server = serve(&authority, certificate_for("localhost")).await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), authority.pem()).unwrap();
    let output = with_ssl_cert_file(file.path(), &server.url).await;
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("read b\"{}\""), "{text}");
    assert_eq!(server.heads.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn t7_a_machine_that_trusts_nobody_is_a_configuration_error() {
    let empty = tempfile::NamedTempFile::new().unwrap();
    let output = with_ssl_cert_file(empty.path(), "https://localhost:1").await;
    let text = String::from_utf8(output.stdout).unwrap();
    if cfg!(feature = "webpki-roots") {
        assert!(text.contains("Connect(Tcp)"), "{text}");
        return;
    }
    assert!(text.contains("Config: no trusted authority"), "{text}");
    assert!(text.contains("SSL_CERT_FILE"), "{text}");
}
