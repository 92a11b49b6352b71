//! A transport without credentials, as the exchange that a token source sends its request over.

use std::sync::Arc;

use braincube_auth::{Exchange, SsoSession};
use braincube_transport::{AllowedOrigins, Body, Error, ErrorKind, RetryOptions, Transport};
use bytes::Bytes;
use http::{Request, Response, StatusCode};

use crate::authorize::all_texts;
use crate::script::{Cut, IN_VAIN, READ, Script, Step, answer};

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
async fn the_requests_own_credential_is_the_only_one() {
    let script = Script::new([answer(200, &[], "{\"token\": \"t\"}")]);
    let response = exchange(&script).send(request(SESSION)).await.unwrap();
    assert_eq!(response.body(), "{\"token\": \"t\"}");
    let sent = script.finish().remove(0);
    assert_eq!(sent.headers()["authorization"], "Bearer canary");
    assert!(!sent.headers().contains_key("x-api-key"));
}

#[tokio::test(start_paused = true)]
async fn h3_an_answer_of_any_status_is_an_answer() {
    for (code, requests) in [(401, 1), (403, 1), (404, 1), (503, IN_VAIN)] {
        let script =
            Script::new((0..requests).map(|_| answer(code, &[], "{\"error\": \"locked\"}")));
        let response = exchange(&script).send(request(SESSION)).await.unwrap();
        assert_eq!(response.status().as_u16(), code);
        assert_eq!(response.body(), "{\"error\": \"locked\"}");
        script.finish();
    }
    // The status says enough where the body does not come, or breaks off.
    let mut broken = Response::new(Body::new(Cut(false)));
    *broken.status_mut() = StatusCode::FORBIDDEN;
    let script = Script::new([Step::Answer(Box::new(broken))]);
    let response = exchange(&script).send(request(SESSION)).await.unwrap();
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert_eq!(script.finish().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn h3_what_the_service_says_of_a_refused_token_is_told() {
    let words = "{\"error\": {\"message\": \"oauth2-canary-0123 is locked\"}}";
    let script = Script::new([answer(401, &[], words)]);
    let session = SsoSession::new(
        "https://example.com",
        "oauth2-canary-0123",
        exchange(&script).into(),
    );
    let origins = AllowedOrigins::new(["https://api.example.com"]).unwrap();
    let nobody = Script::new([]);
    let transport = Transport::builder(Arc::new(session.unwrap()), origins)
        .build_with(nobody.clone())
        .unwrap();
    let error = transport.read(crate::script::request(READ)).await;
    let error = error.unwrap_err();
    assert!(error.is_unauthenticated());
    assert_eq!(error.detail(), Some("[credential] is locked"));
    assert!(!all_texts(&error).contains("canary"), "{error:?}");
    assert_eq!((script.finish().len(), nobody.finish().len()), (1, 0));
}

#[tokio::test]
async fn a_page_of_html_is_the_token_sources_to_judge() {
    let script = Script::new([answer(200, &[], "<html>login</html>")]);
    let response = exchange(&script).send(request(SESSION)).await.unwrap();
    assert_eq!(response.body(), "<html>login</html>");
}

#[tokio::test(start_paused = true)]
async fn what_is_no_answer_is_an_error_that_can_be_recognised() {
    let kind = |error: braincube_auth::BoxError| error.downcast::<Error>().unwrap().kind();
    let script = Script::new((0..IN_VAIN).map(|_| Step::Broken));
    let error = exchange(&script).send(request(SESSION)).await.unwrap_err();
    assert_eq!(kind(error), ErrorKind::Interrupted);
    script.finish();

    let script = Script::new([answer(302, &[("location", "https://evil.com/")], "")]);
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
