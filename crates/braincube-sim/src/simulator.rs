//! [`Simulator`]: a running simulator.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use serde_json::json;

use crate::csv_file::CsvFile;
use crate::endpoint::{Endpoint, EndpointBuilder};
use crate::error::Error;
use crate::fault::Fault;
use crate::routes;
use crate::server;
use crate::site::Site;
use crate::wire_log::LoggedRequest;

/// A running simulator. It stops when it is dropped; [`shutdown`](Self::shutdown) waits for running requests.
pub struct Simulator {
    endpoint: Endpoint,
    prefix: String,
    site: Arc<Site>,
}

impl Simulator {
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

    /// The mounted CSV files: types, order variable and, for each DISCRETE column, the cell that made it DISCRETE.
    pub fn csv_files(&self) -> &[CsvFile] {
        &self.site.csv_files
    }

    /// The certificate authority that a client must trust, as PEM text for the setting `ca_bundle`; `None` without TLS.
    pub fn ca_pem(&self) -> Option<&str> {
        self.endpoint.ca_pem()
    }

    /// The address of its socket.
    pub fn address(&self) -> SocketAddr {
        self.endpoint.address()
    }

    /// `http://{address}`, or `https://…` with TLS, without a trailing slash and without the path prefix.
    ///
    /// If it listens on all addresses of the machine, this is the loopback address.
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

    /// A base URL of the web services with the placeholder `{braincube-name}`, as an alternative `braincube_base_url`.
    pub fn placeholder_base_url(&self) -> String {
        format!("{}/at/{{braincube-name}}", self.api_base_url())
    }

    /// The personal access token.
    pub fn token(&self) -> &str {
        self.site.token.as_str()
    }

    /// The OAuth2 access token that is valid from the start.
    pub fn oauth2_token(&self) -> &str {
        self.site.oauth.server.access_token.as_str()
    }

    /// All issued codes, access tokens, refresh tokens and session tokens, oldest first; at most the newest 10,000. A test can
    /// search for them in logs.
    pub fn issued_secrets(&self) -> Vec<String> {
        self.site.oauth.issued()
    }

    /// Ends all SSO sessions. Clients with an access token can open new ones.
    pub fn end_sessions(&self) {
        self.site.oauth.end_sessions();
    }

    /// Revokes all codes, access tokens and refresh tokens, including the initial access token, and ends all SSO sessions.
    pub fn revoke_oauth2(&self) {
        self.site.oauth.revoke();
    }

    /// A configuration file for a client, as one line of JSON: the Python package `braincube_connector` reads only the first
    /// line.
    pub fn config_json(&self) -> String {
        self.config_with("api_key", self.token())
    }

    /// A configuration file with an OAuth2 access token instead of the personal access token.
    pub fn oauth2_config_json(&self) -> String {
        self.config_with("oauth2_token", self.oauth2_token())
    }

    fn config_with(&self, key: &str, token: &str) -> String {
        json!({
            "sso_base_url": self.sso_base_url(),
            "braincube_base_url": self.api_base_url(),
            key: token,
        })
        .to_string()
    }

    /// The received requests, oldest first; at most the newest 10,000, or the number of
    /// [`log_limit`](crate::SimulatorBuilder::log_limit).
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.site.log.requests()
    }

    /// The number of received requests, including those that are no longer in [`requests`](Self::requests).
    pub fn request_count(&self) -> u64 {
        self.site.log.count()
    }

    /// The number of responses by status, without those that a fault has replaced on the connection.
    pub fn status_counts(&self) -> BTreeMap<u16, u64> {
        self.site.log.statuses()
    }

    /// Adds a fault.
    pub fn add_fault(&self, fault: Fault) {
        self.site.faults.add(fault);
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.site.faults.clear();
    }

    /// Stops listening, waits at most two seconds for running requests, and closes all connections.
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
