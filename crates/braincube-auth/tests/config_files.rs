//! Configuration files and the directories in which they are searched for (rows C1 to C17).

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by a panic, in its helpers too"
)]

use std::fs;
use std::path::{Path, PathBuf};

use braincube_auth::store::{SecretStore as _, StoredToken};
use braincube_auth::{Config, ConfigError, ConfigWarning, Environment};
use tempfile::TempDir;

const SITE: &str = r#"{"domain": "named.example", "api_key": "named-token-0000"}"#;

/// A machine with an empty working directory and an empty home directory.
struct Machine {
    folder: TempDir,
}

impl Machine {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        fs::create_dir_all(folder.path().join("here")).unwrap();
        fs::create_dir_all(folder.path().join("home/.braincube")).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        private(&path);
        path
    }

    fn here(&self, content: &str) -> PathBuf {
        self.write("here/config.json", content)
    }

    fn home(&self, content: &str) -> PathBuf {
        self.write("home/.braincube/config.json", content)
    }

    fn environment(&self) -> Environment {
        Environment::empty()
            .with_home(self.path("home"))
            .with_working_directory(self.path("here"))
    }

    fn load(&self, file: Option<&Path>) -> Result<Config, ConfigError> {
        Config::builder().environment(self.environment()).load(file)
    }
}

