//! The precedence of sources, and the selection of a profile.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by a panic, in its helpers too"
)]

use std::path::PathBuf;

use braincube_auth::{Config, ConfigBuilder, ConfigError, Environment, Origin};
use tempfile::TempDir;

fn file(content: &str) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("config.json");
    std::fs::write(&path, content).unwrap();
    (folder, path)
}

fn load(content: &str, environment: Environment) -> Result<Config, ConfigError> {
    let (_folder, path) = file(content);
    Config::builder().environment(environment).load(Some(&path))
}

fn setting(config: &Config, key: &str) -> Option<(String, Origin)> {
    let setting = config.settings().find(|setting| setting.key() == key)?;
    Some((setting.value().to_owned(), setting.origin().clone()))
}

#[test]
fn each_source_fills_in_what_the_previous_ones_left_unset() {
    let content = r#"{"domain": "file.example", "verify": false}"#;
    let environment = Environment::empty()
        .with_variable("BRAINCUBE_DOMAIN", "environment.example")
        .with_variable("BRAINCUBE_BASE_URL", "https://api.environment.example")
        .with_variable("BRAINCUBE_API_KEY", "environment-token")
        .with_variable("BRAINCUBE_VERIFY", "true");
    let (_folder, path) = file(content);

    let config = Config::builder()
        .client_id("an id")
        .environment(environment.clone())
        .load(Some(&path))
        .unwrap();
    let of_file = || Origin::File(path.clone());
    let expected = [
        ("domain", "file.example", of_file()),
        ("sso_base_url", "https://file.example", Origin::Default),
        // A domain counts as both base URLs.
        (
            "braincube_base_url",
            "https://api.file.example",
            Origin::Default,
        ),
        (
            "api_key",
            "************oken",
            Origin::Environment("BRAINCUBE_API_KEY"),
        ),
        ("client_id", "an id", Origin::Builder),
        (
            "redirect_uri",
            "https://localhost:5000/token",
            Origin::Default,
        ),
        ("verify", "false", of_file()),
        ("allow_http", "false", Origin::Default),
    ];
    for (key, value, origin) in expected {
        assert_eq!(
            setting(&config, key),
            Some((value.to_owned(), origin)),
            "{key}"
        );
    }
    assert_eq!(config.settings().count(), 8);

    // The same file, named in the environment.
    let named = environment.with_variable("BRAINCUBE_CONFIG", path.as_os_str());
    let config = Config::builder().environment(named).load(None).unwrap();
    assert_eq!(config.sso_base_url(), "https://file.example");
}

#[test]
fn an_address_that_one_source_leaves_unset_is_taken_from_the_next() {
    let environment = Environment::empty().with_variable("BRAINCUBE_DOMAIN", "b.example");
    let config = load(r#"{"sso_base_url": "https://sso.a.example"}"#, environment).unwrap();
    assert_eq!(config.sso_base_url(), "https://sso.a.example");
    assert_eq!(config.api_base_url(), "https://api.b.example");
}

#[test]
fn the_two_tokens_count_as_one_setting() {
    let environment = Environment::empty().with_variable("BRAINCUBE_API_KEY", "another-token");
    let content = r#"{"domain": "a.example", "oauth2_token": "an-oauth2-token"}"#;
    let config = load(content, environment).unwrap();
    assert!(config.personal_access_token().is_none());
    assert!(setting(&config, "oauth2_token").is_some());
    assert!(setting(&config, "api_key").is_none());
}

const PROFILES: &str = r#"{
    "domain": "flat.example", "api_key": "flat-token",
    "profiles": {"plant-a": {"domain": "a.example"}, "plant-b": {"domain": "b.example"}}
}"#;

#[test]
fn a_profile_does_not_use_the_settings_outside_of_it() {
    let config = load(PROFILES, Environment::empty()).unwrap();
    assert_eq!(config.sso_base_url(), "https://flat.example");
    assert_eq!(config.profile(), None);

    let wanted = Environment::empty().with_variable("BRAINCUBE_PROFILE", "plant-a");
    let config = load(PROFILES, wanted).unwrap();
    assert_eq!(config.sso_base_url(), "https://a.example");
    // The token outside of profiles belongs to another site.
    assert!(config.personal_access_token().is_none());
    let origin = Origin::Environment("BRAINCUBE_PROFILE");
    assert_eq!(
        setting(&config, "profile"),
        Some(("plant-a".to_owned(), origin))
    );
}

#[test]
fn the_profile_is_selected_by_the_builder_then_the_environment_then_the_file() {
    let content = PROFILES.replacen('{', r#"{"profile": "plant-a","#, 1);
    let (_folder, path) = file(&content);
    let wanted = Environment::empty().with_variable("BRAINCUBE_PROFILE", "plant-b");
    let load = |builder: ConfigBuilder, environment| {
        let config = builder.environment(environment).load(Some(&path)).unwrap();
        config.profile().map(str::to_owned)
    };
    let plant = |name: &str| Some(name.to_owned());
    assert_eq!(
        load(Config::builder(), Environment::empty()),
        plant("plant-a")
    );
    assert_eq!(load(Config::builder(), wanted.clone()), plant("plant-b"));
    assert_eq!(
        load(Config::builder().profile("plant-a"), wanted),
        plant("plant-a")
    );
}

#[test]
fn an_unknown_profile_is_an_error() {
    let wanted = Environment::empty().with_variable("BRAINCUBE_PROFILE", "plant-c");
    let error = load(PROFILES, wanted.clone()).unwrap_err().to_string();
    assert!(error.starts_with("no profile \"plant-c\": "), "{error}");
    assert!(error.ends_with(" has plant-a, plant-b"), "{error}");

    let error = load(r#"{"domain": "flat.example"}"#, wanted.clone())
        .unwrap_err()
        .to_string();
    assert!(error.ends_with("config.json has none"), "{error}");

    let builder = Config::builder().domain("a.example").environment(wanted);
    let error = builder.load(None).unwrap_err().to_string();
    assert_eq!(
        error,
        "no profile \"plant-c\": no configuration file was read"
    );
}

#[test]
fn a_file_with_profiles_only_needs_a_selected_profile() {
    let error = load(r#"{"profiles": {"a": {}, "b": {}}}"#, Environment::empty()).unwrap_err();
    assert!(matches!(error, ConfigError::ProfileNeeded { .. }));
    assert!(error.to_string().ends_with(" has a, b"), "{error}");
}
