//! The authorization server: from an authorization request to an access token.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use braincube_sim::{
    DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, DEMO_REDIRECT_URI, ErrorForm, OAuth2Server, PkceRule,
    RefreshTokens, ResponseForm, Simulator, StateResponse,
};
use serde_json::Value;

use crate::client::{Client, Response};

const AUTHORIZE: &str = "/sso-server/vendors/braincube/authorize.jsp";
const TOKEN: &str = "/sso-server/ws/oauth2/token";
/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A simulator with this authorization server, and a client without credentials.
async fn start(server: OAuth2Server) -> (Simulator, Client) {
    let simulator = Simulator::builder().oauth2(server).start().await.unwrap();
    let mut client = Client::new(&simulator);
    client.token = None;
    (simulator, client)
}

fn encode(parameters: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish()
}

/// The parameters of an authorization request. The given ones replace the defaults; `""` removes one.
fn authorization<'a>(given: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let defaults = [
        ("client_id", DEMO_CLIENT_ID),
        ("response_type", "code"),
        ("scope", "BASE API"),
        ("redirect_uri", DEMO_REDIRECT_URI),
        ("state", "st&te"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    replaced(&defaults, given)
}

/// The parameters of a token request, as above.
fn exchange<'a>(code: &'a str, given: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let defaults = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", DEMO_REDIRECT_URI),
        ("client_id", DEMO_CLIENT_ID),
        ("client_secret", DEMO_CLIENT_SECRET),
        ("code_verifier", VERIFIER),
    ];
    replaced(&defaults, given)
}

fn refresh(token: &str) -> Vec<(&str, &str)> {
    vec![
        ("grant_type", "refresh_token"),
        ("refresh_token", token),
        ("client_id", DEMO_CLIENT_ID),
        ("client_secret", DEMO_CLIENT_SECRET),
    ]
}

fn replaced<'a>(
    defaults: &[(&'a str, &'a str)],
    given: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let mut all = defaults.to_vec();
    for &(name, value) in given {
        all.retain(|(other, _)| *other != name);
        if !value.is_empty() {
            all.push((name, value));
        }
    }
    all
}

async fn ask(client: &Client, path: &str, parameters: &[(&str, &str)]) -> Response {
    client.get(&format!("{path}?{}", encode(parameters))).await
}

async fn post(client: &Client, parameters: &[(&str, &str)]) -> Response {
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    client.send("POST", TOKEN, &form, &encode(parameters)).await
}

