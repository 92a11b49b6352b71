//! What was on the wire, and whether it stays within what was promised.

use std::collections::HashMap;
use std::time::Duration;

use crate::fault::Fault;

/// How many repeats are free in about ten seconds, and how many operations earn one, as `RetryOptions` say. The ten
/// seconds are counted in ten slices, of which one is not over yet.
const FREE_REPEATS: u64 = 100;
const FREE_FOR: Duration = Duration::from_secs(9);
const OPERATIONS_FOR_A_REPEAT: u64 = 5;

/// What a transport was told.
#[derive(Clone, Copy)]
pub(crate) struct Promise {
    /// How often a request may be sent.
    pub(crate) attempts: u32,
    /// Whether a refused credential can be renewed.
    pub(crate) renewable: bool,
}

/// The requests so far, by their addresses.
#[derive(Default)]
pub(crate) struct Ledger {
    asked: HashMap<String, Asked>,
    strays: Vec<String>,
}

#[derive(Default)]
struct Asked {
    times: u64,
    struck: Vec<Fault>,
}

impl Ledger {
    /// Notes a request for an address that a call may ask for.
    pub(crate) fn note(&mut self, path: &str, fault: Option<Fault>) {
        let asked = self.asked.entry(path.to_owned()).or_default();
        asked.times += 1;
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
        struck
            .filter(|fault| matches!(fault, Fault::Redirect(_)))
            .count() as u64
    }

    /// Fails unless what was sent stays within attempts and budget, and went nowhere else.
    /// Of so many calls, those that sent nothing were operations too, and the budget counts them.
    pub(crate) fn check(&self, seed: u64, promise: Promise, calls: u64, elapsed: Duration) {
        let strays = &self.strays;
        assert!(strays.is_empty(), "BRAINCUBE_MODEL_SEED={seed}: {strays:?}");
        let (mut all, mut renewals) = (0, 0);
        for (path, Asked { times, struck }) in &self.asked {
            let repeatable = !path.starts_with("/write/");
            // Above what the attempts allow comes one more request for each new session.
            let refused = struck.iter().filter(|fault| match fault {
                Fault::Expired => promise.renewable,
                fault => promise.renewable && repeatable && fault.is_of_the_session(),
            });
            let refused = refused.count() as u64;
            let attempts = if repeatable { promise.attempts } else { 1 };
            assert!(
                *times <= u64::from(attempts) + refused,
                "BRAINCUBE_MODEL_SEED={seed}: {path} {times} times, {struck:?}"
            );
            all += times;
            renewals += refused;
        }
        let operations = self.asked.len() as u64;
        let spans = 1 + elapsed.as_secs() / FREE_FOR.as_secs();
        let unsent = (1..=calls).filter(|call| self.sent(*call) == 0).count() as u64;
        let repeats = FREE_REPEATS * spans + (operations + unsent) / OPERATIONS_FOR_A_REPEAT;
        assert!(
            all <= operations + repeats + renewals,
            "BRAINCUBE_MODEL_SEED={seed}: {all} requests for {operations} operations in {elapsed:?}"
        );
    }
}

/// The call that an address belongs to: the number in `/data/7` and `/list/7?offset=0`.
fn call_of(path: &str) -> Option<u64> {
    let path = path.split('?').next()?;
    path.rsplit('/').next()?.parse().ok()
}