#[cfg(unix)]
fn private(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

#[cfg(not(unix))]
fn private(_: &Path) {}

#[test]
fn c1_no_other_file_is_read_in_place_of_a_missing_named_file() {
    let machine = Machine::new();
    machine.here(SITE);
    machine.home(SITE);
    let missing = machine.path("missing.json");

    let named_by_variable = machine
        .environment()
        .with_variable("BRAINCUBE_CONFIG", missing.as_os_str());
    let attempts = [
        machine.load(Some(&missing)),
        Config::from_file(&missing),
        Config::builder().environment(named_by_variable).load(None),
    ];
    for attempt in attempts {
        match attempt.unwrap_err() {
            ConfigError::NotFound { path } => assert_eq!(path, missing),
            error => panic!("{error}"),
        }
    }
}

#[test]
fn c2_a_file_of_several_lines_is_read() {
    let machine = Machine::new();
    let file = machine.write(
        "config.json",
        "{\n  \"api_key\": \"a-token\",\n\n  \"domain\": \"mybraincube.com\"\n}\n",
    );
    let config = Config::from_file(file).unwrap();
    assert_eq!(config.api_base_url(), "https://api.mybraincube.com");
}

#[test]
fn c3_files_of_windows_tools_are_read() {
    let machine = Machine::new();
    let text = SITE.replace(", ", ",\r\n");
    let mut utf16 = b"\xFF\xFE".to_vec();
    utf16.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
    for bytes in [utf16, marked] {
        let file = machine.write("config.json", bytes);
        let config = Config::from_file(file).unwrap();
        assert_eq!(config.sso_base_url(), "https://named.example");
    }

    let latin = machine.write("config.json", b"{\"domain\": \"\xE9.example\"}");
    let error = Config::from_file(latin).unwrap_err();
    assert!(matches!(error, ConfigError::Encoding { .. }), "{error}");
}

#[test]
fn c13_only_small_regular_files_are_read() {
    let machine = Machine::new();
    let error = Config::from_file(machine.path("here")).unwrap_err();
    assert!(matches!(error, ConfigError::NotAFile { .. }), "{error}");

    let largest = " ".repeat(65_536 - SITE.len()) + SITE;
    assert!(Config::from_file(machine.write("config.json", &largest)).is_ok());
    let error = Config::from_file(machine.write("config.json", largest + " ")).unwrap_err();
    assert!(
        matches!(error, ConfigError::TooLarge { limit: 65_536, .. }),
        "{error}"
    );
}

#[cfg(unix)]
#[test]
fn c13_devices_cyclic_links_and_huge_files_are_errors() {
    let machine = Machine::new();
    let error = Config::from_file("/dev/zero").unwrap_err();
    assert!(matches!(error, ConfigError::NotAFile { .. }), "{error}");

    let circle = machine.path("circle");
    std::os::unix::fs::symlink(&circle, &circle).unwrap();
    let error = Config::from_file(&circle).unwrap_err();
    assert!(matches!(error, ConfigError::Unreadable { .. }), "{error}");
    assert!(std::error::Error::source(&error).is_some());

    let huge = fs::File::create(machine.path("huge")).unwrap();
    huge.set_len(1 << 30).unwrap();
    let error = Config::from_file(machine.path("huge")).unwrap_err();
    assert!(matches!(error, ConfigError::TooLarge { .. }), "{error}");
}

#[cfg(unix)]
#[test]
fn c14_a_file_with_a_secret_that_other_users_can_read_causes_a_warning() {
    use std::os::unix::fs::PermissionsExt as _;

    let machine = Machine::new();
    let profile =
        r#"{"profile": "a", "profiles": {"a": {"domain": "a.example"}, "b": {"api_key": "x"}}}"#;
    let table = [
        (SITE, 0o600, false),
        (SITE, 0o640, true),
        (SITE, 0o604, true),
        (profile, 0o644, true),
        (r#"{"domain": "named.example"}"#, 0o644, false),
    ];
    for (content, mode, expected) in table {
        let path = machine.write("config.json", content);
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let config = Config::from_file(&path).unwrap();
        let warning = ConfigWarning::ExposedSecrets { path, mode };
        assert_eq!(
            config.warnings().contains(&warning),
            expected,
            "{mode:o} {content}"
        );
    }
}

#[test]
fn c15_the_default_file_in_the_working_directory_takes_precedence_and_causes_a_warning() {
    let machine = Machine::new();
    machine.home(r#"{"domain": "home.example"}"#);
    let config = machine.load(None).unwrap();
    assert_eq!(config.sso_base_url(), "https://home.example");
    assert_eq!(config.warnings(), []);

    let path = machine.here(r#"{"domain": "here.example"}"#);
    let config = machine.load(None).unwrap();
    assert_eq!(config.sso_base_url(), "https://here.example");
    assert_eq!(
        config.warnings(),
        [ConfigWarning::FoundInWorkingDirectory { path }]
    );

    let named = machine.write("named.json", SITE);
    let config = machine.load(Some(&named)).unwrap();
    assert_eq!(config.sso_base_url(), "https://named.example");
    assert_eq!(config.warnings(), []);
}

#[test]
fn c15_the_error_names_a_file_of_another_tool_in_the_working_directory() {
    let machine = Machine::new();
    machine.home(SITE);
    let here = machine.here(r#"{"port": 8080}"#);
    let error = machine.load(None).unwrap_err().to_string();
    assert!(
        error.ends_with(&format!("; {} has none", here.display())),
        "{error}"
    );
}

#[test]
fn c15_only_one_default_file_is_read() {
    let machine = Machine::new();
    machine.here(r#"{"domain": "evil.example"}"#);
    machine.home(r#"{"domain": "home.example", "api_key": "home-token-00000"}"#);
    let config = machine.load(None).unwrap();
    assert_eq!(config.sso_base_url(), "https://evil.example");
    assert!(config.personal_access_token().is_none());
}

#[test]
fn c15_no_default_file_is_read_if_another_source_names_the_site() {
    let machine = Machine::new();
    let here = machine
        .here(r#"{"domain": "evil.example", "verify": false, "api_key": "evil-token-00000"}"#);
    let variables = [
        ("BRAINCUBE_API_KEY", "environment-token"),
        ("BRAINCUBE_OAUTH2_TOKEN", "environment-token"),
        ("BRAINCUBE_CLIENT_SECRET", "environment-secret"),
    ];
    for (name, value) in variables {
        let environment = machine.environment().with_variable(name, value);
        let error = Config::builder()
            .environment(environment)
            .load(None)
            .unwrap_err();
        match &error {
            ConfigError::MissingAddress { search, .. } => {
                assert_eq!(search.unread_file.as_ref(), Some(&here));
            }
            error => panic!("{error}"),
        }
        assert!(
            error.to_string().contains("config.json was not read"),
            "{error}"
        );
    }

    let environment = machine
        .environment()
        .with_variable("BRAINCUBE_DOMAIN", "environment.example");
    let config = Config::builder()
        .environment(environment)
        .load(None)
        .unwrap();
    assert_eq!(config.sso_base_url(), "https://environment.example");
    assert!(config.verify() && config.personal_access_token().is_none());

    let environment = machine.environment();
    let config = Config::builder()
        .domain("builder.example")
        .environment(environment)
        .load(None)
        .unwrap();
    assert!(config.personal_access_token().is_none());
}

#[test]
fn other_sources_complete_a_default_file_if_they_name_no_site() {
    let machine = Machine::new();
    machine.home(r#"{"domain": "home.example", "api_key": "home-token-00000", "verify": true}"#);
    let environment = machine
        .environment()
        .with_variable("BRAINCUBE_VERIFY", "false")
        .with_variable("BRAINCUBE_CA_BUNDLE", "/ca.pem")
        .with_variable("BRAINCUBE_API_KEY", "");
    let config = Config::builder()
        .environment(environment)
        .load(None)
        .unwrap();
    assert_eq!(config.sso_base_url(), "https://home.example");
    assert!(config.personal_access_token().is_some());
    assert!(!config.verify());
    assert_eq!(config.ca_bundle(), Some(Path::new("/ca.pem")));
}

#[test]
fn a_ca_bundle_in_a_file_is_relative_to_the_directory_of_the_file() {
    let machine = Machine::new();
    let file = machine.write(
        "home/config.json",
        r#"{"domain": "a.example", "ca_bundle": "certificates/ca.pem"}"#,
    );
    let config = Config::from_file(file).unwrap();
    let expected = machine.path("home/certificates/ca.pem");
    assert_eq!(config.ca_bundle(), Some(expected.as_path()));
}

#[test]
fn c12_the_warning_about_an_unknown_key_suggests_a_known_one() {
    let machine = Machine::new();
    let path = machine.write(
        "config.json",
        r#"{"domain": "a.example", "api_keyy": "canary"}"#,
    );
    let config = Config::from_file(&path).unwrap();
    let warning = ConfigWarning::UnknownKey {
        path,
        key: "api_keyy".into(),
        nearest: Some("api_key"),
    };
    assert!(
        warning.to_string().ends_with("did you mean \"api_key\"?"),
        "{warning}"
    );
    assert_eq!(config.warnings(), [warning]);
}

/// The token of a login belongs to a site with its TLS settings: a planted file cannot direct it to another address or
/// disable the verification of certificates.
#[test]
fn c15_the_token_of_a_login_is_not_used_with_another_configuration() {
    let machine = Machine::new();
    let site = r#""sso_base_url": "https://a.example", "client_id": "app""#;
    let own = format!("{{{site}, \"braincube_base_url\": \"https://api.a.example\"}}");
    machine.home(&own);
    let config = machine.load(None).unwrap();
    let store = config.file_store().unwrap();
    let token = StoredToken::new("a-token".into(), None, None);
    store.save(&config.account().unwrap(), &token).unwrap();
    assert!(
        machine
            .load(None)
            .unwrap()
            .stored_token()
            .unwrap()
            .is_some()
    );

    for (more, is_found) in [
        ("\"braincube_base_url\": \"https://api.a.example\"", true),
        ("\"braincube_base_url\": \"https://evil.example\"", false),
        (
            "\"braincube_base_url\": \"https://api.a.example\", \"verify\": false",
            false,
        ),
        (
            "\"braincube_base_url\": \"https://api.a.example\", \"ca_bundle\": \"evil.pem\"",
            false,
        ),
    ] {
        machine.here(&format!("{{{site}, {more}}}"));
        let found = machine.load(None).unwrap().stored_token().unwrap();
        assert_eq!(found.is_some(), is_found, "{more}");
    }
    // A configuration of one file alone has no home directory.
    let file = machine.path("home/.braincube/config.json");
    let config = Config::from_file(file).unwrap();
    assert!(config.stored_token().unwrap().is_none());
}
