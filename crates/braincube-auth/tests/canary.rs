//! No output of this crate contains a secret (rows L1, L2, L3, L7 and C17).

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by a panic, in its helpers too"
)]

use std::error::Error;
use std::fmt::Debug;
use std::io;
use std::sync::{Arc, LazyLock, Mutex};

use braincube_auth::login::{AuthorizationRequest, read_token};
use braincube_auth::store::{SecretStore as _, StoredToken};
use braincube_auth::{
    AuthError, Authorization, BoxError, Config, ConfigError, Environment, Exchange,
    PersonalAccessToken, SsoSession, TokenSource as _, async_trait, bytes::Bytes, http,
};
use tempfile::TempDir;
use tracing::Dispatch;
use tracing::subscriber::NoSubscriber;

const PAT: &str = "pat-CANARY-kQ3v9XzT1mWbE7";
const OAUTH2: &str = "oauth2-CANARY-Yp2LrV8sJ4nHdC";
const CLIENT: &str = "client-CANARY-Gf6UtB0wKx5ZqA";
const SESSION: &str = "session-CANARY-Ni1OeM7yRl3PcS";
const PASSWORD: &str = "password-CANARY-Dh9TaW2jFu8QvI";
const CANARIES: [&str; 5] = [PAT, OAUTH2, CLIENT, SESSION, PASSWORD];

#[track_caller]
fn assert_clean(text: &str) {
    // Hosts are converted to lower case.
    let text = text.to_lowercase();
    for canary in CANARIES.map(str::to_lowercase) {
        for start in 0..=canary.len() - 12 {
            let part = &canary[start..start + 12];
            assert!(!text.contains(part), "{part:?} of a secret is in: {text}");
        }
    }
}

#[track_caller]
fn assert_debug_clean(value: &impl Debug) {
    assert_clean(&format!("{value:?}"));
    assert_clean(&format!("{value:#?}"));
}

#[track_caller]
fn assert_error_clean(error: &dyn Error) {
    assert_debug_clean(&error);
    let mut next = Some(error);
    while let Some(error) = next {
        assert_clean(&error.to_string());
        next = error.source();
    }
}

/// Responds with the same session token to every request.
#[derive(Debug)]
struct Sso;

#[async_trait]
impl Exchange for Sso {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, BoxError> {
        assert_debug_clean(&request);
        Ok(http::Response::new(Bytes::from(format!("\"{SESSION}\""))))
    }
}

#[tokio::test]
async fn l1_debug_shows_no_secret() {
    let environment = Environment::empty()
        .with_variable("BRAINCUBE_API_KEY", PAT)
        .with_variable(
            "BRAINCUBE_DOMAIN",
            format!("https://user:{PASSWORD}@a.example"),
        );
    assert_debug_clean(&environment);

    let misplaced = Config::builder()
        .domain(format!("https://user:{PASSWORD}@a.example"))
        .sso_base_url(PAT)
        .environment(environment);
    assert_debug_clean(&misplaced);

    let builder = Config::builder()
        .domain("a.example")
        .api_key(PAT)
        .oauth2_token(OAUTH2)
        .client_secret(CLIENT)
        .proxy(format!("http://user:{PASSWORD}@proxy.example"));
    assert_debug_clean(&builder);
    let config = builder.build().unwrap();
    assert_debug_clean(&config);
    assert_debug_clean(&config.settings().collect::<Vec<_>>());
    assert_debug_clean(&config.personal_access_token().unwrap());

    let token = PersonalAccessToken::new(PAT).unwrap();
    assert_debug_clean(&token);
    assert_debug_clean(&token.authorization().await.unwrap());

    let session = SsoSession::new("https://a.example", OAUTH2, Arc::new(Sso)).unwrap();
    let authorization: Authorization = session.authorization().await.unwrap();
    assert_eq!(authorization.value(), SESSION);
    assert_debug_clean(&authorization);
    assert_debug_clean(&session);
}

