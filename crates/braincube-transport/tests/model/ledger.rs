//! The requests on the wire, and whether they respect the options of the transport.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::time::Duration;

use tokio::time::Instant;

use crate::fault::Fault;

/// The retries of a full budget, and how many operations without a retry earn one, as documented for `RetryOptions`.
const INITIAL_RETRIES: u64 = 100;
const OPERATIONS_PER_RETRY: u64 = 5;

/// The options of a transport.
#[derive(Clone, Copy)]
pub(crate) struct Promise {
    /// How often a request may be sent.
    pub(crate) attempts: u32,
    /// Whether a rejected credential can be renewed.
    pub(crate) renewable: bool,
    /// Whether redirects within the origin are followed.
    pub(crate) follows: bool,
    /// How many requests may be sent per second.
    pub(crate) rate: Option<NonZeroU32>,
}

/// The requests so far, by address.
#[derive(Default)]
pub(crate) struct Ledger {
    requests: HashMap<String, Requests>,
    strays: Vec<String>,
    latest: Option<Instant>,
    /// The shortest time between two requests.
    closest: Option<Duration>,
}

#[derive(Default)]
struct Requests {
    times: u64,
    /// How many of them followed a redirect.
    followed: u64,
    faults: Vec<Fault>,
}

impl Ledger {
    /// Records a request of a call, which may follow a redirect from its address.
    pub(crate) fn note(&mut self, path: &str, followed: bool, fault: Option<Fault>) {
        let now = Instant::now();
        if let Some(latest) = self.latest.replace(now) {
            let distance = now - latest;
            self.closest = Some(self.closest.map_or(distance, |it| it.min(distance)));
        }
        let requests = self.requests.entry(path.to_owned()).or_default();
        requests.times += 1;
        requests.followed += u64::from(followed);
        requests.faults.extend(fault);
    }

    /// Records a request to any other address.
    pub(crate) fn note_stray(&mut self, address: String) {
        self.strays.push(address);
    }

    fn of_call(&self, number: u64) -> impl Iterator<Item = &Requests> {
        self.requests
            .iter()
            .filter(move |(path, _)| call_of(path) == Some(number))
            .map(|(_, requests)| requests)
    }

    /// The number of requests of a call.
    pub(crate) fn sent(&self, number: u64) -> u64 {
        self.of_call(number).map(|requests| requests.times).sum()
    }

    /// The faults of a call.
    pub(crate) fn faults(&self, number: u64) -> Vec<Fault> {
        let of_call = self.of_call(number);
        of_call
            .flat_map(|requests| requests.faults.clone())
            .collect()
    }

    /// The number of redirects.
    pub(crate) fn redirects(&self) -> u64 {
        let faults = self.requests.values().flat_map(|requests| &requests.faults);
        let away = |fault: &&Fault| matches!(fault, Fault::Redirect(..) | Fault::Moved(_));
        faults.filter(away).count() as u64
    }

    /// How many requests were lost on dead connections.
    pub(crate) fn lost(&self) -> u64 {
        let faults = self.requests.values().flat_map(|requests| &requests.faults);
        let lost = faults.filter(|fault| **fault == Fault::DeadConnection);
        lost.count() as u64
    }

    /// How many redirects were followed.
    pub(crate) fn followed(&self) -> u64 {
        self.requests
            .values()
            .map(|requests| requests.followed)
            .sum()
    }

    /// Panics if the requests exceed attempts, budget or rate, or went to other addresses.
    pub(crate) fn check(&self, seed: u64, promise: Promise) {
        let strays = &self.strays;
        assert!(strays.is_empty(), "BRAINCUBE_MODEL_SEED={seed}: {strays:?}");
        let distance = promise.interval();
        let is_even = self.closest.is_none_or(|closest| closest >= distance);
        assert!(
            is_even,
            "BRAINCUBE_MODEL_SEED={seed}: {:?} where {distance:?} was promised",
            self.closest
        );
        let (mut retries, mut earned, mut plain) = (0, INITIAL_RETRIES, 0);
        for (path, requests) in &self.requests {
            let Requests {
                times, followed, ..
            } = *requests;
            let faults = &requests.faults;
            let allowed = promise.redirects(path, faults);
            assert!(
                followed <= allowed,
                "BRAINCUBE_MODEL_SEED={seed}: {path} followed {followed} times, {faults:?}"
            );
            // In addition to the attempts, there is one request for each new session and each followed redirect, and one in
            // total for those that were lost on dead connections.
            let lost = promise.lost(path, faults);
            let besides = promise.renewals(path, faults) + followed + lost;
            assert!(
                times <= promise.allowed_attempts(path) + besides,
                "BRAINCUBE_MODEL_SEED={seed}: {path} {times} times, {faults:?}"
            );
            retries += times.saturating_sub(1 + besides);
            // A response to a retry refunds it, and so does a complete body at the end.
            match times {
                1 => plain += 1,
                _ => earned += requests.succeeded() + 1,
            }
        }
        earned += plain / OPERATIONS_PER_RETRY;
        assert!(
            retries <= earned,
            "BRAINCUBE_MODEL_SEED={seed}: {retries} retries where {earned} were earned"
        );
    }
}

impl Requests {
    /// The number of responses with a status of success, also if the body failed.
    fn succeeded(&self) -> u64 {
        let failed = self.faults.iter().filter(|fault| !fault.has_good_head());
        self.times - failed.count() as u64
    }
}

impl Promise {
    /// The minimum interval of requests.
    pub(crate) fn interval(self) -> Duration {
        let distance = self.rate.map(|rate| Duration::from_secs(1) / rate.get());
        // A timer may be late by a millisecond, and the next one on time.
        distance.map_or(Duration::ZERO, |it| it - Duration::from_millis(1))
    }

    /// How often an address may be requested.
    fn allowed_attempts(self, path: &str) -> u64 {
        if is_idempotent(path) {
            self.attempts.into()
        } else {
            1
        }
    }

    /// How many sessions may have been renewed because of an address.
    fn renewals(self, path: &str, faults: &[Fault]) -> u64 {
        let refused = faults.iter().filter(|fault| match fault {
            Fault::Expired => self.renewable,
            fault => self.renewable && is_idempotent(path) && fault.is_of_the_session(),
        });
        refused.count() as u64
    }

    /// How many requests that were lost on dead connections do not count.
    fn lost(self, path: &str, faults: &[Fault]) -> u64 {
        let is_lost = faults.contains(&Fault::DeadConnection);
        u64::from(is_lost && is_idempotent(path))
    }

    /// How many of the redirects from an address may be followed.
    fn redirects(self, path: &str, faults: &[Fault]) -> u64 {
        let keeps_method = |status: u16| status >= 307 || path.starts_with("/list/");
        let followed = faults.iter().filter(|fault| match fault {
            Fault::Moved(status) => self.follows && keeps_method(*status),
            _ => false,
        });
        followed.count() as u64
    }
}

fn is_idempotent(path: &str) -> bool {
    !path.starts_with("/write/")
}

/// The call that an address belongs to: the number in `/data/7` and `/list/7?offset=0`.
fn call_of(path: &str) -> Option<u64> {
    let path = path.split('?').next()?;
    path.rsplit('/').next()?.parse().ok()
}
