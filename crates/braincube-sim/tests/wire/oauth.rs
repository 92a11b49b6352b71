//! The authorization server: from an authorization request to an access token.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use braincube_sim::{
    AnswerForm, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, DEMO_REDIRECT_URI, ErrorForm, OAuth2Server,
    PkceRule, RefreshTokens, Simulator, StateAnswer,
};
use serde_json::Value;

use crate::client::{Answer, Client};

const AUTHORIZE: &str = "/sso-server/vendors/braincube/authorize.jsp";
const TOKEN: &str = "/sso-server/ws/oauth2/token";
/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A simulator with this authorization server, and a client without any credential.
async fn start(server: OAuth2Server) -> (Simulator, Client) {
    let simulator = Simulator::builder().oauth2(server).start().await.unwrap();
    let mut client = Client::of(&simulator);
    client.token = None;
    (simulator, client)
}

fn encode(parameters: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish()
}

/// The parameters of an authorization request; those given replace others of the same name, `""` removes one.
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

/// The parameters of a token request, likewise.
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

async fn ask(client: &Client, path: &str, parameters: &[(&str, &str)]) -> Answer {
    client.get(&format!("{path}?{}", encode(parameters))).await
}

async fn post(client: &Client, parameters: &[(&str, &str)]) -> Answer {
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    client.send("POST", TOKEN, &form, &encode(parameters)).await
}

