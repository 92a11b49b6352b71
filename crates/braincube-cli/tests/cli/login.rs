//! `login`, `logout` and `config show` on a machine without a browser.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use braincube_sim::{DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, OAuth2Server, PkceRule, Simulator};

use crate::command::{braincube, csv_rows, stderr};

const STORE: &str = ".config/braincube/credentials.json";

async fn simulator() -> Simulator {
    let server = OAuth2Server::new()
        .any_loopback_redirect()
        .pkce(PkceRule::Required);
    Simulator::builder().oauth2(server).start().await.unwrap()
}

/// Writes a configuration with two profiles: one with a loopback redirect, and one whose callback is pasted.
fn configure(folder: &Path, simulator: &Simulator) {
    let profile = |redirect_uri: &str| {
        serde_json::json!({
            "sso_base_url": simulator.sso_base_url(),
            "braincube_base_url": simulator.api_base_url(),
            "client_id": DEMO_CLIENT_ID,
            "client_secret": DEMO_CLIENT_SECRET,
            "redirect_uri": redirect_uri,
        })
    };
    let text = serde_json::json!({"profiles": {
        "loopback": profile("http://127.0.0.1:0/callback"),
        "paste": profile("https://localhost:5000/token"),
    }});
    let path = folder.join("plants.json");
    std::fs::write(&path, text.to_string()).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
}

fn command(folder: &Path, profile: &str, arguments: &[&str]) -> Command {
    let mut command = braincube(folder);
    command
        .args(["--config", "plants.json", "--profile", profile])
        .args(arguments);
    command
}

/// A running login, whose standard error is read line by line.
struct Running {
    child: Child,
    messages: BufReader<std::process::ChildStderr>,
    text: String,
}

impl Running {
    fn start(folder: &Path, profile: &str, arguments: &[&str]) -> Self {
        let mut child = command(folder, profile, arguments)
            .env("PATH", folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let messages = BufReader::new(child.stderr.take().unwrap());
        let text = String::new();
        Self {
            child,
            messages,
            text,
        }
    }

    /// Reads up to a line that contains `expected`, and returns the line.
    fn until(&mut self, expected: &str) -> String {
        loop {
            let mut line = String::new();
            let count = self.messages.read_line(&mut line).unwrap();
            assert!(count > 0, "missing {expected:?}: {}", self.text);
            self.text.push_str(&line);
            if line.contains(expected) {
                return line.trim().to_owned();
            }
        }
    }

    fn paste(&mut self, line: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    /// Waits for the end. Returns the exit code and standard error.
    fn end(mut self) -> (Option<i32>, String) {
        drop(self.child.stdin.take());
        self.messages.read_to_string(&mut self.text).unwrap();
        let mut out = String::new();
        let mut stdout = self.child.stdout.take().unwrap();
        stdout.read_to_string(&mut out).unwrap();
        assert!(
            out.is_empty(),
            "nothing is written to standard output: {out}"
        );
        (self.child.wait().unwrap().code(), self.text)
    }
}

/// Sends a GET request and returns the response with its head.
fn get(address: &str) -> String {
    let rest = address.strip_prefix("http://").unwrap();
    let (host, _) = rest.split_once('/').unwrap();
    let target = &rest[host.len()..];
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}

/// Returns the redirect of the service, which a browser would follow.
fn redirect(address: &str) -> String {
    let response = get(address);
    let location = response.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("location").then_some(value)
    });
    location.unwrap_or_else(|| panic!("{response}")).to_owned()
}

/// Returns a query parameter of an address.
fn parameter<'a>(address: &'a str, name: &str) -> &'a str {
    let (_, query) = address.split_once('?').unwrap();
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| *key == name).unwrap().1
}

/// Runs a blocking closure outside the runtime of the simulator, in a configured directory.
async fn run_blocking<T: Send + 'static>(
    simulator: &Simulator,
    work: impl FnOnce(&Path) -> T + Send + 'static,
) -> T {
    let folder = tempfile::tempdir().unwrap();
    configure(folder.path(), simulator);
    tokio::task::spawn_blocking(move || work(folder.path()))
        .await
        .unwrap()
}

