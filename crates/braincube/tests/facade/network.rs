//! Proxies, certificates and redirects, set by the configuration and by the options of the client.

use braincube::transport::{ProxyOptions, RedirectPolicy};
use braincube::{Client, Config, ErrorKind};
use braincube_sim::{Certificate, ConnectProxy, Fault, Simulator};
use tempfile::TempDir;

use crate::site::config;

const USER_ME: &str = "/sso-server/ws/user/me";

/// A configuration file with these settings, beside the certificate authority of the simulator.
fn with(folder: &TempDir, simulator: &Simulator, further: &[(&str, &str)]) -> Config {
    from(folder, simulator, &simulator.config_json(), further)
}

fn from(folder: &TempDir, simulator: &Simulator, file: &str, further: &[(&str, &str)]) -> Config {
    let mut settings: serde_json::Value = serde_json::from_str(file).unwrap();
    for (key, value) in further {
        settings[key] = (*value).into();
    }
    let path = folder.path().join("config.json");
    std::fs::write(&path, settings.to_string()).unwrap();
    if let Some(pem) = simulator.ca_pem() {
        std::fs::write(folder.path().join("ca.pem"), pem).unwrap();
    }
    Config::from_file(&path).unwrap()
}

async fn client(config: Config) -> Client {
    Client::from_config(config).await.unwrap()
}

#[tokio::test]
async fn n15_n16_the_proxy_of_a_configuration_is_used_for_both_servers() {
    let simulator = Simulator::start().await.unwrap();
    let proxy = ConnectProxy::builder().credentials("user", "pass word");
    let proxy = proxy.start().await.unwrap();
    let folder = TempDir::new().unwrap();
    let proxied = [("proxy", &*proxy.url())];
    for file in [simulator.config_json(), simulator.oauth2_config_json()] {
        let before = simulator.request_count();
        let client = client(from(&folder, &simulator, &file, &proxied)).await;
        assert_eq!(client.braincubes().await.unwrap().len(), 1);
        assert!(simulator.request_count() > before);
    }
    let tunnels = proxy.tunnels();
    assert!(!tunnels.is_empty());
    for tunnel in &tunnels {
        assert_eq!(tunnel.destination(), simulator.address().to_string());
        assert_eq!(tunnel.status(), 200);
        assert!(!tunnel.head().contains(simulator.token()));
    }
    for request in simulator.requests() {
        assert_eq!(request.header("proxy-authorization"), None);
    }
}

#[tokio::test]
async fn n16_no_proxy_and_the_proxy_of_the_builder_take_precedence() {
    let simulator = Simulator::start().await.unwrap();
    let proxy = ConnectProxy::start().await.unwrap();
    let (folder, url) = (TempDir::new().unwrap(), proxy.url());
    for further in [
        &[("proxy", &*url), ("no_proxy", "127.0.0.1")][..],
        &[("proxy", &*url), ("no_proxy", "*")],
        &[("proxy", "none")],
    ] {
        let client = client(with(&folder, &simulator, further)).await;
        client.braincubes().await.unwrap();
    }
    let config = with(&folder, &simulator, &[("proxy", &*url)]);
    let builder = Client::builder(config).proxy(ProxyOptions::none());
    builder.build().unwrap().braincubes().await.unwrap();
    assert_eq!((proxy.tunnels().len(), simulator.request_count()), (0, 4));
}

#[tokio::test]
async fn n15_a_wrong_proxy_password_is_an_error_without_the_password() {
    let simulator = Simulator::start().await.unwrap();
    let proxy = ConnectProxy::builder().credentials("user", "right");
    let proxy = proxy.start().await.unwrap();
    let url = format!("http://user:canary@{}", proxy.address());
    let folder = TempDir::new().unwrap();
    let client = client(with(&folder, &simulator, &[("proxy", &*url)])).await;
    let error = client.braincubes().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    let shown = format!("{error} {error:?}");
    assert!(shown.contains("status 407"), "{shown}");
    assert!(!shown.contains("canary"), "{shown}");
    assert_eq!((proxy.tunnels().len(), simulator.request_count()), (1, 0));
}

#[tokio::test]
async fn t4_the_ca_bundle_of_a_configuration_is_trusted() {
    let builder = Simulator::builder().tls(Certificate::new());
    let simulator = builder.start().await.unwrap();
    let (folder, bundle) = (TempDir::new().unwrap(), [("ca_bundle", "ca.pem")]);
    let trusting = client(with(&folder, &simulator, &bundle)).await;
    let dryer = trusting.braincube("demo").memory_base(20);
    let frame = dryer.data([2_000_034_u64]).fetch().await.unwrap();
    assert_eq!(frame.batch().num_rows(), 9_220);
    let before = simulator.request_count();

    let other = Simulator::builder().tls(Certificate::new());
    let other = other.start().await.unwrap();
    let wrong = from(&folder, &other, &simulator.config_json(), &bundle);
    let error = client(wrong).await.braincubes().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.to_string().contains("CA bundle"), "{error}");
    assert_eq!(simulator.request_count(), before);
}

#[tokio::test]
async fn h17_a_redirect_is_followed_if_the_policy_allows_it() {
    let simulator = Simulator::start().await.unwrap();
    let moved = || {
        Fault::redirect(format!("{USER_ME}?moved"))
            .on(USER_ME)
            .times(1)
    };
    let follow = Client::builder(config(&simulator)).redirects(RedirectPolicy::SameOrigin);
    let follow = follow.build().unwrap();
    simulator.add_fault(moved());
    assert_eq!(follow.braincubes().await.unwrap().len(), 1);
    let requests = simulator.requests();
    let paths = requests.iter().map(|request| request.path_and_query());
    let moved_path = format!("{USER_ME}?moved");
    assert_eq!(paths.collect::<Vec<_>>(), [USER_ME, &moved_path]);

    simulator.add_fault(moved());
    let error = client(config(&simulator)).await.braincubes().await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::RedirectBlocked);
    assert_eq!(simulator.request_count(), 3);
}

#[tokio::test]
async fn h16_a_redirect_of_a_data_request_is_not_followed() {
    let evil = Simulator::start().await.unwrap();
    for status in [301, 302, 303, 307, 308] {
        let simulator = Simulator::start().await.unwrap();
        let location = format!("{}/braincube/demo/braindata/mb20/LF", evil.url());
        let answer =
            format!("HTTP/1.1 {status} Moved\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n");
        simulator.add_fault(Fault::raw(answer.into_bytes()).on("/LF"));
        let client = client(config(&simulator)).await;
        let dryer = client.braincube("demo").memory_base(20);
        let error = dryer.data([2_000_034_u64]).fetch().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::RedirectBlocked, "{status}");
        assert!(error.to_string().contains(&evil.url()), "{error}");
        let requests = simulator.requests();
        let last = requests.last().unwrap();
        assert_eq!((last.method(), requests.len()), ("POST", 2), "{status}");
        assert!(last.body().starts_with(b"{\"order\""), "{status}");
    }
    assert_eq!(evil.request_count(), 0);
}
