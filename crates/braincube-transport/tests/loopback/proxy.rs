//! Proxies of the configuration and of the environment.

use std::path::Path;
use std::process::Command;

use braincube_sim::{Certificate, ConnectProxy, Simulator};
use braincube_transport::{
    AllowedOrigins, ConnectStage, Error, ErrorKind, ProxyOptions, ProxyReason, Response,
    RetryOptions, TlsOptions, Transport,
};
use bytes::Bytes;
use http::Request;
use tokio::net::TcpListener;

use crate::tls::{secure, trusting};
use crate::tokens::one_token;

/// A host that can only be reached through the proxies of these tests.
const FAR: &str = "https://api.example.com";

async fn far() -> Simulator {
    secure(Certificate::for_host("api.example.com")).await
}

async fn read(url: &str, tls: TlsOptions, proxy: ProxyOptions) -> Result<Response, Error> {
    let origins = AllowedOrigins::new([url]).unwrap();
    let builder = Transport::builder(one_token(), origins)
        .tls(tls)
        .proxy(proxy);
    let retry = RetryOptions::default().random(|| 0.0).attempts(4);
    let request = Request::get(format!("{url}/sso-server/ws/user/me"));
    let transport = builder.retry(retry).build()?;
    transport.read(request.body(Bytes::new()).unwrap()).await
}

fn through(proxy: &ConnectProxy) -> ProxyOptions {
    ProxyOptions::new(&proxy.url()).unwrap()
}

/// Whether the bytes contain a text.
fn contains(bytes: &[u8], part: &str) -> bool {
    bytes
        .windows(part.len())
        .any(|seen| seen == part.as_bytes())
}

#[tokio::test]
async fn n15_a_tunnel_carries_tls_and_the_proxy_only_sees_its_own_credentials() {
    let simulator = far().await;
    let proxy = ConnectProxy::builder()
        .credentials("user", "pass word")
        .connect_to(simulator.address());
    let proxy = proxy.start().await.unwrap();
    let response = read(FAR, trusting(&simulator), through(&proxy)).await;
    assert!(response.unwrap().body.starts_with(b"{\"accessList\""));
    let tunnels = proxy.tunnels();
    assert_eq!(tunnels.len(), 1);
    assert_eq!(
        tunnels[0].head(),
        "CONNECT api.example.com:443 HTTP/1.1\r\nHost: api.example.com:443\r\n\
         User-Agent: braincube-rs/0.1.0\r\nProxy-Authorization: Basic dXNlcjpwYXNzIHdvcmQ=\r\n\r\n"
    );
    assert!(!tunnels[0].sent().is_empty());
    for unseen in ["canary", "sso-server", "x-api-key"] {
        assert!(!contains(tunnels[0].sent(), unseen), "{unseen}");
    }
    let requests = simulator.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].header("x-api-key"), Some("canary"));
    assert_eq!(requests[0].header("proxy-authorization"), None);
}

#[tokio::test]
async fn n15_the_certificate_of_an_https_proxy_is_verified_like_that_of_a_server() {
    let proxy = ConnectProxy::builder()
        .tls(Certificate::new())
        .credentials("user", "canary")
        .start()
        .await
        .unwrap();
    // Also to a plain service: only the certificate of the proxy is needed.
    let simulator = Simulator::builder().token("canary").start().await.unwrap();
    let url = simulator.url();
    let tls = TlsOptions::default().ca_bundle_pem(proxy.ca_pem().unwrap().to_owned());
    let response = read(&url, tls, through(&proxy)).await.unwrap();
    assert!(response.body.starts_with(b"{\"accessList\""));
    assert_eq!(
        proxy.tunnels()[0].destination(),
        simulator.address().to_string()
    );

    // TLS inside TLS, with an authority for each.
    let secure = secure(Certificate::new()).await;
    let both = format!("{}{}", proxy.ca_pem().unwrap(), secure.ca_pem().unwrap());
    let tls = TlsOptions::default().ca_bundle_pem(both);
    let response = read(&secure.url(), tls, through(&proxy)).await.unwrap();
    assert!(response.body.starts_with(b"{\"accessList\""));
    assert_eq!(proxy.tunnels().len(), 2);

    let error = read(&url, trusting(&secure), through(&proxy))
        .await
        .unwrap_err();
    let untrusted = ErrorKind::Connect(ConnectStage::Proxy(ProxyReason::Tls));
    assert_eq!((error.kind(), error.attempts()), (untrusted, 1));
    let shown = format!("{error} {error:?}");
    assert!(shown.contains("CA bundle"), "{shown}");
    assert!(!shown.contains("canary"), "{shown}");
    assert_eq!(proxy.tunnels().len(), 2, "it was told nothing");
}

