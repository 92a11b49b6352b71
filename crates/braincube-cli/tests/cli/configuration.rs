//! Configuration files, environment variables and certificates, including missing and misspelled settings.

use std::path::Path;
use std::process::Output;

use braincube::Config;
use braincube::auth::Environment;
use braincube::auth::store::{SecretStore as _, StoredToken};
use braincube_sim::{Certificate, Fault, Simulator};
use tempfile::TempDir;

use crate::command::{braincube, csv_rows, stderr};

const TOKEN: &str = "canary-7f3a9c51d2e84b60";

/// Runs the command on another thread, so that a simulator of this task can respond.
async fn run(folder: &TempDir, variables: &[(&str, &str)], arguments: &[&str]) -> Output {
    let mut command = braincube(folder.path());
    command.args(arguments);
    for (name, value) in variables {
        command.env(name, value);
    }
    let output = tokio::task::spawn_blocking(move || command.output());
    output.await.unwrap().unwrap()
}

/// Returns the error line of a command that failed with exit code 1.
fn failure(output: &Output) -> String {
    let text = stderr(output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    let mut lines = text.lines().filter(|line| line.starts_with("error: "));
    let line = lines.next().unwrap_or_else(|| panic!("{text}"));
    assert_eq!(lines.next(), None, "{text}");
    line.to_owned()
}

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{}", stderr(output));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn write(folder: &TempDir, name: &str, content: &str) {
    let path = folder.path().join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, content).unwrap();
}

/// The configuration of a simulator with additional keys.
fn config_of(simulator: &Simulator, further: &serde_json::Value) -> String {
    let mut config: serde_json::Value = serde_json::from_str(&simulator.config_json()).unwrap();
    for (key, value) in further.as_object().unwrap() {
        config[key] = value.clone();
    }
    config.to_string()
}

async fn secure() -> Simulator {
    let builder = Simulator::builder().tls(Certificate::new());
    builder.start().await.unwrap()
}

#[tokio::test]
async fn c23_without_a_configuration_each_command_lists_the_searched_files_and_an_example() {
    let folder = TempDir::new().unwrap();
    for arguments in [
        &["cubes"][..],
        &["data", "demo", "20", "--all"],
        &["config", "show"],
    ] {
        let output = run(&folder, &[], arguments).await;
        let line = failure(&output);
        assert!(line.contains("braincube --demo cubes"), "{line}");
        for name in ["config.json", ".braincube/config.json"] {
            let path = folder.path().canonicalize().unwrap().join(name);
            let expected = format!("{} does not exist", path.display());
            assert!(line.contains(&expected), "{line}");
        }
        let text = stderr(&output);
        let example =
            "{\"domain\": \"mybraincube.com\",\n \"api_key\": \"<a personal access token>\"}";
        assert!(text.contains(example), "{text}");
    }
}

#[tokio::test]
async fn c23_config_show_lists_missing_settings() {
    let folder = TempDir::new().unwrap();
    let show = &["config", "show"];
    let output = run(&folder, &[("BRAINCUBE_API_KEY", TOKEN)], show).await;
    assert_eq!(output.status.code(), Some(1));
    let shown = String::from_utf8(output.stdout).unwrap();
    let row = |key: &str| {
        let rows = csv_rows(&shown);
        let row = rows.into_iter().find(|row| row[0] == key);
        row.unwrap_or_else(|| panic!("{key}: {shown}"))
    };
    assert_eq!(row("domain")[1], "");
    assert!(row("domain")[2].contains("BRAINCUBE_DOMAIN"), "{shown}");
    assert_eq!(row("api_key")[1], "(set)");
    assert!(row("api_key")[2].contains("BRAINCUBE_API_KEY"), "{shown}");
    assert!(!shown.contains("canary"), "{shown}");

    let output = run(&folder, &[("BRAINCUBE_DOMAIN", "a.example")], show).await;
    let shown = stdout(&output);
    let is_unset = |row: &Vec<String>| row[0] == "api_key" && row[1].is_empty();
    assert!(csv_rows(&shown).iter().any(is_unset), "{shown}");
}

