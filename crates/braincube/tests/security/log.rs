//! L3: log output at TRACE of this project and of the libraries below it.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

use braincube::auth::Environment;
use braincube::{Client, Config};
use tempfile::TempDir;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::planted::{ACCESS, CLIENT, PERSONAL, canaries, proxy, secure_simulator, simulator};
use crate::traffic;

/// The log output of this process while recording.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Heard>>);

#[derive(Default)]
struct Heard {
    bytes: Vec<u8>,
    listeners: usize,
}

/// Records log output until it is taken.
pub(crate) struct Listener {
    log: &'static Log,
    start: usize,
}

impl Log {
    pub(crate) fn listen() -> Listener {
        static LOG: OnceLock<Log> = OnceLock::new();
        let log = LOG.get_or_init(|| {
            let log = Self::default();
            // Also records output of the `log` crate.
            tracing_subscriber::fmt()
                .with_max_level(LevelFilter::TRACE)
                .with_span_events(FmtSpan::FULL)
                .with_ansi(false)
                .with_writer(log.clone())
                .finish()
                .init();
            log
        });
        let mut heard = log.0.lock().unwrap();
        heard.listeners += 1;
        let start = heard.bytes.len();
        Listener { log, start }
    }
}

impl Listener {
    pub(crate) fn text(self) -> String {
        let mut heard = self.log.0.lock().unwrap();
        heard.listeners -= 1;
        String::from_utf8_lossy(&heard.bytes[self.start..]).into_owned()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut heard = self.0.lock().unwrap();
        if heard.listeners > 0 {
            heard.bytes.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// A configuration file with all secrets; without a personal access token, an OAuth2 token is used.
fn config_file(folder: &Path, base_url: &str, proxy: &str, with_key: bool) -> Config {
    let mut config = serde_json::json!({
        "sso_base_url": base_url,
        "braincube_base_url": base_url,
        "proxy": proxy,
        "oauth2_token": ACCESS,
        "client_id": "a-client",
        "client_secret": CLIENT,
        "ca_bundle": "ca.pem",
        "no_such_key": PERSONAL,
    });
    if with_key {
        config["api_key"] = PERSONAL.into();
    }
    let path = folder.join(format!("config-{with_key}.json"));
    std::fs::write(&path, config.to_string()).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    let builder = Config::builder().environment(Environment::empty());
    builder.load(Some(&path)).unwrap()
}

#[tokio::test]
async fn l3_no_log_of_the_whole_stack_shows_a_secret() {
    let log = Log::listen();
    let folder = TempDir::new().unwrap();
    let (plain, secure) = (simulator().await, secure_simulator().await);
    let certificate = secure.ca_pem().unwrap();
    std::fs::write(folder.path().join("ca.pem"), certificate).unwrap();
    let proxy = proxy().await;
    for simulator in [&plain, &secure] {
        for with_key in [true, false] {
            let config = config_file(folder.path(), &simulator.url(), &proxy.url(), with_key);
            let client: Client = traffic::client(config).await;
            let failures = traffic::ask(&client).await;
            assert!(failures.len() < 4, "{failures:?}");
            simulator.end_sessions();
            assert!(client.braincubes().await.is_ok());
        }
    }
    plain.revoke_oauth2();
    assert!(proxy.tunnels().len() >= 4, "all requests used the proxy");

    let text = log.text();
    // The test is only meaningful if the log has output of all layers.
    for phrase in [
        "hyper_util::client",
        "rustls::client",
        "braincube.operation",
        "braincube.attempt",
        "the session is no longer accepted",
        "no_such_key",
    ] {
        assert!(text.contains(phrase), "the log does not contain {phrase:?}");
    }
    for simulator in [&plain, &secure] {
        assert!(simulator.issued_secrets().len() > 2, "sessions were opened");
    }
    canaries([&plain, &secure]).assert_absent("the log", text);
}
