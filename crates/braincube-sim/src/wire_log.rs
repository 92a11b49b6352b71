//! The wire log: what was asked, for tests to assert on.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body_util::LengthLimitError;

use crate::problem::Problem;
use crate::site::Site;

/// Bodies up to this size are read. A thousand variables and a long filter are well below.
const MAX_BODY: usize = 64 * 1024 * 1024;

/// The log keeps this many requests, the newest ones, unless it is told otherwise.
pub(crate) const MAX_REQUESTS: usize = 10_000;

/// The log keeps this much of a body.
const MAX_LOGGED_BODY: usize = 64 * 1024;

/// Headers whose values `Debug` does not show.
const SECRET_HEADERS: [&str; 3] = ["x-api-key", "iplssotoken", "authorization"];

/// A request as the simulator received it.
#[derive(Clone)]
pub struct LoggedRequest {
    number: u64,
    method: Box<str>,
    path_and_query: Box<str>,
    headers: HeaderMap,
    body: Bytes,
    status: Option<u16>,
}

impl LoggedRequest {
    /// The method, `GET` or `POST` as a rule.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The path and, behind a question mark, the query, as they came: percent signs are kept.
    pub fn path_and_query(&self) -> &str {
        &self.path_and_query
    }

    /// The first value of a header, whatever the case of its name; `None` too for one that is not ASCII.
    ///
    /// Credentials are not hidden here: a test has to be able to see them.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The first 64 KiB of the body.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The status of the answer; `None` while there is none yet, and for ever if the client went away first.
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// The path with its query, unless it is that of an authorization request: `state` is a secret.
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

/// The requests so far, the newest ones.
#[derive(Debug)]
pub(crate) struct WireLog {
    /// How many requests are kept.
    most: usize,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    requests: VecDeque<LoggedRequest>,
    /// The number of the next request.
    next: u64,
    /// How many requests were answered with each status.
    answers: BTreeMap<u16, u64>,
}

impl WireLog {
    /// A log that keeps so many requests, the newest ones.
    pub(crate) fn of(most: usize) -> Self {
        Self {
            most,
            inner: Mutex::default(),
        }
    }

    pub(crate) fn requests(&self) -> Vec<LoggedRequest> {
        self.lock().requests.iter().cloned().collect()
    }

    pub(crate) fn count(&self) -> u64 {
        self.lock().next
    }

    pub(crate) fn answers(&self) -> BTreeMap<u16, u64> {
        self.lock().answers.clone()
    }

    fn begin(&self, mut request: LoggedRequest) -> u64 {
        let mut inner = self.lock();
        request.number = inner.next;
        inner.next += 1;
        let number = request.number;
        if self.most == 0 {
            return number;
        }
        if inner.requests.len() == self.most {
            inner.requests.pop_front();
        }
        inner.requests.push_back(request);
        number
    }

    fn finish(&self, number: u64, status: u16) {
        let mut inner = self.lock();
        *inner.answers.entry(status).or_default() += 1;
        // Searched from the newest, which it most often is.
        let mut requests = inner.requests.iter_mut().rev();
        if let Some(request) = requests.find(|request| request.number == number) {
            request.status = Some(status);
        }
    }

    /// The log is whole after every statement that holds the lock, so a poisoned one is still good.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Notes a request with its body, passes it on, and notes the status of the answer.
pub(crate) async fn record(
    State(site): State<Arc<Site>>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let read = to_bytes(body, MAX_BODY).await;
    let body = read.as_ref().cloned().unwrap_or_default();
    let path_and_query = parts
        .uri
        .path_and_query()
        .map_or(parts.uri.path(), |whole| whole.as_str());
    let number = site.log.begin(LoggedRequest {
        number: 0,
        method: parts.method.as_str().into(),
        path_and_query: path_and_query.into(),
        headers: parts.headers.clone(),
        body: Bytes::copy_from_slice(&body[..body.len().min(MAX_LOGGED_BODY)]),
        status: None,
    });
    let answer = match read {
        Ok(body) => next.run(Request::from_parts(parts, Body::from(body))).await,
        Err(error) if is_too_large(&error) => Problem::TooLarge { limit: MAX_BODY }.into_response(),
        Err(_) => Problem::Interrupted.into_response(),
    };
    site.log.finish(number, answer.status().as_u16());
    answer
}

/// Whether reading a body ended because of its size, and not because the client went away.
fn is_too_large(error: &axum::Error) -> bool {
    std::error::Error::source(error).is_some_and(|cause| cause.is::<LengthLimitError>())
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
            number: 0,
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
        let log = WireLog::of(MAX_REQUESTS);
        for _ in 0..=MAX_REQUESTS {
            log.begin(request());
        }
        // The first one is gone, which is no reason to fail.
        log.finish(0, 200);
        log.finish(1, 404);
        assert_eq!((log.requests().len(), log.count()), (MAX_REQUESTS, 10_001));
        assert_eq!(log.requests()[0].status(), Some(404));
        assert_eq!(log.requests()[1].status(), None);
        assert_eq!(log.answers(), [(200, 1), (404, 1)].into());
    }

    #[test]
    fn a_log_of_nothing_counts_all_the_same() {
        let log = WireLog::of(0);
        let number = log.begin(request());
        log.finish(number, 200);
        assert_eq!((log.requests().len(), log.count()), (0, 1));
        assert_eq!(log.answers(), [(200, 1)].into());
    }
}
