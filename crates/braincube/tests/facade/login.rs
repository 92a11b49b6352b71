//! Logins against the simulator.

mod browser;
#[cfg(feature = "legacy-tls-login")]
mod certificate;
mod connections;
mod outcomes;
mod rejections;

use std::path::Path;

use braincube::auth::Environment;
use braincube::login::{CallbackListener, LoginError, StoredToken};
use braincube::{Client, Config};
use braincube_sim::{DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, OAuth2Server, PkceRule, Simulator};
use tempfile::TempDir;

use self::browser::{consent, visit};

/// A simulator, and the home folder of a user who logs in.
struct Site {
    simulator: Simulator,
    home: TempDir,
}

impl Site {
    async fn start(server: OAuth2Server) -> Self {
        let simulator = Simulator::builder().oauth2(server).start().await.unwrap();
        let home = tempfile::tempdir().unwrap();
        Self { simulator, home }
    }

    /// A server that requires PKCE and accepts any redirect URI on this machine.
    async fn strict() -> Self {
        Self::start(server()).await
    }

    fn config(&self, redirect_uri: &str) -> Config {
        Config::builder()
            .sso_base_url(self.simulator.sso_base_url())
            .api_base_url(self.simulator.api_base_url())
            .client_id(DEMO_CLIENT_ID)
            .client_secret(DEMO_CLIENT_SECRET)
            .redirect_uri(redirect_uri)
            .environment(Environment::empty().with_home(self.home.path()))
            .load(None)
            .unwrap()
    }

    async fn listen(&self) -> CallbackListener {
        let config = self.config("http://127.0.0.1:0/callback");
        let login = braincube::login::Login::new(&config).unwrap();
        login.listen().await.unwrap()
    }

    fn stored(&self) -> Option<StoredToken> {
        self.config("http://127.0.0.1/").stored_token().unwrap()
    }

    /// The number of token requests.
    fn exchanges(&self) -> usize {
        let requests = self.simulator.requests();
        let of_token = |path: &str| path.ends_with("/oauth2/token");
        requests
            .iter()
            .filter(|request| of_token(request.path_and_query()))
            .count()
    }
}

fn server() -> OAuth2Server {
    OAuth2Server::new()
        .any_loopback_redirect()
        .pkce(PkceRule::Required)
}

/// Whether a folder contains no file at any depth.
fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).unwrap().next().is_none()
}

/// Waits for the end of a login while the browser runs.
async fn while_browsing<T>(
    listener: CallbackListener,
    browsing: impl Future<Output = T>,
) -> (Result<StoredToken, LoginError>, T) {
    tokio::join!(listener.finish(), browsing)
}

/// Sends requests with the token of the login.
async fn assert_logged_in(site: &Site) {
    let config = site.config("http://127.0.0.1/");
    let client = Client::from_config(config).await.unwrap();
    let names = client.braincubes().await.unwrap();
    assert!(!names.is_empty());
}

#[tokio::test]
async fn a_login_with_a_listener_succeeds() {
    let site = Site::strict().await;
    let listener = site.listen().await;
    let address = listener.address();
    let (token, page) = while_browsing(listener, async {
        let callback = consent(&address).await;
        visit(&callback).await
    })
    .await;
    token.unwrap();
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
    for header in [
        "Referrer-Policy: no-referrer\r\n",
        "Cache-Control: no-store\r\n",
        "Content-Security-Policy: default-src 'none'",
    ] {
        assert!(page.contains(header), "{page}");
    }
    assert_logged_in(&site).await;
}

#[tokio::test]
async fn a_login_on_localhost_succeeds() {
    let site = Site::strict().await;
    let config = site.config("http://localhost/callback");
    let login = braincube::login::Login::new(&config).unwrap();
    let listener = login.listen().await.unwrap();
    let address = listener.address();
    let (token, _page) =
        while_browsing(listener, async { visit(&consent(&address).await).await }).await;
    token.unwrap();
    assert_logged_in(&site).await;
}

#[tokio::test]
async fn o8_the_pasted_redirect_uri_of_the_python_package_is_accepted() {
    let site = Site::start(OAuth2Server::new().pkce(PkceRule::Required)).await;
    let config = site.config("https://localhost:5000/token");
    let pasted = braincube::login::Login::new(&config)
        .unwrap()
        .paste()
        .unwrap();
    let callback = consent(&pasted.address()).await;
    assert!(callback.starts_with("https://localhost:5000/token?"));
    assert!(pasted.check("https://localhost:5000/token?code=c").is_err());
    pasted.check(&callback).unwrap();
    pasted.finish(&format!("  {callback}\n")).await.unwrap();
    assert_logged_in(&site).await;
}

#[tokio::test]
async fn o14_an_expired_token_is_refreshed_and_stored() {
    let site = Site::strict().await;
    let config = site.config("https://localhost:5000/token");
    let pasted = braincube::login::Login::new(&config)
        .unwrap()
        .paste()
        .unwrap();
    let callback = consent(&pasted.address()).await;
    let token = pasted.finish(&callback).await.unwrap();

    let stale = StoredToken::new("stale".into(), token.refresh_token().cloned(), None);
    let account = config.account().unwrap();
    let store = config.file_store().unwrap();
    braincube::auth::store::SecretStore::save(&store, &account, &stale).unwrap();
    assert_logged_in(&site).await;
    assert_eq!(site.exchanges(), 2);
    assert_ne!(site.stored().unwrap().masked(), stale.masked());
    // The next process uses the stored token.
    assert_logged_in(&site).await;
    assert_eq!(site.exchanges(), 2);
}

#[tokio::test]
async fn logging_out_removes_the_token() {
    let site = Site::strict().await;
    let config = site.config("https://localhost:5000/token");
    let login = braincube::login::Login::new(&config).unwrap();
    assert!(!login.log_out().unwrap());
    let pasted = login.paste().unwrap();
    let callback = consent(&pasted.address()).await;
    pasted.finish(&callback).await.unwrap();
    assert!(login.log_out().unwrap());
    assert!(site.stored().is_none());
}