/// The parameters that the browser brings back to the redirect URI.
#[track_caller]
fn callback(answer: &Answer) -> HashMap<String, String> {
    assert_eq!(answer.status, 302, "{:?}", answer.body);
    let location = answer.headers["location"].to_str().unwrap();
    let (uri, query) = location.split_once('?').unwrap();
    assert_eq!(uri, DEMO_REDIRECT_URI);
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

async fn code(client: &Client) -> String {
    let answer = ask(client, AUTHORIZE, &authorization(&[])).await;
    callback(&answer)["code"].clone()
}

#[track_caller]
fn assert_refused(answer: &Answer, status: u16, error: &str) {
    assert_eq!(answer.status, status, "{:?}", answer.body);
    assert_eq!(answer.json()["error"], error);
    assert!(answer.json()["error_description"].is_string());
}

#[tokio::test]
async fn a_code_buys_an_access_token_at_either_address() {
    let (_simulator, client) = start(OAuth2Server::new().pkce(PkceRule::Required)).await;
    for path in [AUTHORIZE, "/sso-server/ws/oauth2/authorize.jsp"] {
        let back = callback(&ask(&client, path, &authorization(&[])).await);
        assert_eq!(back["state"], "st&te");
        assert_eq!(back.len(), 2);
        let answer = post(&client, &exchange(&back["code"], &[])).await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
        assert_eq!(answer.headers["cache-control"], "no-store");
        let tokens = answer.json();
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
async fn a_code_is_good_once_and_gone_after_a_failed_attempt() {
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
        let answer = post(&client, &exchange(&code, &[wrong])).await;
        assert_refused(&answer, 400, "invalid_grant");
        assert_refused(
            &post(&client, &exchange(&code, &[])).await,
            400,
            "invalid_grant",
        );
    }
}

#[tokio::test]
async fn who_is_not_the_application_gets_nothing_and_uses_up_nothing() {
    let (_simulator, client) = start(OAuth2Server::new()).await;
    let code = code(&client).await;
    for wrong in [
        ("client_id", "other"),
        ("client_id", ""),
        ("client_secret", "other"),
        ("client_secret", ""),
    ] {
        let answer = post(&client, &exchange(&code, &[wrong])).await;
        assert_refused(&answer, 401, "invalid_client");
    }
    assert_eq!(post(&client, &exchange(&code, &[])).await.status, 200);
}

#[tokio::test]
async fn a_public_application_needs_no_secret() {
    let (_simulator, client) = start(OAuth2Server::new().public_client(DEMO_CLIENT_ID)).await;
    let code = code(&client).await;
    let answer = post(&client, &exchange(&code, &[("client_secret", "")])).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
}

#[tokio::test]
async fn nobody_is_sent_to_a_redirect_uri_that_is_not_registered() {
    let (_simulator, client) = start(OAuth2Server::new()).await;
    for wrong in [
        ("redirect_uri", "https://localhost:5001/token"),
        ("redirect_uri", "http://127.0.0.1:5000/token"),
        ("redirect_uri", "https://evil.example/token"),
        ("redirect_uri", ""),
        ("client_id", "other"),
        ("client_id", ""),
    ] {
        let answer = ask(&client, AUTHORIZE, &authorization(&[wrong])).await;
        assert_eq!(answer.status, 400, "{wrong:?}");
        assert!(!answer.headers.contains_key("location"), "{wrong:?}");
    }

    let (_simulator, client) = start(OAuth2Server::new().any_loopback_redirect()).await;
    let uri = "http://127.0.0.1:49152/callback/x";
    let answer = ask(&client, AUTHORIZE, &authorization(&[("redirect_uri", uri)])).await;
    let location = answer.headers["location"].to_str().unwrap();
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
    let answer = post(&client, &exchange(code, &[])).await;
    assert_refused(&answer, 400, "invalid_grant");
}

#[tokio::test]
async fn what_the_user_or_the_server_denies_comes_back_as_an_error() {
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
async fn state_comes_back_or_not_or_forged() {
    for (switch, expected) in [
        (StateAnswer::Echoed, Some("st&te")),
        (StateAnswer::Omitted, None),
        (StateAnswer::Forged, Some("forged-state")),
    ] {
        let (_simulator, client) = start(OAuth2Server::new().state(switch)).await;
        let back = callback(&ask(&client, AUTHORIZE, &authorization(&[])).await);
        assert_eq!(back.get("state").map(String::as_str), expected);
        assert!(back.contains_key("code"));
    }
}

#[tokio::test]
async fn a_server_may_know_nothing_of_pkce() {
    let (_simulator, client) = start(OAuth2Server::new().pkce(PkceRule::Ignored)).await;
    let code = code(&client).await;
    let answer = post(&client, &exchange(&code, &[("code_verifier", "wrong")])).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
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
        let answer = post(&client, &refresh(token)).await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
        assert_ne!(answer.json()["access_token"], tokens["access_token"]);
        assert_eq!(answer.json()["refresh_token"].is_string(), second);
        let again = post(&client, &refresh(token)).await;
        if second {
            assert_refused(&again, 400, "invalid_grant");
        } else {
            assert_eq!(again.status, 200, "{:?}", again.body);
        }
    }
}

#[tokio::test]
async fn requests_that_make_no_sense_are_refused() {
    let (_simulator, client) = start(OAuth2Server::new()).await;
    let other = exchange("x", &[("grant_type", "password")]);
    assert_refused(&post(&client, &other).await, 400, "unsupported_grant_type");
    for missing in ["grant_type", "code"] {
        let answer = post(&client, &exchange("x", &[(missing, "")])).await;
        assert_refused(&answer, 400, "invalid_request");
    }
    let mut twice = exchange("x", &[]);
    twice.push(("code", "y"));
    assert_refused(&post(&client, &twice).await, 400, "invalid_request");

    let json = [("Content-Type", "application/json")];
    let answer = client.send("POST", TOKEN, &json, "{}").await;
    assert_refused(&answer, 400, "invalid_request");
    assert_eq!(client.get(TOKEN).await.status, 405);
}

#[tokio::test]
async fn errors_are_texts_or_objects() {
    let (_simulator, client) = start(OAuth2Server::new().error_form(ErrorForm::Object)).await;
    let answer = post(&client, &exchange("x", &[])).await;
    answer.assert_problem(400, "the code is not valid");
    assert_eq!(answer.json()["error"]["type"], "invalid_grant");
}

#[tokio::test]
async fn answers_may_be_html_or_called_something_else_or_slow() {
    let html = OAuth2Server::new().answer_form(AnswerForm::Html);
    let (_simulator, client) = start(html).await;
    let code_of_html = code(&client).await;
    let answer = post(&client, &exchange(&code_of_html, &[])).await;
    assert_eq!(answer.status, 200);
    assert!(answer.body.starts_with(b"<!DOCTYPE html>"));

    let text = OAuth2Server::new().answer_form(AnswerForm::WrongContentType);
    let (_simulator, client) = start(text).await;
    let code_of_text = code(&client).await;
    let answer = post(&client, &exchange(&code_of_text, &[])).await;
    assert_eq!(answer.headers["content-type"], "text/plain");
    assert!(answer.json()["access_token"].is_string());

    let delay = Duration::from_millis(30);
    let (_simulator, client) = start(OAuth2Server::new().slow(delay)).await;
    let begin = Instant::now();
    post(&client, &exchange("x", &[])).await;
    assert!(begin.elapsed() >= delay);
}

#[tokio::test]
async fn debug_shows_nothing_of_a_login() {
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
async fn settings_that_nobody_could_use_are_refused() {
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
