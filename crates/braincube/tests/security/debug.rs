//! L1 and L7: `Debug` output and the list of settings of types that contain a secret.

use std::sync::Arc;

use braincube::auth::http::{HeaderName, HeaderValue};
use braincube::auth::{
    Authorization, BoxError, Config, Environment, Exchange, PersonalAccessToken, ProxyChoice,
    SsoSession, TokenSource as _, async_trait,
};
use braincube::transport::{AllowedOrigins, Body, ProxyOptions, Transport};
use bytes::Bytes;
use futures_util::TryStreamExt as _;
use http::{Request, Response};

use crate::canaries::Canaries;
use crate::planted::{
    ACCESS, ALL, CLIENT, Credential, PASSWORD, PERSONAL, PROXY, canaries, simulator,
};
use crate::traffic;

#[test]
fn l1_debug_of_a_configuration_shows_no_secret() {
    let canaries = Canaries::new(ALL);
    let environment = Environment::empty()
        .with_variable("BRAINCUBE_API_KEY", PERSONAL)
        .with_variable("BRAINCUBE_OAUTH2_TOKEN", ACCESS)
        .with_variable("BRAINCUBE_PROXY", format!("http://u:{PROXY}@x"))
        .with_variable("BRAINCUBE_DOMAIN", format!("https://u:{PASSWORD}@x"));
    canaries.assert_absent_from_debug("Environment", &environment);
    let builder = Config::builder()
        .environment(environment)
        .domain("a.example")
        .api_key(PERSONAL)
        .oauth2_token(ACCESS)
        .client_secret(CLIENT)
        .proxy(format!("http://a-user:{PROXY}@proxy.example"));
    canaries.assert_absent_from_debug("ConfigBuilder", &builder);
    let misplaced = builder
        .clone()
        .domain(format!("https://u:{PASSWORD}@x"))
        .sso_base_url(ACCESS);
    canaries.assert_absent_from_debug("ConfigBuilder", &misplaced);
    let config = builder.build().unwrap();
    canaries.assert_absent_from_debug("Config", &config);
    let Some(ProxyChoice::Through(address)) = config.proxy() else {
        panic!("a proxy was given")
    };
    canaries.assert_absent_from_debug("ProxyAddress", address);
    canaries.assert_absent_from_debug("ProxyChoice", &config.proxy());
    canaries.assert_absent_from_debug("ProxyOptions", &ProxyOptions::from(&config));
    let given = ProxyOptions::new(&format!("http://a-user:{PROXY}@proxy.example"));
    canaries.assert_absent_from_debug("ProxyOptions", &given.unwrap());
    canaries.assert_absent_from_debug("ClientBuilder", &braincube::Client::builder(config.clone()));
    for setting in config.settings() {
        canaries.assert_absent_from_debug("Setting", &setting);
    }
}

#[test]
fn l7_the_list_of_settings_masks_every_secret() {
    let canaries = Canaries::new(ALL);
    let config = Config::builder()
        .environment(Environment::empty())
        .domain("a.example")
        .api_key(PERSONAL)
        .oauth2_token(ACCESS)
        .client_secret(CLIENT)
        .proxy(format!("http://a-user:{PROXY}@proxy.example"))
        .build()
        .unwrap();
    let mut masked = 0;
    for setting in config.settings() {
        let line = format!(
            "{} = {} ({})",
            setting.key(),
            setting.value(),
            setting.origin()
        );
        canaries.assert_absent("a setting", &line);
        masked += usize::from(line.contains("****"));
    }
    assert_eq!(masked, 4, "the secrets are in the list, masked");
}

/// Responds to every request with a session.
#[derive(Debug)]
struct Sso;

#[async_trait]
impl Exchange for Sso {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, BoxError> {
        Canaries::new(ALL).assert_absent_from_debug("the request of an exchange", &request);
        Ok(Response::new(Bytes::from(format!(
            r#"{{"token": "{PASSWORD}"}}"#
        ))))
    }
}

#[tokio::test]
async fn l1_debug_of_a_credential_shows_no_secret() {
    let canaries = Canaries::new(ALL);
    let name = HeaderName::from_static("x-api-key");
    let header = Authorization::new(name, HeaderValue::from_static(PERSONAL), 1);
    canaries.assert_absent_from_debug("Authorization", &header);
    let token = PersonalAccessToken::new(PERSONAL).unwrap();
    canaries.assert_absent_from_debug("PersonalAccessToken", &token);
    canaries.assert_absent_from_debug("Authorization", &token.authorization().await.unwrap());
    let session = SsoSession::new("https://a.example", ACCESS, Arc::new(Sso)).unwrap();
    canaries.assert_absent_from_debug("SsoSession", &session);
    let header = session.authorization().await.unwrap();
    assert_eq!(header.value(), PASSWORD, "the session is open");
    canaries.assert_absent_from_debug("Authorization", &header);
    canaries.assert_absent_from_debug("SsoSession", &session);
}

#[tokio::test]
async fn l1_debug_of_requests_within_the_stack_shows_no_secret() {
    // At the bottom of the stack, the request has all headers.
    let service = tower::service_fn(async |request: Request<Bytes>| {
        assert_eq!(request.headers()["x-api-key"], PERSONAL);
        Canaries::new(ALL).assert_absent_from_debug("a request", &request);
        Ok::<_, std::convert::Infallible>(Response::new(Body::from("{}")))
    });
    let tokens = Arc::new(PersonalAccessToken::new(PERSONAL).unwrap());
    let origins = AllowedOrigins::new(["http://127.0.0.1:1"]).unwrap();
    let builder = Transport::builder(tokens, origins);
    Canaries::new(ALL).assert_absent_from_debug("TransportBuilder", &builder);
    let transport = builder.build_with(service).unwrap();
    let request = Request::get("http://127.0.0.1:1/")
        .body(Bytes::new())
        .unwrap();
    let response = transport.read(request).await.unwrap();
    Canaries::new(ALL).assert_absent_from_debug("Response", &response);
    Canaries::new(ALL).assert_absent_from_debug("Transport", &transport);
}

#[tokio::test]
async fn l1_debug_of_handles_shows_no_secret() {
    let simulator = simulator().await;
    for credential in Credential::BOTH {
        let client = traffic::client(credential.config(&simulator.url())).await;
        traffic::ask(&client).await;
        let site = client.braincube("demo");
        let dryer = site.memory_base(20);
        let query = dryer.data([2_000_034_u64]);
        let mut list = dryer.variables().list();
        list.try_next().await.unwrap();
        let frame = dryer.data([2_000_034_u64]).fetch().await.unwrap();

        let canaries = canaries([&simulator]);
        canaries.assert_absent_from_debug("Client", &client);
        canaries.assert_absent_from_debug("Braincube", &site);
        canaries.assert_absent_from_debug("Collection", &site.memory_bases());
        canaries.assert_absent_from_debug("MemoryBase", &dryer);
        canaries.assert_absent_from_debug("DataQuery", &query);
        canaries.assert_absent_from_debug("Pager", &list);
        canaries.assert_absent_from_debug("Report", frame.report());
        canaries.assert_absent_from_debug("Schema", &frame.batch().schema());
        canaries.assert_absent_from_debug("Simulator", &simulator);
        canaries.assert_absent_from_debug("LoggedRequest", &simulator.requests());
    }
}
