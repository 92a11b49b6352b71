//! [`Simulator`]: a running one.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use serde_json::json;

use crate::builder::SimulatorBuilder;
use crate::csv_file::CsvFile;
use crate::endpoint::{Endpoint, EndpointBuilder};
use crate::error::Error;
use crate::fault::Fault;
use crate::routes;
use crate::server;
use crate::site::Site;
use crate::wire_log::LoggedRequest;

/// A simulated Braincube that is listening.
///
/// It stops when it is dropped; [`shutdown`](Self::shutdown) lets answers under way finish first.
pub struct Simulator {
    endpoint: Endpoint,
    prefix: String,
    site: Arc<Site>,
}

impl Simulator {
    /// A simulator to be: choose what it holds, then start it.
    pub fn builder() -> SimulatorBuilder {
        SimulatorBuilder::default()
    }

    /// Starts a simulator with the memory base "Batch dryer" on a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// [`Error::Bind`] if there is no free port.
    pub async fn start() -> Result<Self, Error> {
        Self::builder().start().await
    }

    pub(crate) async fn listen(
        endpoint: EndpointBuilder,
        prefix: String,
        site: Arc<Site>,
    ) -> Result<Self, Error> {
        let router = routes::router(Arc::clone(&site), &prefix);
        let serve = |connections| server::serve(connections, router);
        Ok(Self {
            endpoint: endpoint.start(serve).await?,
            prefix,
            site,
        })
    }

    /// What the mounted CSV files have become: types, order variable and, of each DISCRETE column, the cell that decided.
    pub fn csv_files(&self) -> &[CsvFile] {
        &self.site.csv_files
    }

    /// The authority that a client must trust, as PEM text, such as for the file that `ca_bundle` names; `None` where it
    /// speaks plain HTTP.
    pub fn ca_pem(&self) -> Option<&str> {
        self.endpoint.ca_pem()
    }

    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.endpoint.address()
    }

    /// `http://{address}`, or `https://…` over TLS, without a slash at its end and without the path prefix.
    ///
    /// If it listens on every address of the machine, the loopback one stands here.
    pub fn url(&self) -> String {
        let mut address = self.address();
        match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
            IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
            _ => {}
        }
        format!("{}://{address}", self.endpoint.scheme())
    }

    /// The base URL of the SSO service, `sso_base_url` in a configuration file.
    pub fn sso_base_url(&self) -> String {
        format!("{}{}", self.url(), self.prefix)
    }

    /// The base URL of the web services, `braincube_base_url` in a configuration file.
    pub fn api_base_url(&self) -> String {
        self.sso_base_url()
    }

    /// A base URL of the web services with the placeholder `{braincube-name}`; another `braincube_base_url`.
    pub fn placeholder_base_url(&self) -> String {
        format!("{}/at/{{braincube-name}}", self.api_base_url())
    }

    /// The personal access token that opens it.
    pub fn token(&self) -> &str {
        self.site.token.as_str()
    }

    /// The OAuth2 access token that is good from the start.
    pub fn oauth2_token(&self) -> &str {
        self.site.oauth.server.access_token.as_str()
    }

    /// Every code, access token, refresh token and session token that it has handed out, the oldest first; the newest
    /// 10,000. For a test that looks for them where they should not be.
    pub fn issued_secrets(&self) -> Vec<String> {
        self.site.oauth.issued()
    }

    /// Ends all SSO sessions; whoever has an access token may open another.
    pub fn end_sessions(&self) {
        self.site.oauth.end_sessions();
    }

    /// Takes back every code, access token and refresh token, the one that was good from the start included, and ends
    /// all SSO sessions.
    pub fn revoke_oauth2(&self) {
        self.site.oauth.revoke();
    }

    /// A configuration file for a client, as one line of JSON: the Python package `braincube_connector` reads no more
    /// than the first.
    pub fn config_json(&self) -> String {
        json!({
            "sso_base_url": self.sso_base_url(),
            "braincube_base_url": self.api_base_url(),
            "api_key": self.token(),
        })
        .to_string()
    }

    /// The same with an OAuth2 access token in the place of the personal access token.
    pub fn oauth2_config_json(&self) -> String {
        json!({
            "sso_base_url": self.sso_base_url(),
            "braincube_base_url": self.api_base_url(),
            "oauth2_token": self.oauth2_token(),
        })
        .to_string()
    }

    /// What has been asked so far, the oldest first; the newest 10,000 requests, or as many as
    /// [`log_at_most`](SimulatorBuilder::log_at_most) says.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.site.log.requests()
    }

    /// How many requests there have been, also those that [`requests`](Self::requests) no longer holds.
    pub fn request_count(&self) -> u64 {
        self.site.log.count()
    }

    /// How many requests have been answered with each status so far. One whose connection was cut or reset on purpose
    /// is not among them.
    pub fn answers(&self) -> BTreeMap<u16, u64> {
        self.site.log.answers()
    }

    /// Lets something go wrong from now on, besides what goes wrong already.
    pub fn add_fault(&self, fault: Fault) {
        self.site.faults.add(fault);
    }

    /// Lets nothing go wrong any more.
    pub fn clear_faults(&self) {
        self.site.faults.clear();
    }

    /// Stops listening, gives answers under way two seconds to finish, and closes all connections.
    pub async fn shutdown(self) {
        self.endpoint.shutdown().await;
    }
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Simulator")
            .field("url", &self.sso_base_url())
            .finish_non_exhaustive()
    }
}