#[tokio::test]
async fn n15_the_error_of_a_proxy_does_not_contain_its_credentials() {
    let refusing = |status| ConnectProxy::builder().refuse(status);
    for (builder, reason, tunnels, text) in [
        (
            refusing(407),
            ProxyReason::Credentials,
            1,
            "requires a user and a password",
        ),
        (
            ConnectProxy::builder().credentials("user", "other"),
            ProxyReason::Credentials,
            1,
            "requires a user and a password",
        ),
        (refusing(403), ProxyReason::Status(403), 1, "status 403"),
        (refusing(502), ProxyReason::Status(502), 4, "status 502"),
    ] {
        let proxy = builder.start().await.unwrap();
        let url = format!("http://canary:canary@{}", proxy.address());
        let options = ProxyOptions::new(&url).unwrap();
        let tls = TlsOptions::default().verify(false);
        let error = read(FAR, tls, options).await.unwrap_err();
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
        assert_eq!(proxy.tunnels().len(), tunnels, "{reason:?}");
        for tunnel in proxy.tunnels() {
            assert!(tunnel.head().contains("Basic Y2FuYXJ5OmNhbmFyeQ=="));
            assert!(tunnel.sent().is_empty());
        }
    }
}

#[tokio::test]
async fn n15_an_unreachable_or_invalid_proxy_has_its_own_error() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let unused = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let no_proxy = Simulator::start().await.unwrap();
    for (url, text) in [
        (unused, "the proxy cannot be reached"),
        (no_proxy.url(), "the proxy"),
    ] {
        let tls = TlsOptions::default().verify(false);
        let proxy = ProxyOptions::new(&url).unwrap();
        let error = read(FAR, tls, proxy).await.unwrap_err();
        let ErrorKind::Connect(ConnectStage::Proxy(reason)) = error.kind() else {
            panic!("{error}")
        };
        if url == no_proxy.url() {
            assert!(matches!(reason, ProxyReason::Status(400..500)), "{error}");
        } else {
            assert_eq!((reason, error.attempts()), (ProxyReason::Unreachable, 4));
        }
        assert!(error.to_string().contains(text), "{error}");
    }
}

#[tokio::test]
async fn n16_without_a_proxy_and_for_exceptions_connections_are_direct() {
    let simulator = secure(Certificate::new()).await;
    let proxy = ConnectProxy::start().await.unwrap();
    for options in [
        ProxyOptions::none(),
        through(&proxy).except("127.0.0.0/8"),
        through(&proxy).except("*"),
    ] {
        let tls = trusting(&simulator);
        read(&simulator.url(), tls, options).await.unwrap();
    }
    assert_eq!((proxy.tunnels().len(), simulator.request_count()), (0, 3));
    let tls = trusting(&simulator);
    read(&simulator.url(), tls, through(&proxy)).await.unwrap();
    assert_eq!((proxy.tunnels().len(), simulator.request_count()), (1, 4));
}

