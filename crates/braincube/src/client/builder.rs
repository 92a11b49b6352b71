//! [`ClientBuilder`]: a client's options, one by one.

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

/// A client's options, set one by one and checked by [`build`](Self::build).
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

    /// How many entities a page of a list asks for, 1 to 10,000; 150 unless this is called. What an operation looks up by
    /// itself, such as the names of columns, comes in pages as long as they may be.
    pub fn page_size(mut self, size: u32) -> Self {
        self.page_size = size;
        self
    }

    /// For how long a failing request is retried, in place of what the configuration says; zero for no retries. By default
    /// 15 s, and five minutes in [`DataQuery::fetch_stream`](crate::DataQuery::fetch_stream).
    pub fn retry_for(mut self, time: Duration) -> Self {
        self.retry = self.retry.retry_for(time);
        self
    }

    /// The longest time for one request with its retries and the reading of its response, in place of what the
    /// configuration says; by default unlimited.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeouts = self.timeouts.total(Some(limit));
        self
    }

    /// How requests are retried. Replaces [`retry_for`](Self::retry_for) and what the configuration says of it.
    pub fn retry(mut self, retry: RetryOptions) -> Self {
        self.retry = retry;
        self
    }

    /// How long each part of a request may take. Replaces [`timeout`](Self::timeout) and what the configuration says of it.
    pub fn timeouts(mut self, timeouts: TimeoutOptions) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// How large an answer may be.
    pub fn limits(mut self, limits: LimitOptions) -> Self {
        self.limits = limits;
        self
    }

    /// How many requests may be under way at once; by default 8 for data and 64 for anything else.
    pub fn concurrency(mut self, concurrency: ConcurrencyOptions) -> Self {
        self.concurrency = concurrency;
        self
    }

    /// Through which proxy connections go, in place of what the configuration and the environment say of it.
    pub fn proxy(mut self, proxy: ProxyOptions) -> Self {
        self.proxy = proxy;
        self
    }

    /// What becomes of a redirect; none is followed unless this is called.
    pub fn redirects(mut self, policy: RedirectPolicy) -> Self {
        self.redirects = policy;
        self
    }

    /// The client. Nothing is sent; an SSO session, where one is needed, opens with the first
    /// request.
    ///
    /// # Errors
    ///
    /// Where the configuration holds no credential, an option makes no sense, or certificates
    /// cannot be read.
    pub fn build(self) -> Result<Client> {
        let page_size = page_size(self.page_size)?;
        let config = &self.config;
        let endpoints = Endpoints::new(config.sso_base_url(), config.api_base_url())?;
        // One pool of connections for both: the session is opened where the data comes from too.
        let origins = AllowedOrigins::from(&endpoints);
        let http = HttpClient::with_proxy(&origins, &self.tls(), &self.timeouts, &self.proxy)?;
        let tokens: Arc<dyn TokenSource> = match config.personal_access_token() {
            Some(token) => Arc::new(token),
            None => config.token_source(Arc::new(self.exchange(http.clone())?))?,
        };
        let transport = self
            .with_options(Transport::builder(tokens, origins))
            .build_with(http)?;
        Ok(Client::with_page_size(endpoints, transport, page_size))
    }

    /// The transport through which a session is opened: to the SSO service alone, without a
    /// credential of its own.
    fn exchange(&self, http: HttpClient) -> Result<Transport> {
        let origins = AllowedOrigins::new([self.config.sso_base_url()])?;
        let builder = Transport::builder_without_credentials(origins);
        Ok(self.with_options(builder).build_with(http)?)
    }

    fn tls(&self) -> TlsOptions {
        let options = TlsOptions::default().verify(self.config.verify());
        match self.config.ca_bundle() {
            Some(path) => options.ca_bundle(path),
            None => options,
        }
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

fn page_size(size: u32) -> Result<NonZeroU32> {
    let allowed = NonZeroU32::new(size).filter(|size| size.get() <= Page::MAX_SIZE);
    allowed.ok_or_else(|| {
        invalid(
            "page_size",
            format!("{size} is not within 1 to {}", Page::MAX_SIZE),
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
