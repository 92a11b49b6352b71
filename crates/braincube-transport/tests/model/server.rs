//! A service that responds to every request correctly, or with a fault.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use braincube_transport::{Body, Error, ErrorKind};
use bytes::Bytes;
use http::{Request, Response};
use http_body::Frame;
use tokio::time::Sleep;
use tower::{BoxError, Service};

use crate::fault::Fault;
use crate::ledger::Ledger;
use crate::random::Random;
use crate::tokens::CANARY;

pub(crate) const API: &str = "https://api.example.com";

/// The time of a response.
pub(crate) const LATENCY: Duration = Duration::from_millis(20);

/// The prefix of paths that may be redirected to.
const MOVED: &str = "/moved";

/// More than the limit of the tested transport.
static LARGE: LazyLock<Bytes> = LazyLock::new(|| Bytes::from(vec![b'['; MOST + 1]));

/// The limit of the tested transport.
pub(crate) const MOST: usize = 64 << 10;

/// The body of `/data/{number}` and `/write/{number}`.
pub(crate) fn whole_body(number: u64) -> Bytes {
    let rows: Vec<u64> = (0..number % 50 * 7).map(|row| row * number).collect();
    serde_json::to_vec(&rows).unwrap().into()
}

/// The initial items of `/list/{number}`.
pub(crate) fn whole_list(number: u64) -> Vec<u64> {
    (0..number % 23).map(|item| number * 1000 + item).collect()
}

/// How a list changes between two requests.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moving {
    Not,
    /// Its items are reordered.
    Reordered,
    /// Items are added and removed.
    Resized,
}

impl Moving {
    /// The change of a list. A third of the lists and empty ones do not change.
    pub(crate) fn of(number: u64) -> Self {
        match number % 3 {
            _ if number.is_multiple_of(23) => Self::Not,
            0 => Self::Not,
            1 => Self::Reordered,
            _ => Self::Resized,
        }
    }
}

/// The items of `/list/{number}` after this many requests, and those that have been there since the first.
pub(crate) fn list_after(number: u64, requests: u64) -> (Vec<u64>, Vec<u64>) {
    let mut items = whole_list(number);
    let mut constant = items.clone();
    let mut random = Random::new(number);
    let mut below = |end: usize| usize::try_from(random.below(end as u64)).unwrap();
    // Finally it does not change, so that it can be read.
    for change in 0..requests.min(number % 8) {
        let length = items.len();
        match Moving::of(number) {
            Moving::Not => {}
            Moving::Reordered => {
                let item = items.remove(below(length));
                items.insert(below(length), item);
            }
            Moving::Resized if length == 0 || below(2) == 0 => {
                items.insert(below(length + 1), number * 1000 + 100 + change);
            }
            Moving::Resized => {
                let gone = items.remove(below(length));
                constant.retain(|item| *item != gone);
            }
        }
    }
    (items, constant)
}

#[derive(Clone)]
pub(crate) struct Server {
    shared: Arc<Shared>,
}

struct Shared {
    random: Mutex<Random>,
    percent: AtomicUsize,
    faults: Vec<Fault>,
    /// Pooled connections that have died. Each loses a request; when one has, the client closes the others.
    dead_connections: AtomicUsize,
    running: Arc<AtomicUsize>,
    ledger: Mutex<Ledger>,
    /// The number of requests for each list.
    lists: Mutex<HashMap<u64, u64>>,
}

impl Server {
    /// A server that responds to this percentage of requests with one of these faults.
    pub(crate) fn new(seed: u64, percent: usize, faults: &[Fault]) -> Self {
        let shared = Shared {
            random: Mutex::new(Random::new(!seed)),
            percent: AtomicUsize::new(percent),
            faults: faults.to_vec(),
            dead_connections: AtomicUsize::default(),
            running: Arc::default(),
            ledger: Mutex::default(),
            lists: Mutex::default(),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Lets this many idle connections die, as a failover does.
    pub(crate) fn kill_connections(&self, connections: usize) {
        self.shared.dead_connections.store(connections, Relaxed);
    }

    pub(crate) fn heal(&self) {
        self.shared.percent.store(0, Relaxed);
    }

    /// The number of requests and bodies that have not ended.
    pub(crate) fn running(&self) -> usize {
        self.shared.running.load(Relaxed)
    }

    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.shared.ledger.lock().unwrap()
    }

    /// The number of requests for a list.
    pub(crate) fn list_requests(&self, number: u64) -> u64 {
        let lists = self.shared.lists.lock().unwrap();
        lists.get(&number).copied().unwrap_or_default()
    }

    /// The correct response to a request.
    fn correct_response(&self, path: &str) -> Bytes {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let number = path.rsplit('/').next().unwrap().parse().unwrap();
        if !path.starts_with("/list/") {
            return whole_body(number);
        }
        let value = |name: &str| -> usize {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            let value = pairs.find(|pair| pair.0 == name).unwrap().1;
            value.parse().unwrap()
        };
        let mut lists = self.shared.lists.lock().unwrap();
        let requests = lists.entry(number).or_default();
        let (items, _) = list_after(number, *requests);
        *requests += 1;
        let items = items.into_iter().skip(value("offset"));
        let page: Vec<u64> = items.take(value("size")).collect();
        serde_json::to_vec(&page).unwrap().into()
    }

    /// The fault of the next request, if any.
    fn fault(&self) -> Option<Fault> {
        let fewer = |dead: usize| dead.checked_sub(1);
        let dead = &self.shared.dead_connections;
        if dead.fetch_update(Relaxed, Relaxed, fewer).is_ok() {
            return Some(Fault::DeadConnection);
        }
        let mut random = self.shared.random.lock().unwrap();
        let percent = self.shared.percent.load(Relaxed) as u64;
        (random.below(100) < percent).then(|| random.pick(&self.shared.faults))
    }

    /// Records a request and returns its path and fault; `None` if it must not have been sent.
    fn receive(&self, request: &Request<Bytes>) -> Option<(String, Option<Fault>)> {
        let address = request.uri().to_string();
        let target = address.strip_prefix(API);
        let path = target.map(|target| target.trim_start_matches(MOVED));
        let is_known = |path: &&str| {
            let known = ["/data/", "/write/", "/list/"];
            known.iter().any(|known| path.starts_with(known))
        };
        let Some(path) = path.filter(is_known) else {
            self.ledger().note_stray(address);
            return None;
        };
        let headers = request.headers();
        let credential = &headers["x-api-key"];
        assert!(credential.is_sensitive() && credential.as_bytes().starts_with(CANARY.as_bytes()));
        assert_eq!(headers.len(), 3, "{headers:?}");
        let fault = self.fault();
        self.ledger().note(path, target != Some(path), fault);
        Some((path.to_owned(), fault))
    }
}

impl Service<Request<Bytes>> for Server {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let Some((path, fault)) = self.receive(&request) else {
            // The target of a redirect that must not be followed.
            return Box::pin(async { Ok(Response::new(Body::from("[]"))) });
        };
        self.shared.running.fetch_add(1, Relaxed);
        let guard = Running(Arc::clone(&self.shared.running));
        let right = self.correct_response(&path);
        let server = self.clone();
        Box::pin(async move {
            tokio::time::sleep(LATENCY).await;
            if fault == Some(Fault::DeadConnection) {
                // The client closes its other idle connections then.
                server.kill_connections(0);
            }
            response(&path, right, fault, guard).await
        })
    }
}

