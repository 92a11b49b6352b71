//! Random scripts of calls and faults, under paused time: the result is exactly right or a typed error, and what was
//! promised about the wire, the time and the secrets holds.
//!
//! `BRAINCUBE_MODEL_SEED` runs the script of one seed, `BRAINCUBE_MODEL_SCRIPTS` another number of them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what fails here, in a helper or in a test, fails the test"
)]

mod calls;
mod random;
mod server;
#[path = "../policy/tokens.rs"]
#[allow(dead_code, reason = "the other test uses the rest")]
mod tokens;

use std::sync::Arc;
use std::time::Duration;

use braincube_transport::{AllowedOrigins, LimitOptions, RetryOptions, Transport};
use tokio::task::JoinSet;

use crate::calls::Call;
use crate::random::Random;
use crate::server::{API, MOST, Server};
use crate::tokens::Tokens;

/// How many scripts run unless the environment says otherwise: fewer where nothing is optimised.
const SCRIPTS: u64 = if cfg!(debug_assertions) { 500 } else { 10_000 };

#[tokio::test(start_paused = true)]
async fn random_scripts_end_well_or_with_a_typed_error() {
    let number = |name| Some(std::env::var(name).ok()?.parse::<u64>().unwrap());
    let seeds = match number("BRAINCUBE_MODEL_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("BRAINCUBE_MODEL_SCRIPTS").unwrap_or(SCRIPTS),
    };
    let count = seeds.end - seeds.start;
    let mut succeeded = 0;
    let mut failed = 0;
    for seed in seeds {
        let (good, bad) = script(seed).await;
        succeeded += good;
        failed += bad;
    }
    println!("{succeeded} calls succeeded, {failed} failed");
    // Where every call ends the same way, nothing was tested; one script alone may be so.
    assert!(count == 1 || (succeeded > 0 && failed > 0));
}

/// Runs one script; returns how many calls succeeded and how many failed.
async fn script(seed: u64) -> (u64, u64) {
    let mut random = Random::new(seed);
    let renewable = random.below(2) == 0;
    let tokens = if renewable {
        Tokens::session()
    } else {
        Tokens::personal()
    };
    let server = Server::new(seed, random.pick(&[0, 5, 30, 60, 95]));
    let jitter = Random::shared(seed + 1);
    let retry = RetryOptions::default().random(move || jitter.lock().unwrap().fraction());
    let origins = AllowedOrigins::new([API]).unwrap();
    let transport = Transport::builder(Arc::clone(&tokens) as _, origins)
        .retry(retry)
        .limits(LimitOptions::default().body(MOST as u64))
        .build_with(server.clone())
        .unwrap();
    let mut outcomes = (0, 0);
    let mut left = random.below(30) + 1;
    let mut number = 0;
    while left > 0 {
        // Some one after the other, some side by side.
        let together = (random.below(6) + 1).min(left);
        left -= together;
        let mut calls = JoinSet::new();
        for _ in 0..together {
            number += 1;
            let call = Call::random(number, &mut random);
            calls.spawn(call.run(seed, transport.clone(), server.clone()));
        }
        while let Some(done) = calls.join_next().await {
            match done {
                Ok(true) => outcomes.0 += 1,
                Ok(false) => outcomes.1 += 1,
                Err(panic) => panic!("BRAINCUBE_MODEL_SEED={seed}: {panic}"),
            }
        }
        assert_eq!(
            server.under_way(),
            0,
            "BRAINCUBE_MODEL_SEED={seed}: something is left behind"
        );
    }
    server.check(seed, number, renewable);
    nothing_is_held(seed, &server, transport).await;
    outcomes
}

/// As many extractions as there are permits still run side by side.
async fn nothing_is_held(seed: u64, server: &Server, transport: Transport) {
    server.heal();
    let mut calls = JoinSet::new();
    for number in 1000..1008 {
        let call = Call::data(number, Some(Duration::from_secs(5)));
        calls.spawn(call.run(seed, transport.clone(), server.clone()));
    }
    while let Some(done) = calls.join_next().await {
        assert!(
            done.unwrap(),
            "BRAINCUBE_MODEL_SEED={seed}: a permit is still held"
        );
    }
}