/// The parameters of the redirect URI in a redirect.
#[track_caller]
fn callback(response: &Response) -> HashMap<String, String> {
    assert_eq!(response.status, 302, "{:?}", response.body);
    let location = response.headers["location"].to_str().unwrap();
    let (uri, query) = location.split_once('?').unwrap();
    assert_eq!(uri, DEMO_REDIRECT_URI);
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

async fn code(client: &Client) -> String {
    let response = ask(client, AUTHORIZE, &authorization(&[])).await;
    callback(&response)["code"].clone()
}

#[track_caller]
fn assert_refused(response: &Response, status: u16, error: &str) {
    assert_eq!(response.status, status, "{:?}", response.body);
    assert_eq!(response.json()["error"], error);
    assert!(response.json()["error_description"].is_string());
}

#[tokio::test]
async fn a_code_is_exchanged_for_an_access_token_at_either_endpoint() {
    let (_simulator, client) = start(OAuth2Server::new().pkce(PkceRule::Required)).await;
    for path in [AUTHORIZE, "/sso-server/ws/oauth2/authorize.jsp"] {
        let back = callback(&ask(&client, path, &authorization(&[])).await);
        assert_eq!(back["state"], "st&te");
        assert_eq!(back.len(), 2);
        let response = post(&client, &exchange(&back["code"], &[])).await;
        assert_eq!(response.status, 200, "{:?}", response.body);
        assert_eq!(response.headers["cache-control"], "no-store");
        let tokens = response.json();
        assert_eq!(tokens["token_type"], "Bearer");
        assert_eq!(tokens["expires_in"], 3600);

        let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
        let headers = [("Authorization", bearer.as_str())];
        let me = client
            .send("GET", "/sso-server/ws/oauth2/me", &headers, "")
            .await;
        assert_eq!(me.json()["userEmail"], "operator@plant.example");
    }
}

#[tokio::test]
async fn a_code_is_valid_once_and_invalid_after_a_failed_attempt() {
    let (_simulator, client) = start(OAuth2Server::new()).await;
    let used = code(&client).await;
    assert_eq!(post(&client, &exchange(&used, &[])).await.status, 200);
    assert_refused(
        &post(&client, &exchange(&used, &[])).await,
        400,
        "invalid_grant",
    );

    for wrong in [
        ("redirect_uri", "https://localhost:5000/token/"),
        ("redirect_uri", ""),
        (
            "code_verifier",
            "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXK",
        ),
        ("code_verifier", CHALLENGE),
        ("code_verifier", ""),
    ] {
        let code = code(&client).await;
        let response = post(&client, &exchange(&code, &[wrong])).await;
        assert_refused(&response, 400, "invalid_grant");
        assert_refused(
            &post(&client, &exchange(&code, &[])).await,
            400,
            "invalid_grant",
        );
    }
}

#[tokio::test]
async fn another_client_gets_no_token_and_does_not_use_the_code() {
    let (_simulator, client) = start(OAuth2Server::new()).await;
    let code = code(&client).await;
    for wrong in [
        ("client_id", "other"),
        ("client_id", ""),
        ("client_secret", "other"),
        ("client_secret", ""),
    ] {
        let response = post(&client, &exchange(&code, &[wrong])).await;
        assert_refused(&response, 401, "invalid_client");
    }
    assert_eq!(post(&client, &exchange(&code, &[])).await.status, 200);
}

#[tokio::test]
async fn a_public_client_needs_no_secret() {
    let (_simulator, client) = start(OAuth2Server::new().public_client(DEMO_CLIENT_ID)).await;
    let code = code(&client).await;
    let response = post(&client, &exchange(&code, &[("client_secret", "")])).await;
    assert_eq!(response.status, 200, "{:?}", response.body);
}

#[tokio::test]
async fn unregistered_redirect_uris_are_rejected_without_a_redirect() {
    let (_simulator, client) = start(OAuth2Server::new()).await;
    for wrong in [
        ("redirect_uri", "https://localhost:5001/token"),
        ("redirect_uri", "http://127.0.0.1:5000/token"),
        ("redirect_uri", "https://evil.example/token"),
        ("redirect_uri", ""),
        ("client_id", "other"),
        ("client_id", ""),
    ] {
        let response = ask(&client, AUTHORIZE, &authorization(&[wrong])).await;
        assert_eq!(response.status, 400, "{wrong:?}");
        assert!(!response.headers.contains_key("location"), "{wrong:?}");
    }

    let (_simulator, client) = start(OAuth2Server::new().any_loopback_redirect()).await;
    let uri = "http://127.0.0.1:49152/callback/x";
    let response = ask(&client, AUTHORIZE, &authorization(&[("redirect_uri", uri)])).await;
    let location = response.headers["location"].to_str().unwrap();
    let query = location
        .strip_prefix(uri)
        .unwrap()
        .strip_prefix('?')
        .unwrap();
    let code = query
        .split('&')
        .next()
        .unwrap()
        .strip_prefix("code=")
        .unwrap();
    let response = post(&client, &exchange(code, &[])).await;
    assert_refused(&response, 400, "invalid_grant");
}

#[tokio::test]
async fn a_denial_is_returned_to_the_redirect_uri_as_an_error() {
    let (_simulator, client) = start(OAuth2Server::new().denying()).await;
    let back = callback(&ask(&client, AUTHORIZE, &authorization(&[])).await);
    assert_eq!(
        (&*back["error"], &*back["state"]),
        ("access_denied", "st&te")
    );
    assert!(!back.contains_key("code"));

    let (_simulator, client) = start(OAuth2Server::new().pkce(PkceRule::Required)).await;
    for (wrong, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("response_type", ""), "invalid_request"),
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
    ] {
        let back = callback(&ask(&client, AUTHORIZE, &authorization(&[wrong])).await);
        assert_eq!(back["error"], error, "{wrong:?}");
    }
}

#[tokio::test]
async fn state_is_echoed_omitted_or_forged() {
    for (switch, expected) in [
        (StateResponse::Echoed, Some("st&te")),
        (StateResponse::Omitted, None),
        (StateResponse::Forged, Some("forged-state")),
    ] {
        let (_simulator, client) = start(OAuth2Server::new().state(switch)).await;
        let back = callback(&ask(&client, AUTHORIZE, &authorization(&[])).await);
        assert_eq!(back.get("state").map(String::as_str), expected);
        assert!(back.contains_key("code"));
    }
}

#[tokio::test]
async fn a_server_may_ignore_pkce() {
    let (_simulator, client) = start(OAuth2Server::new().pkce(PkceRule::Ignored)).await;
    let code = code(&client).await;
    let response = post(&client, &exchange(&code, &[("code_verifier", "wrong")])).await;
    assert_eq!(response.status, 200, "{:?}", response.body);
}

