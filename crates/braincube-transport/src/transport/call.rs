//! [`Call`]: one operation of a transport. Its loop decides after each attempt whether the request is sent again.

use std::sync::Arc;
use std::time::Duration;

use braincube_model::OperationClass;
use bytes::Bytes;
use http::{Request, Response, Uri};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracing::field::Empty;
use tracing::{Instrument, Span};

use super::Transport;
use super::access::{Access, Renewals, SessionVerdict, Sessions, login_page_is_unauthenticated};
use super::redirect::{RedirectPolicy, is_redirect};
use super::replay::ReplayableRequest;
use crate::body::Body;
use crate::error::{Error, ErrorKind};
use crate::extensions::{Deadline, Expect, LongRunning};
use crate::operation::OperationState;
use crate::options::ConcurrencyOptions;
use crate::retry::{Outcome, RetryOptions, RetryState};
use crate::status;

/// What a transport does in addition to sending a request once.
#[derive(Clone, Debug, Default)]
pub(super) struct Policy {
    /// The time limit of an operation.
    pub(super) total: Option<Duration>,
    pub(super) permits: Option<Permits>,
    /// Without options, no request is sent again after a failure.
    pub(super) retry: Option<Arc<RetryOptions>>,
    pub(super) redirects: RedirectPolicy,
    /// Without it, requests are sent unchanged to any origin.
    pub(super) access: Option<Access>,
    /// The sessions that are renewed after a rejection.
    pub(super) sessions: Option<Sessions>,
}

/// How many operations of each class may run at once. Operations wait in FIFO order.
#[derive(Clone, Debug)]
pub(super) struct Permits {
    metadata: Arc<Semaphore>,
    data: Arc<Semaphore>,
}

impl Permits {
    pub(super) fn new(options: &ConcurrencyOptions) -> Self {
        let permits = |count: usize| Arc::new(Semaphore::new(count.min(Semaphore::MAX_PERMITS)));
        Self {
            metadata: permits(options.metadata.get()),
            data: permits(options.data.get()),
        }
    }

    async fn acquire(&self, class: OperationClass) -> Result<OwnedSemaphorePermit, Error> {
        let permits = match class {
            OperationClass::Data => &self.data,
            _ => &self.metadata,
        };
        let permit = Arc::clone(permits).acquire_owned().await;
        permit.map_err(|closed| {
            let message = "the transport accepts no more requests";
            Error::new(ErrorKind::Input, message).with_source(closed)
        })
    }
}

/// An operation that is running.
pub(super) struct Call<'a> {
    transport: &'a Transport,
    state: OperationState,
    deadline: Option<Deadline>,
    expect: Expect,
    retries: Option<RetryState>,
    /// The request of the first attempt.
    first: Option<Request<Bytes>>,
    copy: ReplayableRequest,
    /// Where redirects have led the latest attempt to.
    location: Option<Uri>,
    redirects: u32,
    renewals: Renewals,
    is_session_renewed: bool,
}

impl<'a> Call<'a> {
    pub(super) fn begin(transport: &'a Transport, mut request: Request<Bytes>) -> Self {
        let policy = &*transport.policy;
        let state = OperationState::of(&mut request);
        let deadline = Deadline::begin(&mut request, policy.total);
        let extensions = request.extensions();
        let is_long_running = extensions.get::<LongRunning>().is_some();
        let retries = policy.retry.as_ref();
        Self {
            transport,
            deadline,
            expect: extensions.get().copied().unwrap_or_default(),
            retries: retries
                .map(|it| RetryState::new(it, state.operation(), deadline, is_long_running)),
            copy: ReplayableRequest::of(&request),
            first: Some(request),
            location: None,
            redirects: 0,
            renewals: Renewals::default(),
            is_session_renewed: false,
            state,
        }
    }

    /// The next response with a status of success, or with any status if the request expects that.
    pub(super) async fn respond(&mut self) -> Result<Response<Body>, Error> {
        let span = self.span();
        let deadline = self.deadline;
        let result = match deadline {
            // Requests whose deadline has passed are not sent.
            Some(deadline) if deadline.remaining().is_zero() => Err(deadline.exceeded()),
            Some(deadline) => {
                let response = self.respond_in_time().instrument(span.clone());
                let in_time = tokio::time::timeout_at(deadline.at, response).await;
                in_time.unwrap_or_else(|_| Err(deadline.exceeded()))
            }
            None => self.respond_in_time().instrument(span.clone()).await,
        };
        match result {
            Ok(response) => {
                span.record("http.response.status_code", response.status().as_u16());
                Ok(response.map(|body| body.of_operation(&self.state, deadline)))
            }
            Err(error) => {
                if let Some(status) = error.status() {
                    span.record("http.response.status_code", status.as_u16());
                }
                span.record("error.type", error.kind().as_str());
                Err(error.in_context(&self.state))
            }
        }
    }

