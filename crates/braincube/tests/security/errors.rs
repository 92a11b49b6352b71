//! L2: the messages of errors and of their sources.

use std::error::Error as _;
use std::sync::Arc;

use braincube::Error;
use braincube::auth::{Config, Environment, PersonalAccessToken, SsoSession};
use braincube_sim::{Certificate, ConnectProxy, ConnectProxyBuilder};
use tempfile::TempDir;

use crate::canaries::{Canaries, everything_of};
use crate::mirror::{Mirror, Reflection, reflections};
use crate::planted::{
    ACCESS, ALL, CLIENT, Credential, PASSWORD, PERSONAL, PROXY, canaries, simulator,
};
use crate::traffic;

/// The session token of a mirror that opens sessions.
const SESSION: &str = "session-Ni1Oe/M7yRl3+PcS9=wB%2xZk";

/// All texts of an error, including its details.
fn all_texts(error: &Error) -> String {
    let request_id = error.as_transport().and_then(|error| error.request_id());
    let detail = error.detail().unwrap_or_default();
    let all = everything_of(error);
    format!("{all}{detail}\n{}", request_id.unwrap_or_default())
}

fn assert_clean(canaries: &Canaries, errors: &[Error]) {
    for error in errors {
        canaries.assert_absent("an error", all_texts(error));
    }
}

/// The errors of a client with this credential that sends requests to the mirror.
async fn reflect(reflection: &Reflection, credential: Credential, session: bool) -> Vec<Error> {
    let mirror = Mirror::start(Arc::clone(reflection), session.then_some(SESSION));
    let client = traffic::client(credential.config(&mirror.base_url)).await;
    let dryer = client.braincube("demo").memory_base(20);
    let data = dryer.data([2_000_034_u64]).fetch().await;
    let errors = [client.braincubes().await.err(), data.err()];
    errors.into_iter().flatten().collect()
}

#[tokio::test]
async fn l2_no_error_shows_a_credential_that_the_server_returns() {
    let all = ALL.into_iter().chain([("the session token", SESSION)]);
    let canaries = Canaries::new(all);
    let (mut count, mut leaks) = (0, Vec::new());
    for (name, reflection) in reflections() {
        for (credential, session) in [
            (Credential::Personal, false),
            (Credential::OAuth2, true),
            // The exchange fails.
            (Credential::OAuth2, false),
        ] {
            let errors = reflect(&reflection, credential, session).await;
            count += errors.len();
            let from = format!("an error after {name} ({credential:?}, {session})");
            leaks.extend(
                errors
                    .iter()
                    .filter_map(|error| canaries.leak(&from, &all_texts(error))),
            );
        }
    }
    assert!(
        leaks.is_empty(),
        "{} leaks:\n{}",
        leaks.len(),
        leaks.join("\n")
    );
    assert!(count > 400, "only {count} errors");
}

#[tokio::test]
async fn l2_no_error_of_a_well_behaved_site_shows_a_secret() {
    let simulator = simulator().await;
    for credential in Credential::BOTH {
        let client = traffic::client(credential.config(&simulator.url())).await;
        let errors = traffic::ask(&client).await;
        assert!(!errors.is_empty());
        assert_clean(&canaries([&simulator]), &errors);
    }
    simulator.revoke_oauth2();
    let client = traffic::client(Credential::OAuth2.config(&simulator.url())).await;
    let errors = traffic::ask(&client).await;
    assert!(errors[0].source().is_some(), "the rejection is the cause");
    assert_clean(&canaries([&simulator]), &errors);
    let url = simulator.url();
    let canaries = canaries([&simulator]);
    simulator.shutdown().await;
    for credential in Credential::BOTH {
        let client = traffic::client(credential.config(&url)).await;
        assert_clean(&canaries, &traffic::ask(&client).await);
    }
}

