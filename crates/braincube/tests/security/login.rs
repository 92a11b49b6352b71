//! The secrets of a login (`state`, code, PKCE verifier, tokens) in `Debug`, errors, logs and files (L1 to L3, L6).

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use braincube::Config;
use braincube::auth::Environment;
use braincube::auth::login::AuthorizationRequest;
use braincube::auth::store::{FileStore, SecretStore as _};
use braincube::login::{Login, StoredToken};
use braincube_sim::{OAuth2Server, PkceRule, Simulator};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::canaries::Canaries;
use crate::files::files_below;
use crate::log::Log;
use crate::mirror::{Mirror, reflections};
use crate::planted::{ACCESS, ALL, CLIENT};
use crate::traffic;

const REDIRECT_URI: &str = "http://127.0.0.1:49152/callback";
const CODE: &str = "code-Ru7We/Q2zNs5~TgJ9-Lk3Xb";
const REFRESH: &str = "refresh-Vm4Kd/P6cHy8+EoF1=Iw";

/// The configuration of a user with this home folder.
fn config(base_url: &str, home: &TempDir) -> Config {
    config_with(base_url, home, REDIRECT_URI)
}

fn config_with(base_url: &str, home: &TempDir, redirect_uri: &str) -> Config {
    Config::builder()
        .sso_base_url(base_url)
        .api_base_url(base_url)
        .client_id("a-client")
        .client_secret(CLIENT)
        .redirect_uri(redirect_uri)
        .environment(Environment::empty().with_home(home.path()))
        .load(None)
        .unwrap()
}

/// The URL to which the simulator redirects the browser after this URL is opened.
async fn consent(simulator: &Simulator, address: &str) -> String {
    let target = address.strip_prefix(&simulator.url()).unwrap();
    let mut stream = TcpStream::connect(simulator.address()).await.unwrap();
    let head = format!("GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let location = answer
        .lines()
        .find_map(|line| line.strip_prefix("location: "));
    location.unwrap().to_owned()
}

/// The encoded value of a parameter.
fn parameter(text: &str, name: &str) -> String {
    let mut parameters = text
        .split(['?', '&'])
        .filter_map(|pair| pair.split_once('='));
    let (_, value) = parameters.find(|(key, _)| *key == name).unwrap();
    value.to_owned()
}

#[tokio::test]
async fn l1_l3_l6_a_login_keeps_its_secrets_in_the_store_only() {
    let log = Log::listen();
    let server = OAuth2Server::new()
        .client("a-client", CLIENT)
        .redirect_uri(REDIRECT_URI)
        .pkce(PkceRule::Required)
        .sessions_of_requests(5);
    let simulator = Simulator::builder().oauth2(server).start().await.unwrap();
    let home = tempfile::tempdir().unwrap();
    let config = config(&simulator.url(), &home);

    let login = Login::new(&config).unwrap();
    let pasted = login.paste().unwrap();
    let address = pasted.address();
    let shown = format!("{login:?} {pasted:?} {login:#?} {pasted:#?}");
    let callback = consent(&simulator, &address).await;
    let wrong = pasted
        .check(&callback.replace("state=", "state=x"))
        .unwrap_err();
    let token = pasted.finish(&callback).await.unwrap();
    // As if the token had expired: it is refreshed when a session is opened, and stored again.
    let refresh_token = token.refresh_token().cloned();
    let ended = StoredToken::new(
        token.access_token().clone(),
        refresh_token,
        Some(SystemTime::UNIX_EPOCH),
    );
    let account = config.account().unwrap();
    config.file_store().unwrap().save(&account, &ended).unwrap();
    let client = traffic::client(config.clone()).await;
    let failures = traffic::ask(&client).await;

    let requests = simulator.requests();
    let exchange = requests
        .iter()
        .find(|request| request.path_and_query().ends_with("/token"));
    let form = String::from_utf8(exchange.unwrap().body().to_vec()).unwrap();
    let secrets = [
        parameter(&address, "state"),
        parameter(&form, "code_verifier"),
    ];
    let issued = simulator.issued_secrets();
    assert!(issued.contains(&parameter(&callback, "code")));
    let of_token = |path: &str| path.ends_with("/oauth2/token");
    let exchanges = requests
        .iter()
        .filter(|request| of_token(request.path_and_query()));
    assert_eq!(exchanges.count(), 2, "the token was refreshed");
    let all = secrets
        .iter()
        .chain(&issued)
        .map(|secret| ("a secret of the login", &**secret));
    let canaries = Canaries::new(ALL.into_iter().chain(all));

    canaries.assert_absent("Login or PastedCallback", shown);
    canaries.assert_absent_from_error("LoginError", &wrong);
    canaries.assert_absent_from_debug("StoredToken", &token);
    canaries.assert_absent_from_debug("Config", &config);
    canaries.assert_absent_from_debug("FileStore", &config.file_store().unwrap());
    canaries.assert_absent_from_debug("the token in the store", &config.stored_token().unwrap());
    canaries.assert_absent_from_debug("Client", &client);
    canaries.assert_absent_from_debug("LoggedRequest", &requests);
    for failure in &failures {
        canaries.assert_absent_from_error("an error", failure);
    }
    canaries.assert_absent("the log", log.text());
    assert_only_the_store_holds(&canaries, &home, config.store_path().unwrap());
}

/// Searches every file of a home folder. Only the store contains secrets, and only its owner can read it.
#[track_caller]
fn assert_only_the_store_holds(canaries: &Canaries, home: &TempDir, store: &std::path::Path) {
    for file in files_below(home.path()) {
        let content = std::fs::read(&file).unwrap();
        if file == store {
            let leak = canaries.leak("the store", &String::from_utf8_lossy(&content));
            assert!(leak.is_some(), "the store has the token");
            assert_private(&file);
        } else {
            canaries.assert_absent(&file.display().to_string(), content);
        }
    }
}

#[cfg(unix)]
fn assert_private(file: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(file), 0o600);
}

