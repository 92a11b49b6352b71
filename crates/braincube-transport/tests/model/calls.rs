//! The calls of a script, and their allowed outcomes.

use std::error::Error as StdError;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use braincube_model::Operation;
use braincube_transport::{Deadline, Error, ErrorKind, Page, Pager, Transport};
use bytes::Bytes;
use http::Request;
use tokio::time::Instant;

use crate::fault::{Fault, may_lead_to};
use crate::random::Random;
use crate::server::{API, Moving, Server, list_after, whole_body, whole_list};
use crate::tokens::CANARY;

const DATA: Operation = Operation::read_data("data", "/data/{call}");
const LIST: Operation = Operation::read("list", "/list/{call}");
const WRITE: Operation = Operation::write("write", "/write/{call}");

/// An origin that is not configured.
const EVIL: &str = "https://evil.example.com";

/// A part of request bodies, which no log and no error may contain.
pub(crate) const BODY: &str = "body-canary";

/// The resolution of tokio's timers.
pub(crate) const TICK: Duration = Duration::from_millis(2);

pub(crate) struct Call {
    number: u64,
    what: What,
    limit: Option<Duration>,
    /// After how long the caller drops the call.
    patience: Option<Duration>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Data,
    Write,
    List {
        size: u32,
    },
    /// A request to another origin.
    Foreign,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// With the correct result.
    Right,
    /// With the correct result of a list that changed and was read again.
    ReadAgain,
    /// With an error that the faults explain.
    Failed,
    /// Dropped by the caller.
    Dropped,
}

impl Call {
    pub(crate) fn random(number: u64, random: &mut Random) -> Self {
        let list = What::List {
            size: u32::try_from(random.below(8) + 1).unwrap(),
        };
        let what = match random.below(20) {
            0 => What::Foreign,
            1..=5 => What::Write,
            6..=10 => list,
            _ => What::Data,
        };
        let limit = random.pick(&[None, Some(1), Some(10), Some(60), Some(600)]);
        let patience = random.below(10) == 0;
        Self {
            number,
            what,
            limit: limit.map(Duration::from_secs),
            patience: patience.then(|| Duration::from_millis(random.below(3_000))),
        }
    }

    /// A call for data, or for a list of one page, that must succeed.
    pub(crate) fn plain(number: u64, data: bool) -> Self {
        let what = match data {
            true => What::Data,
            false => What::List { size: 100 },
        };
        Self {
            number,
            what,
            limit: Some(Duration::from_secs(60)),
            patience: None,
        }
    }

    /// Panics if the outcome is not allowed.
    pub(crate) async fn run(self, seed: u64, transport: Transport, server: Server) -> Outcome {
        let Some(patience) = self.patience else {
            return self.finish(seed, transport, server).await;
        };
        let call = self.finish(seed, transport, server);
        let ended = tokio::time::timeout(patience, call).await;
        ended.unwrap_or(Outcome::Dropped)
    }

