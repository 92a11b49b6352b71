//! Configurations that the Python package `braincube_connector` 2.8.0 accepts, paths that start with `~`, and the errors of
//! invalid configurations.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by a panic, in its helpers too"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex};

use braincube_auth::store::{SecretStore as _, StoredToken};
use braincube_auth::{Config, ConfigError, ConfigWarning, Environment, Origin, ValueProblem};
use tempfile::TempDir;
use tracing::Dispatch;
use tracing::subscriber::NoSubscriber;

/// A home directory, which is also the working directory.
struct Home {
    folder: TempDir,
}

impl Home {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    fn environment(&self) -> Environment {
        Environment::empty()
            .with_home(self.folder.path())
            .with_working_directory(self.folder.path())
    }

    fn load(&self) -> Result<Config, ConfigError> {
        self.load_with(self.environment())
    }

    fn load_with(&self, environment: Environment) -> Result<Config, ConfigError> {
        Config::builder().environment(environment).load(None)
    }
}

#[test]
fn c20_an_empty_token_counts_as_not_set() {
    let home = Home::new();
    for value in ["null", "\"\""] {
        home.write(
            "config.json",
            &format!("{{\"domain\": \"a.example\", \"api_key\": {value}, \"verify\": {value}}}"),
        );
        let config = home.load().unwrap();
        assert!(config.verify(), "{value}");
        assert!(config.personal_access_token().is_none(), "{value}");
        let error = config.require_credential().unwrap_err();
        assert!(
            matches!(error, ConfigError::MissingCredential { .. }),
            "{error}"
        );
        // Another source may set it.
        let file = home.path("config.json");
        let environment = home
            .environment()
            .with_variable("BRAINCUBE_CONFIG", file.as_os_str())
            .with_variable("BRAINCUBE_API_KEY", "a-token");
        let config = home.load_with(environment).unwrap();
        assert!(config.personal_access_token().is_some(), "{value}");
    }
}

#[test]
fn c20_a_file_with_only_empty_keys_outside_of_profiles_needs_a_selected_profile() {
    let home = Home::new();
    home.write(
        "config.json",
        r#"{"domain": "", "api_key": null, "profiles": {"a": {"domain": "a.example"}}}"#,
    );
    let error = home.load().unwrap_err();
    assert!(
        matches!(error, ConfigError::ProfileNeeded { .. }),
        "{error}"
    );
}

#[test]
fn c21_verify_may_name_a_ca_bundle_as_in_the_python_package() {
    let home = Home::new();
    for (verify, more, expected) in [
        ("/ca.pem", "", PathBuf::from("/ca.pem")),
        ("ca.pem", "", home.path("ca.pem")),
        ("./ca", "", home.path("./ca")),
        ("~/ca.pem", "", home.path("ca.pem")),
        ("ca.pem", ", \"ca_bundle\": \"ca.pem\"", home.path("ca.pem")),
    ] {
        let text = format!("{{\"domain\": \"a.example\", \"verify\": \"{verify}\"{more}}}");
        let file = home.write("config.json", &text);
        let config = home.load().unwrap();
        assert!(config.verify(), "{text}");
        assert_eq!(config.ca_bundle(), Some(&*expected), "{text}");
        let warning = ConfigWarning::BundleInVerify {
            origin: Origin::File(file),
            path: expected,
        };
        assert!(config.warnings().contains(&warning), "{text}");
    }
    let environment = home
        .environment()
        .with_variable("BRAINCUBE_VERIFY", "~/ca.pem");
    let config = home.load_with(environment).unwrap();
    assert_eq!(config.ca_bundle(), Some(&*home.path("ca.pem")));
}

#[test]
fn c21_two_ca_bundles_in_one_source_are_an_error() {
    let home = Home::new();
    home.write(
        "config.json",
        r#"{"domain": "a.example", "verify": "a.pem", "ca_bundle": "b.pem"}"#,
    );
    match home.load().unwrap_err() {
        ConfigError::InvalidValue { key, problem, .. } => {
            assert_eq!((key, problem), ("verify", ValueProblem::ConflictingBundles));
        }
        error => panic!("{error}"),
    }
}

#[test]
fn c18_a_tilde_at_the_start_of_a_path_is_the_home_directory() {
    let home = Home::new();
    let text = r#"{"domain": "a.example", "ca_bundle": "~/certificates/ca.pem"}"#;
    home.write("sites/plant.json", text);
    let expected = home.path("certificates/ca.pem");

    let named = home
        .environment()
        .with_variable("BRAINCUBE_CONFIG", "~/sites/plant.json");
    let config = home.load_with(named).unwrap();
    assert_eq!(config.ca_bundle(), Some(&*expected));

    let config = Config::builder()
        .environment(home.environment())
        .load(Some(Path::new("~/sites/plant.json")))
        .unwrap();
    assert_eq!(config.ca_bundle(), Some(&*expected));

    let variables = home
        .environment()
        .with_variable("BRAINCUBE_DOMAIN", "a.example")
        .with_variable("BRAINCUBE_CA_BUNDLE", "~/certificates/ca.pem");
    let config = home.load_with(variables).unwrap();
    assert_eq!(config.ca_bundle(), Some(&*expected));

    // A file name that starts with `~` is not expanded.
    home.write(
        "config.json",
        r#"{"domain": "a.example", "ca_bundle": "~ca.pem"}"#,
    );
    let config = home.load().unwrap();
    assert_eq!(config.ca_bundle(), Some(&*home.path("~ca.pem")));
}