#[cfg(not(unix))]
fn assert_private(_: &std::path::Path) {}

#[test]
fn l1_debug_of_an_authorization_request_shows_no_secret() {
    let home = tempfile::tempdir().unwrap();
    let config = config("https://a.example", &home);
    let application = config.application().unwrap();
    let request = AuthorizationRequest::new(application.clone(), config.redirect_uri().clone());
    let request = request.unwrap();
    let state = parameter(&request.address(), "state");
    let all = [("state", &*state), ("the code", CODE)];
    let canaries = Canaries::new(ALL.into_iter().chain(all));
    canaries.assert_absent_from_debug("Application", &application);
    canaries.assert_absent_from_debug("Account", &config.account().unwrap());
    canaries.assert_absent_from_debug("AuthorizationRequest", &request);
    let callback = format!("{REDIRECT_URI}?code={CODE}&state={state}");
    let code = request.read_callback(&callback).unwrap();
    canaries.assert_absent_from_debug("AuthorizationCode", &code);
    for wrong in [
        callback.replace(&state, CODE),
        format!("{callback}&code={CODE}"),
        format!("{REDIRECT_URI}?error={CODE}"),
        format!("{REDIRECT_URI}?error={CODE} {CODE}&state={state}"),
        format!("https://{CODE}.example/?state={state}"),
        CODE.to_owned(),
    ] {
        let error = request.read_callback(&wrong).unwrap_err();
        canaries.assert_absent_from_error("LoginError", &error);
    }
}

#[tokio::test]
async fn l1_debug_of_a_callback_listener_shows_no_secret() {
    let home = tempfile::tempdir().unwrap();
    let config = config_with("http://127.0.0.1:1", &home, "http://127.0.0.1:0/callback");
    let listener = Login::new(&config).unwrap().listen().await.unwrap();
    let state = parameter(&listener.address(), "state");
    let canaries = Canaries::new(ALL.into_iter().chain([("state", &*state)]));
    canaries.assert_absent_from_debug("CallbackListener", &listener);
}

#[tokio::test]
async fn l2_no_error_of_a_login_shows_secrets_that_the_server_returns() {
    let mut failed = 0;
    for (name, reflection) in reflections() {
        for secret in [CODE, CLIENT] {
            let home = tempfile::tempdir().unwrap();
            let reflection = Arc::clone(&reflection);
            let mirror = Mirror::start(Arc::new(move |_: &str| reflection(secret)), None);
            let login = Login::new(&config(&mirror.base_url, &home)).unwrap();
            let pasted = login.paste().unwrap();
            let state = parameter(&pasted.address(), "state");
            let callback = format!("{REDIRECT_URI}?code={CODE}&state={state}");
            let error = pasted.finish(&callback).await.unwrap_err();
            let all = [("state", &*state), ("the code", CODE)];
            let canaries = Canaries::new(ALL.into_iter().chain(all));
            canaries.assert_absent_from_error(&format!("an error after {name}"), &error);
            failed += 1;
        }
    }
    assert!(failed > 200, "only {failed} errors");
}

#[tokio::test]
async fn l2_no_error_of_a_refresh_shows_secrets_that_the_server_returns() {
    let canaries = Canaries::new(ALL.into_iter().chain([("the refresh token", REFRESH)]));
    let mut failed = 0;
    for (name, reflection) in reflections() {
        let home = tempfile::tempdir().unwrap();
        let mirror = Mirror::start(Arc::new(move |_: &str| reflection(REFRESH)), None);
        let config = config(&mirror.base_url, &home);
        let store = FileStore::new(config.store_path().unwrap());
        let ended = SystemTime::now().checked_sub(Duration::from_secs(60));
        let token = StoredToken::new(ACCESS.into(), Some(REFRESH.into()), ended);
        canaries.assert_absent_from_debug("StoredToken", &token);
        let account = config.account().unwrap();
        store.save(&account, &token).unwrap();
        let client = traffic::client(config).await;
        if let Err(error) = client.braincubes().await {
            canaries.assert_absent_from_error(&format!("an error after {name}"), &error);
            failed += 1;
        }
    }
    assert!(failed > 100, "only {failed} errors");
}