/// A secret in the encodings in which programs may log it.
fn forms(secret: &str) -> [String; 6] {
    let bytes = || secret.bytes();
    [
        secret.to_owned(),
        bytes().map(|byte| format!("{byte:02x}")).collect(),
        bytes().map(|byte| format!("{byte:02X}")).collect(),
        bytes().map(|byte| format!("%{byte:02X}")).collect(),
        // Without the last bytes, whose encoding depends on the padding.
        BASE64_STANDARD_NO_PAD.encode(&secret[..secret.len() / 3 * 3]),
        BASE64_URL_SAFE_NO_PAD.encode(&secret[..secret.len() / 3 * 3]),
    ]
}

/// The contents of all files below a directory except the store.
fn other_files(folder: &Path) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts.extend(other_files(&path));
        } else if !path.ends_with(STORE) {
            let content = std::fs::read(&path).unwrap();
            texts.push(String::from_utf8_lossy(&content).into_owned());
        }
    }
    texts
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_without_a_browser_succeeds_in_spite_of_a_forged_callback() {
    let simulator = simulator().await;
    let (state, messages, rest) = run_blocking(&simulator, |folder| {
        let mut login = Running::start(folder, "loopback", &["-vv", "login"]);
        let address = login.until("authorize.jsp");
        login.until("open a browser");
        let callback = redirect(&address);
        let (redirect_uri, _) = callback.split_once('?').unwrap();
        let forged = get(&format!("{redirect_uri}?code=forged-code&state=guessed"));
        assert!(forged.starts_with("HTTP/1.1 400 "), "{forged}");
        assert!(get(&callback).starts_with("HTTP/1.1 200 "));
        let (code, messages) = login.end();
        assert_eq!(code, Some(0), "{messages}");
        assert!(messages.contains("1 so far"), "{messages}");

        let cubes = command(folder, "loopback", &["-vv", "cubes"])
            .output()
            .unwrap();
        assert!(cubes.status.success(), "{}", stderr(&cubes));
        let mut rest = other_files(folder);
        rest.push(stderr(&cubes));
        let cubes = String::from_utf8(cubes.stdout).unwrap();
        assert!(csv_rows(&cubes).len() > 1);
        rest.push(cubes);
        (parameter(&callback, "state").to_owned(), messages, rest)
    })
    .await;

    // L3, L6: no secret is in the log or in a file other than the store.
    let secrets = simulator.issued_secrets();
    assert!(secrets.len() >= 4, "a code, two tokens and a session");
    for form in secrets.iter().flat_map(|secret| forms(secret)) {
        for text in rest.iter().chain([&messages]) {
            assert!(!text.contains(&form), "{form} is printed: {text}");
        }
    }
    for form in forms(DEMO_CLIENT_SECRET) {
        assert!(!messages.contains(&form), "{form} is printed: {messages}");
    }
    // Only the printed address contains the state.
    assert_eq!(messages.matches(&state).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn o8_a_wrong_pasted_address_can_be_pasted_again() {
    let simulator = simulator().await;
    run_blocking(&simulator, |folder| {
        let mut login = Running::start(folder, "paste", &["login", "--no-browser"]);
        let address = login.until("authorize.jsp");
        login.until("paste it here");
        let callback = redirect(&address);
        for (wrong, hint) in [
            ("a-bare-code", "not a URL"),
            ("https://localhost:5000/token?code=c", "no \"state\""),
            (
                "https://localhost:5000/token?code=c&state=other",
                "belongs to another login",
            ),
        ] {
            login.paste(wrong);
            login.until(hint);
        }
        login.paste(&callback);
        let (code, messages) = login.end();
        assert_eq!(code, Some(0), "{messages}");
        assert!(messages.contains("logged in"), "{messages}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_login_prints_the_message_of_the_server() {
    let simulator = simulator().await;
    run_blocking(&simulator, |folder| {
        let mut login = Running::start(folder, "paste", &["login", "--no-browser"]);
        let address = login.until("authorize.jsp");
        login.until("paste it here");
        login.paste(&redirect(&address).replacen("code=", "code=x", 1));
        let (code, messages) = login.end();
        assert_eq!(code, Some(1), "{messages}");
        let error = messages.lines().last().unwrap();
        assert!(
            error.contains("invalid_grant): the server says: "),
            "{error}"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_aborted_login_leaves_no_file() {
    let simulator = simulator().await;
    run_blocking(&simulator, |folder| {
        // The input ends without an address.
        let mut login = Running::start(folder, "paste", &["login", "--no-browser"]);
        login.until("paste it here");
        let (code, _said) = login.end();
        assert_eq!(code, Some(2));

        // The command is killed while it waits for the browser.
        let mut login = Running::start(folder, "loopback", &["login", "--no-browser"]);
        login.until("Waiting");
        login.child.kill().unwrap();
        let (code, _said) = login.end();
        assert_eq!(code, None);
        let names: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names, ["plants.json"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn config_show_names_each_origin_and_logout_deletes_the_login() {
    let simulator = simulator().await;
    run_blocking(&simulator, |folder| {
        let show = || {
            let output = command(folder, "paste", &["config", "show"])
                .env("BRAINCUBE_VERIFY", "true")
                .output()
                .unwrap();
            assert!(output.status.success(), "{}", stderr(&output));
            String::from_utf8(output.stdout).unwrap()
        };
        let origin = |text: &str, key: &str| {
            let rows = csv_rows(text);
            let row = rows.into_iter().find(|row| row[0] == key);
            row.map(|row| row[2].clone())
        };
        let before = show();
        for (key, expected) in [
            ("profile", "the program"),
            ("client_id", "plants.json"),
            ("client_secret", "plants.json"),
            ("redirect_uri", "plants.json"),
            ("verify", "the environment variable BRAINCUBE_VERIFY"),
            ("allow_http", "the default"),
        ] {
            assert_eq!(origin(&before, key).as_deref(), Some(expected), "{before}");
        }
        assert!(!before.contains(DEMO_CLIENT_SECRET), "{before}");
        assert_eq!(origin(&before, "login"), None);

        let mut login = Running::start(folder, "paste", &["login", "--no-browser"]);
        let address = login.until("authorize.jsp");
        login.paste(&redirect(&address));
        assert_eq!(login.end().0, Some(0));
        let after = show();
        assert!(origin(&after, "login").unwrap().ends_with(STORE), "{after}");
        let stored = std::fs::read_to_string(folder.join(STORE)).unwrap();
        let stored: serde_json::Value = serde_json::from_str(&stored).unwrap();
        let token = stored["credentials"][0]["token"]["access_token"].as_str();
        assert!(!after.contains(token.unwrap()), "{after}");

        for expected in ["logged out", "not logged in"] {
            let output = command(folder, "paste", &["logout"]).output().unwrap();
            assert!(output.status.success());
            assert!(stderr(&output).contains(expected), "{}", stderr(&output));
        }
        assert_eq!(show(), before);
        let cubes = command(folder, "paste", &["cubes"]).output().unwrap();
        assert_eq!(cubes.status.code(), Some(1));
        assert!(stderr(&cubes).contains("log in"), "{}", stderr(&cubes));
    })
    .await;
}

#[test]
fn a_login_without_an_application_names_the_missing_setting() {
    let folder = tempfile::tempdir().unwrap();
    let text = r#"{"domain": "a.example"}"#;
    std::fs::write(folder.path().join("config.json"), text).unwrap();
    let output = braincube(folder.path()).arg("login").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("client_id"), "{}", stderr(&output));
    let output = braincube(folder.path())
        .args(["--demo", "login"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
}
