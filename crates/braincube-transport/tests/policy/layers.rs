//! A transport over a custom stack of layers, and over a custom service.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use braincube_transport::layer::{AttemptLayer, HttpService, InspectLayer};
use braincube_transport::{
    Body, ConnectStage, Error, ErrorKind, LimitOptions, RetryOptions, TimeoutOptions, Transport,
};
use bytes::Bytes;
use http::{Request, Response};
use tower::{ServiceBuilder, service_fn};

use crate::script::{
    ATTEMPTS_IN_15_S, DATA, READ, Script, Step, WRITE, builder, cut, json, request, response,
    status,
};
use crate::tokens::Tokens;

fn retry() -> RetryOptions {
    RetryOptions::default().random(|| 1.0)
}

/// The layers over a script.
fn custom(script: Script) -> impl HttpService {
    let timeouts = TimeoutOptions::default();
    ServiceBuilder::new()
        .layer(InspectLayer::new(LimitOptions::default(), timeouts.clone()))
        .layer(AttemptLayer::new(Some(timeouts)))
        .service(script)
}

/// Transports over this stack: directly, and with a second one of each layer above it.
fn transports(script: &Script) -> [Transport; 2] {
    let tokens = Tokens::personal();
    [
        Transport::new(custom(script.clone())).with_retry(retry()),
        builder(&tokens).build_with(custom(script.clone())).unwrap(),
    ]
}

fn compressed(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    io::Write::write_all(&mut encoder, content).unwrap();
    encoder.finish().unwrap()
}

fn gzip(packed: Vec<u8>) -> Step {
    let response = Response::builder().header("content-encoding", "gzip");
    Step::Response(Box::new(
        response.body(Body::from(Bytes::from(packed))).unwrap(),
    ))
}

#[tokio::test(start_paused = true)]
async fn h12_attempts_of_a_custom_stack_are_counted_once() {
    for way in 0..2 {
        let script = Script::new([status(503), status(503), json()]);
        let transport = &transports(&script)[way];
        let response = transport.read(request(READ)).await.unwrap();
        assert_eq!(response.attempts, 3, "{way}");
        assert_eq!(script.finish().len(), 3);

        let script = Script::new((0..ATTEMPTS_IN_15_S).map(|_| status(503)));
        let transport = &transports(&script)[way];
        let error = transport.read(request(READ)).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Server, 8));
        assert_eq!(error.elapsed(), Duration::from_secs(15));
        assert_eq!(script.finish().len(), ATTEMPTS_IN_15_S);
    }
}

#[tokio::test(start_paused = true)]
async fn h20_bytes_of_a_custom_stack_are_counted_before_decompression() {
    let content = format!("[{}]", " ".repeat(100_000));
    let small = compressed(content.as_bytes());
    let length = small.len() as u64;
    let bomb = compressed(format!("[{}]", " ".repeat(64 << 20)).as_bytes());
    for way in 0..2 {
        let script = Script::new([gzip(small.clone()), gzip(bomb.clone())]);
        let transport = &transports(&script)[way];
        let response = transport.read(request(READ)).await.unwrap();
        assert_eq!(response.body, content);
        assert_eq!(
            (response.wire_bytes, response.attempts),
            (length, 1),
            "{way}"
        );
        let error = transport.read(request(DATA)).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::TooLarge, 1));
        assert_eq!(script.finish().len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn n8_a_custom_stack_retries_truncated_responses_if_enabled() {
    let script = Script::new([cut()]);
    let transport = Transport::new(custom(script.clone()));
    let error = transport.read(request(DATA)).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Interrupted, 1)
    );
    assert_eq!(script.finish().len(), 1);

    let script = Script::new([cut(), cut(), json()]);
    let transport = Transport::new(custom(script.clone())).with_retry(retry());
    let response = transport.read(request(DATA)).await.unwrap();
    assert_eq!(response.attempts, 3);
    assert_eq!(script.finish().len(), 3);

    // Three attempts, and one of a write.
    let script = Script::new([cut(), cut(), cut(), cut()]);
    let transport = Transport::new(custom(script.clone())).with_retry(retry());
    let error = transport.read(request(DATA)).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Interrupted, 3)
    );
    let error = transport.read(request(WRITE)).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Interrupted, 1)
    );
    assert_eq!(script.finish().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn the_received_bytes_of_a_custom_service_are_counted() {
    let script = Script::new([json()]);
    let response = Transport::new(script.clone()).read(request(READ)).await;
    let response = response.unwrap();
    assert_eq!((response.wire_bytes, response.attempts), (13, 1));
    assert_eq!(script.finish().len(), 1);
}

/// The failure of a custom service.
#[derive(Clone, Copy, Debug)]
enum Failing {
    Refused,
    Reset,
    Unknown,
    Ours,
}

impl Failing {
    fn error(self) -> tower::BoxError {
        match self {
            Self::Refused => io::Error::from(io::ErrorKind::ConnectionRefused).into(),
            Self::Reset => io::Error::from(io::ErrorKind::ConnectionReset).into(),
            Self::Unknown => "the queue is full".into(),
            Self::Ours => Error::new(ErrorKind::Rejected, "closed for the night")
                .with_source("it is two in the morning")
                .into(),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn n1_n5_the_errors_of_a_custom_service_decide_on_retries() {
    const TCP: ErrorKind = ErrorKind::Connect(ConnectStage::Tcp);
    for (failing, kind, reads, writes, text) in [
        (Failing::Refused, TCP, 8, 8, "connection refused"),
        (
            Failing::Reset,
            ErrorKind::Interrupted,
            8,
            1,
            "the connection was interrupted",
        ),
        (
            Failing::Unknown,
            ErrorKind::Interrupted,
            8,
            1,
            "the inner service failed",
        ),
        (
            Failing::Ours,
            ErrorKind::Rejected,
            1,
            1,
            "closed for the night",
        ),
    ] {
        for (operation, attempts) in [(READ, reads), (WRITE, writes)] {
            let sent = Arc::new(std::sync::atomic::AtomicU32::new(0));
            let count = Arc::clone(&sent);
            let service = service_fn(move |_: Request<Bytes>| {
                count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                std::future::ready(Err::<Response<Body>, _>(failing.error()))
            });
            let transport = builder(&Tokens::personal()).build_with(service).unwrap();
            let error = transport.read(request(operation)).await.unwrap_err();
            assert_eq!((error.kind(), error.attempts()), (kind, attempts));
            assert_eq!(sent.load(std::sync::atomic::Ordering::Relaxed), attempts);
            assert!(error.to_string().contains(text), "{error}");
            assert!(std::error::Error::source(&error).is_some(), "{failing:?}");
        }
    }
}

#[tokio::test]
async fn the_error_says_that_an_address_is_relative() {
    let script = Script::new([response(404, &[], "")]);
    let relative = || {
        let request = Request::get("/mb").extension(READ).body(Bytes::new());
        request.unwrap()
    };
    let error = Transport::new(script.clone()).read(relative()).await;
    let text = error.unwrap_err().to_string();
    assert!(
        text.ends_with("(GET /mb/all/summary, status 404)"),
        "{text}"
    );
    assert_eq!(script.finish().len(), 1);
    let whole = crate::script::transport(&script);
    let error = whole.read(relative()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Input, 0));
    assert!(error.to_string().contains("is relative"), "{error}");
    assert_eq!((error.origin(), script.finish().len()), (None, 0));
}
