//! [`TransportBuilder`]: the options of a transport.

use std::sync::Arc;

use braincube_auth::TokenSource;
use http::HeaderValue;
use tower::ServiceBuilder;

use super::Transport;
use super::access::{Access, Sessions};
use super::call::{Permits, Policy};
use super::redirect::RedirectPolicy;
use crate::error::Error;
use crate::http_client::HttpClient;
use crate::layer::{AttemptLayer, InspectLayer};
use crate::options::{ConcurrencyOptions, DEFAULT_USER_AGENT, LimitOptions, TimeoutOptions};
use crate::origins::AllowedOrigins;
use crate::proxy::ProxyOptions;
use crate::retry::RetryOptions;
use crate::service::{ErasedService, HttpService, erase};
use crate::tls::TlsOptions;

/// Builds a [`Transport`].
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it builds"]
pub struct TransportBuilder {
    tokens: Option<Arc<dyn TokenSource>>,
    origins: AllowedOrigins,
    timeouts: TimeoutOptions,
    retry: RetryOptions,
    limits: LimitOptions,
    concurrency: ConcurrencyOptions,
    tls: TlsOptions,
    proxy: ProxyOptions,
    redirects: RedirectPolicy,
    allow_http: bool,
    user_agent: String,
}

impl TransportBuilder {
    pub(super) fn new(tokens: Option<Arc<dyn TokenSource>>, origins: AllowedOrigins) -> Self {
        Self {
            tokens,
            origins,
            timeouts: TimeoutOptions::default(),
            retry: RetryOptions::default(),
            limits: LimitOptions::default(),
            concurrency: ConcurrencyOptions::default(),
            tls: TlsOptions::default(),
            proxy: ProxyOptions::default(),
            redirects: RedirectPolicy::default(),
            allow_http: false,
            user_agent: DEFAULT_USER_AGENT.to_owned(),
        }
    }

    /// The time limits of each part of a request.
    pub fn timeouts(mut self, timeouts: TimeoutOptions) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// How long failed requests are retried, and how long to wait between attempts.
    pub fn retry(mut self, retry: RetryOptions) -> Self {
        self.retry = retry;
        self
    }

    /// How large a response may be.
    pub fn limits(mut self, limits: LimitOptions) -> Self {
        self.limits = limits;
        self
    }

    /// How many operations may run at once, and how many requests are sent per second.
    pub fn concurrency(mut self, concurrency: ConcurrencyOptions) -> Self {
        self.concurrency = concurrency;
        self
    }

    /// Which certificates are accepted; has no effect on [`build_with`](Self::build_with).
    pub fn tls(mut self, tls: TlsOptions) -> Self {
        self.tls = tls;
        self
    }

    /// The proxy of the connections; has no effect on [`build_with`](Self::build_with).
    pub fn proxy(mut self, proxy: ProxyOptions) -> Self {
        self.proxy = proxy;
        self
    }

    /// Which redirects are followed; by default none.
    pub fn redirects(mut self, policy: RedirectPolicy) -> Self {
        self.redirects = policy;
        self
    }

    /// Whether plain `http` to other machines is allowed; by default it is not.
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }

    /// The header `User-Agent` of the requests, and of `CONNECT` to a proxy; by default this crate's name and version.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// The transport with its own connections.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config): plain `http` to another machine that is not allowed, an unusable CA
    /// bundle, no trusted authority, or a user agent that is not a valid header value.
    pub fn build(self) -> Result<Transport, Error> {
        self.check()?;
        let proxy = self.proxy.clone().user_agent(self.user_agent_header()?);
        let client = HttpClient::with_proxy(&self.origins, &self.tls, &self.timeouts, &proxy)?;
        self.build_with(client)
    }

    /// The transport over a service of the caller: a shared [`HttpClient`], another client, or a test.
    ///
    /// # Errors
    ///
    /// As [`build`](Self::build), except those of TLS.
    pub fn build_with<S: HttpService>(self, service: S) -> Result<Transport, Error> {
        let layers = ServiceBuilder::new()
            .layer(InspectLayer::new(
                self.limits.clone(),
                self.timeouts.clone(),
            ))
            // Below the decompression: received bytes are counted as they were sent.
            .layer(AttemptLayer::new(Some(self.timeouts.clone())));
        self.build_over(Arc::new(layers.service(service)))
    }

    /// The transport over a service that has its own [layers](crate::layer).
    ///
    /// # Errors
    ///
    /// As [`build`](Self::build), except those of TLS.
    pub fn build_with_layers<S: HttpService>(self, service: S) -> Result<Transport, Error> {
        self.build_over(erase(service))
    }

    fn build_over(self, service: Arc<dyn ErasedService>) -> Result<Transport, Error> {
        self.check()?;
        let access = Access {
            user_agent: self.user_agent_header()?,
            origins: self.origins,
            tokens: self.tokens.clone(),
            rate_limiter: self.concurrency.rate_limiter.clone(),
        };
        let policy = Policy {
            total: self.timeouts.total,
            permits: Some(Permits::new(&self.concurrency)),
            retry: Some(Arc::new(self.retry)),
            redirects: self.redirects,
            access: Some(access),
            sessions: self.tokens.map(Sessions::new),
        };
        Ok(Transport {
            service,
            policy: Arc::new(policy),
        })
    }

    fn user_agent_header(&self) -> Result<HeaderValue, Error> {
        HeaderValue::from_str(&self.user_agent).map_err(|error| {
            Error::config("the user agent is not a valid header value").with_source(error)
        })
    }

    fn check(&self) -> Result<(), Error> {
        if self.allow_http {
            return Ok(());
        }
        self.origins.refuse_plain_http()
    }
}
