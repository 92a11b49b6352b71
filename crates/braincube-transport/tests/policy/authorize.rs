//! Which requests are sent, with which credential, and what happens when it is rejected.

use std::collections::HashMap;
use std::error::Error as _;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use braincube_transport::{AllowedOrigins, Body, Error, ErrorKind, NotJson, Transport};
use bytes::Bytes;
use http::{Request, Response};
use tokio::task::JoinSet;

use crate::script::{
    ATTEMPTS_IN_15_S, DATA, READ, Script, Step, URL, WRITE, builder, cut, failure, json, request,
    response, status, transport,
};
use crate::tokens::{CANARY, Tokens};

const LOGIN: &str = "<html><form><input name=\"password\"></form></html>";

fn page(html: &'static str) -> Step {
    response(200, &[("content-type", "text/html")], html)
}

/// The generation of the token that each request carried.
fn generations(requests: &[Request<Bytes>]) -> Vec<u64> {
    let generation = |request: &Request<Bytes>| {
        let token = request.headers()["x-api-key"].to_str().unwrap();
        token.rsplit('-').next().unwrap().parse().unwrap()
    };
    requests.iter().map(generation).collect()
}

/// All texts of an error and its causes.
pub(crate) fn all_texts(error: &Error) -> String {
    let mut texts = format!("{error} {error:?} {error:#?} {:?}", error.detail());
    let mut source = error.source();
    while let Some(cause) = source {
        texts.push_str(&format!(" {cause} {cause:?}"));
        source = cause.source();
    }
    texts
}

#[tokio::test]
async fn every_request_carries_the_credential_marked_sensitive() {
    let script = Script::new([json()]);
    transport(&script).read(request(READ)).await.unwrap();
    let sent = script.finish().remove(0);
    assert!(sent.headers()["x-api-key"].is_sensitive());
    assert_eq!(sent.headers()["x-api-key"], format!("{CANARY}-1"));
    assert!(
        sent.headers()["user-agent"]
            .to_str()
            .unwrap()
            .starts_with("braincube-rs/")
    );
    assert_eq!(sent.headers()["accept-encoding"], "gzip");
    assert!(!format!("{sent:?}").contains(CANARY));
}

#[tokio::test]
async fn nothing_is_sent_to_another_origin_and_no_token_is_requested() {
    for foreign in [
        "https://evil.com/mb/all/summary",
        "https://api.example.com.evil.com/",
        "https://api.example.com:444/",
        "http://api.example.com/",
        "https://api.example.com@evil.com/",
    ] {
        let script = Script::new([]);
        let tokens = Tokens::session();
        let transport = builder(&tokens).build_with(script.clone()).unwrap();
        let request = Request::get(foreign)
            .extension(READ)
            .body(Bytes::new())
            .unwrap();
        let error = transport.read(request).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Input, "{foreign}");
        assert_eq!(error.attempts(), 0);
        assert_eq!(tokens.requested.load(Ordering::Relaxed), 0);
        script.finish();
    }
}

#[test]
fn t6_plain_http_is_rejected_before_anything_is_sent() {
    let origins = || AllowedOrigins::new(["http://example.com"]).unwrap();
    let builder = || Transport::builder(Tokens::personal(), origins());
    let error = builder().build_with(Script::new([])).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("example.com"), "{error}");
    assert_eq!(builder().build().unwrap_err().kind(), ErrorKind::Config);
    assert!(
        builder()
            .allow_http(true)
            .build_with(Script::new([]))
            .is_ok()
    );
}

#[tokio::test]
async fn h1_an_expired_session_is_renewed_once() {
    let script = Script::new([status(401), json()]);
    let tokens = Tokens::session();
    let transport = builder(&tokens).build_with(script.clone()).unwrap();
    let response = transport.read(request(READ)).await.unwrap();
    assert_eq!(response.attempts, 2);
    assert_eq!(generations(&script.finish()), [1, 2]);
}

#[tokio::test]
async fn h1_a_new_session_that_is_rejected_too_is_final() {
    let script = Script::new([status(401), status(401)]);
    let transport = builder(&Tokens::session())
        .build_with(script.clone())
        .unwrap();
    let error = transport.read(request(READ)).await.unwrap_err();
    assert!(error.is_unauthenticated());
    assert!(
        error.to_string().contains("not even with a new session"),
        "{error}"
    );
    assert_eq!(generations(&script.finish()), [1, 2]);
}