#[test]
fn c18_without_a_home_directory_a_tilde_is_an_error() {
    let environment = Environment::empty()
        .with_variable("BRAINCUBE_DOMAIN", "a.example")
        .with_variable("BRAINCUBE_CA_BUNDLE", "~/ca.pem");
    let config = Config::builder().environment(environment).load(None);
    let error = config.unwrap_err();
    assert!(
        matches!(
            error,
            ConfigError::InvalidValue {
                key: "ca_bundle",
                problem: ValueProblem::UnknownHome,
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn c19_the_store_is_in_xdg_config_home_unless_an_older_one_exists() {
    let home = Home::new();
    home.write(
        "config.json",
        r#"{"domain": "a.example", "client_id": "app"}"#,
    );
    let older = home.path(".config/braincube/credentials.json");
    let newer = home.path("xdg/braincube/credentials.json");
    let absolute = home.path("xdg");
    let load = |folder: &Path| {
        let environment = home
            .environment()
            .with_variable("XDG_CONFIG_HOME", folder.as_os_str());
        home.load_with(environment).unwrap()
    };
    let is_second = |warning: &ConfigWarning| matches!(warning, ConfigWarning::SecondStore { .. });
    let log_in = |config: &Config| {
        let token = StoredToken::new("a-token".into(), None, None);
        let store = config.file_store().unwrap();
        store.save(&config.account().unwrap(), &token).unwrap();
    };
    assert_eq!(home.load().unwrap().store_path(), Some(&*older));
    assert_eq!(load(&absolute).store_path(), Some(&*newer));

    let relative = load(Path::new("xdg"));
    assert_eq!(relative.store_path(), Some(&*older));
    assert!(
        relative
            .warnings()
            .contains(&ConfigWarning::RelativeConfigHome)
    );

    // Stored before the variable was set.
    log_in(&home.load().unwrap());
    let config = load(&absolute);
    assert_eq!(config.store_path(), Some(&*older));
    assert!(config.stored_token().unwrap().is_some());
    assert!(!config.warnings().iter().any(is_second));

    fs::create_dir_all(newer.parent().unwrap()).unwrap();
    fs::rename(&older, &newer).unwrap();
    let config = load(&absolute);
    assert_eq!(config.store_path(), Some(&*newer));
    assert!(config.stored_token().unwrap().is_some());

    log_in(&home.load().unwrap());
    let config = load(&absolute);
    assert_eq!(config.store_path(), Some(&*newer));
    assert!(config.warnings().iter().any(is_second));
}

/// Returns the lines that are logged while `work` runs.
fn logged(work: impl FnOnce()) -> String {
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);
    impl std::io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    // With one registered subscriber, `tracing` disables a call site that another thread reaches first. With two, it asks
    // each of them.
    static SECOND: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(NoSubscriber::new()));
    LazyLock::force(&SECOND);
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, work);
    let bytes = lines.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn c22_a_misspelled_key_is_logged_even_if_the_configuration_is_invalid() {
    let home = Home::new();
    for (text, meant) in [
        (r#"{"domian": "a.example", "api_key": "a-token"}"#, "domain"),
        (
            r#"{"api_keyy": "canary", "domain": "a.example", "verify": 5}"#,
            "api_key",
        ),
        (
            r#"{"api_keyy": "canary", "profiles": {"a": {"domain": "a.example"}}}"#,
            "api_key",
        ),
    ] {
        home.write("config.json", text);
        let lines = logged(|| {
            let error = home.load().unwrap_err();
            if let ConfigError::MissingAddress { .. } = error {
                let hint = format!("did you mean \"{meant}\"?");
                assert!(error.to_string().contains(&hint), "{error}");
            }
        });
        assert!(
            lines.contains(&format!("did you mean \"{meant}\"?")),
            "{lines}"
        );
        assert_eq!(lines.matches("did you mean").count(), 1, "{lines}");
        assert!(!lines.contains("canary"), "{lines}");
    }
    home.write(
        "config.json",
        r#"{"domain": "a.example", "api_keyy": "canary"}"#,
    );
    let error = home.load().unwrap().require_credential().unwrap_err();
    let text = error.to_string();
    assert!(text.contains("did you mean \"api_key\"?"), "{text}");
    assert!(!text.contains("canary"), "{text}");
}

#[test]
fn c23_without_a_configuration_the_error_names_the_files_that_were_searched_for() {
    let home = Home::new();
    let error = home.load().unwrap_err();
    let places = [
        home.path("config.json"),
        home.path(".braincube/config.json"),
    ];
    for path in &places {
        let expected = format!("{} does not exist", path.display());
        assert!(error.to_string().contains(&expected), "{error}");
    }
    let ConfigError::MissingAddress { search, .. } = error else {
        panic!("{error}");
    };
    assert_eq!(search.absent_files, places);
    assert!(search.settings().all(|(_, _, origin)| origin.is_none()));

    let environment = home
        .environment()
        .with_variable("BRAINCUBE_API_KEY", "a-token");
    let error = home.load_with(environment).unwrap_err();
    let ConfigError::MissingAddress { search, .. } = error else {
        panic!("{error}");
    };
    let given: Vec<_> = search
        .settings()
        .filter_map(|(key, variable, origin)| Some((key, variable, origin?)))
        .collect();
    let origin = Origin::Environment("BRAINCUBE_API_KEY");
    assert_eq!(given, [("api_key", "BRAINCUBE_API_KEY", &origin)]);
}
