//! How many operations run at once, how fast responses must arrive, and what happens if they are truncated.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use braincube_transport::{
    Body, ConcurrencyOptions, Deadline, Error, ErrorKind, RetryOptions, TimeoutOptions,
    TimeoutPhase,
};
use bytes::Bytes;
use http::{Request, Response};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tower::service_fn;

use crate::script::{
    DATA, READ, Script, WRITE, body, builder, json, request, slow, stalled, status, transport,
};
use crate::tokens::Tokens;

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn n12_a_slow_response_within_the_idle_time_ends() {
    let drip = || body(slow(1, 20 * SECOND, 100_000, false));
    for (operation, attempts) in [(READ, 2), (DATA, 2), (WRITE, 1)] {
        let script = Script::new((0..attempts).map(|_| drip()));
        let error = transport(&script).read(request(operation)).await;
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout(TimeoutPhase::Throughput));
        assert_eq!(error.attempts(), attempts);
        assert!(error.elapsed() < attempts * 100 * SECOND, "{error}");
        script.finish();
    }
    let script = Script::new([drip(), json()]);
    let response = transport(&script).read(request(READ)).await.unwrap();
    assert_eq!((response.attempts, script.finish().len()), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn n13_a_download_of_half_an_hour_succeeds() {
    let script = Script::new([body(slow(64 << 10, 25 * SECOND, 72, false))]);
    let response = transport(&script).read(request(DATA)).await.unwrap();
    assert_eq!(response.elapsed, 30 * 60 * SECOND);
    assert_eq!(response.body.len(), 72 * (64 << 10));
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn n11_the_time_of_an_error_counts_from_the_first_attempt() {
    let stall = || body(stalled("[1, "));
    let script = Script::new([stall(), stall(), stall()]);
    let begun = Instant::now();
    let error = transport(&script).read(request(DATA)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout(TimeoutPhase::Idle));
    assert_eq!(error.attempts(), 3);
    assert_eq!(error.elapsed(), begun.elapsed());
    assert!(error.elapsed() > 180 * SECOND, "three times a minute");
    let text = error.to_string();
    assert!(text.contains("3 attempts in 180.6 s"), "{text}");
    assert_eq!(script.finish().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn n13_time_in_which_the_caller_does_not_read_does_not_count() {
    let script = Script::new([body(slow(100, SECOND / 100, 50, false))]);
    let response = transport(&script).send(request(DATA)).await.unwrap();
    let mut body = response.into_body();
    while body.chunk().await.unwrap().is_some() {
        tokio::time::sleep(600 * SECOND).await;
    }
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn n12_the_minimum_speed_is_an_option() {
    for (floor, expected) in [(0, true), (9, true), (11, false)] {
        let script = Script::new([body(slow(100, 10 * SECOND, 30, false))]);
        let timeouts = TimeoutOptions::default().throughput(floor, 60 * SECOND);
        let builder = builder(&Tokens::personal()).timeouts(timeouts);
        let transport = builder.retry(RetryOptions::none());
        let transport = transport.build_with(script.clone()).unwrap();
        let result = transport.read(request(READ)).await;
        assert_eq!(result.is_ok(), expected, "{floor}");
        script.finish();
    }
}

#[tokio::test(start_paused = true)]
async fn n8_a_truncated_response_is_requested_again_if_it_is_read_completely() {
    let broken = || body(slow(10, SECOND, 3, true));
    for operation in [READ, DATA] {
        let script = Script::new([broken(), status(503), json()]);
        let response = transport(&script).read(request(operation)).await.unwrap();
        assert_eq!(
            (response.attempts, &*response.body),
            (3, &b"{\"items\": []}"[..])
        );
        script.finish();
    }
    // For 15 s; columns of data twice.
    for (operation, most) in [(READ, 5), (DATA, 3)] {
        let script = Script::new((0..most).map(|_| broken()));
        let error = transport(&script)
            .read(request(operation))
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Interrupted, most)
        );
        script.finish();
    }
    let script = Script::new([status(503), status(503), status(503), broken(), json()]);
    let response = transport(&script).read(request(READ)).await.unwrap();
    assert_eq!((response.attempts, script.finish().len()), (5, 5));
}

#[tokio::test(start_paused = true)]
async fn n8_a_write_and_a_request_past_its_deadline_are_not_sent_again() {
    let script = Script::new([body(slow(10, SECOND, 3, true))]);
    let error = transport(&script).read(request(WRITE)).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Interrupted, 1)
    );
    script.finish();
    let script = Script::new([body(slow(10, SECOND, 3, true))]);
    let mut request = request(READ);
    let deadline = Deadline::after(3 * SECOND + SECOND / 10);
    request.extensions_mut().insert(deadline);
    let error = transport(&script).read(request).await.unwrap_err();
    assert_eq!(error.attempts(), 1);
    script.finish();
}

/// A service that takes a second, with the maximum number of concurrent requests.
#[derive(Clone, Default)]
struct Busy {
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    all: Arc<AtomicUsize>,
}

struct Leave(Arc<AtomicUsize>);

impl Drop for Leave {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

impl Busy {
    async fn serve(self, status: u16) -> Result<Response<Body>, Error> {
        let now = self.now.fetch_add(1, Relaxed) + 1;
        let _leave = Leave(Arc::clone(&self.now));
        self.most.fetch_max(now, Relaxed);
        self.all.fetch_add(1, Relaxed);
        tokio::time::sleep(SECOND).await;
        let response = Response::builder().status(status);
        Ok(response.body(Body::from("{}")).unwrap())
    }
}

#[tokio::test(start_paused = true)]
async fn x5_at_most_eight_extractions_run_at_once() {
    let busy = Busy::default();
    let service = busy.clone();
    let service = service_fn(move |_: Request<Bytes>| service.clone().serve(200));
    let transport = builder(&Tokens::personal()).build_with(service).unwrap();
    let started = Instant::now();
    let mut calls = JoinSet::new();
    for _ in 0..500 {
        let transport = transport.clone();
        calls.spawn(async move { transport.read(request(DATA)).await });
    }
    while let Some(done) = calls.join_next().await {
        done.unwrap().unwrap();
    }
    assert_eq!(busy.most.load(Relaxed), 8);
    assert_eq!(busy.all.load(Relaxed), 500);
    assert_eq!(started.elapsed(), 63 * SECOND, "no permit is unused");
}

#[tokio::test(start_paused = true)]
async fn x1_a_dropped_call_and_a_dropped_response_release_their_permit() {
    let service = service_fn(|_: Request<Bytes>| Busy::default().serve(200));
    let one = NonZeroUsize::MIN;
    let concurrency = ConcurrencyOptions::default().data(one).metadata(one);
    let builder = builder(&Tokens::personal()).concurrency(concurrency);
    let transport = builder.build_with(service).unwrap();
    // Dropped during the call.
    let call = transport.read(request(DATA));
    assert!(tokio::time::timeout(SECOND / 2, call).await.is_err());
    // While the response is not read yet, metadata requests run and data requests wait.
    let response = transport.send(request(DATA)).await.unwrap();
    transport.read(request(READ)).await.unwrap();
    let next = tokio::time::timeout(60 * SECOND, transport.read(request(DATA)));
    assert!(next.await.is_err());
    drop(response);
    // A response that is read to its end releases the permit before it is dropped.
    let mut response = transport.send(request(DATA)).await.unwrap().into_body();
    response.collect().await.unwrap();
    transport.read(request(DATA)).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn x5_waiting_for_a_permit_ends_at_the_deadline() {
    let service = service_fn(|_: Request<Bytes>| Busy::default().serve(200));
    let concurrency = ConcurrencyOptions::default().data(NonZeroUsize::MIN);
    let builder = builder(&Tokens::personal()).concurrency(concurrency);
    let transport = builder.build_with(service).unwrap();
    let _first = transport.send(request(DATA)).await.unwrap();
    let mut second = request(DATA);
    second.extensions_mut().insert(Deadline::after(5 * SECOND));
    let error = transport.read(second).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout(TimeoutPhase::Deadline));
    assert_eq!(error.attempts(), 0);
}

/// How many requests a thousand calls to a service send that always responds with this status.
async fn a_thousand_calls(status: u16, retry: RetryOptions, is_concurrent: bool) -> usize {
    let busy = Busy::default();
    let service = busy.clone();
    let service = service_fn(move |_: Request<Bytes>| service.clone().serve(status));
    let all = ConcurrencyOptions::default().metadata(NonZeroUsize::MAX);
    let builder = builder(&Tokens::personal()).retry(retry).concurrency(all);
    let transport = builder.build_with(service).unwrap();
    let mut calls = JoinSet::new();
    for _ in 0..1000 {
        let transport = transport.clone();
        let call = async move {
            let error = transport.read(request(READ)).await.unwrap_err();
            assert_eq!(error.status().unwrap().as_u16(), status);
            assert!((1..=8).contains(&error.attempts()));
        };
        if is_concurrent {
            calls.spawn(call);
        } else {
            call.await;
        }
    }
    calls.join_all().await;
    busy.all.load(Relaxed)
}
#[tokio::test(start_paused = true)]
async fn h12_the_budget_limits_the_retries_to_a_failing_service() {
    let retry = || RetryOptions::default().random(|| 1.0);
    for status in [429, 503] {
        // 100 retries in total, however long it takes.
        for is_concurrent in [true, false] {
            let sent = a_thousand_calls(status, retry(), is_concurrent).await;
            assert_eq!(sent, 1000 + 100, "{status}, concurrent: {is_concurrent}");
        }
    }
    let sent = a_thousand_calls(503, retry().without_budget(), true).await;
    // Each for 15 s, of which each attempt takes one.
    assert_eq!(sent, 7 * 1000);
}