#[tokio::test]
async fn h1_a_rejected_write_is_sent_again() {
    let script = Script::new([status(401), json()]);
    let transport = builder(&Tokens::session())
        .build_with(script.clone())
        .unwrap();
    transport.read(request(WRITE)).await.unwrap();
    assert_eq!(generations(&script.finish()), [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn h1_each_attempt_uses_the_current_token() {
    let script = Script::new([status(503), status(401), status(503), json()]);
    let transport = builder(&Tokens::session())
        .build_with(script.clone())
        .unwrap();
    assert_eq!(transport.read(request(READ)).await.unwrap().attempts, 4);
    assert_eq!(generations(&script.finish()), [1, 1, 2, 2]);
}

#[tokio::test(start_paused = true)]
async fn h1_n8_a_session_that_ends_before_a_truncated_response_is_requested_again_is_renewed() {
    for operation in [READ, DATA] {
        let script = Script::new([status(401), cut(), status(401), cut(), json()]);
        let transport = builder(&Tokens::session())
            .build_with(script.clone())
            .unwrap();
        // A renewed session is not a retry: the response is truncated twice, and requested again twice.
        assert_eq!(
            transport.read(request(operation)).await.unwrap().attempts,
            5
        );
        assert_eq!(generations(&script.finish()), [1, 2, 2, 3, 3]);
    }
}

#[tokio::test]
async fn h1_many_rejections_at_once_lead_to_one_renewal() {
    let tokens = Tokens::session();
    // All first attempts arrive before the first response.
    let gate = Arc::new(tokio::sync::Barrier::new(64));
    let service = tower::service_fn(move |request: Request<Bytes>| {
        let gate = Arc::clone(&gate);
        async move {
            let first = generations(std::slice::from_ref(&request)) == [1];
            if first {
                gate.wait().await;
            }
            let status = if first { 401 } else { 200 };
            Response::builder().status(status).body(Body::from("{}"))
        }
    });
    let transport = builder(&tokens).build_with(service).unwrap();
    let mut callers = JoinSet::new();
    for _ in 0..64 {
        let transport = transport.clone();
        callers.spawn(async move {
            transport
                .read(request(READ))
                .await
                .map(|response| response.attempts)
        });
    }
    let attempts = callers.join_all().await;
    assert!(attempts.into_iter().all(|attempts| attempts.unwrap() == 2));
    assert_eq!(tokens.renewals.load(Ordering::Relaxed), 1);
}

/// The outcomes of concurrent calls whose sessions are valid for `good_for` requests each, and the number of requests. A
/// rejection takes longer than a response.
async fn short_sessions(calls: usize, good_for: usize) -> (Vec<Result<u32, Error>>, usize) {
    let used = Arc::new(Mutex::new(HashMap::<u64, usize>::new()));
    let service_used = Arc::clone(&used);
    let service = tower::service_fn(move |request: Request<Bytes>| {
        let generation = generations(std::slice::from_ref(&request))[0];
        let mut used = service_used.lock().unwrap();
        let requests = used.entry(generation).or_default();
        *requests += 1;
        let status = if *requests > good_for { 401 } else { 200 };
        async move {
            tokio::time::sleep(Duration::from_millis(status.into())).await;
            Response::builder().status(status).body(Body::from("{}"))
        }
    });
    let transport = builder(&Tokens::session()).build_with(service).unwrap();
    let mut callers = JoinSet::new();
    for _ in 0..calls {
        let transport = transport.clone();
        callers.spawn(async move {
            let response = transport.read(request(READ)).await;
            response.map(|response| response.attempts)
        });
    }
    let outcomes = callers.join_all().await;
    let sent = used.lock().unwrap().values().sum();
    (outcomes, sent)
}

#[tokio::test(start_paused = true)]
async fn h1_a_new_session_that_others_have_used_up_is_renewed_up_to_three_times() {
    for (calls, good_for, answered, expected) in [
        (4, 1, 4, 4 + 3 + 2 + 1),
        (8, 2, 8, 8 + 6 + 4 + 2),
        // One session, and three more.
        (6, 1, 4, 6 + 5 + 4 + 3),
        // None is accepted: the first new one is the last.
        (64, 0, 0, 64 + 64),
    ] {
        let (outcomes, sent) = short_sessions(calls, good_for).await;
        let (good, bad): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
        assert_eq!((good.len(), sent), (answered, expected), "{calls} calls");
        for error in bad.into_iter().map(Result::unwrap_err) {
            assert!(error.is_unauthenticated(), "{error}");
            assert_eq!(error.attempts(), if good_for == 0 { 2 } else { 4 });
        }
    }
}

#[tokio::test]
async fn h2_a_rejected_token_that_cannot_be_renewed_is_not_sent_again() {
    let (error, requests) = failure(READ, [status(401)]).await;
    assert!(error.is_unauthenticated());
    assert_eq!(requests, 1);
}

#[tokio::test(start_paused = true)]
async fn h3_without_a_token_nothing_is_sent_or_retried() {
    let script = Script::new([]);
    let tokens = Tokens::broken();
    let transport = builder(&tokens).build_with(script.clone()).unwrap();
    let error = transport.read(request(READ)).await.unwrap_err();
    assert!(error.is_unauthenticated());
    assert!(all_texts(&error).contains("the vault is closed"));
    assert_eq!(tokens.requested.load(Ordering::Relaxed), 1);
    script.finish();
}

#[tokio::test]
async fn h14_a_login_page_renews_the_session_once() {
    let script = Script::new([page(LOGIN), json()]);
    let transport = builder(&Tokens::session())
        .build_with(script.clone())
        .unwrap();
    assert_eq!(transport.read(request(READ)).await.unwrap().attempts, 2);
    assert_eq!(generations(&script.finish()), [1, 2]);

    let script = Script::new([page(LOGIN), page(LOGIN)]);
    let transport = builder(&Tokens::session())
        .build_with(script.clone())
        .unwrap();
    assert!(
        transport
            .read(request(READ))
            .await
            .unwrap_err()
            .is_unauthenticated()
    );
    script.finish();

    // It is not sent again if the session cannot be renewed, and neither is a write.
    assert!(failure(READ, [page(LOGIN)]).await.0.is_unauthenticated());
    let script = Script::new([page(LOGIN)]);
    let transport = builder(&Tokens::session())
        .build_with(script.clone())
        .unwrap();
    let error = transport.read(request(WRITE)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotJson(NotJson::LoginPage));
    script.finish();
}

#[tokio::test]
async fn h14_any_other_page_is_not_json() {
    let (error, _) = failure(READ, [page("<html>back soon, body-canary</html>")]).await;
    assert_eq!(error.kind(), ErrorKind::NotJson(NotJson::Html));
    assert!(error.to_string().contains("text/html"), "{error}");
    assert!(!all_texts(&error).contains("body-canary"));
}

#[tokio::test(start_paused = true)]
async fn l1_l2_no_error_shows_a_credential_a_query_or_a_body() {
    let echo = r#"{"error": {"message": "token canary-d41d8cd98f00-1 is not good enough"}}"#;
    let steps: Vec<(Vec<Step>, Option<&str>)> = vec![
        (
            vec![response(400, &[], echo)],
            Some("token [credential] is not good enough"),
        ),
        (
            vec![response(401, &[("x-request-id", "r-1")], echo)],
            Some("token [credential] is not good enough"),
        ),
        (
            vec![response(
                400,
                &[],
                r#"{"message": "body: canary-d41d8cd98"}"#,
            )],
            None,
        ),
        (vec![response(200, &[], "canary-d41d8cd98f00-1")], None),
        ((0..ATTEMPTS_IN_15_S).map(|_| Step::Broken).collect(), None),
        (vec![Step::Silence, Step::Silence], None),
    ];
    for (steps, detail) in steps {
        let script = Script::new(steps);
        let transport = transport(&script);
        let mut request = request(READ);
        *request.uri_mut() = format!("{URL}?filter=query-canary").parse().unwrap();
        let error = transport.read(request).await.unwrap_err();
        let texts = all_texts(&error);
        assert_eq!(error.detail(), detail);
        assert!(!texts.contains("canary"), "{texts}");
        assert!(!format!("{transport:?}").contains("canary"));
    }
}
