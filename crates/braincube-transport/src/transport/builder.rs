//! [`TransportBuilder`]: what a transport can be told.

use std::sync::Arc;

use braincube_auth::TokenSource;
use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use http_body::Body as HttpBody;
use tower::Service;

use super::Transport;
use super::replay::Replay;
use crate::error::{BoxError, Error};
use crate::http_client::HttpClient;
use crate::layer::RedirectPolicy;
use crate::options::{ConcurrencyOptions, LimitOptions, TimeoutOptions, USER_AGENT};
use crate::origins::AllowedOrigins;
use crate::proxy::ProxyOptions;
use crate::retry::RetryOptions;
use crate::stack::{self, Policy};
use crate::tls::TlsOptions;

/// Builds a [`Transport`] with all its layers.
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
            user_agent: USER_AGENT.to_owned(),
        }
    }

    /// How long each part of a request may take.
    pub fn timeouts(mut self, timeouts: TimeoutOptions) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// How often a request is sent, and how long to wait in between.
    pub fn retry(mut self, retry: RetryOptions) -> Self {
        self.retry = retry;
        self
    }

    /// How large an answer may be.
    pub fn limits(mut self, limits: LimitOptions) -> Self {
        self.limits = limits;
        self
    }

    /// How many operations may be under way at once.
    pub fn concurrency(mut self, concurrency: ConcurrencyOptions) -> Self {
        self.concurrency = concurrency;
        self
    }

    /// Which certificates are accepted; of no effect on [`build_with`](Self::build_with).
    pub fn tls(mut self, tls: TlsOptions) -> Self {
        self.tls = tls;
        self
    }

    /// Through which proxy connections go; of no effect on [`build_with`](Self::build_with).
    pub fn proxy(mut self, proxy: ProxyOptions) -> Self {
        self.proxy = proxy;
        self
    }

    /// What becomes of a redirect; by default none is followed.
    pub fn redirects(mut self, policy: RedirectPolicy) -> Self {
        self.redirects = policy;
        self
    }

    /// Whether plain `http` may be used to other machines than this one; by default not.
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }

    /// The header `User-Agent` of the requests, and of `CONNECT` to a proxy; by default this crate's name and version.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// The transport, over connections of its own.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config): plain `http` to another machine that was
    /// not allowed, a CA bundle that cannot be used, no trusted authority at all, a user agent
    /// that is no header value.
    pub fn build(self) -> Result<Transport, Error> {
        self.check()?;
        let proxy = self.proxy.clone().user_agent(self.user_agent_header()?);
        let client = HttpClient::with_proxy(&self.origins, &self.tls, &self.timeouts, &proxy)?;
        self.build_with(client)
    }

    /// The transport, over a service of the caller's: an [`HttpClient`] that others share, a
    /// client of another kind, a test.
    ///
    /// # Errors
    ///
    /// As [`build`](Self::build), TLS aside.
    pub fn build_with<S, B>(self, service: S) -> Result<Transport, Error>
    where
        S: Service<Request<Bytes>, Response = Response<B>> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send + 'static,
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        self.check()?;
        let user_agent = self.user_agent_header()?;
        let replay = Replay {
            retry: self.retry.clone(),
            total: self.timeouts.total,
        };
        let policy = Policy {
            origins: self.origins,
            tokens: self.tokens,
            timeouts: self.timeouts,
            retry: self.retry,
            limits: self.limits,
            concurrency: self.concurrency,
            redirects: self.redirects,
            user_agent,
        };
        Ok(Transport {
            stack: stack::with_policy(service, policy),
            replay,
        })
    }

    fn user_agent_header(&self) -> Result<HeaderValue, Error> {
        HeaderValue::from_str(&self.user_agent).map_err(|error| {
            Error::config("the user agent is no valid header value").with_source(error)
        })
    }

    fn check(&self) -> Result<(), Error> {
        if self.allow_http {
            return Ok(());
        }
        self.origins.refuse_plain_http()
    }
}
