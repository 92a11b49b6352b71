//! [`ClientBuilder`]: the options of a client.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use braincube_auth::{Config, TokenSource};
use braincube_model::request::{Endpoints, Page};
use braincube_transport::{
    AllowedOrigins, ConcurrencyOptions, HttpClient, LimitOptions, ProxyOptions, RedirectPolicy,
    RetryOptions, TimeoutOptions, TlsOptions, Transport, TransportBuilder,
};

use super::Client;
use crate::error::{Result, invalid};

/// The options of a [`Client`]. [`build`](Self::build) validates them.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it builds"]
pub struct ClientBuilder {
    config: Config,
    page_size: u32,
    retry: RetryOptions,
    timeouts: TimeoutOptions,
    limits: LimitOptions,
    concurrency: ConcurrencyOptions,
    proxy: ProxyOptions,
    redirects: RedirectPolicy,
}

/// Generates methods that replace an option.
macro_rules! options {
    ($($(#[$doc:meta])* $name:ident: $type:ty;)*) => {$(
        $(#[$doc])*
        pub fn $name(mut self, $name: $type) -> Self {
            self.$name = $name;
            self
        }
    )*};
}

impl ClientBuilder {
    pub(super) fn new(config: Config) -> Self {
        let retry = RetryOptions::default();
        Self {
            proxy: ProxyOptions::from(&config),
            retry: match config.retry_for() {
                Some(time) => retry.retry_for(time),
                None => retry,
            },
            timeouts: TimeoutOptions::default().total(config.timeout()),
            config,
            page_size: Page::DEFAULT_SIZE,
            limits: LimitOptions::default(),
            concurrency: ConcurrencyOptions::default(),
            redirects: RedirectPolicy::default(),
        }
    }

    /// Sets the number of entities in a page of a list: 1 to 10,000, by default 150. Lists that an operation reads for
    /// itself, such as for the names of columns, have pages of 10,000.
    pub fn page_size(mut self, size: u32) -> Self {
        self.page_size = size;
        self
    }

    /// Sets for how long a failing request is retried, instead of the configuration. Zero disables retries. By default
    /// 15 s, and five minutes in [`DataQuery::fetch_stream`](crate::DataQuery::fetch_stream).
    pub fn retry_for(mut self, time: Duration) -> Self {
        self.retry = self.retry.retry_for(time);
        self
    }

    /// Sets the time limit for a request with its retries and the reading of its response, instead of the configuration.
    /// By default unlimited.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeouts = self.timeouts.total(Some(limit));
        self
    }

    options! {
        /// Sets how requests are retried. Replaces [`retry_for`](Self::retry_for) and the configuration.
        retry: RetryOptions;
        /// Sets the timeouts of all phases of a request. Replaces [`timeout`](Self::timeout) and the configuration.
        timeouts: TimeoutOptions;
        /// Sets the maximum size of responses.
        limits: LimitOptions;
        /// Sets the maximum number of concurrent requests. By default 8 for data and 64 for all others.
        concurrency: ConcurrencyOptions;
        /// Sets the proxy, instead of the configuration and the environment.
        proxy: ProxyOptions;
        /// Sets which redirects are followed. By default none.
        redirects: RedirectPolicy;
    }

    /// Builds the client. Sends no request: if an SSO session is needed, the first request opens it.
    ///
    /// Reads certificates from files; [`Client::from_config`] does that on another thread.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if the configuration contains no credential, or certificates cannot
    /// be read. [`ErrorKind::Input`](crate::ErrorKind::Input) if an option is invalid.
    pub fn build(self) -> Result<Client> {
        let page_size = page_size(self.page_size)?;
        let config = &self.config;
        let endpoints = Endpoints::new(config.sso_base_url(), config.api_base_url())?;
        // The session requests share the connection pool.
        let origins = AllowedOrigins::from(&endpoints);
        let http = http_client(config, &origins, &self.timeouts, &self.proxy)?;
        let tokens: Arc<dyn TokenSource> = match config.personal_access_token() {
            Some(token) => Arc::new(token),
            None => config.token_source(Arc::new(self.session_transport(http.clone())?))?,
        };
        let transport = self
            .with_options(Transport::builder(tokens, origins))
            .build_with(http)?;
        Ok(Client::with_page_size(endpoints, transport, page_size))
    }

    /// The transport of session requests: to the SSO server only, without a credential.
    fn session_transport(&self, http: HttpClient) -> Result<Transport> {
        let origins = AllowedOrigins::new([self.config.sso_base_url()])?;
        let builder = Transport::builder_without_credentials(origins);
        Ok(self.with_options(builder).build_with(http)?)
    }

    fn with_options(&self, builder: TransportBuilder) -> TransportBuilder {
        builder
            .allow_http(self.config.allow_http())
            .retry(self.retry.clone())
            .timeouts(self.timeouts.clone())
            .limits(self.limits.clone())
            .concurrency(self.concurrency.clone())
            .redirects(self.redirects)
    }
}

/// An HTTP client with the TLS settings of a configuration.
pub(crate) fn http_client(
    config: &Config,
    origins: &AllowedOrigins,
    timeouts: &TimeoutOptions,
    proxy: &ProxyOptions,
) -> Result<HttpClient, braincube_transport::Error> {
    let mut tls = TlsOptions::default().verify(config.verify());
    if let Some(path) = config.ca_bundle() {
        tls = tls.ca_bundle(path);
    }
    HttpClient::with_proxy(origins, &tls, timeouts, proxy)
}

fn page_size(size: u32) -> Result<NonZeroU32> {
    let allowed = NonZeroU32::new(size).filter(|size| size.get() <= Page::MAX_SIZE);
    allowed.ok_or_else(|| {
        invalid(
            "page_size",
            format!("{size} is not between 1 and {}", Page::MAX_SIZE),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::page_size;

    #[test]
    fn i14_a_page_holds_1_to_10_000_entities() {
        assert!(page_size(1).is_ok() && page_size(10_000).is_ok());
        assert!(page_size(0).is_err() && page_size(10_001).is_err());
    }
}