    /// How long to wait before the response is requested again whose body could not be read; `None` if it is not.
    pub(super) fn wait_after(&mut self, outcome: Outcome) -> Option<Duration> {
        let wait = self.retries.as_mut()?.wait_after(outcome)?;
        self.begin_retry();
        Some(wait)
    }

    /// Ends a call whose body has been read.
    pub(super) fn end(&self) {
        if let Some(retries) = &self.retries {
            retries.body_is_complete();
        }
    }

    async fn respond_in_time(&mut self) -> Result<Response<Body>, Error> {
        let class = self.state.operation().class();
        // Held during all attempts, so that retries never add to the number of running operations.
        let permit = match &self.transport.policy.permits {
            Some(permits) => Some(permits.acquire(class).await?),
            None => None,
        };
        let response = self.send().await?;
        let response = response.map(|body| body.holding(permit));
        if response.status().is_success() {
            return Ok(response);
        }
        match self.expect {
            Expect::AnyStatus => Ok(status::with_beginning(response).await),
            _ => Err(status::failure(response, &self.state, self.is_session_renewed).await),
        }
    }

    /// Sends the request until its outcome is final.
    async fn send(&mut self) -> Result<Response<Body>, Error> {
        let transport = self.transport;
        loop {
            let request = self.first.take();
            let request = request.unwrap_or_else(|| self.copy.to_request(self.location.as_ref()));
            let mut result = self.attempt(request).await;
            if let Ok(response) = &result
                && is_redirect(response.status())
            {
                match self.follow(response) {
                    Ok(()) => continue,
                    Err(error) => result = Err(error),
                }
            }
            if let Some(sessions) = &transport.policy.sessions {
                let verdict = SessionVerdict::of(&result);
                let renewals = &mut self.renewals;
                if sessions.renew(verdict, &self.state, renewals).await {
                    self.is_session_renewed = true;
                    self.restart();
                    continue;
                }
                if self.state.operation().is_idempotent() || self.renewals.count > 0 {
                    result = result.map_err(login_page_is_unauthenticated);
                }
            }
            let retries = self.retries.as_mut();
            let wait = retries.and_then(|retries| retries.wait_after(Outcome::of(&result)));
            let Some(wait) = wait else {
                return result;
            };
            drop(result);
            self.begin_retry();
            tokio::time::sleep(wait).await;
        }
    }

    async fn attempt(&self, mut request: Request<Bytes>) -> Result<Response<Body>, Error> {
        if let Some(access) = &self.transport.policy.access {
            access.prepare(&mut request).await?;
        }
        self.transport.service.send(request).await
    }

    fn follow(&mut self, response: &Response<Body>) -> Result<(), Error> {
        let original = self.copy.original();
        let from = self.location.as_ref().unwrap_or(original.uri());
        let redirects = self.transport.policy.redirects;
        let location = redirects.follow(original.method(), from, self.redirects, response)?;
        tracing::debug!(
            status = response.status().as_u16(),
            "following a redirect within the origin"
        );
        self.location = Some(location);
        self.redirects += 1;
        Ok(())
    }

    fn begin_retry(&mut self) {
        self.renewals = Renewals::default();
        self.restart();
    }

    /// The next request goes to the original address.
    fn restart(&mut self) {
        self.location = None;
        self.redirects = 0;
    }

    /// A span with the names of OpenTelemetry's conventions for HTTP clients.
    fn span(&self) -> Span {
        let operation = self.state.operation();
        let authority = self.state.authority();
        tracing::debug_span!(
            "braincube.operation",
            operation = operation.name(),
            http.request.method = %self.state.method(),
            url.template = operation.path_template(),
            server.address = authority.map(|authority| authority.host()),
            server.port = authority.and_then(|authority| authority.port_u16()),
            http.response.status_code = Empty,
            "error.type" = Empty,
        )
    }
}
