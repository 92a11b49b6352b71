//! Proxies on the way: from the configuration and from the environment.

use std::process::Command;
use std::sync::{Arc, Mutex};

use braincube_transport::{
    AllowedOrigins, Answer, ConnectStage, Error, ErrorKind, ProxyOptions, ProxyReason,
    RetryOptions, TlsOptions, Transport,
};
use bytes::Bytes;
use http::Request;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::tls::{authority, certificate_for, serve};
use crate::tokens::one_token;

/// A proxy that opens tunnels to one address, whatever it is asked for, or answers with a status.
struct Proxy {
    port: u16,
    heads: Arc<Mutex<Vec<String>>>,
    _tasks: JoinSet<()>,
}

impl Proxy {
    async fn start(status: u16, target: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&heads);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut tunnels = JoinSet::new();
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let (log, target) = (Arc::clone(&log), target.clone());
                tunnels.spawn(async move {
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        let Ok(byte) = stream.read_u8().await else {
                            return;
                        };
                        head.push(byte);
                    }
                    log.lock().unwrap().push(String::from_utf8(head).unwrap());
                    let answer = format!("HTTP/1.1 {status} Something\r\nvia: stub\r\n\r\n");
                    let _ = stream.write_all(answer.as_bytes()).await;
                    if status == 200 {
                        let mut server = TcpStream::connect(target).await.unwrap();
                        let _ = tokio::io::copy_bidirectional(&mut stream, &mut server).await;
                    }
                });
            }
        });
        Self {
            port,
            heads,
            _tasks: tasks,
        }
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn heads(&self) -> Vec<String> {
        std::mem::take(&mut self.heads.lock().unwrap())
    }
}

fn address(url: &str) -> String {
    url.replace("https://localhost", "127.0.0.1")
}

async fn read(url: &str, tls: TlsOptions, proxy: ProxyOptions) -> Result<Answer, Error> {
    let origins = AllowedOrigins::new([url]).unwrap();
    let builder = Transport::builder(one_token(), origins)
        .tls(tls)
        .proxy(proxy);
    let retry = RetryOptions::default().random(|| 0.0);
    let request = Request::get(format!("{url}/mb"));
    builder
        .retry(retry)
        .build()?
        .read(request.body(Bytes::new()).unwrap())
        .await
}

#[tokio::test]
async fn n15_a_tunnel_carries_tls_and_the_proxy_sees_its_own_credentials_alone() {
    let authority = authority("ours");
    let server = serve(&authority, certificate_for("api.example.com")).await;
    let proxy = Proxy::start(200, address(&server.url)).await;
    let options = ProxyOptions::new(&proxy.url().replace("//", "//user:pass%20word@")).unwrap();
    let tls = TlsOptions::default().ca_bundle_pem(authority.pem());
    let answer = read("https://api.example.com", tls, options).await.unwrap();
    assert_eq!(answer.body, "{}");
    let expected = "CONNECT api.example.com:443 HTTP/1.1\r\nHost: api.example.com:443\r\n\
                    Proxy-Authorization: Basic dXNlcjpwYXNzIHdvcmQ=\r\n\r\n";
    assert_eq!(proxy.heads(), [expected]);
    let heads = server.heads.lock().unwrap();
    assert_eq!(heads.len(), 1);
    assert!(!heads[0].to_lowercase().contains("proxy-"), "{}", heads[0]);
}

#[tokio::test]
async fn n15_a_proxy_that_refuses_is_named_and_its_credentials_are_not() {
    for (status, reason, asked, text) in [
        (
            407,
            ProxyReason::Credentials,
            1,
            "wants a user and a password",
        ),
        (403, ProxyReason::Refused(403), 1, "status 403"),
        (502, ProxyReason::Refused(502), 4, "status 502"),
    ] {
        let proxy = Proxy::start(status, String::new()).await;
        let options = ProxyOptions::new(&proxy.url().replace("//", "//canary:canary@")).unwrap();
        let tls = TlsOptions::default().verify(false);
        let error = read("https://api.example.com", tls, options)
            .await
            .unwrap_err();
        assert_eq!(
            error.kind(),
            ErrorKind::Connect(ConnectStage::Proxy(reason))
        );
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(text), "{shown}");
        assert!(
            !shown.contains("canary") && !shown.contains("Y2FuYXJ5"),
            "{shown}"
        );
        assert_eq!(proxy.heads().len(), asked, "{status}");
    }
}

