//! The other side: a service that knows every right answer and gives it, or a fault in its place.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, LazyLock, Mutex};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use braincube_transport::{Body, ErrorKind, NotJson, TimeoutPhase};
use bytes::Bytes;
use http::{Request, Response};
use http_body::Frame;
use tokio::time::Sleep;
use tower::{BoxError, Service};

use crate::random::Random;
use crate::tokens::CANARY;

pub(crate) const API: &str = "https://api.example.com";

/// More than the limit of the transport under test.
static LARGE: LazyLock<Bytes> = LazyLock::new(|| Bytes::from(vec![b'['; MOST + 1]));

/// The largest body that the transport under test takes.
pub(crate) const MOST: usize = 64 << 10;

/// What may go wrong with one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Fault {
    Status(u16),
    RetryAfter(&'static str),
    Expired,
    Broken,
    Silence,
    Cut,
    Stall,
    Drip,
    Html,
    Login,
    Redirect,
    BadGzip,
    TooLarge,
    Empty,
}

const FAULTS: [Fault; 22] = [
    Fault::Status(408),
    Fault::Status(429),
    Fault::Status(500),
    Fault::Status(502),
    Fault::Status(503),
    Fault::Status(504),
    Fault::Status(403),
    Fault::Status(404),
    Fault::RetryAfter("7"),
    Fault::RetryAfter("18446744073709551615"),
    Fault::Expired,
    Fault::Broken,
    Fault::Silence,
    Fault::Cut,
    Fault::Stall,
    Fault::Drip,
    Fault::Html,
    Fault::Login,
    Fault::Redirect,
    Fault::BadGzip,
    Fault::TooLarge,
    Fault::Empty,
];

/// The body that `/data/{number}` has.
pub(crate) fn whole_body(number: u64) -> Bytes {
    let rows: Vec<u64> = (0..number % 50 * 7).map(|row| row * number).collect();
    serde_json::to_vec(&rows).unwrap().into()
}

/// The items that `/list/{number}` has.
pub(crate) fn whole_list(number: u64) -> Vec<u64> {
    (0..number % 23).map(|item| number * 1000 + item).collect()
}

#[derive(Clone)]
pub(crate) struct Server {
    shared: Arc<Shared>,
}

struct Shared {
    random: Mutex<Random>,
    percent: AtomicUsize,
    under_way: Arc<AtomicUsize>,
    /// How often each address was asked for.
    asked: Mutex<HashMap<String, u64>>,
    struck: Mutex<Vec<Fault>>,
}

