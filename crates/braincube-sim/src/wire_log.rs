//! The wire log: the received requests, for assertions in tests.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::HeaderMap;
use bytes::Bytes;

use crate::recent::Recent;

/// Default number of recorded requests, the newest ones.
pub(crate) const MAX_REQUESTS: usize = 10_000;

/// Headers whose values `Debug` does not show.
const SECRET_HEADERS: [&str; 3] = ["x-api-key", "iplssotoken", "authorization"];

/// A request as the simulator received it.
#[derive(Clone)]
pub struct LoggedRequest {
    pub(crate) method: Box<str>,
    pub(crate) path_and_query: Box<str>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) status: Option<u16>,
}

impl LoggedRequest {
    /// The method, usually `GET` or `POST`.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The path and the query as received, with percent-encoding.
    pub fn path_and_query(&self) -> &str {
        &self.path_and_query
    }

    /// The first value of a header; the name is case-insensitive. `None` also for a value that is not ASCII.
    ///
    /// Credentials are included, so that tests can check them.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The first 64 KiB of the body.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The status of the response; `None` before the response and if the client closed the connection first.
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// The path with its query, except for an authorization request, whose `state` is a secret.
    fn shown_path(&self) -> &str {
        match self.path_and_query.split_once('?') {
            Some((path, _)) if path.ends_with("/authorize.jsp") => path,
            _ => &self.path_and_query,
        }
    }
}

impl fmt::Debug for LoggedRequest {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let headers: Vec<_> = self
            .headers
            .iter()
            .map(|(name, value)| {
                let is_secret = SECRET_HEADERS.contains(&name.as_str());
                let shown = if is_secret {
                    "…"
                } else {
                    value.to_str().unwrap_or("(not ASCII)")
                };
                format!("{name}: {shown}")
            })
            .collect();
        f.debug_struct("LoggedRequest")
            .field("method", &self.method)
            .field("path_and_query", &self.shown_path())
            .field("headers", &headers)
            .field("body_bytes", &self.body.len())
            .field("status", &self.status)
            .finish()
    }
}

/// The recorded requests.
#[derive(Debug)]
pub(crate) struct WireLog(Mutex<Inner>);

#[derive(Debug)]
struct Inner {
    requests: Recent<LoggedRequest>,
    /// The number of responses by status.
    statuses: BTreeMap<u16, u64>,
}

impl WireLog {
    /// Creates a log that keeps the newest `limit` requests.
    pub(crate) fn with_limit(limit: usize) -> Self {
        Self(Mutex::new(Inner {
            requests: Recent::with_limit(limit),
            statuses: BTreeMap::new(),
        }))
    }

    pub(crate) fn requests(&self) -> Vec<LoggedRequest> {
        self.lock().requests.to_vec()
    }

    pub(crate) fn count(&self) -> u64 {
        self.lock().requests.count()
    }

    pub(crate) fn statuses(&self) -> BTreeMap<u16, u64> {
        self.lock().statuses.clone()
    }

    /// Records a request and returns its number.
    pub(crate) fn begin(&self, request: LoggedRequest) -> u64 {
        self.lock().requests.push(request)
    }

    /// Records the status of a response.
    pub(crate) fn finish(&self, number: u64, status: u16) {
        let mut inner = self.lock();
        *inner.statuses.entry(status).or_default() += 1;
        if let Some(request) = inner.requests.get_mut(number) {
            request.status = Some(status);
        }
    }

    /// No statement under the lock leaves the log inconsistent, so a poisoned lock can be used.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::{LoggedRequest, MAX_REQUESTS, WireLog};

    fn request() -> LoggedRequest {
        let mut headers = axum::http::HeaderMap::new();
        for name in super::SECRET_HEADERS {
            headers.insert(name, "canary".parse().unwrap());
        }
        headers.insert("accept", "text/plain".parse().unwrap());
        LoggedRequest {
            method: "GET".into(),
            path_and_query: "/".into(),
            headers,
            body: "canary".into(),
            status: None,
        }
    }

    #[test]
    fn debug_shows_no_credential_and_no_body() {
        let shown = format!("{:?}", request());
        assert!(!shown.contains("canary"), "{shown}");
        assert!(shown.contains("accept: text/plain"), "{shown}");
    }

    #[test]
    fn the_log_keeps_the_newest_requests_and_counts_all() {
        let log = WireLog::with_limit(MAX_REQUESTS);
        for _ in 0..=MAX_REQUESTS {
            log.begin(request());
        }
        // The first request is no longer recorded; this is not an error.
        log.finish(0, 200);
        log.finish(1, 404);
        assert_eq!((log.requests().len(), log.count()), (MAX_REQUESTS, 10_001));
        assert_eq!(log.requests()[0].status(), Some(404));
        assert_eq!(log.requests()[1].status(), None);
        assert_eq!(log.statuses(), [(200, 1), (404, 1)].into());
    }

    #[test]
    fn a_log_without_requests_counts_all() {
        let log = WireLog::with_limit(0);
        let number = log.begin(request());
        log.finish(number, 200);
        assert_eq!((log.requests().len(), log.count()), (0, 1));
        assert_eq!(log.statuses(), [(200, 1)].into());
    }
}
