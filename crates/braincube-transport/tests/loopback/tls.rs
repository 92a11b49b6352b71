//! Which certificates are accepted.

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

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority(name: &str) -> Authority {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn certificate_for(host: &str) -> CertificateParams {
    CertificateParams::new([host.to_owned()]).unwrap()
}

/// A secure server on this machine, with one answer for each connection; ends when dropped.
struct SecureServer {
    url: String,
    heads: Arc<Mutex<Vec<String>>>,
    _tasks: JoinSet<()>,
}

async fn serve(authority: &Authority, params: CertificateParams) -> SecureServer {
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
    let origins = AllowedOrigins::new([&server.url]).unwrap();
    let transport = Transport::builder(one_token(), origins).tls(tls).build()?;
    let request = Request::get(format!("{}/mb", server.url))
        .body(Bytes::new())
        .unwrap();
    transport.read(request).await
}

fn trusting(authority: &Authority) -> TlsOptions {
    TlsOptions::default().ca_bundle_pem(authority.pem())
}

async fn refused(server: &SecureServer, tls: TlsOptions) -> (TlsReason, Error) {
    let error = read(server, tls).await.unwrap_err();
    assert_eq!(error.attempts(), 1, "{error}");
    assert!(server.heads.lock().unwrap().is_empty());
    match error.kind() {
        ErrorKind::Connect(ConnectStage::Tls(reason)) => (reason, error),
        other => panic!("{other:?}: {error:?}"),
    }
}

#[tokio::test]
async fn t1_a_certificate_of_an_unknown_authority_is_refused() {
    let server = serve(&authority("theirs"), certificate_for("localhost")).await;
    let (reason, error) = refused(&server, trusting(&authority("ours"))).await;
    assert_eq!(reason, TlsReason::UnknownIssuer);
    assert!(error.to_string().contains("CA bundle"), "{error}");
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
        let (reason, error) = refused(&server, trusting(&authority)).await;
        assert_eq!(reason, expected);
        assert!(error.to_string().contains("clock"), "{error}");
    }
}

#[tokio::test]
async fn t3_a_certificate_for_another_host_is_refused() {
    let authority = authority("ours");
    let server = serve(&authority, certificate_for("example.com")).await;
    let (reason, _) = refused(&server, trusting(&authority)).await;
    assert_eq!(reason, TlsReason::NameMismatch);
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