impl Server {
    /// A server that fails so many requests of a hundred.
    pub(crate) fn new(seed: u64, percent: usize) -> Self {
        let shared = Shared {
            random: Mutex::new(Random::new(!seed)),
            percent: AtomicUsize::new(percent),
            under_way: Arc::default(),
            asked: Mutex::default(),
            struck: Mutex::default(),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    pub(crate) fn heal(&self) {
        self.shared.percent.store(0, Relaxed);
    }

    /// How many requests and bodies have not come to their end.
    pub(crate) fn under_way(&self) -> usize {
        self.shared.under_way.load(Relaxed)
    }

    /// What was on the wire stays within what was promised.
    pub(crate) fn check(&self, seed: u64, calls: u64, renewable: bool) {
        let asked = self.shared.asked.lock().unwrap();
        // With a session, each of the four attempts may come with one renewal.
        let most = if renewable { 8 } else { 4 };
        for (address, times) in &*asked {
            assert!(
                *times <= most,
                "BRAINCUBE_MODEL_SEED={seed}: {address} {times} times"
            );
        }
        let operations = asked.len() as u64;
        let all: u64 = asked.values().sum();
        let repeats = if renewable {
            all
        } else {
            operations + operations / 5 + 100
        };
        assert!(
            all <= repeats,
            "BRAINCUBE_MODEL_SEED={seed}: {all} requests"
        );
        assert!(operations >= 1 && calls >= 1);
    }

    /// Whether what has gone wrong so far may end in this.
    pub(crate) fn may_lead_to(&self, kind: ErrorKind, has_deadline: bool) -> bool {
        let struck = self.shared.struck.lock().unwrap();
        let any = |faults: &[Fault]| faults.iter().any(|fault| struck.contains(fault));
        match kind {
            ErrorKind::Timeout(TimeoutPhase::Deadline) => has_deadline,
            ErrorKind::Timeout(TimeoutPhase::FirstByte) => any(&[Fault::Silence]),
            ErrorKind::Timeout(TimeoutPhase::Idle) => any(&[Fault::Stall]),
            ErrorKind::Timeout(TimeoutPhase::Throughput) => any(&[Fault::Drip]),
            ErrorKind::Interrupted => any(&[Fault::Broken, Fault::Cut, Fault::BadGzip]),
            ErrorKind::RedirectBlocked => any(&[Fault::Redirect]),
            ErrorKind::Unauthenticated => any(&[Fault::Expired, Fault::Login]),
            ErrorKind::Forbidden => any(&[Fault::Status(403)]),
            ErrorKind::NotFound => any(&[Fault::Status(404)]),
            ErrorKind::Rejected => any(&[Fault::Status(408)]),
            ErrorKind::Throttled => any(&[Fault::Status(429), FAULTS[8], FAULTS[9]]),
            ErrorKind::Server => any(&FAULTS[2..6]),
            ErrorKind::NotJson(NotJson::Html) => any(&[Fault::Html]),
            // What is sent once is not sent again for a new session.
            ErrorKind::NotJson(NotJson::LoginPage) => any(&[Fault::Login]),
            ErrorKind::NotJson(NotJson::Empty) => any(&[Fault::Empty]),
            ErrorKind::TooLarge => any(&[Fault::TooLarge]),
            ErrorKind::Decode => any(&[Fault::BadGzip]),
            _ => false,
        }
    }

    /// What strikes the next request.
    fn fault(&self) -> Option<Fault> {
        let mut random = self.shared.random.lock().unwrap();
        let percent = self.shared.percent.load(Relaxed) as u64;
        if random.below(100) >= percent {
            return None;
        }
        let fault = random.pick(&FAULTS);
        self.shared.struck.lock().unwrap().push(fault);
        Some(fault)
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
        let uri = request.uri().to_string();
        let path = uri
            .strip_prefix(API)
            .expect("nothing goes anywhere else")
            .to_owned();
        *self
            .shared
            .asked
            .lock()
            .unwrap()
            .entry(path.clone())
            .or_default() += 1;
        assert_eq!(request.headers().len(), 3, "{:?}", request.headers());
        let fault = self.fault();
        self.shared.under_way.fetch_add(1, Relaxed);
        let guard = UnderWay(Arc::clone(&self.shared.under_way));
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            answer(&path, fault, guard).await
        })
    }
}

async fn answer(
    path: &str,
    fault: Option<Fault>,
    guard: UnderWay,
) -> Result<Response<Body>, BoxError> {
    let mut response = Response::builder();
    let mut content = Content::whole(right_answer(path), guard);
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
        Some(Fault::Redirect) => {
            response = response
                .status(302)
                .header("location", "https://evil.example.com/");
        }
        Some(Fault::BadGzip) => response = response.header("content-encoding", "gzip"),
        Some(Fault::TooLarge) => content.bytes = LARGE.clone(),
        Some(Fault::Empty) => content.bytes = Bytes::new(),
    }
    Ok(response.body(Body::new(content))?)
}

fn right_answer(path: &str) -> Bytes {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let number = path.rsplit('/').next().unwrap().parse().unwrap();
    if path.starts_with("/data/") {
        return whole_body(number);
    }
    let value = |name: &str| -> usize {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs
            .find(|pair| pair.0 == name)
            .unwrap()
            .1
            .parse()
            .unwrap()
    };
    let items = whole_list(number).into_iter();
    let page: Vec<u64> = items.skip(value("offset")).take(value("size")).collect();
    serde_json::to_vec(&page).unwrap().into()
}

/// Counts as under way until it is dropped.
struct UnderWay(Arc<AtomicUsize>);

impl Drop for UnderWay {
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

/// A body in two pieces, or byte by byte with pauses; not all of it, unless it comes whole.
struct Content {
    bytes: Bytes,
    sent: usize,
    pause: Duration,
    end: End,
    timer: Option<Pin<Box<Sleep>>>,
    _guard: UnderWay,
}

impl Content {
    fn whole(bytes: Bytes, guard: UnderWay) -> Self {
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
