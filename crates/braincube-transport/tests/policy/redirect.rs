//! Which redirects are followed.

use braincube_model::Operation;
use braincube_transport::{Error, ErrorKind, RedirectPolicy};
use bytes::Bytes;
use http::{Method, Request};

use crate::authorize::all_texts;
use crate::script::{
    DATA, READ, Script, Step, WRITE, builder, cut, failure, json, request, response, status,
};
use crate::tokens::{CANARY, Tokens};

fn redirect(status: u16, location: &'static str) -> Step {
    response(status, &[("location", location)], "")
}

#[tokio::test]
async fn h15_h16_h18_no_redirect_is_followed() {
    for code in [301, 302, 303, 307, 308] {
        for operation in [READ, DATA, WRITE] {
            let to = "https://evil.com/?stolen=path-canary";
            let (error, requests) = failure(operation, [redirect(code, to)]).await;
            assert_eq!(error.kind(), ErrorKind::RedirectBlocked);
            assert_eq!(error.status().unwrap().as_u16(), code);
            assert_eq!(requests, 1);
            let texts = all_texts(&error);
            assert!(texts.contains("https://evil.com"), "{texts}");
            assert!(!texts.contains("path-canary"), "{texts}");
        }
    }
}

/// The outcome of an operation if redirects within the origin are followed, and all requests.
async fn follow(
    operation: Operation,
    steps: impl IntoIterator<Item = Step>,
) -> (Result<Bytes, Error>, Vec<Request<Bytes>>) {
    let script = Script::new(steps);
    let transport = builder(&Tokens::session())
        .redirects(RedirectPolicy::SameOrigin)
        .build_with(script.clone())
        .unwrap();
    let response = transport.read(request(operation)).await;
    (response.map(|response| response.body), script.finish())
}

#[tokio::test]
async fn h17_a_redirect_within_the_origin_is_followed_with_method_and_body() {
    for code in [301, 302, 303, 307, 308] {
        for operation in [READ, DATA, WRITE] {
            let keeps_method = code >= 307 || operation == READ;
            let moved = redirect(code, "/v2/mb?x=1");
            let steps = [Some(moved), keeps_method.then(json)];
            let (response, sent) = follow(operation, steps.into_iter().flatten()).await;
            if !keeps_method {
                let error = response.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::RedirectBlocked, "{code}");
                assert!(error.to_string().contains("into a GET"), "{error}");
                assert_eq!(sent.len(), 1, "{code}");
                continue;
            }
            assert_eq!(response.unwrap(), "{\"items\": []}", "{code}");
            assert_eq!(sent[1].uri(), "https://api.example.com/v2/mb?x=1");
            for request in &sent {
                let expected = if operation == READ {
                    Method::GET
                } else {
                    Method::POST
                };
                assert_eq!(request.method(), expected, "{code}");
                assert_eq!(request.body(), "body-canary", "{code}");
                assert_eq!(request.headers()["x-api-key"], format!("{CANARY}-1"));
            }
        }
    }
}

#[tokio::test]
async fn h17_a_second_redirect_to_another_origin_is_not_followed() {
    for location in [
        "https://evil.com/?stolen=path-canary",
        "//evil.com/path-canary",
        "http://api.example.com/path-canary",
        "https://api.example.com:8443/path-canary",
        // Another configured origin.
        "https://example.com/path-canary",
        "https://path-canary@api.example.com/",
    ] {
        let steps = [redirect(307, "/v2"), redirect(307, location)];
        let (response, sent) = follow(READ, steps).await;
        let error = response.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::RedirectBlocked, "{location}");
        assert!(!all_texts(&error).contains("path-canary"), "{error}");
        assert_eq!(sent.len(), 2);
        let host = |request: &Request<Bytes>| request.uri().host().unwrap().to_owned();
        assert!(sent.iter().all(|sent| host(sent) == "api.example.com"));
    }
}

#[tokio::test]
async fn h17_h18_a_loop_ends_after_three_redirects() {
    let steps = (0..3).map(|_| redirect(308, "/round"));
    let (response, sent) = follow(READ, steps.chain([json()])).await;
    assert_eq!((response.is_ok(), sent.len()), (true, 4));

    let (response, sent) = follow(READ, (0..4).map(|_| redirect(308, "/round"))).await;
    let error = response.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RedirectBlocked);
    assert!(error.to_string().contains("too many redirects"), "{error}");
    assert_eq!(sent.len(), 4);
}

#[tokio::test]
async fn h18_a_redirect_without_a_valid_location_has_its_own_error() {
    for (step, text) in [
        (status(302), "without a Location"),
        (redirect(302, "http://"), "an invalid address"),
        (redirect(300, "/v2"), "of this status"),
    ] {
        let (response, sent) = follow(READ, [step]).await;
        let error = response.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::RedirectBlocked);
        assert!(error.to_string().contains(text), "{error}");
        assert_eq!(sent.len(), 1);
    }
}

#[tokio::test]
async fn h18_not_modified_is_not_a_redirect() {
    for step in [status(304), redirect(304, "/v2")] {
        let (response, sent) = follow(READ, [step]).await;
        let error = response.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rejected);
        assert!(error.to_string().contains("not modified"), "{error}");
        assert_eq!(sent.len(), 1);
    }
}

#[tokio::test]
async fn h1_h17_a_session_that_is_rejected_after_a_redirect_is_renewed() {
    let moved = || redirect(307, "/v2/mb");
    let (response, sent) = follow(DATA, [moved(), status(401), moved(), json()]).await;
    assert!(response.is_ok());
    let tokens: Vec<_> = sent
        .iter()
        .map(|sent| &sent.headers()["x-api-key"])
        .collect();
    let (old, new) = (format!("{CANARY}-1"), format!("{CANARY}-2"));
    assert_eq!(tokens, [&old, &old, &new, &new]);
}

#[tokio::test(start_paused = true)]
async fn n8_h17_a_truncated_body_after_a_redirect_is_requested_again() {
    let moved = || redirect(307, "/v2/mb");
    for operation in [READ, DATA] {
        // A followed redirect is not a retry: two are left, and each begins at the original address.
        let steps = [moved(), cut(), moved(), cut(), moved(), json()];
        let (response, sent) = follow(operation, steps).await;
        assert_eq!(response.unwrap(), "{\"items\": []}");
        let paths: Vec<_> = sent.iter().map(|sent| sent.uri().path()).collect();
        assert_eq!(paths, ["/mb/all/summary", "/v2/mb"].repeat(3));
        assert!(sent.iter().all(|sent| sent.body() == "body-canary"));
    }
    let (response, sent) = follow(DATA, (0..3).flat_map(|_| [moved(), cut()])).await;
    let error = response.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert_eq!(
        (error.attempts(), sent.len()),
        (6, 6),
        "as many as were sent"
    );
}

#[tokio::test(start_paused = true)]
async fn h13_h17_a_redirect_uses_up_no_retry() {
    let moved = || redirect(307, "/v2/mb");
    let failing = (0..3).flat_map(|_| [moved(), status(503)]);
    let (response, sent) = follow(READ, failing.chain([moved(), json()])).await;
    assert_eq!((response.is_ok(), sent.len()), (true, 8));
}
