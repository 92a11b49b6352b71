//! [`Pool`]: the connections of a client, which are replaced when one of them has died.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::connect::Connector;

/// How long an idle connection is kept: shorter than in most servers, so that few requests use a connection that is being
/// closed.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// The interval and the timeout of HTTP/2 pings. All requests share the connection: without pings, retries would use a dead
/// one too.
#[cfg(feature = "http2")]
const PING_INTERVAL: Duration = Duration::from_secs(20);
#[cfg(feature = "http2")]
const PING_TIMEOUT: Duration = Duration::from_secs(10);

/// A hyper client with its connection pool.
pub(super) type HyperClient = Client<Connector, Full<Bytes>>;

/// The current hyper client. Its pool cannot be emptied, so it is replaced together with the client.
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

    /// Closes all idle connections of a client, one of which has died: the cause has most likely ended the others too. Bodies
    /// that are being read are not affected. Does nothing if the client has been replaced already.
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
        .pool_idle_timeout(IDLE_TIMEOUT);
    #[cfg(feature = "http2")]
    builder
        .timer(TokioTimer::new())
        .http2_keep_alive_interval(PING_INTERVAL)
        .http2_keep_alive_timeout(PING_TIMEOUT);
    Arc::new(builder.build(connector))
}
