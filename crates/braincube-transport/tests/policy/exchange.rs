//! A transport without credentials as the exchange of a token source.

use std::sync::Arc;

use braincube_auth::{Exchange, SsoSession};
use braincube_transport::{AllowedOrigins, Body, Error, ErrorKind, RetryOptions, Transport};
use bytes::Bytes;
use http::{Request, Response, StatusCode};

use crate::authorize::all_texts;
use crate::script::{ATTEMPTS_IN_15_S, Cut, READ, Script, Step, response};

fn exchange(script: &Script) -> Box<dyn Exchange> {
    let origins = AllowedOrigins::new(["https://example.com"]).unwrap();
    let transport = Transport::builder_without_credentials(origins)
        .retry(RetryOptions::default().random(|| 1.0))
        .build_with(script.clone())
        .unwrap();
    Box::new(transport)
}

fn request(uri: &str) -> Request<Bytes> {
    let request = Request::get(uri).header("authorization", "Bearer canary");
    request.body(Bytes::new()).unwrap()
}

const SESSION: &str = "https://example.com/sso-server/ws/oauth2/session";

#[tokio::test]
async fn a_request_carries_only_its_own_credential() {
    let script = Script::new([response(200, &[], "{\"token\": \"t\"}")]);
    let response = exchange(&script).send(request(SESSION)).await.unwrap();
    assert_eq!(response.body(), "{\"token\": \"t\"}");
    let sent = script.finish().remove(0);
    assert_eq!(sent.headers()["authorization"], "Bearer canary");
    assert!(!sent.headers().contains_key("x-api-key"));
}

#[tokio::test(start_paused = true)]
async fn h3_a_response_with_any_status_is_returned() {
    for (code, requests) in [(401, 1), (403, 1), (404, 1), (503, ATTEMPTS_IN_15_S)] {
        let script =
            Script::new((0..requests).map(|_| response(code, &[], "{\"error\": \"locked\"}")));
        let response = exchange(&script).send(request(SESSION)).await.unwrap();
        assert_eq!(response.status().as_u16(), code);
        assert_eq!(response.body(), "{\"error\": \"locked\"}");
        script.finish();
    }
    // The status is enough if the body is truncated.
    let mut broken = Response::new(Body::new(Cut(false)));
    *broken.status_mut() = StatusCode::FORBIDDEN;
    let script = Script::new([Step::Response(Box::new(broken))]);
    let response = exchange(&script).send(request(SESSION)).await.unwrap();
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert_eq!(script.finish().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn h3_the_error_of_a_rejected_token_has_the_message_of_the_service() {
    let words = "{\"error\": {\"message\": \"oauth2-canary-0123 is locked\"}}";
    let script = Script::new([response(401, &[], words)]);
    let session = SsoSession::new(
        "https://example.com",
        "oauth2-canary-0123",
        exchange(&script).into(),
    );
    let origins = AllowedOrigins::new(["https://api.example.com"]).unwrap();
    let unused = Script::new([]);
    let transport = Transport::builder(Arc::new(session.unwrap()), origins)
        .build_with(unused.clone())
        .unwrap();
    let error = transport.read(crate::script::request(READ)).await;
    let error = error.unwrap_err();
    assert!(error.is_unauthenticated());
    assert_eq!(error.detail(), Some("[credential] is locked"));
    assert!(!all_texts(&error).contains("canary"), "{error:?}");
    assert_eq!((script.finish().len(), unused.finish().len()), (1, 0));
}

#[tokio::test]
async fn an_html_page_is_passed_to_the_token_source() {
    let script = Script::new([response(200, &[], "<html>login</html>")]);
    let response = exchange(&script).send(request(SESSION)).await.unwrap();
    assert_eq!(response.body(), "<html>login</html>");
}

#[tokio::test(start_paused = true)]
async fn a_failure_without_a_response_is_an_error_of_this_crate() {
    let kind = |error: braincube_auth::BoxError| error.downcast::<Error>().unwrap().kind();
    let script = Script::new((0..ATTEMPTS_IN_15_S).map(|_| Step::Broken));
    let error = exchange(&script).send(request(SESSION)).await.unwrap_err();
    assert_eq!(kind(error), ErrorKind::Interrupted);
    script.finish();

    let script = Script::new([response(302, &[("location", "https://evil.com/")], "")]);
    let error = exchange(&script).send(request(SESSION)).await.unwrap_err();
    assert_eq!(kind(error), ErrorKind::RedirectBlocked);
    script.finish();

    let script = Script::new([]);
    let error = exchange(&script)
        .send(request("https://evil.com/session"))
        .await
        .unwrap_err();
    assert_eq!(kind(error), ErrorKind::Input);
}
