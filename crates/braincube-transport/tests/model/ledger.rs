//! What was on the wire, and whether it stays within what was promised.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::time::Duration;

use tokio::time::Instant;

use crate::fault::Fault;

/// How many repeats there are at first, and how many operations that succeed at once earn one, as `RetryOptions` say.
const FIRST_REPEATS: u64 = 100;
const OPERATIONS_FOR_A_REPEAT: u64 = 5;

/// What a transport was told.
#[derive(Clone, Copy)]
pub(crate) struct Promise {
    /// How often a request may be sent.
    pub(crate) attempts: u32,
    /// Whether a refused credential can be renewed.
    pub(crate) renewable: bool,
    /// Whether redirects within the origin are followed.
    pub(crate) follows: bool,
    /// How many requests may be sent in a second.
    pub(crate) rate: Option<NonZeroU32>,
}

/// The requests so far, by their addresses.
#[derive(Default)]
pub(crate) struct Ledger {
    asked: HashMap<String, Asked>,
    strays: Vec<String>,
    latest: Option<Instant>,
    /// The shortest time between two requests.
    closest: Option<Duration>,
}

#[derive(Default)]
struct Asked {
    times: u64,
    /// How many of them came to where a redirect leads.
    followed: u64,
    struck: Vec<Fault>,
}

impl Ledger {
    /// Notes a request for an address that a call may ask for, perhaps to where a redirect leads from there.
    pub(crate) fn note(&mut self, path: &str, followed: bool, fault: Option<Fault>) {
        let now = Instant::now();
        if let Some(latest) = self.latest.replace(now) {
            let distance = now - latest;
            self.closest = Some(self.closest.map_or(distance, |it| it.min(distance)));
        }
        let asked = self.asked.entry(path.to_owned()).or_default();
        asked.times += 1;
        asked.followed += u64::from(followed);
        asked.struck.extend(fault);
    }

    /// Notes a request to anywhere else.
    pub(crate) fn note_stray(&mut self, address: String) {
        self.strays.push(address);
    }

    fn of_call(&self, number: u64) -> impl Iterator<Item = &Asked> {
        self.asked
            .iter()
            .filter(move |(path, _)| call_of(path) == Some(number))
            .map(|(_, asked)| asked)
    }

    /// How many requests a call has led to.
    pub(crate) fn sent(&self, number: u64) -> u64 {
        self.of_call(number).map(|asked| asked.times).sum()
    }

    /// What a call has met.
    pub(crate) fn struck(&self, number: u64) -> Vec<Fault> {
        let of_call = self.of_call(number);
        of_call.flat_map(|asked| asked.struck.clone()).collect()
    }

    /// How many requests were answered with a redirect.
    pub(crate) fn redirects(&self) -> u64 {
        let struck = self.asked.values().flat_map(|asked| &asked.struck);
        let away = |fault: &&Fault| matches!(fault, Fault::Redirect(..) | Fault::Moved(_));
        struck.filter(away).count() as u64
    }

    /// How many requests were lost on dead connections.
    pub(crate) fn lost(&self) -> u64 {
        let struck = self.asked.values().flat_map(|asked| &asked.struck);
        let lost = struck.filter(|fault| **fault == Fault::DeadConnection);
        lost.count() as u64
    }

    /// How many redirects were followed.
    pub(crate) fn followed(&self) -> u64 {
        self.asked.values().map(|asked| asked.followed).sum()
    }

    /// Fails unless what was sent stays within attempts, budget and rate, and went nowhere else.
    pub(crate) fn check(&self, seed: u64, promise: Promise) {
        let strays = &self.strays;
        assert!(strays.is_empty(), "BRAINCUBE_MODEL_SEED={seed}: {strays:?}");
        let distance = promise.distance();
        let is_even = self.closest.is_none_or(|closest| closest >= distance);
        assert!(
            is_even,
            "BRAINCUBE_MODEL_SEED={seed}: {:?} where {distance:?} was promised",
            self.closest
        );
        let (mut repeats, mut earned, mut plain) = (0, FIRST_REPEATS, 0);
        for (path, asked) in &self.asked {
            let Asked {
                times, followed, ..
            } = *asked;
            let struck = &asked.struck;
            let allowed = promise.redirects(path, struck);
            assert!(
                followed <= allowed,
                "BRAINCUBE_MODEL_SEED={seed}: {path} followed {followed} times, {struck:?}"
            );
            // Above what the attempts allow comes one more request for each new session and each followed redirect, and one
            // in all for those that were lost on dead connections.
            let lost = promise.lost(path, struck);
            let besides = promise.renewals(path, struck) + followed + lost;
            assert!(
                times <= promise.tries(path) + besides,
                "BRAINCUBE_MODEL_SEED={seed}: {path} {times} times, {struck:?}"
            );
            repeats += times.saturating_sub(1 + besides);
            // What comes in a repeat gives it back, and so does what is whole in the end.
            match times {
                1 => plain += 1,
                _ => earned += asked.answered() + 1,
            }
        }
        earned += plain / OPERATIONS_FOR_A_REPEAT;
        assert!(
            repeats <= earned,
            "BRAINCUBE_MODEL_SEED={seed}: {repeats} repeats where {earned} were earned"
        );
    }
}

impl Asked {
    /// How many requests were answered with success, whatever came of the rest of the answer.
    fn answered(&self) -> u64 {
        let failed = self.struck.iter().filter(|fault| !fault.has_good_head());
        self.times - failed.count() as u64
    }
}

impl Promise {
    /// How far apart requests are at the least.
    pub(crate) fn distance(self) -> Duration {
        let distance = self.rate.map(|rate| Duration::from_secs(1) / rate.get());
        // A timer may ring late by a tick of its clock, and the next one in time.
        distance.map_or(Duration::ZERO, |it| it - Duration::from_millis(1))
    }

    /// How often an address may be asked for.
    fn tries(self, path: &str) -> u64 {
        if is_repeatable(path) {
            self.attempts.into()
        } else {
            1
        }
    }

    /// How often another session may have been the answer to what happened at an address.
    fn renewals(self, path: &str, struck: &[Fault]) -> u64 {
        let refused = struck.iter().filter(|fault| match fault {
            Fault::Expired => self.renewable,
            fault => self.renewable && is_repeatable(path) && fault.is_of_the_session(),
        });
        refused.count() as u64
    }

    /// How many requests that were lost on dead connections count for nothing.
    fn lost(self, path: &str, struck: &[Fault]) -> u64 {
        let is_lost = struck.contains(&Fault::DeadConnection);
        u64::from(is_lost && is_repeatable(path))
    }

    /// How many of the redirects from an address may be followed.
    fn redirects(self, path: &str, struck: &[Fault]) -> u64 {
        let keeps_method = |status: u16| status >= 307 || path.starts_with("/list/");
        let followed = struck.iter().filter(|fault| match fault {
            Fault::Moved(status) => self.follows && keeps_method(*status),
            _ => false,
        });
        followed.count() as u64
    }
}

fn is_repeatable(path: &str) -> bool {
    !path.starts_with("/write/")
}

/// The call that an address belongs to: the number in `/data/7` and `/list/7?offset=0`.
fn call_of(path: &str) -> Option<u64> {
    let path = path.split('?').next()?;
    path.rsplit('/').next()?.parse().ok()
}
