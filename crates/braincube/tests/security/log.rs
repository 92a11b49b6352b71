//! L3: what is logged at TRACE, by this project and by the libraries below it.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

use braincube::auth::Surroundings;
use braincube::{Client, Config};
use rcgen::{CertificateParams, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::planted::{ACCESS, CLIENT, PERSONAL, canaries, simulator};
use crate::traffic;

/// Everything that this process has logged, whoever did it.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Listens from the first call on.
    pub(crate) fn of_this_process() -> &'static Self {
        static LOG: OnceLock<Log> = OnceLock::new();
        LOG.get_or_init(|| {
            let log = Self::default();
            // Takes what is written through the `log` crate as well.
            tracing_subscriber::fmt()
                .with_max_level(LevelFilter::TRACE)
                .with_span_events(FmtSpan::FULL)
                .with_ansi(false)
                .with_writer(log.clone())
                .finish()
                .init();
            log
        })
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
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

/// The encrypted entrance to a server of this machine; ends when dropped.
struct Entrance {
    base_url: String,
    _connections: JoinSet<()>,
}

impl Entrance {
    /// Opens one, and writes the certificate that a client has to trust.
    async fn to(server: std::net::SocketAddr, certificate_file: &Path) -> Self {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(["localhost".to_owned()]).unwrap();
        let certificate = certificate.self_signed(&key).unwrap();
        std::fs::write(certificate_file, certificate.pem()).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut connections = JoinSet::new();
        connections.spawn(async move {
            let mut open = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let acceptor = acceptor.clone();
                open.spawn(async move {
                    let mut inside = TcpStream::connect(server).await.unwrap();
                    let mut outside = acceptor.accept(stream).await.unwrap();
                    // Ends with either side, in whatever way.
                    let _ = tokio::io::copy_bidirectional(&mut outside, &mut inside).await;
                });
            }
        });
        Self {
            base_url: format!("https://localhost:{port}"),
            _connections: connections,
        }
    }
}

/// A configuration file with all secrets in it, and an access token in the place of the personal one if asked.
fn config_file(folder: &TempDir, base_url: &str, certificate: &Path, with_key: bool) -> Config {
    let mut config = serde_json::json!({
        "sso_base_url": base_url,
        "braincube_base_url": base_url,
        "oauth2_token": ACCESS,
        "client_id": "a-client",
        "client_secret": CLIENT,
        "ca_bundle": certificate,
        "no_such_key": PERSONAL,
    });
    if with_key {
        config["api_key"] = PERSONAL.into();
    }
    let path = folder.path().join(format!("config-{with_key}.json"));
    std::fs::write(&path, config.to_string()).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    let builder = Config::builder().surroundings(Surroundings::empty());
    builder.load(Some(&path)).unwrap()
}

#[tokio::test]
async fn l3_no_log_of_the_whole_stack_shows_a_secret() {
    let log = Log::of_this_process();
    let folder = TempDir::new().unwrap();
    let certificate = folder.path().join("ca.pem");
    let simulator = simulator().await;
    let entrance = Entrance::to(simulator.address(), &certificate).await;
    for base_url in [&entrance.base_url, &simulator.url()] {
        for with_key in [true, false] {
            let config = config_file(&folder, base_url, &certificate, with_key);
            let client: Client = traffic::client(config).await;
            let failures = traffic::ask(&client).await;
            assert!(failures.len() < 4, "{failures:?}");
            simulator.end_sessions();
            assert!(client.braincubes().await.is_ok());
        }
    }
    simulator.revoke_oauth2();

    let text = log.text();
    // What is not heard cannot be found clean.
    for voice in [
        "hyper_util::client",
        "rustls::client",
        "braincube.operation",
        "braincube.attempt",
        "the session is no longer accepted",
        "no_such_key",
    ] {
        assert!(text.contains(voice), "{voice} says nothing in the log");
    }
    assert!(simulator.issued_secrets().len() > 4, "sessions were opened");
    canaries(&simulator).assert_absent("the log", text);
}
