//! When a request is retried, and after how long.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use braincube_transport::{
    Body, Deadline, Error, ErrorKind, LongRunning, RetryOptions, TimeoutOptions, TimeoutPhase,
    Transport,
};
use bytes::Bytes;
use http::{Request, Response};
use tokio::time::Instant;

use crate::script::{
    ATTEMPTS_IN_15_S, DATA, READ, Script, Step, WRITE, body, builder, failure, json, request,
    response, slow, stalled, status, transport,
};
use crate::tokens::Tokens;

#[tokio::test(start_paused = true)]
async fn h7_h13_h27_statuses_of_a_failing_server_are_retried() {
    for code in [408, 425, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529] {
        let script = Script::new([status(code), status(code), json()]);
        let started = Instant::now();
        let response = transport(&script).read(request(READ)).await.unwrap();
        assert_eq!(response.attempts, 3, "{code}");
        assert_eq!(response.elapsed, Duration::from_millis(200 + 400));
        assert_eq!(started.elapsed(), response.elapsed);
        let sent = script.finish();
        assert_eq!(sent.len(), 3);
        assert!(sent.iter().all(|request| request.body() == "body-canary"));
    }
}

#[tokio::test(start_paused = true)]
async fn h28_a_status_429_without_retry_after_is_followed_by_a_wait_of_a_second() {
    for headers in [&[][..], &[("retry-after", "soon")]] {
        let throttled = || response(429, headers, "");
        let script = Script::new([throttled(), throttled(), json()]);
        let response = transport(&script).read(request(READ)).await.unwrap();
        assert_eq!((response.attempts, response.elapsed.as_secs()), (3, 2));
        script.finish();
    }
}

