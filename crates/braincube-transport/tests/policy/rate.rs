//! The limit of requests per second.

use std::future::poll_fn;
use std::num::NonZeroU32;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use braincube_auth::SsoSession;
use braincube_transport::{
    AllowedOrigins, Body, ConcurrencyOptions, Deadline, ErrorKind, RedirectPolicy, TimeoutPhase,
    Transport,
};
use bytes::Bytes;
use http::{Request, Response};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tower::{BoxError, Service, service_fn};

use crate::script::{READ, builder, request};
use crate::tokens::Tokens;

/// The times of the requests, in milliseconds from the start.
type Log = Arc<Mutex<Vec<u128>>>;

/// A service that logs the times of its requests. Its response depends on the request and on the number of earlier ones.
fn service<F>(
    log: &Log,
    response: F,
) -> impl Service<Request<Bytes>, Response = Response<Body>, Error = BoxError, Future: Send>
+ Clone
+ Send
+ Sync
+ 'static
where
    F: Fn(&Request<Bytes>, usize) -> http::response::Builder + Clone + Send + Sync + 'static,
{
    let log = Arc::clone(log);
    let started = Instant::now();
    service_fn(move |request: Request<Bytes>| {
        let mut log = log.lock().unwrap();
        let response = response(&request, log.len()).body(Body::from("{\"token\": \"a\"}"));
        log.push(started.elapsed().as_millis());
        std::future::ready(response.map_err(BoxError::from))
    })
}

/// A transport over a service that responds to the first `failing` requests with status 503.
fn transport(options: ConcurrencyOptions, failing: usize) -> (Transport, Log) {
    let log = Log::default();
    let service = service(&log, move |_, before| {
        Response::builder().status(if before < failing { 503 } else { 200 })
    });
    let builder = builder(&Tokens::personal()).concurrency(options);
    (builder.build_with(service).unwrap(), log)
}

/// Asserts that each request was sent a quarter of a second after the one before, the first at once.
fn assert_even(sent: &Log, count: usize) {
    let sent = sent.lock().unwrap();
    let close = |(number, at): (u128, &u128)| (number * 250..number * 250 + 3).contains(at);
    assert!(
        sent.len() == count && (0..).zip(&*sent).all(close),
        "{sent:?}"
    );
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
async fn requests_are_sent_at_even_intervals_if_their_rate_is_limited() {
    let (transport, log) = transport(four_a_second(), 0);
    ten_at_once(&transport).await;
    assert_even(&log, 10);
}

#[tokio::test(start_paused = true)]
async fn retries_wait_for_their_turn_too() {
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
async fn waiting_for_a_turn_ends_at_the_deadline() {
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

#[tokio::test(start_paused = true)]
async fn x1_calls_that_are_dropped_take_no_turns() {
    let (transport, log) = transport(four_a_second(), 0);
    transport.read(request(READ)).await.unwrap();
    let mut calls = JoinSet::new();
    for _ in 0..10 {
        let transport = transport.clone();
        calls.spawn(async move { transport.read(request(READ)).await });
    }
    let patient = transport.clone();
    let mut behind = JoinSet::new();
    behind.spawn(async move { patient.read(request(READ)).await });
    // All are in the queue, and none has had a turn.
    tokio::time::sleep(Duration::from_millis(100)).await;
    calls.shutdown().await;
    behind.join_next().await.unwrap().unwrap().unwrap();
    transport.read(request(READ)).await.unwrap();
    assert_even(&log, 3);
}

#[tokio::test(start_paused = true)]
async fn x1_a_call_that_is_not_polled_does_not_block_others() {
    let (transport, log) = transport(four_a_second(), 0);
    transport.read(request(READ)).await.unwrap();
    let mut kept = pin!(transport.read(request(READ)));
    poll_fn(|context| {
        assert!(kept.as_mut().poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
    for _ in 0..2 {
        transport.read(request(READ)).await.unwrap();
    }
    kept.await.unwrap();
    let sent = log.lock().unwrap().clone();
    // It misses one turn, and keeps the first place in the queue.
    let expected = [0, 500, 750, 1000];
    let close = |(at, expected): (&u128, u128)| (expected..expected + 3).contains(at);
    assert!(
        sent.len() == 4 && sent.iter().zip(expected).all(close),
        "{sent:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn h17_followed_redirects_wait_for_their_turn_too() {
    let log = Log::default();
    let service = service(&log, |request, _| match request.uri().path() {
        "/v2" => Response::builder(),
        _ => Response::builder().status(307).header("location", "/v2"),
    });
    let builder = builder(&Tokens::personal()).concurrency(four_a_second());
    let builder = builder.redirects(RedirectPolicy::SameOrigin);
    ten_at_once(&builder.build_with(service).unwrap()).await;
    assert_even(&log, 20);
}

/// A transport with an SSO session, whose requests are in the log too. The first session is valid for this many requests.
fn with_session(first_is_good_for: usize) -> (Transport, Log) {
    let log = Log::default();
    let options = four_a_second();
    let exchanged = service(&log, |_, _| Response::builder());
    let origins = AllowedOrigins::new(["https://example.com"]).unwrap();
    let exchange = Transport::builder_without_credentials(origins)
        .concurrency(options.clone())
        .build_with(exchanged)
        .unwrap();
    let session = SsoSession::new("https://example.com", "an-oauth2-token", Arc::new(exchange));
    let origins = AllowedOrigins::new(["https://api.example.com"]).unwrap();
    // A session is opened before the first request, and another one after the last valid request.
    let refused = first_is_good_for + 1;
    let service = service(&log, move |_, before| {
        Response::builder().status(if before == refused { 401 } else { 200 })
    });
    let builder = Transport::builder(Arc::new(session.unwrap()), origins).concurrency(options);
    (builder.build_with(service).unwrap(), log)
}

#[tokio::test(start_paused = true)]
async fn h1_a_session_is_opened_in_turn() {
    let (transport, log) = with_session(100);
    ten_at_once(&transport).await;
    assert_even(&log, 11);
}

#[tokio::test(start_paused = true)]
async fn h1_a_session_is_renewed_in_turn_and_the_old_one_is_not_sent_meanwhile() {
    let (transport, log) = with_session(3);
    ten_at_once(&transport).await;
    // Ten responses, one rejection, two sessions.
    assert_even(&log, 13);
}