/// Invalid files, each with a secret.
fn broken_files() -> Vec<String> {
    let mut files = vec![
        PAT.to_owned(),
        format!("\"{PAT}\""),
        format!("[\"{PAT}\"]"),
        format!("{{\"api_key\": {PAT}}}"),
        format!("{{\"api_key\": \"{PAT}\n\"}}"),
        format!("{{\"api_key\": \"{PAT}\\n{PAT}\"}}"),
        format!("{{\"api_key\": \"é{PAT}\"}}"),
        format!("{{\"api_key\": [\"{PAT}\"]}}"),
        format!("{{\"api_key\": {{\"{PAT}\": \"{PAT}\"}}}}"),
        format!("{{\"{PAT}\": 1, \"{PAT}\": 2}}"),
        format!("{{\"api_key\": \"{PAT}\", \"api_key\": \"{PAT}\"}}"),
        format!("{{\"api_key\": \"{PAT}\", \"verify\": \"{PASSWORD}\"}}"),
        format!("{{\"api_key\": \"{PAT}\", \"domain\": \"user:{PASSWORD}@a.example\"}}"),
        format!("{{\"api_key\": \"{PAT}\", \"domain\": \"{PASSWORD} x\"}}"),
        format!("{{\"api_key\": \"{PAT}\", \"sso_base_url\": \"https://u:{PASSWORD}@a.example\"}}"),
        format!("{{\"api_key\": \"{PAT}\", \"braincube_base_url\": \"{PASSWORD}\"}}"),
        format!("{{\"api_key\": \"{PAT}\", \"profile\": \"{PASSWORD}\"}}"),
        format!("{{\"api_key\": \"{PAT}\", \"proxy\": \"ftp://u:{PASSWORD}@proxy\"}}"),
        format!("{{\"api_key\": \"{PAT}\", \"proxy\": \"http://u:12/{PASSWORD}@proxy\"}}"),
        format!("{{\"profiles\": {{\"{PASSWORD}\": {{\"api_key\": \"{PAT}\"}}}}}}"),
        format!("{{\"api_key\": \"{PAT}\"}}"),
        format!("{{\"client_secret\": \"{CLIENT}\", \"oauth2_token\": \"{OAUTH2}\"}} x"),
    ];
    let whole = format!("{{\"domain\": \"a.example\", \"api_key\": \"{PAT}\", \"x\": true}}");
    files.extend((0..whole.len()).map(|end| whole[..end].to_owned()));
    files
}

#[test]
fn l2_c17_no_error_of_a_file_shows_a_secret() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("config.json");
    for content in broken_files() {
        std::fs::write(&path, &content).unwrap();
        let error = Config::from_file(&path).expect_err(&content);
        assert_error_clean(&error);
    }
}