#[tokio::test]
async fn refresh_tokens_are_absent_kept_or_rotated() {
    for (switch, first, second) in [
        (RefreshTokens::Absent, false, false),
        (RefreshTokens::Kept, true, false),
        (RefreshTokens::Rotated, true, true),
    ] {
        let (_simulator, client) = start(OAuth2Server::new().refresh_tokens(switch)).await;
        let code = code(&client).await;
        let tokens = post(&client, &exchange(&code, &[])).await.json();
        assert_eq!(tokens["refresh_token"].is_string(), first, "{switch:?}");
        let Some(token) = tokens["refresh_token"].as_str() else {
            continue;
        };
        let response = post(&client, &refresh(token)).await;
        assert_eq!(response.status, 200, "{:?}", response.body);
        assert_ne!(response.json()["access_token"], tokens["access_token"]);
        assert_eq!(response.json()["refresh_token"].is_string(), second);
        let again = post(&client, &refresh(token)).await;
        if second {
            assert_refused(&again, 400, "invalid_grant");
        } else {
            assert_eq!(again.status, 200, "{:?}", again.body);
        }
    }
}

#[tokio::test]
async fn invalid_token_requests_are_rejected() {
    let (_simulator, client) = start(OAuth2Server::new()).await;
    let other = exchange("x", &[("grant_type", "password")]);
    assert_refused(&post(&client, &other).await, 400, "unsupported_grant_type");
    for missing in ["grant_type", "code"] {
        let response = post(&client, &exchange("x", &[(missing, "")])).await;
        assert_refused(&response, 400, "invalid_request");
    }
    let mut twice = exchange("x", &[]);
    twice.push(("code", "y"));
    assert_refused(&post(&client, &twice).await, 400, "invalid_request");

    let json = [("Content-Type", "application/json")];
    let response = client.send("POST", TOKEN, &json, "{}").await;
    assert_refused(&response, 400, "invalid_request");
    assert_eq!(client.get(TOKEN).await.status, 405);
}

#[tokio::test]
async fn errors_are_strings_or_objects() {
    let (_simulator, client) = start(OAuth2Server::new().error_form(ErrorForm::Object)).await;
    let response = post(&client, &exchange("x", &[])).await;
    response.assert_problem(400, "the code is not valid");
    assert_eq!(response.json()["error"]["type"], "invalid_grant");
}

#[tokio::test]
async fn responses_may_be_html_or_have_another_content_type_or_be_slow() {
    let html = OAuth2Server::new().response_form(ResponseForm::Html);
    let (_simulator, client) = start(html).await;
    let code_of_html = code(&client).await;
    let response = post(&client, &exchange(&code_of_html, &[])).await;
    assert_eq!(response.status, 200);
    assert!(response.body.starts_with(b"<!DOCTYPE html>"));

    let text = OAuth2Server::new().response_form(ResponseForm::WrongContentType);
    let (_simulator, client) = start(text).await;
    let code_of_text = code(&client).await;
    let response = post(&client, &exchange(&code_of_text, &[])).await;
    assert_eq!(response.headers["content-type"], "text/plain");
    assert!(response.json()["access_token"].is_string());

    let delay = Duration::from_millis(30);
    let (_simulator, client) = start(OAuth2Server::new().slow(delay)).await;
    let begin = Instant::now();
    post(&client, &exchange("x", &[])).await;
    assert!(begin.elapsed() >= delay);
}

#[tokio::test]
async fn debug_shows_no_secret_of_a_login() {
    let server = OAuth2Server::new()
        .client("canary-id", "canary-secret")
        .access_token("canary-access");
    assert!(!format!("{server:?}").contains("canary-secret"));
    let (simulator, client) = start(server.clone()).await;
    let query = authorization(&[("client_id", "canary-id"), ("state", "canary-state")]);
    let code = callback(&ask(&client, AUTHORIZE, &query).await)["code"].clone();
    let login = [
        ("client_id", "canary-id"),
        ("client_secret", "canary-secret"),
    ];
    let tokens: Value = post(&client, &exchange(&code, &login)).await.json();
    let shown = format!("{simulator:?} {server:?} {:#?}", simulator.requests());
    let access = tokens["access_token"].as_str().unwrap();
    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(simulator.issued_secrets(), [&code, access, refresh]);
    for secret in [
        "canary-secret",
        "canary-access",
        "canary-state",
        &code,
        access,
        VERIFIER,
    ] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[tokio::test]
async fn unusable_settings_are_rejected() {
    for (server, setting) in [
        (
            OAuth2Server::new().access_token("two words"),
            "access_token",
        ),
        (OAuth2Server::new().client("id", ""), "client"),
        (OAuth2Server::new().public_client(""), "client"),
        (OAuth2Server::new().redirect_uri("/token"), "redirect_uri"),
        (
            OAuth2Server::new().redirect_uri("http://x/#y"),
            "redirect_uri",
        ),
    ] {
        let error = Simulator::builder()
            .oauth2(server)
            .start()
            .await
            .unwrap_err();
        let start = format!("`{setting}` cannot be used");
        assert!(error.to_string().starts_with(&start), "{error}");
    }
}