#[tokio::test]
async fn n15_l2_no_error_of_a_proxy_shows_its_password() {
    let simulator = simulator().await;
    let canaries = canaries([&simulator]);
    let proxy = |builder: ConnectProxyBuilder| async { builder.start().await.unwrap() };
    let proxies = [
        proxy(ConnectProxy::builder().refuse(407)).await,
        proxy(ConnectProxy::builder().refuse(502)).await,
        proxy(ConnectProxy::builder().credentials("a-user", "another")).await,
        proxy(ConnectProxy::builder().tls(Certificate::new())).await,
    ];
    let mut addresses: Vec<_> = proxies
        .iter()
        .map(|proxy| {
            let scheme = if proxy.ca_pem().is_some() {
                "https"
            } else {
                "http"
            };
            format!("{scheme}://a-user:{PROXY}@{}", proxy.address())
        })
        .collect();
    // The proxy has stopped.
    let gone = proxy(ConnectProxy::builder()).await.address();
    addresses.push(format!("http://a-user:{PROXY}@{gone}"));
    for address in addresses {
        let config = Config::builder()
            .environment(Environment::empty())
            .sso_base_url(simulator.url())
            .api_base_url(simulator.url())
            .api_key(PERSONAL)
            .proxy(address);
        let client = traffic::client(config.build().unwrap()).await;
        let errors = traffic::ask(&client).await;
        assert!(errors.len() > 7, "no request succeeded");
        assert_clean(&canaries, &errors);
    }
    assert!(proxies[0].tunnels().len() > 7);
    assert_eq!(simulator.request_count(), 0);
}

#[test]
fn l2_no_error_about_a_setting_shows_a_secret() {
    let canaries = Canaries::new(ALL);
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("config.json");
    let whole = serde_json::json!({
        "domain": "a.example", "api_key": PERSONAL, "oauth2_token": ACCESS, "client_secret": CLIENT,
        "proxy": format!("http://u:{PROXY}@proxy"),
    });
    let whole = whole.to_string();
    let broken = (0..whole.len()).map(|end| whole[..end].to_owned());
    let wrong = [
        serde_json::json!({"api_key": [PERSONAL], "domain": "a.example"}),
        serde_json::json!({"api_key": PERSONAL, "domain": format!("u:{PASSWORD}@a.example")}),
        serde_json::json!({"api_key": PERSONAL, "sso_base_url": ACCESS}),
        serde_json::json!({"api_key": format!("{PERSONAL}\n{PERSONAL}"), "domain": "a.example"}),
        serde_json::json!({"api_key": PERSONAL, "verify": CLIENT, "domain": "a.example"}),
        serde_json::json!({"proxy": format!("ftp://u:{PROXY}@proxy"), "domain": "a.example"}),
        serde_json::json!({"proxy": format!("http://u:1/{PROXY}@proxy"), "domain": "a.example"}),
        serde_json::json!({"no_proxy": [PROXY], "domain": "a.example"}),
        serde_json::json!({ PERSONAL: PERSONAL }),
    ];
    for content in broken.chain(wrong.map(|json| json.to_string())) {
        std::fs::write(&path, &content).unwrap();
        let error = Config::from_file(&path).expect_err(&content);
        canaries.assert_absent_from_error("an error of a file", &error);
        canaries.assert_absent_from_error("an error of a file", &Error::from(error));
    }
    let error = PersonalAccessToken::new(format!("{PERSONAL}\n\n")).unwrap_err();
    canaries.assert_absent_from_error("an error of a token", &error);
    let exchange = Arc::new(braincube::transport::Transport::new(tower::service_fn(
        async |_: http::Request<bytes::Bytes>| {
            Ok::<_, std::convert::Infallible>(http::Response::new(
                braincube::transport::Body::from(""),
            ))
        },
    )));
    let error = SsoSession::new(PASSWORD, ACCESS, exchange).unwrap_err();
    canaries.assert_absent_from_error("an error of an address", &error);
}