async fn response(
    path: &str,
    right: Bytes,
    fault: Option<Fault>,
    guard: Running,
) -> Result<Response<Body>, BoxError> {
    let mut response = Response::builder();
    let mut content = Content::whole(right, guard);
    match fault {
        None => {}
        Some(Fault::Status(status)) => {
            response = response.status(status);
            content.bytes = format!("{{\"error\": {{\"message\": \"{CANARY}-7\"}}}}").into();
        }
        Some(Fault::RetryAfter(wait)) => {
            response = response.status(429).header("retry-after", wait);
        }
        Some(Fault::Expired) => response = response.status(401),
        Some(Fault::Broken) => return Err("the connection was reset".into()),
        Some(Fault::DeadConnection) => {
            let error = Error::new(ErrorKind::Interrupted, "the connection was reset");
            return Err(error.on_reused_connection().into());
        }
        Some(Fault::Silence) => std::future::pending().await,
        Some(Fault::Cut) => content.end = End::Broken,
        Some(Fault::Stall) => content.end = End::Silent,
        Some(Fault::Drip) => {
            content.bytes = LARGE.clone();
            content.pause = Duration::from_secs(20);
        }
        Some(Fault::Html) => content.bytes = Bytes::from_static(b"<!DOCTYPE html>"),
        Some(Fault::Login) => {
            content.bytes = Bytes::from_static(b"<html><input type=password>");
        }
        Some(Fault::Redirect(status, location)) => {
            response = response.status(status).header("location", location);
        }
        Some(Fault::Moved(status)) => {
            let location = format!("{MOVED}{path}");
            response = response.status(status).header("location", location);
        }
        Some(Fault::BadGzip) => response = response.header("content-encoding", "gzip"),
        Some(Fault::TooLarge) => content.bytes = LARGE.clone(),
        Some(Fault::Empty) => content.bytes = Bytes::new(),
    }
    Ok(response.body(Body::new(content))?)
}

/// Counts as running until it is dropped.
struct Running(Arc<AtomicUsize>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Whole,
    Broken,
    Silent,
}

/// A body in two chunks, or byte by byte with pauses; complete or truncated.
struct Content {
    bytes: Bytes,
    sent: usize,
    pause: Duration,
    end: End,
    timer: Option<Pin<Box<Sleep>>>,
    _guard: Running,
}

impl Content {
    fn whole(bytes: Bytes, guard: Running) -> Self {
        Self {
            bytes,
            sent: 0,
            pause: Duration::ZERO,
            end: End::Whole,
            timer: None,
            _guard: guard,
        }
    }
}

impl http_body::Body for Content {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let half = self.bytes.len().div_ceil(2);
        if self.end != End::Whole && self.sent >= half {
            return match self.end {
                End::Broken => Poll::Ready(Some(Err("the connection was reset".into()))),
                _ => Poll::Pending,
            };
        }
        if self.sent == self.bytes.len() {
            return Poll::Ready(None);
        }
        let piece = if self.pause.is_zero() { half.max(1) } else { 1 };
        if !self.pause.is_zero() {
            let pause = self.pause;
            let timer = self
                .timer
                .get_or_insert_with(|| Box::pin(tokio::time::sleep(pause)));
            ready!(timer.as_mut().poll(cx));
            self.timer = None;
        }
        let end = (self.sent + piece).min(self.bytes.len());
        let piece = self.bytes.slice(self.sent..end);
        self.sent = end;
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }
}