    async fn finish(self, seed: u64, transport: Transport, server: Server) -> Outcome {
        let started = Instant::now();
        let Self {
            number,
            what,
            limit,
            ..
        } = self;
        let deadline = limit.map(Deadline::after);
        let mut readings = 1;
        let result = match what {
            What::List { size } => {
                let listed = list(transport, &server, number, size, deadline).await;
                listed.map(|read| {
                    readings = read;
                    None
                })
            }
            What::Data => read(&transport, number, DATA, deadline).await.map(Some),
            What::Write => read(&transport, number, WRITE, deadline).await.map(Some),
            What::Foreign => {
                let request = request(&format!("{EVIL}/data/{number}"), DATA, deadline);
                transport.read(request).await.map(|_| None)
            }
        };
        if let Some(limit) = limit {
            let elapsed = started.elapsed();
            assert!(
                elapsed <= limit + TICK,
                "BRAINCUBE_MODEL_SEED={seed}: {elapsed:?} of {limit:?}"
            );
        }
        let ledger = server.ledger();
        let sent = ledger.sent(number);
        let error = match result {
            Ok(attempts) => {
                let reported = attempts.is_none_or(|attempts| u64::from(attempts) == sent);
                assert!(
                    reported,
                    "BRAINCUBE_MODEL_SEED={seed}: {attempts:?} for {sent}"
                );
                assert!(what != What::Foreign, "BRAINCUBE_MODEL_SEED={seed}");
                return match readings {
                    1 => Outcome::Right,
                    _ => Outcome::ReadAgain,
                };
            }
            Err(error) => error,
        };
        let shown = shown(&error);
        for secret in [CANARY, BODY] {
            let leaks = shown.contains(secret);
            assert!(!leaks, "BRAINCUBE_MODEL_SEED={seed}: {shown}");
        }
        if what == What::Foreign {
            assert_eq!(
                error.kind(),
                ErrorKind::Input,
                "BRAINCUBE_MODEL_SEED={seed}"
            );
            assert_eq!((sent, error.attempts()), (0, 0));
            return Outcome::Failed;
        }
        let faults = ledger.faults(number);
        let moves = matches!(what, What::List { .. }) && Moving::of(number) != Moving::Not;
        let is_incomplete = moves && error.kind() == ErrorKind::Integrity;
        let is_idempotent = matches!(what, What::Data | What::List { .. });
        assert!(
            !is_idempotent || is_incomplete || limit.is_some() || faults != [Fault::DeadConnection],
            "n20, BRAINCUBE_MODEL_SEED={seed}: {error}"
        );
        let is_explained = match error.kind() {
            ErrorKind::Integrity => is_incomplete,
            kind => may_lead_to(&faults, kind, limit.is_some()),
        };
        assert!(
            is_explained,
            "BRAINCUBE_MODEL_SEED={seed}: {error} from {faults:?}"
        );
        // A list takes several operations, and the error is that of one.
        let attempts = u64::from(error.attempts());
        let reported = match what {
            What::List { .. } => attempts <= sent,
            _ => attempts == sent,
        };
        assert!(reported, "BRAINCUBE_MODEL_SEED={seed}: {error} for {sent}");
        Outcome::Failed
    }
}

fn request(uri: &str, operation: Operation, deadline: Option<Deadline>) -> Request<Bytes> {
    let method = if operation == LIST { "GET" } else { "POST" };
    let mut request = Request::builder()
        .method(method)
        .uri(uri)
        .extension(operation)
        .body(Bytes::from_static(BODY.as_bytes()))
        .unwrap();
    if let Some(deadline) = deadline {
        request.extensions_mut().insert(deadline);
    }
    request
}

/// Reads a response; returns the number of attempts.
async fn read(
    transport: &Transport,
    number: u64,
    operation: Operation,
    deadline: Option<Deadline>,
) -> Result<u32, Error> {
    let path = if operation == DATA { "data" } else { "write" };
    let uri = format!("{API}/{path}/{number}");
    let response = transport.read(request(&uri, operation, deadline)).await?;
    assert_eq!(response.body, whole_body(number));
    Ok(response.attempts)
}

/// Reads a list; returns the number of readings.
async fn list(
    transport: Transport,
    server: &Server,
    number: u64,
    size: u32,
    deadline: Option<Deadline>,
) -> Result<u32, Error> {
    let requested = AtomicU64::new(0);
    let mut pager: Pager<u64> = Pager::new(NonZeroU32::new(size).unwrap(), move |offset, size| {
        // Each page has its own address, also in another reading.
        let page = requested.fetch_add(1, Relaxed);
        let uri = format!("{API}/list/{number}?offset={offset}&size={size}&page={page}");
        let request = request(&uri, LIST, deadline);
        let transport = transport.clone();
        Box::pin(async move {
            let response = transport.read(request).await?;
            let items: Vec<u64> = serde_json::from_slice(&response.body).unwrap();
            let mut page = Page::with_capacity(items.len());
            for item in items {
                page.push(item.to_string(), item);
            }
            Ok(page)
        })
    });
    let mut items = Vec::new();
    while let Some(item) = pager.next().await {
        items.push(item?);
    }
    let mut sorted = items.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), items.len(), "an item came twice: {items:?}");
    let (_, constant) = list_after(number, server.list_requests(number));
    match Moving::of(number) {
        Moving::Not => assert_eq!(items, whole_list(number)),
        Moving::Reordered => assert_eq!(sorted, whole_list(number)),
        Moving::Resized => {
            let is_missing = |item: &&u64| sorted.binary_search(item).is_err();
            let missing: Vec<_> = constant.iter().filter(is_missing).collect();
            assert!(missing.is_empty(), "{missing:?} of {items:?}");
        }
    }
    Ok(pager.readings())
}

/// All texts of an error and its causes.
fn shown(error: &Error) -> String {
    let mut shown = format!("{error} {error:?} {:?}", error.detail());
    let mut cause = error.source();
    while let Some(error) = cause {
        shown.push_str(&format!(" {error} {error:?}"));
        cause = error.source();
    }
    shown
}