#[tokio::test]
async fn n15_a_proxy_that_is_not_there_or_no_proxy_is_told_apart_from_the_service() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let tls = || TlsOptions::default().verify(false);
    let proxy = ProxyOptions::new(&url).unwrap();
    let error = read("https://api.example.com", tls(), proxy)
        .await
        .unwrap_err();
    let unreachable = ErrorKind::Connect(ConnectStage::Proxy(ProxyReason::Unreachable));
    assert_eq!((error.kind(), error.attempts()), (unreachable, 4));
    assert!(
        error.to_string().contains("the proxy cannot be reached"),
        "{error}"
    );
}

#[tokio::test]
async fn n16_no_proxy_and_exceptions_lead_straight_to_the_service() {
    let authority = authority("ours");
    let server = serve(&authority, certificate_for("localhost")).await;
    let proxy = Proxy::start(200, address(&server.url)).await;
    for options in [
        ProxyOptions::none(),
        ProxyOptions::new(&proxy.url()).unwrap().except("localhost"),
        ProxyOptions::new(&proxy.url()).unwrap().except("*"),
    ] {
        let tls = TlsOptions::default().ca_bundle_pem(authority.pem());
        read(&server.url, tls, options).await.unwrap();
    }
    assert!(proxy.heads().is_empty());
    let tls = TlsOptions::default().ca_bundle_pem(authority.pem());
    let options = ProxyOptions::new(&proxy.url()).unwrap();
    read(&server.url, tls, options).await.unwrap();
    assert_eq!(proxy.heads().len(), 1);
}

#[tokio::test]
#[ignore = "needs an environment that the test n16 gives it"]
async fn in_a_process_of_its_own() {
    let result = read(
        "https://api.example.com",
        TlsOptions::default(),
        ProxyOptions::environment(),
    );
    match result.await {
        Ok(answer) => println!("read {:?}", answer.body),
        Err(error) => println!("{:?}: {error}", error.kind()),
    }
}

#[tokio::test]
async fn n16_the_environment_names_the_proxy_and_the_exceptions() {
    let authority = authority("ours");
    let server = serve(&authority, certificate_for("api.example.com")).await;
    let proxy = Proxy::start(200, address(&server.url)).await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), authority.pem()).unwrap();
    for (environment, through) in [
        (&[("HTTPS_PROXY", true)][..], true),
        (&[("https_proxy", true)], true),
        (&[("ALL_PROXY", true)], true),
        (&[("HTTP_PROXY", true)], false),
        (&[("HTTPS_PROXY", true), ("REQUEST_METHOD", false)], false),
        (&[("HTTPS_PROXY", true), ("NO_PROXY", false)], false),
        (&[("HTTPS_PROXY", true), ("no_proxy", false)], false),
    ] {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args([
            "--exact",
            "proxy::in_a_process_of_its_own",
            "--ignored",
            "--nocapture",
        ]);
        for name in ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"] {
            command.env_remove(name).env_remove(name.to_lowercase());
        }
        command.env("SSL_CERT_FILE", file.path());
        for (name, is_proxy) in environment {
            let value = if *is_proxy {
                proxy.url()
            } else {
                "example.com".into()
            };
            command.env(name, value);
        }
        let run = tokio::task::spawn_blocking(move || command.output());
        let output = String::from_utf8(run.await.unwrap().unwrap().stdout).unwrap();
        let asked = proxy.heads().len();
        // Where no proxy is used, whatever the name server of this machine says is an error.
        assert_eq!(
            output.contains("read b\"{}\""),
            through,
            "{environment:?}: {output}"
        );
        assert_eq!(asked, usize::from(through), "{environment:?}: {output}");
    }
}