#[tokio::test]
async fn n18_nothing_is_sent_if_a_proxy_variable_is_invalid() {
    let simulator = far().await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), simulator.ca_pem().unwrap()).unwrap();
    for value in [
        "htp://canary@127.0.0.1:1",
        "socks5://canary@127.0.0.1:1",
        "\"http://canary@127.0.0.1:1\"",
        "http://user:can ary@127.0.0.1:1",
    ] {
        for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
            let output = run(file.path(), &[(name, value)]).await;
            let expected = format!("Config: the environment variable {name} is not the address");
            assert!(output.contains(&expected), "{output}");
            assert!(
                !output.contains("canary") && !output.contains("can ary"),
                "{output}"
            );
        }
    }
    assert_eq!(simulator.request_count(), 0);
}

/// The variable with the configured proxy of the test below.
const EXPLICIT: &str = "BRAINCUBE_TEST_PROXY";

#[tokio::test]
#[ignore = "needs an environment that the test n16 gives it"]
async fn in_its_own_process() {
    let proxy = match std::env::var(EXPLICIT).as_deref() {
        Ok("none") => ProxyOptions::none(),
        Ok(address) => ProxyOptions::new(address).unwrap(),
        Err(_) => ProxyOptions::environment(),
    };
    let result = read(FAR, TlsOptions::default(), proxy);
    match result.await {
        Ok(response) => println!("read {:?}", response.body),
        Err(error) => println!("{:?}: {error}", error.kind()),
    }
}

/// The output of [`in_its_own_process`] with no other proxy variables than these.
async fn run(authority: &Path, environment: &[(&str, &str)]) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([
        "--exact",
        "proxy::in_its_own_process",
        "--ignored",
        "--nocapture",
    ]);
    for name in ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    command
        .env("SSL_CERT_FILE", authority)
        .envs(environment.iter().copied());
    let run = tokio::task::spawn_blocking(move || command.output());
    String::from_utf8(run.await.unwrap().unwrap().stdout).unwrap()
}

#[tokio::test]
async fn n16_a_configured_proxy_takes_precedence_over_the_environment() {
    let simulator = far().await;
    let proxy = || ConnectProxy::builder().connect_to(simulator.address());
    let (ours, theirs) = (
        proxy().start().await.unwrap(),
        proxy().start().await.unwrap(),
    );
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), simulator.ca_pem().unwrap()).unwrap();
    let (our, their) = (&*ours.url(), &*theirs.url());
    let (mut through_ours, mut through_theirs) = (0, 0);
    for (environment, proxies) in [
        (&[("HTTPS_PROXY", our)][..], (1, 0)),
        (&[("https_proxy", our)], (1, 0)),
        (&[("ALL_PROXY", our)], (1, 0)),
        (&[("HTTPS_PROXY", ""), ("https_proxy", our)], (1, 0)),
        (&[("HTTP_PROXY", our)], (0, 0)),
        (
            &[
                ("HTTPS_PROXY", our),
                ("NO_PROXY", "a.test api.example.com:443"),
            ],
            (0, 0),
        ),
        (&[("HTTPS_PROXY", our), ("REQUEST_METHOD", "GET")], (0, 0)),
        (&[("HTTPS_PROXY", our), ("NO_PROXY", "example.com")], (0, 0)),
        (&[("HTTPS_PROXY", our), ("no_proxy", "example.com")], (0, 0)),
        (&[("HTTPS_PROXY", our), ("NO_PROXY", "*")], (0, 0)),
        (&[("HTTPS_PROXY", our), (EXPLICIT, "none")], (0, 0)),
        (&[("HTTPS_PROXY", our), (EXPLICIT, their)], (0, 1)),
        (&[("NO_PROXY", "*"), (EXPLICIT, their)], (0, 1)),
    ] {
        let output = run(file.path(), environment).await;
        through_ours += proxies.0;
        through_theirs += proxies.1;
        // Without a proxy, the host cannot be resolved.
        let is_read = output.contains("accessList");
        assert_eq!(is_read, proxies != (0, 0), "{environment:?}: {output}");
        let tunnels = (ours.tunnels().len(), theirs.tunnels().len());
        assert_eq!(tunnels, (through_ours, through_theirs), "{environment:?}");
        let requests = simulator.requests().len();
        assert_eq!(requests, through_ours + through_theirs, "{environment:?}");
    }
}
