//! Random scripts of calls and faults with paused time. For each script, the test asserts that
//!
//! - a call without faults other than connections that have died while idle succeeds;
//! - a call ends with the correct result, or with a typed error that the faults explain; a list that changes while it is read
//!   is complete or an error;
//! - its time is within its deadline, and its number of attempts is that of the requests on the wire;
//! - the requests respect attempts, budget and rate, and go to no other address, redirected or not;
//! - no error and no log contains a secret, at any level;
//! - no request, body, task or permit is left, also after a call has been dropped.
//!
//! `BRAINCUBE_MODEL_SEED` runs the script of one seed, `BRAINCUBE_MODEL_SCRIPTS` another number of scripts.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what fails here, in a helper or in a test, fails the test"
)]

mod calls;
mod fault;
mod ledger;
mod log;
mod random;
mod server;
#[path = "../policy/tokens.rs"]
#[allow(dead_code, reason = "the other test uses the rest")]
mod tokens;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use braincube_transport::{
    AllowedOrigins, ConcurrencyOptions, LimitOptions, RedirectPolicy, RetryOptions, Transport,
};
use tokio::runtime::Handle;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::calls::{BODY, Call, Outcome, TICK};
use crate::fault::{FAULTS, Fault};
use crate::ledger::Promise;
use crate::log::Log;
use crate::random::Random;
use crate::server::{API, LATENCY, MOST, Server};
use crate::tokens::{CANARY, Tokens};

/// The default number of scripts: fewer in builds without optimization.
const SCRIPTS: u64 = if cfg!(debug_assertions) { 500 } else { 10_000 };

/// How often each case has occurred in the scripts. A case that never occurs is not tested.
#[derive(Debug, Default)]
struct Seen {
    right: u64,
    /// Lists that changed and were complete in another reading.
    read_again: u64,
    failed: u64,
    dropped: u64,
    redirects: u64,
    followed: u64,
    renewals: u64,
    /// Requests that were lost on dead connections.
    lost: u64,
    /// Scripts in which the budget was exhausted.
    over_budget: u64,
    logged_bytes: u64,
}

#[tokio::test(start_paused = true)]
async fn random_scripts_end_correctly_or_with_a_typed_error() {
    let number = |name| Some(std::env::var(name).ok()?.parse::<u64>().unwrap());
    let seeds = match number("BRAINCUBE_MODEL_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("BRAINCUBE_MODEL_SCRIPTS").unwrap_or(SCRIPTS),
    };
    let count = seeds.end - seeds.start;
    let (log, _guard) = Log::begin();
    let mut seen = Seen::default();
    for seed in seeds {
        script(seed, &mut seen, &log).await;
    }
    println!("{count} scripts: {seen:?}");
    let counts = [
        seen.right,
        seen.read_again,
        seen.failed,
        seen.dropped,
        seen.redirects,
        seen.followed,
        seen.renewals,
        seen.lost,
        seen.over_budget,
        seen.logged_bytes,
    ];
    // A single script need not have all cases.
    assert!(count < 100 || counts.iter().all(|&times| times > 0));
}