#[tokio::test]
async fn c22_each_command_names_a_misspelled_key() {
    let folder = TempDir::new().unwrap();
    for (config, meant) in [
        (
            format!(r#"{{"domain": "a.example", "api_keyy": "{TOKEN}"}}"#),
            "api_key",
        ),
        (
            format!(r#"{{"domian": "a.example", "api_key": "{TOKEN}"}}"#),
            "domain",
        ),
        (
            format!(r#"{{"domian": "a.example", "verify": 0, "api_key": "{TOKEN}"}}"#),
            "domain",
        ),
    ] {
        write(&folder, "config.json", &config);
        for arguments in [
            &["config", "show"][..],
            &["cubes"],
            &["variables", "demo", "20"],
            &["data", "demo", "20", "--all"],
            &["login"],
        ] {
            let output = run(&folder, &[], arguments).await;
            let text = stderr(&output);
            let hint = format!("did you mean \"{meant}\"?");
            assert!(text.contains(&hint), "{arguments:?}: {text}");
            assert!(!text.contains("canary"), "{text}");
        }
    }
    // Also with `-q`, which hides warnings.
    write(
        &folder,
        "config.json",
        r#"{"domain": "a.example", "api_keyy": "x"}"#,
    );
    let line = failure(&run(&folder, &[], &["-q", "cubes"]).await);
    assert!(line.contains("did you mean \"api_key\"?"), "{line}");
}

#[tokio::test]
async fn c20_an_empty_token_is_an_error_before_the_first_request() {
    let simulator = Simulator::start().await.unwrap();
    let folder = TempDir::new().unwrap();
    for value in [serde_json::Value::Null, "".into()] {
        let config = config_of(&simulator, &serde_json::json!({ "api_key": value }));
        write(&folder, "config.json", &config);
        let line = failure(&run(&folder, &[], &["cubes"]).await);
        assert!(line.contains("no credential is configured"), "{line}");
        assert_eq!(simulator.request_count(), 0);
    }
    let empty = serde_json::json!({"domain": null, "verify": "", "client_id": "", "oauth2_token": null, "proxy": ""});
    write(&folder, "config.json", &config_of(&simulator, &empty));
    stdout(&run(&folder, &[], &["cubes"]).await);
}

#[tokio::test]
async fn c21_verify_may_name_a_ca_bundle() {
    let simulator = secure().await;
    let folder = TempDir::new().unwrap();
    write(&folder, "certificates/ca.pem", simulator.ca_pem().unwrap());
    for path in [
        "certificates/ca.pem",
        "~/certificates/ca.pem",
        "./certificates",
    ] {
        let config = config_of(&simulator, &serde_json::json!({ "verify": path }));
        write(&folder, "config.json", &config);
        let output = run(&folder, &[], &["cubes"]).await;
        stdout(&output);
        let text = stderr(&output);
        assert!(
            text.contains("\"verify\" in") && text.contains("ca_bundle"),
            "{text}"
        );
    }
    let before = simulator.request_count();
    for wrong in ["./missing.pem", "false"] {
        let config = config_of(&simulator, &serde_json::json!({ "verify": wrong }));
        write(&folder, "config.json", &config);
        failure(&run(&folder, &[], &["cubes"]).await);
    }
    assert_eq!(simulator.request_count(), before);
}

#[tokio::test]
async fn c18_a_tilde_in_the_path_of_the_configuration_is_the_home_directory() {
    let simulator = secure().await;
    let folder = TempDir::new().unwrap();
    let bundle = serde_json::json!({"ca_bundle": "~/ca.pem"});
    write(&folder, "sites/plant.json", &config_of(&simulator, &bundle));
    write(&folder, "ca.pem", simulator.ca_pem().unwrap());
    let by_option = run(&folder, &[], &["--config=~/sites/plant.json", "cubes"]).await;
    stdout(&by_option);
    let variable = [("BRAINCUBE_CONFIG", "~/sites/plant.json")];
    stdout(&run(&folder, &variable, &["cubes"]).await);
}

#[tokio::test]
async fn c19_the_token_of_a_login_is_stored_in_the_configuration_home() {
    let folder = TempDir::new().unwrap();
    let home = folder.path().join("xdg");
    let config = r#"{"domain": "a.example", "client_id": "app"}"#;
    write(&folder, "config.json", config);
    let environment = |home: &Path| {
        Environment::empty()
            .with_home(folder.path())
            .with_working_directory(folder.path())
            .with_variable("XDG_CONFIG_HOME", home)
    };
    let config = Config::builder().environment(environment(&home));
    let config = config.load(None).unwrap();
    let store = config.file_store().unwrap();
    let token = StoredToken::new(TOKEN.into(), None, None);
    store.save(&config.account().unwrap(), &token).unwrap();

    let show = &["config", "show"];
    let variable = [("XDG_CONFIG_HOME", home.to_str().unwrap())];
    let shown = stdout(&run(&folder, &variable, show).await);
    let rows = csv_rows(&shown);
    let login = rows.iter().find(|row| row[0] == "login").unwrap();
    let path = home.join("braincube/credentials.json");
    assert_eq!(Path::new(&login[2]), path);

    let shown = stdout(&run(&folder, &[], show).await);
    assert!(!shown.contains("login"), "{shown}");
    let relative = run(&folder, &[("XDG_CONFIG_HOME", "xdg")], show).await;
    assert!(!stdout(&relative).contains("login"));
    let text = stderr(&relative);
    assert!(
        text.contains("XDG_CONFIG_HOME is not an absolute path"),
        "{text}"
    );
}

#[tokio::test]
async fn t10_a_skipped_certificate_of_a_bundle_is_logged_with_its_line() {
    let simulator = secure().await;
    let folder = TempDir::new().unwrap();
    let broken = "-----BEGIN CERTIFICATE-----\nMIIB!\n-----END CERTIFICATE-----\n";
    let bundle = format!("\u{feff}{broken}  {}", simulator.ca_pem().unwrap());
    write(&folder, "ca.pem", &bundle);
    let config = config_of(&simulator, &serde_json::json!({"ca_bundle": "ca.pem"}));
    write(&folder, "config.json", &config);
    let output = run(&folder, &[], &["cubes"]).await;
    stdout(&output);
    let text = stderr(&output);
    let line = text.lines().find(|line| line.contains("skipped")).unwrap();
    assert!(
        line.contains("ca.pem, line 1: the certificate cannot be decoded"),
        "{line}"
    );
    assert_eq!(text.matches("skipped").count(), 1, "{text}");
}

#[tokio::test]
async fn t11_certificate_authorities_of_environment_variables_are_trusted() {
    let simulator = secure().await;
    let folder = TempDir::new().unwrap();
    write(&folder, "config.json", &simulator.config_json());
    write(&folder, "certificates/ca.pem", simulator.ca_pem().unwrap());
    write(&folder, "other.pem", secure().await.ca_pem().unwrap());
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (file, directory, other) = (
        path("certificates/ca.pem"),
        path("certificates"),
        path("other.pem"),
    );
    for variables in [
        &[("SSL_CERT_FILE", &*file)][..],
        &[("SSL_CERT_DIR", &directory)],
        &[("REQUESTS_CA_BUNDLE", &file)],
        &[("REQUESTS_CA_BUNDLE", &directory)],
        &[("CURL_CA_BUNDLE", &file)],
        &[("SSL_CERT_FILE", &other), ("REQUESTS_CA_BUNDLE", &file)],
        &[("SSL_CERT_FILE", &other), ("BRAINCUBE_CA_BUNDLE", &file)],
    ] {
        let output = run(&folder, variables, &["cubes"]).await;
        assert!(
            output.status.success(),
            "{variables:?}: {}",
            stderr(&output)
        );
    }
    let untrusted = run(&folder, &[("SSL_CERT_FILE", &other)], &["cubes"]).await;
    assert!(failure(&untrusted).contains("CA bundle"));
}

#[tokio::test]
async fn t13_an_unusable_certificate_variable_is_an_error_before_the_first_request() {
    let simulator = secure().await;
    let folder = TempDir::new().unwrap();
    write(&folder, "ca.pem", simulator.ca_pem().unwrap());
    let config = config_of(&simulator, &serde_json::json!({"ca_bundle": "ca.pem"}));
    write(&folder, "config.json", &config);
    write(&folder, "empty.pem", "");
    for variable in [
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "REQUESTS_CA_BUNDLE",
        "CURL_CA_BUNDLE",
    ] {
        for name in ["missing", "empty.pem"] {
            let path = folder.path().join(name).display().to_string();
            let line = failure(&run(&folder, &[(variable, &path)], &["cubes"]).await);
            assert!(line.contains(variable) && line.contains(name), "{line}");
        }
    }
    assert_eq!(simulator.request_count(), 0);
}

#[tokio::test]
async fn h40_each_command_prints_the_message_of_an_error_with_status_200() {
    let simulator = Simulator::builder().token(TOKEN).start().await.unwrap();
    let body = format!(r#"{{"error": {{"message": "no luck with {TOKEN}\u001b"}}}}"#);
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
    let response = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    simulator.add_fault(Fault::raw(response.into_bytes()));
    let folder = TempDir::new().unwrap();
    write(&folder, "config.json", &simulator.config_json());
    for arguments in [
        &["cubes"][..],
        &["bases", "demo"],
        &["variables", "demo", "20"],
        &["jobs", "demo", "20"],
        &["show", "demo", "20", "job", "573"],
        &["conditions", "demo", "20", "job", "573"],
        &["data", "demo", "20", "--variables", "2000034"],
    ] {
        let line = failure(&run(&folder, &[], arguments).await);
        let expected = "the server says: no luck with [credential]\\u{1b}";
        assert!(line.contains(expected), "{arguments:?}: {line}");
        assert!(!line.contains("canary"), "{line}");
    }
}

fn cubes(folder: &Path) -> Vec<Vec<String>> {
    let output = braincube(folder).arg("cubes").output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    csv_rows(&String::from_utf8(output.stdout).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn c15_the_working_directory_takes_precedence_over_the_home_directory() {
    let here = Simulator::builder()
        .braincube_name("here")
        .start()
        .await
        .unwrap();
    let home = Simulator::builder()
        .braincube_name("home")
        .start()
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join(".braincube");
    std::fs::create_dir(&directory).unwrap();
    std::fs::write(directory.join("config.json"), home.config_json()).unwrap();
    assert_eq!(cubes(folder.path())[1][0], "home");
    std::fs::write(folder.path().join("config.json"), here.config_json()).unwrap();
    assert_eq!(cubes(folder.path())[1][0], "here");
}