#[tokio::test(start_paused = true)]
async fn h12_n22_reads_are_retried_for_15_seconds() {
    let (error, requests) = failure(READ, (0..ATTEMPTS_IN_15_S).map(|_| status(503))).await;
    assert_eq!((error.attempts(), requests), (8, ATTEMPTS_IN_15_S));
    assert_eq!(error.kind(), ErrorKind::Server);
    assert_eq!(error.elapsed(), Duration::from_secs(15));
    let text = error.to_string();
    assert!(text.contains("status 503, 8 attempts in 15.0 s"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn n22_the_duration_in_the_options_takes_precedence_over_long_running() {
    for (own, is_long, expected) in [
        (None, false, 15),
        (None, true, 300),
        (Some(60), false, 60),
        (Some(60), true, 60),
        (Some(0), true, 0),
    ] {
        let retry = RetryOptions::default().random(|| 1.0);
        let retry = match own {
            Some(seconds) => retry.retry_for(Duration::from_secs(seconds)),
            None => retry,
        };
        let service = tower::service_fn(|_: Request<Bytes>| async {
            Ok::<_, Infallible>(
                Response::builder()
                    .status(503)
                    .body(Body::from(""))
                    .unwrap(),
            )
        });
        let builder = builder(&Tokens::personal()).retry(retry);
        let transport = builder.build_with(service).unwrap();
        let mut request = request(READ);
        if is_long {
            request.extensions_mut().insert(LongRunning);
        }
        let error = transport.read(request).await.unwrap_err();
        assert_eq!(error.elapsed().as_secs(), expected, "{own:?} {is_long}");
    }
}

#[tokio::test(start_paused = true)]
async fn n22_a_restart_of_three_seconds_is_survived_by_many_calls_at_once() {
    let started = Instant::now();
    let service = tower::service_fn(move |_: Request<Bytes>| async move {
        if started.elapsed() < Duration::from_secs(3) {
            return Err(std::io::Error::from(std::io::ErrorKind::ConnectionRefused));
        }
        Ok(Response::new(Body::from("{}")))
    });
    // With random jitter.
    let builder = builder(&Tokens::personal()).retry(RetryOptions::default());
    let transport = builder.build_with(service).unwrap();
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let transport = transport.clone();
        calls.spawn(async move { transport.read(request(READ)).await });
    }
    for response in calls.join_all().await {
        let elapsed = response.unwrap().elapsed;
        assert!(elapsed < RetryOptions::RETRY_FOR, "{elapsed:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn n22_a_success_resets_the_time() {
    // Ten seconds of failures, a truncated response, and ten more seconds.
    let failures = || (0..6).map(|_| status(503));
    let steps = failures().chain([crate::script::cut()]);
    let script = Script::new(steps.chain(failures()).chain([json()]));
    let response = transport(&script).read(request(READ)).await.unwrap();
    assert_eq!(response.attempts, 14);
    assert!(
        response.elapsed > RetryOptions::RETRY_FOR,
        "{:?}",
        response.elapsed
    );
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn n23_the_observer_receives_each_retry_with_its_reason() {
    let notices = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&notices);
    let retry = RetryOptions::default().random(|| 1.0);
    let retry = retry.on_retry(move |notice| seen.lock().unwrap().push(notice.clone()));
    let script = Script::new([status(503), Step::Broken, Step::Silence, json()]);
    let builder = builder(&Tokens::personal()).retry(retry);
    let transport = builder.build_with(script.clone()).unwrap();
    transport.read(request(DATA)).await.unwrap();
    script.finish();
    let notices = notices.lock().unwrap();
    let received = notices
        .iter()
        .map(|notice| (&*notice.reason, notice.wait.as_millis(), notice.retry_for));
    assert_eq!(
        received.collect::<Vec<_>>(),
        [
            ("status 503", 200, Some(RetryOptions::RETRY_FOR)),
            (
                "the inner service failed before a response began",
                400,
                Some(RetryOptions::RETRY_FOR)
            ),
            ("no response within 180s", 800, None),
        ]
    );
}

/// A failure on a connection that has died while it was idle.
fn dead() -> Step {
    let error = Error::new(ErrorKind::Interrupted, "reset").on_reused_connection();
    Step::Failed(error)
}

#[tokio::test(start_paused = true)]
async fn n20_a_request_lost_on_a_dead_connection_does_not_count_as_a_retry() {
    for operation in [READ, DATA] {
        // Sent again at once, also without retries.
        let script = Script::new([dead(), json()]);
        let transport = builder_without_retries(&script);
        let response = transport.read(request(operation)).await.unwrap();
        assert_eq!((response.attempts, response.elapsed), (2, Duration::ZERO));
        script.finish();
        // Once in an operation; then it is a failure like any other.
        let script = Script::new([dead(), dead()]);
        let transport = builder_without_retries(&script);
        let error = transport.read(request(operation)).await.unwrap_err();
        assert_eq!((error.attempts(), script.finish().len()), (2, 2));
    }
    let (error, requests) = failure(WRITE, [dead()]).await;
    assert_eq!((error.kind(), requests), (ErrorKind::Interrupted, 1));
}

fn builder_without_retries(script: &Script) -> Transport {
    let builder = builder(&Tokens::personal()).retry(RetryOptions::none());
    builder.build_with(script.clone()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn n20_dead_connections_leave_the_budget_alone() {
    let lost = Arc::new(Mutex::new(true));
    let service = tower::service_fn(move |_: Request<Bytes>| {
        let is_lost = std::mem::replace(&mut *lost.lock().unwrap(), false);
        let lost = Arc::clone(&lost);
        async move {
            if is_lost {
                let error = Error::new(ErrorKind::Interrupted, "reset");
                return Err(error.on_reused_connection());
            }
            *lost.lock().unwrap() = true;
            Ok(Response::new(Body::from("{}")))
        }
    });
    let transport = builder(&Tokens::personal()).build_with(service).unwrap();
    for _ in 0..200 {
        let response = transport.read(request(READ)).await.unwrap();
        assert_eq!((response.attempts, response.elapsed), (2, Duration::ZERO));
    }
}

#[tokio::test(start_paused = true)]
async fn n5_an_interrupted_request_is_retried_if_it_is_idempotent() {
    let script = Script::new([Step::Broken, json()]);
    assert_eq!(
        transport(&script)
            .read(request(DATA))
            .await
            .unwrap()
            .attempts,
        2
    );
    script.finish();
    let (error, requests) = failure(WRITE, [Step::Broken]).await;
    assert_eq!((error.kind(), requests), (ErrorKind::Interrupted, 1));
}

#[tokio::test(start_paused = true)]
async fn a_write_is_not_retried_after_any_status() {
    for code in [408, 429, 500, 503] {
        let (error, requests) = failure(WRITE, [status(code)]).await;
        assert_eq!((error.attempts(), requests), (1, 1), "{code}");
    }
}

#[tokio::test(start_paused = true)]
async fn h4_h5_h6_h8_permanent_statuses_are_not_retried() {
    for code in [400, 403, 404, 409, 410, 413, 414, 422, 501] {
        let (error, requests) = failure(READ, [status(code)]).await;
        assert_eq!(requests, 1, "{code}");
        assert_eq!(error.status().unwrap().as_u16(), code);
    }
}

#[tokio::test(start_paused = true)]
async fn h9_a_retry_after_in_seconds_is_respected() {
    let script = Script::new([response(429, &[("retry-after", "7")], ""), json()]);
    let response = transport(&script).read(request(READ)).await.unwrap();
    assert_eq!(response.elapsed, Duration::from_secs(7));
    assert_eq!(script.finish().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn h10_a_retry_after_with_a_date_is_respected() {
    let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(30));
    let script = Script::new([response(503, &[("retry-after", &date)], ""), json()]);
    let waited = transport(&script)
        .read(request(READ))
        .await
        .unwrap()
        .elapsed
        .as_secs();
    // The date has whole seconds, and the wall clock advances while the test runs.
    assert!((20..=30).contains(&waited), "{waited} s");
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn h11_an_error_is_returned_instead_of_too_long_a_wait() {
    for long in ["121", "18446744073709551615", "99999999999999999999"] {
        let (error, requests) = failure(READ, [response(429, &[("retry-after", long)], "")]).await;
        assert_eq!(requests, 1);
        assert!(error.is_throttled());
        let wait = error.retry_after().unwrap();
        assert!(wait > Duration::from_secs(120));
        let text = error.to_string();
        let expected = format!("status 429, asked to wait {} s", wait.as_secs());
        assert!(text.contains(&expected), "{text}");
        assert_eq!(error.elapsed(), Duration::ZERO);
    }
}

#[tokio::test(start_paused = true)]
async fn h11_no_wait_exceeds_the_deadline() {
    let script = Script::new([response(429, &[("retry-after", "7")], "")]);
    let mut request = request(READ);
    request
        .extensions_mut()
        .insert(Deadline::after(Duration::from_secs(5)));
    let error = transport(&script).read(request).await.unwrap_err();
    assert!(error.is_throttled());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    assert!(error.to_string().contains("asked to wait 7 s"), "{error}");
    assert_eq!(error.elapsed(), Duration::ZERO);
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn n14_metadata_waits_half_a_minute_for_a_response_twice() {
    let (error, requests) = failure(READ, [Step::Silence, Step::Silence]).await;
    assert_eq!(error.kind(), ErrorKind::Timeout(TimeoutPhase::FirstByte));
    assert_eq!(requests, 2);
    assert_eq!(error.elapsed(), Duration::from_millis(2 * 30_000 + 200));
}

#[tokio::test(start_paused = true)]
async fn n14_data_waits_three_minutes_for_a_response_twice() {
    let (error, requests) = failure(DATA, [Step::Silence, Step::Silence]).await;
    assert_eq!(error.kind(), ErrorKind::Timeout(TimeoutPhase::FirstByte));
    assert_eq!(requests, 2);
    assert_eq!(error.elapsed(), Duration::from_millis(2 * 180_000 + 200));
}

/// A response that sends a byte per second: less than the minimum speed.
fn drip() -> Step {
    body(slow(1, Duration::from_secs(1), usize::MAX, false))
}

#[tokio::test(start_paused = true)]
async fn n12_n14_a_single_retry_is_independent_of_other_retries() {
    let script = Script::new([status(503), Step::Silence, json()]);
    let response = transport(&script).read(request(DATA)).await.unwrap();
    assert_eq!(response.attempts, 3);
    assert_eq!(script.finish().len(), 3);
    let silences = [status(503), Step::Silence, Step::Silence];
    let (error, requests) = failure(DATA, silences).await;
    assert_eq!(error.kind(), ErrorKind::Timeout(TimeoutPhase::FirstByte));
    assert_eq!((error.attempts(), requests), (3, 3));
    // A truncated response does not allow another one.
    let silences = [Step::Silence, crate::script::cut(), Step::Silence];
    let (error, requests) = failure(DATA, silences).await;
    assert_eq!(error.kind(), ErrorKind::Timeout(TimeoutPhase::FirstByte));
    assert_eq!((error.attempts(), requests), (3, 3));

    for before in [status(503), crate::script::cut()] {
        let script = Script::new([before, drip(), json()]);
        let response = transport(&script).read(request(READ)).await.unwrap();
        assert_eq!(response.attempts, 3);
        assert_eq!(script.finish().len(), 3);
    }
    let (error, requests) = failure(READ, [drip(), crate::script::cut(), drip()]).await;
    assert_eq!(error.kind(), ErrorKind::Timeout(TimeoutPhase::Throughput));
    assert_eq!((error.attempts(), requests), (3, 3));
}

#[tokio::test(start_paused = true)]
async fn x1_nothing_is_sent_after_the_deadline() {
    let script = Script::new([]);
    for transport in [transport(&script), Transport::new(script.clone())] {
        let mut request = request(READ);
        let over = Deadline::after(Duration::ZERO);
        request.extensions_mut().insert(over);
        let error = transport.read(request).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout(TimeoutPhase::Deadline));
        assert_eq!((error.attempts(), error.elapsed()), (0, Duration::ZERO));
    }
    assert_eq!(script.finish().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_earlier_of_two_deadlines_ends_an_attempt() {
    let hurried = TimeoutOptions::default().total(Some(Duration::from_secs(20)));
    for (own, expected) in [(None, 20), (Some(5), 5), (Some(50), 20)] {
        let script = Script::new([Step::Silence]);
        let builder = builder(&Tokens::personal()).timeouts(hurried.clone());
        let transport = builder.build_with(script.clone()).unwrap();
        let mut request = request(READ);
        if let Some(own) = own {
            let deadline = Deadline::after(Duration::from_secs(own));
            request.extensions_mut().insert(deadline);
        }
        let error = transport.read(request).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout(TimeoutPhase::Deadline));
        assert_eq!(error.elapsed(), Duration::from_secs(expected));
        assert_eq!(error.attempts(), 1);
        script.finish();
    }
}

#[tokio::test(start_paused = true)]
async fn the_deadline_ends_the_reading_of_a_response() {
    let script = Script::new([body(stalled("{"))]);
    let mut request = request(READ);
    request
        .extensions_mut()
        .insert(Deadline::after(Duration::from_secs(5)));
    let error = transport(&script).read(request).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout(TimeoutPhase::Deadline));
    assert_eq!(error.operation(), Some("memory_bases"));
    assert_eq!(error.elapsed(), Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn retries_can_be_disabled() {
    let script = Script::new([status(503)]);
    let builder = builder(&Tokens::personal()).retry(RetryOptions::none());
    let transport = builder.build_with(script.clone()).unwrap();
    assert_eq!(
        transport.read(request(READ)).await.unwrap_err().attempts(),
        1
    );
    script.finish();
}

/// The wall clock only matters for a `Retry-After` with a date. Waits use a monotonic clock.
#[tokio::test(start_paused = true)]
async fn x8_clocks_that_are_years_apart_do_not_affect_a_request() {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
    for years in [1, 30] {
        let (past, future) = (
            SystemTime::now() - YEAR * years,
            SystemTime::now() + YEAR * years,
        );
        let busy = |date| {
            let date = httpdate::fmt_http_date(date);
            response(503, &[("retry-after", &date)], "")
        };
        let script = Script::new([busy(past), json()]);
        let response = transport(&script).read(request(READ)).await.unwrap();
        assert_eq!(response.elapsed, Duration::from_millis(200));
        assert_eq!(script.finish().len(), 2);

        let (error, requests) = failure(READ, [busy(future)]).await;
        assert_eq!((error.kind(), requests), (ErrorKind::Throttled, 1));
        assert_eq!(error.elapsed(), Duration::ZERO);
        assert!(error.retry_after() > Some(YEAR * (years - 1)), "{error}");
    }
}
