//! [`Pool`]: the idle connections of a client, and their replacement where one has died.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::connect::Connector;

/// How long an idle connection is kept. Shorter than most servers keep theirs, so that
/// few requests meet a connection that is being closed.
const KEPT_IDLE: Duration = Duration::from_secs(30);

/// How often a connection of HTTP/2 is asked whether it is still there, and how long its answer may
/// take. All requests share it: one that has died in silence would take the repeats with it.
#[cfg(feature = "http2")]
const PING_EVERY: Duration = Duration::from_secs(20);
#[cfg(feature = "http2")]
const PING_ANSWER: Duration = Duration::from_secs(10);

/// A client of hyper's, with its pool of connections.
pub(super) type HyperClient = Client<Connector, Full<Bytes>>;

/// The current client of hyper's. A pool cannot be emptied, so it is replaced together with its client.
pub(super) struct Pool {
    connector: Connector,
    current: Mutex<Arc<HyperClient>>,
}

impl Pool {
    pub(super) fn new(connector: Connector) -> Self {
        Self {
            current: Mutex::new(client(connector.clone())),
            connector,
        }
    }

    pub(super) fn client(&self) -> Arc<HyperClient> {
        Arc::clone(&self.current.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Closes all idle connections that `client` keeps: one of them has died, and what ended it has most likely ended the
    /// others too. Responses that are being read are not affected. Nothing happens if `client` has already been replaced.
    pub(super) fn discard(&self, client_with_dead: &Arc<HyperClient>) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if Arc::ptr_eq(&current, client_with_dead) {
            tracing::debug!("an idle connection has died; all idle connections are closed");
            *current = client(self.connector.clone());
        }
    }
}

fn client(connector: Connector) -> Arc<HyperClient> {
    let mut builder = Client::builder(TokioExecutor::new());
    builder
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(KEPT_IDLE);
    #[cfg(feature = "http2")]
    builder
        .timer(TokioTimer::new())
        .http2_keep_alive_interval(PING_EVERY)
        .http2_keep_alive_timeout(PING_ANSWER);
    Arc::new(builder.build(connector))
}
