//! The effect of settings: addresses, tokens, certificates.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by a panic, in its helpers too"
)]

use std::path::Path;
use std::sync::Arc;

use braincube_auth::{
    BoxError, Config, ConfigError, ConfigWarning, Environment, Exchange, Origin, ValueProblem,
    async_trait, bytes::Bytes, http,
};
use tempfile::TempDir;

/// An exchange that must not be used.
#[derive(Debug)]
struct NoExchange;

#[async_trait]
impl Exchange for NoExchange {
    async fn send(&self, _: http::Request<Bytes>) -> Result<http::Response<Bytes>, BoxError> {
        Err("no exchange was expected".into())
    }
}

fn file(content: &str) -> (TempDir, std::path::PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("config.json");
    std::fs::write(&path, content).unwrap();
    (folder, path)
}

fn load(content: &str, environment: Environment) -> Result<Config, ConfigError> {
    let (_folder, path) = file(content);
    Config::builder().environment(environment).load(Some(&path))
}

fn problem(config: Result<Config, ConfigError>) -> (&'static str, ValueProblem) {
    match config.unwrap_err() {
        ConfigError::InvalidValue { key, problem, .. } => (key, problem),
        error => panic!("{error}"),
    }
}

#[test]
fn c5_without_a_domain_an_address_is_missing() {
    let error = Config::builder().api_key("a-token").build().unwrap_err();
    assert!(matches!(
        error,
        ConfigError::MissingAddress { service: "SSO", .. }
    ));
    insta::assert_snapshot!(error, @r#"no address is configured for the SSO service: set "domain" or "sso_base_url" in a configuration file (./config.json or ~/.braincube/config.json, unless one is named), or BRAINCUBE_DOMAIN or BRAINCUBE_SSO_BASE_URL in the environment"#);
}

#[test]
fn c7_both_base_urls_are_required_unless_a_domain_is_set() {
    let config = Config::builder()
        .domain("a.example")
        .sso_base_url("https://sso.example/v1.0/")
        .build()
        .unwrap();
    assert_eq!(config.sso_base_url(), "https://sso.example/v1.0");
    assert_eq!(config.api_base_url(), "https://api.a.example");

    let only_sso = Config::builder()
        .sso_base_url("https://sso.example")
        .build();
    match only_sso.unwrap_err() {
        ConfigError::MissingAddress { service, key, .. } => {
            assert_eq!((service, key), ("API", "braincube_base_url"));
        }
        error => panic!("{error}"),
    }
    let only_api = Config::builder()
        .api_base_url("https://api.example")
        .build();
    assert!(matches!(
        only_api,
        Err(ConfigError::MissingAddress { service: "SSO", .. })
    ));
}

#[tokio::test]
async fn c8_a_personal_access_token_takes_precedence_over_an_oauth2_token() {
    let config = Config::builder()
        .domain("a.example")
        .oauth2_token("an-oauth2-token")
        .api_key("a-pat")
        .build()
        .unwrap();
    let source = config.token_source(Arc::new(NoExchange)).unwrap();
    let authorization = source.authorization().await.unwrap();
    assert_eq!(authorization.name(), "X-api-key");
    assert_eq!(authorization.value(), "a-pat");
}

#[tokio::test]
async fn an_oauth2_token_opens_a_session() {
    let config = Config::builder()
        .domain("a.example")
        .oauth2_token("an-oauth2-token");
    let source = config
        .build()
        .unwrap()
        .token_source(Arc::new(NoExchange))
        .unwrap();
    let error = source.authorization().await.unwrap_err();
    let cause = std::error::Error::source(&error).unwrap();
    assert_eq!(cause.to_string(), "no exchange was expected");
}

#[test]
fn c9_a_token_that_is_not_a_valid_header_value_is_rejected() {
    let table = [
        ("", ValueProblem::Empty),
        (" ", ValueProblem::Empty),
        (" canary", ValueProblem::OuterWhitespace),
        ("can\nary", ValueProblem::ForbiddenCharacter),
    ];
    for (token, expected) in table {
        for (key, builder) in [
            ("api_key", Config::builder().api_key(token)),
            ("oauth2_token", Config::builder().oauth2_token(token)),
        ] {
            assert_eq!(
                problem(builder.domain("a.example").build()),
                (key, expected),
                "{token:?}"
            );
        }
    }
    assert!(
        Config::builder()
            .domain("a.example")
            .api_key("token\n")
            .build()
            .is_ok()
    );
}

#[test]
fn c10_the_error_for_a_missing_token_names_both_keys_and_both_variables() {
    let config = Config::builder().domain("a.example").build().unwrap();
    assert!(config.personal_access_token().is_none());
    let error = config.token_source(Arc::new(NoExchange)).unwrap_err();
    insta::assert_snapshot!(error, @r#"no credential is configured: set "api_key" (a personal access token) or "oauth2_token" in a configuration file (./config.json or ~/.braincube/config.json, unless one is named), or BRAINCUBE_API_KEY or BRAINCUBE_OAUTH2_TOKEN in the environment, or log in"#);
}

#[test]
fn t5_certificates_are_verified_unless_a_warning_is_logged() {
    let config = Config::builder().domain("a.example").build().unwrap();
    assert!(config.verify() && config.warnings().is_empty());

    let config = load(
        r#"{"domain": "a.example", "verify": false}"#,
        Environment::empty(),
    );
    let config = config.unwrap();
    assert!(!config.verify());
    assert!(matches!(
        config.warnings(),
        [ConfigWarning::Unverified {
            origin: Origin::File(_)
        }]
    ));
    assert!(format!("{config:?}").contains("Verify: Given { value: Flag(false)"));

    for (text, expected) in [("false", false), ("0", false), ("TRUE", true), ("1", true)] {
        let variable = Environment::empty().with_variable("BRAINCUBE_VERIFY", text);
        assert_eq!(
            load(r#"{"domain": "a.example"}"#, variable)
                .unwrap()
                .verify(),
            expected
        );
    }
    for text in ["no", "off", "2", " false", "certificate"] {
        let variable = Environment::empty().with_variable("BRAINCUBE_VERIFY", text);
        let (key, problem) = problem(load(r#"{"domain": "a.example"}"#, variable));
        assert_eq!(key, "verify");
        assert!(
            matches!(problem, ValueProblem::WrongType { .. }),
            "{problem}"
        );
    }
}

#[test]
fn t6_plain_http_needs_a_loopback_host_or_allow_http() {
    let plain = || {
        Config::builder()
            .domain("a.example")
            .api_base_url("http://api.a.example")
    };
    assert_eq!(
        problem(plain().build()),
        ("braincube_base_url", ValueProblem::PlainHttp)
    );
    let plain_sso = Config::builder()
        .domain("a.example")
        .sso_base_url("http://a.example");
    assert_eq!(
        problem(plain_sso.build()),
        ("sso_base_url", ValueProblem::PlainHttp)
    );

    let config = plain().allow_http(true).build().unwrap();
    assert!(config.allow_http());
    assert_eq!(
        config.warnings(),
        [ConfigWarning::PlainHttp {
            origin: Origin::Builder
        }]
    );

    let local = "http://127.0.0.1:8080/";
    let config = Config::builder()
        .sso_base_url(local)
        .api_base_url(local)
        .build()
        .unwrap();
    assert_eq!(config.api_base_url(), "http://127.0.0.1:8080");
    assert!(config.warnings().is_empty());
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_unicode_is_rejected() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt as _;

    let broken = OsString::from_vec(vec![b'a', 0xFF]);
    let environment = Environment::empty().with_variable("BRAINCUBE_DOMAIN", broken);
    let config = Config::builder().environment(environment).load(None);
    assert_eq!(problem(config), ("domain", ValueProblem::NotUnicode));
}

#[test]
fn the_placeholder_stays_in_the_base_url_of_the_api() {
    let config = Config::builder()
        .domain("a.example")
        .api_base_url("https://{braincube-name}.a.example/v1/")
        .build()
        .unwrap();
    assert_eq!(
        config.api_base_url(),
        "https://{braincube-name}.a.example/v1"
    );
    assert_eq!(config.ca_bundle(), None::<&Path>);
}

#[test]
fn a_redirect_uri_in_the_environment_is_checked() {
    let load = |address: &str| {
        let environment = Environment::empty()
            .with_variable("BRAINCUBE_DOMAIN", "a.example")
            .with_variable("BRAINCUBE_REDIRECT_URI", address);
        Config::builder().environment(environment).load(None)
    };
    let config = load("http://127.0.0.1/callback").unwrap();
    assert_eq!(config.redirect_uri().as_str(), "http://127.0.0.1/callback");
    let error = load("http://canary.example/callback").unwrap_err();
    assert!(
        matches!(
            error,
            ConfigError::InvalidValue {
                key: "redirect_uri",
                origin: Origin::Environment("BRAINCUBE_REDIRECT_URI"),
                problem: ValueProblem::InsecureRedirect,
                ..
            }
        ),
        "{error}"
    );
    assert!(!error.to_string().contains("canary"), "{error}");
}
