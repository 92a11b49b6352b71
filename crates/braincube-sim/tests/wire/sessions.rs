//! SSO sessions.

use braincube_sim::{DEMO_OAUTH2_TOKEN, ErrorForm, Fault, OAuth2Server, ResponseForm, Simulator};
use serde_json::Value;

use crate::client::{Client, Response};

const SESSION: &str = "/sso-server/ws/oauth2/session";
const OPEN_WITH_TOKEN: &str = "/sso-server/rest/session/openWithToken";
const USER_ME: &str = "/sso-server/ws/user/me";

async fn start(server: OAuth2Server) -> (Simulator, Client) {
    let simulator = Simulator::builder().oauth2(server).start().await.unwrap();
    let mut client = Client::new(&simulator);
    client.token = None;
    (simulator, client)
}

async fn with_bearer(client: &Client, path: &str, token: &str) -> Response {
    let value = format!("Bearer {token}");
    client
        .send("GET", path, &[("Authorization", &value)], "")
        .await
}

async fn open(client: &Client) -> String {
    let response = with_bearer(client, SESSION, DEMO_OAUTH2_TOKEN).await;
    assert_eq!(response.status, 200, "{:?}", response.body);
    response.json()["token"].as_str().unwrap().to_owned()
}

async fn with_session(client: &Client, path: &str, session: &str) -> Response {
    client
        .send("GET", path, &[("IPLSSOTOKEN", session)], "")
        .await
}

#[tokio::test]
async fn a_session_has_the_access_of_a_personal_access_token() {
    let (simulator, client) = start(OAuth2Server::new()).await;
    assert_eq!(simulator.oauth2_token(), DEMO_OAUTH2_TOKEN);
    let session = open(&client).await;
    let with_token = Client::new(&simulator);
    for path in [
        USER_ME,
        "/braincube/demo/braincube/mb/all/summary",
        "/at/demo/braindata/mb20/simple",
    ] {
        let response = with_session(&client, path, &session).await;
        assert_eq!(response.json(), with_token.get_json(path).await, "{path}");
    }
    let response = with_session(&client, USER_ME, "another").await;
    response.assert_problem(401, "IPLSSOTOKEN");
    let session_as_key = client
        .send("GET", USER_ME, &[("X-api-key", &session)], "")
        .await;
    session_as_key.assert_problem(401, "IPLSSOTOKEN");
}

#[tokio::test]
async fn the_legacy_endpoint_returns_a_string_and_may_be_the_only_one() {
    for (server, status) in [
        (OAuth2Server::new(), 200),
        (OAuth2Server::new().without_session_path(), 404),
    ] {
        let (_simulator, client) = start(server).await;
        let newer = with_bearer(&client, SESSION, DEMO_OAUTH2_TOKEN).await;
        assert_eq!(newer.status, status);
        let older = with_bearer(&client, OPEN_WITH_TOKEN, DEMO_OAUTH2_TOKEN).await;
        let Value::String(session) = older.json() else {
            panic!("no bare string: {:?}", older.body);
        };
        assert_eq!(with_session(&client, USER_ME, &session).await.status, 200);
    }
}

#[tokio::test]
async fn only_an_access_token_opens_a_session() {
    let (simulator, client) = start(OAuth2Server::new()).await;
    let session = open(&client).await;
    for path in [SESSION, OPEN_WITH_TOKEN, "/sso-server/ws/oauth2/me"] {
        for wrong in ["wrong", "", simulator.token(), &session] {
            let response = with_bearer(&client, path, wrong).await;
            assert_eq!(response.status, 401, "{path}");
            assert_eq!(response.headers["www-authenticate"], "Bearer");
            assert_eq!(response.json()["error"], "invalid_token");
        }
        assert_eq!(client.get(path).await.status, 401, "{path}");
        assert_eq!(with_session(&client, path, &session).await.status, 401);
    }
    let (_simulator, client) = start(OAuth2Server::new().error_form(ErrorForm::Object)).await;
    let response = with_bearer(&client, SESSION, "wrong").await;
    response.assert_problem(401, "no valid access token");
}

#[tokio::test]
async fn a_session_ends_after_its_requests_and_another_can_be_opened() {
    let (_simulator, client) = start(OAuth2Server::new().sessions_of_requests(2)).await;
    let session = open(&client).await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(
            with_session(&client, USER_ME, &session)
                .await
                .status
                .as_u16(),
        );
    }
    assert_eq!(statuses, [200, 200, 401]);
    let session = open(&client).await;
    assert_eq!(with_session(&client, USER_ME, &session).await.status, 200);
}

#[tokio::test]
async fn sessions_can_be_ended_and_tokens_revoked() {
    let (simulator, client) = start(OAuth2Server::new().access_token("other")).await;
    let open = async || with_bearer(&client, SESSION, "other").await;
    let session = open().await.json()["token"].as_str().unwrap().to_owned();
    simulator.end_sessions();
    assert_eq!(with_session(&client, USER_ME, &session).await.status, 401);
    let session = open().await.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(with_session(&client, USER_ME, &session).await.status, 200);
    simulator.revoke_oauth2();
    assert_eq!(with_session(&client, USER_ME, &session).await.status, 401);
    assert_eq!(open().await.status, 401);
}

#[tokio::test]
async fn a_session_response_may_be_html() {
    let (_simulator, client) = start(OAuth2Server::new().response_form(ResponseForm::Html)).await;
    let response = with_bearer(&client, SESSION, DEMO_OAUTH2_TOKEN).await;
    assert_eq!(response.headers["content-type"], "text/html; charset=utf-8");
}

#[tokio::test]
async fn all_endpoints_are_below_a_path_prefix() {
    let simulator = Simulator::builder()
        .path_prefix("/a/b")
        .start()
        .await
        .unwrap();
    let mut client = Client::new(&simulator);
    client.token = None;
    let session = open(&client).await;
    assert_eq!(with_session(&client, USER_ME, &session).await.status, 200);
    client.base = simulator.url();
    assert_eq!(
        with_bearer(&client, SESSION, DEMO_OAUTH2_TOKEN)
            .await
            .status,
        401
    );
}

#[tokio::test]
async fn the_configuration_of_an_oauth2_client_has_no_personal_access_token() {
    let simulator = Simulator::start().await.unwrap();
    let config: Value = serde_json::from_str(&simulator.oauth2_config_json()).unwrap();
    assert_eq!(config["oauth2_token"], DEMO_OAUTH2_TOKEN);
    assert_eq!(config.get("api_key"), None);
    assert_eq!(config["sso_base_url"], simulator.sso_base_url());
}

#[tokio::test]
async fn a_fault_ends_the_session_of_its_request() {
    let (simulator, client) = start(OAuth2Server::new()).await;
    let fault = Fault::end_sessions().on("/mb/").after(1).times(1);
    simulator.add_fault(fault);
    let session = open(&client).await;
    let path = "/braincube/demo/braincube/mb/all/summary";
    assert_eq!(with_session(&client, path, &session).await.status, 200);
    let response = with_session(&client, path, &session).await;
    response.assert_problem(401, "IPLSSOTOKEN");
    let session = open(&client).await;
    assert_eq!(with_session(&client, path, &session).await.status, 200);
}
