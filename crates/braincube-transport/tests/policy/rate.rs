//! How many requests are sent in a second, if that is limited.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use braincube_transport::{Body, ConcurrencyOptions, Deadline, ErrorKind, TimeoutPhase, Transport};
use bytes::Bytes;
use http::{Request, Response};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tower::{BoxError, service_fn};

use crate::script::{READ, builder, request};
use crate::tokens::Tokens;

/// When the requests came, in milliseconds from the beginning.
type Log = Arc<Mutex<Vec<u128>>>;

/// A transport over a service that fails the first requests, as many as this, with status 503.
fn transport(options: ConcurrencyOptions, failing: usize) -> (Transport, Log) {
    let log = Log::default();
    let written = Arc::clone(&log);
    let started = Instant::now();
    let service = service_fn(move |_: Request<Bytes>| {
        let mut log = written.lock().unwrap();
        log.push(started.elapsed().as_millis());
        let status = if log.len() <= failing { 503 } else { 200 };
        let response = Response::builder().status(status).body(Body::from("{}"));
        std::future::ready(response.map_err(BoxError::from))
    });
    let builder = builder(&Tokens::personal()).concurrency(options);
    (builder.build_with(service).unwrap(), log)
}

fn four_a_second() -> ConcurrencyOptions {
    ConcurrencyOptions::default().requests_per_second(NonZeroU32::new(4))
}

async fn ten_at_once(transport: &Transport) {
    let mut calls = JoinSet::new();
    for _ in 0..10 {
        let transport = transport.clone();
        calls.spawn(async move { transport.read(request(READ)).await });
    }
    while let Some(done) = calls.join_next().await {
        done.unwrap().unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn requests_are_sent_at_even_distances_where_their_rate_is_limited() {
    let (transport, log) = transport(four_a_second(), 0);
    ten_at_once(&transport).await;
    let sent = log.lock().unwrap().clone();
    let close = |(number, at): (u128, &u128)| (number * 250..number * 250 + 2).contains(at);
    assert_eq!(sent.len(), 10);
    assert!((0..).zip(&sent).all(close), "{sent:?}");
}

#[tokio::test(start_paused = true)]
async fn repeats_wait_for_their_turn_too() {
    let (transport, log) = transport(four_a_second(), 5);
    ten_at_once(&transport).await;
    let sent = log.lock().unwrap().clone();
    assert_eq!(sent.len(), 15);
    let apart = sent.windows(2).all(|pair| pair[1] - pair[0] >= 249);
    assert!(apart, "{sent:?}");
}

#[tokio::test(start_paused = true)]
async fn without_a_limit_nothing_waits() {
    let (transport, log) = transport(ConcurrencyOptions::default(), 0);
    ten_at_once(&transport).await;
    assert_eq!(*log.lock().unwrap(), [0; 10]);
}

#[tokio::test(start_paused = true)]
async fn a_turn_behind_the_deadline_is_not_waited_for_any_longer() {
    let (transport, log) = transport(four_a_second(), 0);
    ten_at_once(&transport).await;
    let mut calls = JoinSet::new();
    for _ in 0..10 {
        let transport = transport.clone();
        let mut request = request(READ);
        let deadline = Deadline::after(Duration::from_millis(1100));
        request.extensions_mut().insert(deadline);
        calls.spawn(async move { transport.read(request).await });
    }
    let mut late = 0;
    while let Some(done) = calls.join_next().await {
        if let Err(error) = done.unwrap() {
            assert_eq!(error.kind(), ErrorKind::Timeout(TimeoutPhase::Deadline));
            assert_eq!(error.attempts(), 0);
            late += 1;
        }
    }
    assert_eq!((late, log.lock().unwrap().len()), (6, 14));
}