#[test]
fn l2_no_error_of_a_variable_or_of_the_builder_shows_a_secret() {
    let names = [
        "BRAINCUBE_DOMAIN",
        "BRAINCUBE_SSO_BASE_URL",
        "BRAINCUBE_BASE_URL",
        "BRAINCUBE_API_KEY",
        "BRAINCUBE_OAUTH2_TOKEN",
        "BRAINCUBE_VERIFY",
        "BRAINCUBE_ALLOW_HTTP",
        "BRAINCUBE_PROFILE",
    ];
    for name in names {
        let environment = Environment::empty().with_variable(name, format!(" {PAT}\u{7}{PAT}"));
        let error = Config::builder().environment(environment).load(None);
        assert_error_clean(&error.expect_err(name));
    }
    let error = Config::builder().api_key(format!(" {PAT}")).build();
    assert_error_clean(&error.unwrap_err());
    let error: ConfigError = Config::builder().api_key(PAT).build().unwrap_err();
    assert_error_clean(&error);
    let error: AuthError = PersonalAccessToken::new(format!("{PAT} ")).unwrap_err();
    assert_error_clean(&error);
    let error = SsoSession::new(PASSWORD, OAUTH2, Arc::new(Sso)).unwrap_err();
    assert_error_clean(&error);
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn l3_the_log_has_each_warning_once_and_no_secret() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("config.json");
    let content = format!(
        "{{\"domain\": \"a.example\", \"api_key\": \"{PAT}\", \"oauth2_token\": \"{OAUTH2}\", \
         \"verify\": false, \"api_kye\": \"{PASSWORD}\", \"{CLIENT}\": 1}}"
    );
    std::fs::write(&path, content).unwrap();

    // With one registered subscriber, `tracing` disables a call site that another thread reaches first. With two, it asks
    // each of them.
    static SECOND: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(NoSubscriber::new()));
    LazyLock::force(&SECOND);
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .with_ansi(false)
        .finish();
    let config = tracing::subscriber::with_default(subscriber, || Config::from_file(&path));
    let config = config.unwrap();

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert_clean(&log);
    assert_debug_clean(&config.warnings());
    assert!(config.warnings().len() >= 3);
    for warning in config.warnings() {
        assert_eq!(log.matches(&warning.to_string()).count(), 1, "{log}");
    }
    assert!(log.contains("the personal access token is used"), "{log}");
}

#[test]
fn l7_settings_mask_their_secrets() {
    let config = Config::builder()
        .domain("a.example")
        .api_key(PAT)
        .oauth2_token("short")
        .client_secret(CLIENT)
        .build()
        .unwrap();
    let shown: Vec<_> = config
        .settings()
        .map(|setting| {
            format!(
                "{} = {} ({})",
                setting.key(),
                setting.value(),
                setting.origin()
            )
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @"
    domain = a.example (the program)
    sso_base_url = https://a.example (the default)
    braincube_base_url = https://api.a.example (the default)
    api_key = ************WbE7 (the program)
    oauth2_token = ************ (the program)
    client_secret = ************5ZqA (the program)
    redirect_uri = https://localhost:5000/token (the default)
    verify = true (the default)
    allow_http = false (the default)
    ");
}

#[test]
fn l1_l2_logins_and_their_store_show_no_secret() {
    let folder = TempDir::new().unwrap();
    let config = Config::builder()
        .domain("a.example")
        .client_id("an-application")
        .client_secret(CLIENT)
        .environment(Environment::empty().with_home(folder.path()))
        .load(None)
        .unwrap();
    let application = config.application().unwrap();
    assert_debug_clean(&application);
    let request = AuthorizationRequest::new(application, config.redirect_uri().clone()).unwrap();
    assert_debug_clean(&request);
    assert_error_clean(&request.read_callback(OAUTH2).unwrap_err());
    let forged = format!("https://localhost:5000/token?code={OAUTH2}&state={SESSION}");
    assert_error_clean(&request.read_callback(&forged).unwrap_err());

    let token = StoredToken::new(OAUTH2.into(), Some(SESSION.into()), None);
    assert_debug_clean(&token);
    let store = config.file_store().unwrap();
    let account = config.account().unwrap();
    store.save(&account, &token).unwrap();
    assert_debug_clean(&(&store, &account, store.load(&account).unwrap()));
    let broken = format!("{{\"{OAUTH2}\": \"{SESSION}\"");
    std::fs::write(config.store_path().unwrap(), broken).unwrap();
    assert_error_clean(&store.load(&account).unwrap_err());
    assert_error_clean(&config.stored_token().unwrap_err());

    let answer = format!("{{\"error\": \"{OAUTH2} is no code\", \"access_token\": \"{SESSION}\"}}");
    let refused = read_token(
        &http::Response::new(Bytes::from(answer)),
        format!("code={OAUTH2}&client_secret={CLIENT}").as_bytes(),
        std::time::UNIX_EPOCH,
    );
    assert_error_clean(&refused.unwrap_err());
}
