//! The proxy of a configuration, and its password.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by a panic, in its helpers too"
)]

use std::path::PathBuf;

use braincube_auth::{Config, ConfigError, ConfigWarning, Environment, Origin, ProxyChoice};
use tempfile::TempDir;

const SITE: &str = r#""domain": "a.example", "api_key": "a-token""#;

/// A default file in the working directory.
fn here(content: &str) -> (TempDir, Environment) {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("config.json"), content).unwrap();
    let environment = Environment::empty().with_working_directory(folder.path());
    (folder, environment)
}

/// A named file.
fn named(content: &str) -> (TempDir, PathBuf) {
    let (folder, _) = here(content);
    let path = folder.path().join("config.json");
    (folder, path)
}

fn proxy(config: &Config) -> String {
    match config.proxy() {
        Some(ProxyChoice::Through(proxy)) => proxy.as_str().to_owned(),
        Some(_) => "none".to_owned(),
        None => "not configured".to_owned(),
    }
}

#[test]
fn n16_the_builder_takes_precedence_over_the_file_and_the_file_over_the_environment() {
    let (_folder, path) = named(&format!(
        r#"{{{SITE}, "proxy": "http://file:1", "no_proxy": "file"}}"#
    ));
    let (_other, silent) = named(&format!("{{{SITE}}}"));
    let environment = Environment::empty()
        .with_variable("BRAINCUBE_PROXY", "http://environment:2")
        .with_variable("BRAINCUBE_NO_PROXY", "environment");
    let builder = || Config::builder().environment(environment.clone());

    let config = builder().load(Some(&silent)).unwrap();
    assert_eq!(proxy(&config), "http://environment:2");
    assert_eq!(config.no_proxy(), Some("environment"));
    let config = builder().load(Some(&path)).unwrap();
    assert_eq!(proxy(&config), "http://file:1");
    assert_eq!(config.no_proxy(), Some("file"));
    let config = builder()
        .proxy("none")
        .no_proxy("program")
        .load(Some(&path));
    let config = config.unwrap();
    assert_eq!(proxy(&config), "none");
    assert_eq!(config.no_proxy(), Some("program"));

    let nothing = Config::from_file(&silent).unwrap();
    assert!(nothing.proxy().is_none() && nothing.no_proxy().is_none());
}

#[test]
fn n16_a_default_file_is_read_beside_a_configured_proxy() {
    let (_folder, environment) = here(&format!("{{{SITE}}}"));
    let environment = environment.with_variable("BRAINCUBE_PROXY", "http://u:p@proxy:1");
    let config = Config::builder().environment(environment).load(None);
    let config = config.unwrap();
    assert_eq!(config.api_base_url(), "https://api.a.example");
    assert_eq!(proxy(&config), "http://proxy:1");
}

#[test]
fn n15_l7_the_list_of_settings_masks_the_user_and_the_password() {
    let builder = Config::builder().domain("a.example");
    let builder = builder.proxy("http://canary-user:canary-password@proxy.example:3128");
    let config = builder.no_proxy("10.0.0.0/8").build().unwrap();
    let shown: Vec<_> = config
        .settings()
        .filter(|setting| setting.key().contains("proxy"))
        .map(|setting| format!("{} = {}", setting.key(), setting.value()))
        .collect();
    assert_eq!(
        shown,
        [
            "proxy = http://************@proxy.example:3128",
            "no_proxy = 10.0.0.0/8",
        ]
    );
    assert!(!format!("{config:?}").contains("canary"), "{config:?}");
}

#[test]
fn n15_the_error_for_an_invalid_proxy_names_its_source_and_not_its_value() {
    let cases = [
        (
            r#""proxy": "socks5://u:canary@proxy""#,
            "is not the address of a proxy",
        ),
        (
            r#""proxy": "http://u:can/ary@proxy""#,
            "is not the address of a proxy",
        ),
        (r#""proxy": " ""#, "is empty"),
        (r#""proxy": false"#, "must be a text, but is true or false"),
        (r#""no_proxy": " ""#, "is empty"),
        (r#""no_proxy": ["canary"]"#, "must be a text, but is a list"),
    ];
    for (setting, expected) in cases {
        let (_folder, path) = named(&format!("{{{SITE}, {setting}}}"));
        let error = Config::from_file(&path).unwrap_err();
        let ConfigError::InvalidValue { key, line, .. } = &error else {
            panic!("{error}")
        };
        assert!(setting.contains(key), "{error}");
        assert_eq!(*line, Some(1));
        assert!(error.to_string().contains(expected), "{error}");
        assert!(!format!("{error} {error:?}").contains("can"), "{error}");
    }
    let environment = Environment::empty()
        .with_variable("BRAINCUBE_DOMAIN", "a.example")
        .with_variable("BRAINCUBE_PROXY", "http://u:canary@");
    let error = Config::builder().environment(environment).load(None);
    let error = error.unwrap_err().to_string();
    assert!(error.contains("BRAINCUBE_PROXY"), "{error}");
    assert!(!error.contains("canary"), "{error}");
}

#[cfg(unix)]
#[test]
fn l6_a_file_with_the_password_of_a_proxy_that_others_can_read_causes_a_warning() {
    use std::os::unix::fs::PermissionsExt as _;

    for (proxy, warned) in [("http://u:p@proxy", true), ("http://proxy", false)] {
        let (_folder, path) = named(&format!(r#"{{"domain": "a.example", "proxy": "{proxy}"}}"#));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let config = Config::from_file(&path).unwrap();
        let is_exposed =
            |warning: &ConfigWarning| matches!(warning, ConfigWarning::ExposedSecrets { .. });
        assert_eq!(config.warnings().iter().any(is_exposed), warned, "{proxy}");
        let origin = config.settings().find(|setting| setting.key() == "proxy");
        assert_eq!(origin.unwrap().origin(), &Origin::File(path));
    }
}