/// Runs one script.
async fn script(seed: u64, seen: &mut Seen, log: &Log) {
    let mut random = Random::new(seed);
    let promise = Promise {
        attempts: random.pick(&[1, 4, 4, 4, 12]),
        renewable: random.below(2) == 0,
        follows: random.below(2) == 0,
        rate: NonZeroU32::new(random.pick(&[0, 0, 0, 3, 20, 100])),
    };
    let tokens = if promise.renewable {
        Tokens::session()
    } else {
        Tokens::personal()
    };
    // An outage exhausts the budget.
    let outage = [Fault::Status(503)];
    let faults: &[Fault] = if random.below(4) == 0 {
        &outage
    } else {
        &FAULTS
    };
    let server = Server::new(seed, random.pick(&[0, 5, 30, 60, 95]), faults);
    let jitter = Random::shared(seed + 1);
    let mut retry = RetryOptions::default()
        .attempts(promise.attempts)
        .random(move || jitter.lock().unwrap().fraction());
    if faults == outage {
        // Without long waits, so that retries are close together.
        retry = retry.cap(LATENCY);
    }
    let origins = AllowedOrigins::new([API]).unwrap();
    let transport = Transport::builder(Arc::clone(&tokens) as _, origins)
        .retry(retry)
        .limits(LimitOptions::default().body(MOST as u64))
        .concurrency(ConcurrencyOptions::default().requests_per_second(promise.rate))
        .redirects(match promise.follows {
            true => RedirectPolicy::SameOrigin,
            false => RedirectPolicy::Block,
        })
        .build_with(server.clone())
        .unwrap();
    let mut left = random.below(30) + 1;
    let mut number = 0;
    while left > 0 {
        // Some one after the other, some at the same time.
        let together = (random.below(6) + 1).min(left);
        left -= together;
        if random.below(4) == 0 {
            server.kill_connections(8);
        }
        let calls = (0..together).map(|_| {
            number += 1;
            Call::random(number, &mut random)
        });
        for outcome in run_concurrently(seed, calls, &transport, &server).await {
            *match outcome {
                Outcome::Right => &mut seen.right,
                Outcome::ReadAgain => &mut seen.read_again,
                Outcome::Failed => &mut seen.failed,
                Outcome::Dropped => &mut seen.dropped,
            } += 1;
        }
    }
    server.ledger().check(seed, promise);
    seen.redirects += server.ledger().redirects();
    seen.lost += server.ledger().lost();
    seen.followed += server.ledger().followed();
    seen.renewals += u64::from(tokens.renewals.load(Relaxed));
    no_permit_is_held(seed, promise, &server, transport).await;
    let logged = log.take();
    for secret in [CANARY, BODY] {
        assert!(
            !logged.contains(secret),
            "BRAINCUBE_MODEL_SEED={seed}: {logged}"
        );
    }
    seen.logged_bytes += logged.len() as u64;
    seen.over_budget += u64::from(logged.contains("the retry budget is exhausted"));
}

/// Runs calls at the same time, and asserts that nothing is left of them.
async fn run_concurrently(
    seed: u64,
    calls: impl Iterator<Item = Call>,
    transport: &Transport,
    server: &Server,
) -> Vec<Outcome> {
    let mut running = JoinSet::new();
    for call in calls {
        running.spawn(call.run(seed, transport.clone(), server.clone()));
    }
    let mut outcomes = Vec::new();
    while let Some(ended) = running.join_next().await {
        match ended {
            Ok(outcome) => outcomes.push(outcome),
            Err(panic) => panic!("BRAINCUBE_MODEL_SEED={seed}: {panic}"),
        }
    }
    let tasks = Handle::current().metrics().num_alive_tasks();
    let left = (server.running(), tasks);
    assert_eq!(left, (0, 0), "BRAINCUBE_MODEL_SEED={seed}: requests, tasks");
    outcomes
}

/// Asserts that as many operations as there are permits still run at the same time, in the time of one or of their turns.
async fn no_permit_is_held(seed: u64, promise: Promise, server: &Server, transport: Transport) {
    server.heal();
    server.kill_connections(0);
    for (data, permits) in [(true, 8), (false, 64)] {
        let started = Instant::now();
        // Lists with these numbers are empty, which one page shows.
        let calls = (0..permits).map(|number| Call::plain((1000 + u64::from(number)) * 23, data));
        let outcomes = run_concurrently(seed, calls, &transport, server).await;
        let right = outcomes.iter().all(|outcome| *outcome == Outcome::Right);
        let elapsed = started.elapsed();
        assert!(
            right && elapsed < LATENCY * 2 + (promise.interval() + TICK) * permits,
            "BRAINCUBE_MODEL_SEED={seed}: a permit is still held: {elapsed:?}"
        );
    }
}
