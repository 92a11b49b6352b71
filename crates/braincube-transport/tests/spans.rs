//! The spans of an operation and the warnings, and that no secret is logged.

#![allow(
    clippy::unwrap_used,
    reason = "what fails here, in a helper or in a test, fails the test"
)]

#[path = "model/log.rs"]
mod log;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use braincube_auth::{AuthError, Authorization, Invalidated, TokenSource};
use braincube_model::Operation;
use braincube_transport::{AllowedOrigins, Body, RetryOptions, TlsOptions, Transport};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response};

use crate::log::Log;

#[derive(Debug)]
struct Session;

#[async_trait]
impl TokenSource for Session {
    async fn authorization(&self) -> Result<Authorization, AuthError> {
        let name = HeaderName::from_static("iplsssotoken");
        Ok(Authorization::new(
            name,
            HeaderValue::from_static("canary-token"),
            1,
        ))
    }

    async fn invalidate(&self, _: u64) -> Invalidated {
        Invalidated::Renewable
    }
}

#[tokio::test(start_paused = true)]
async fn l3_spans_name_the_operation_and_contain_no_secret() {
    let (log, _guard) = Log::begin();
    let responses = Arc::new(Mutex::new(vec![200, 401, 503]));
    let service = tower::service_fn(move |_: Request<Bytes>| {
        let status = responses.lock().unwrap().pop().unwrap();
        let response = Response::builder()
            .status(status)
            .header("set-cookie", "canary-cookie");
        std::future::ready(response.body(Body::from("{\"canary\": 1}")))
    });
    let origins = AllowedOrigins::new(["https://api.example.com"]).unwrap();
    let transport = Transport::builder(Arc::new(Session), origins)
        .retry(RetryOptions::default().random(|| 1.0))
        .build_with(service)
        .unwrap();
    let request = Request::post("https://api.example.com/mb/canary-name?filter=canary-query")
        .extension(Operation::read("variables", "/mb/{mb}/variables/summary"))
        .body(Bytes::from_static(b"canary-body"))
        .unwrap();
    assert_eq!(transport.read(request).await.unwrap().attempts, 3);

    let text = log.take();
    for expected in [
        "operation=\"variables\"",
        "http.request.method=POST",
        "url.template=\"/mb/{mb}/variables/summary\"",
        "server.address=\"api.example.com\"",
        "http.response.status_code=200",
        "http.response.status_code=401",
        "http.response.status_code=503",
        "http.request.resend_count=1",
        "http.request.resend_count=2",
        "retrying the request",
        "wait_ms=200",
        "status 503",
        "renewed",
    ] {
        assert!(text.contains(expected), "{expected} is missing in:\n{text}");
    }
    assert!(!text.contains("canary"), "{text}");
}

#[tokio::test]
async fn t5_a_transport_that_verifies_no_certificate_warns_once() {
    let (log, _guard) = Log::begin();
    for (verify, warnings) in [(true, 0), (false, 1)] {
        let origins = AllowedOrigins::new(["http://127.0.0.1:1"]).unwrap();
        let transport = Transport::builder_without_credentials(origins)
            .tls(TlsOptions::default().verify(verify))
            .retry(RetryOptions::none())
            .build()
            .unwrap();
        for _ in 0..2 {
            let request = Request::get("http://127.0.0.1:1/").body(Bytes::new());
            assert!(transport.read(request.unwrap()).await.is_err());
        }
        let text = log.take();
        let count = text.matches("WARN").count();
        assert_eq!(count, warnings, "{text}");
        assert_eq!(text.contains("certificates are not verified"), !verify);
    }
}
