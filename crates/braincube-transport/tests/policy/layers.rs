//! The layers of a transport, put together by somebody else.

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
    DATA, IN_VAIN, READ, Script, Step, WRITE, answer, builder, cut, json, request, status,
};
use crate::tokens::Tokens;

fn retry() -> RetryOptions {
    RetryOptions::default().random(|| 1.0)
}

/// All layers that need no origin, in their order, over a script.
fn own(script: Script) -> impl HttpService {
    let timeouts = TimeoutOptions::default();
    ServiceBuilder::new()
        .layer(InspectLayer::new(LimitOptions::default(), timeouts.clone()))
        .layer(AttemptLayer::new(Some(timeouts)))
        .service(script)
}

/// The same stack by every way into a transport: as it is, and under a second one of each layer.
fn transports(script: &Script) -> [Transport; 2] {
    let tokens = Tokens::personal();
    [
        Transport::new(own(script.clone())).with_retry(retry()),
        builder(&tokens).build_with(own(script.clone())).unwrap(),
    ]
}

fn packed(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    io::Write::write_all(&mut encoder, content).unwrap();
    encoder.finish().unwrap()
}

fn gzip(packed: Vec<u8>) -> Step {
    let response = Response::builder().header("content-encoding", "gzip");
    Step::Answer(Box::new(
        response.body(Body::from(Bytes::from(packed))).unwrap(),
    ))
}

#[tokio::test(start_paused = true)]
async fn h12_attempts_of_a_stack_of_ones_own_count_once() {
    for way in 0..2 {
        let script = Script::new([status(503), status(503), json()]);
        let transport = &transports(&script)[way];
        let answer = transport.read(request(READ)).await.unwrap();
        assert_eq!(answer.attempts, 3, "{way}");
        assert_eq!(script.finish().len(), 3);

        let script = Script::new((0..IN_VAIN).map(|_| status(503)));
        let transport = &transports(&script)[way];
        let error = transport.read(request(READ)).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Server, 8));
        assert_eq!(error.elapsed(), Duration::from_secs(15));
        assert_eq!(script.finish().len(), IN_VAIN);
    }
}

#[tokio::test(start_paused = true)]
async fn h20_bytes_of_a_stack_of_ones_own_are_counted_where_they_come() {
    let content = format!("[{}]", " ".repeat(100_000));
    let small = packed(content.as_bytes());
    let length = small.len() as u64;
    let bomb = packed(format!("[{}]", " ".repeat(64 << 20)).as_bytes());
    for way in 0..2 {
        let script = Script::new([gzip(small.clone()), gzip(bomb.clone())]);
        let transport = &transports(&script)[way];
        let answer = transport.read(request(READ)).await.unwrap();
        assert_eq!(answer.body, content);
        assert_eq!((answer.wire_bytes, answer.attempts), (length, 1), "{way}");
        let error = transport.read(request(DATA)).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::TooLarge, 1));
        assert_eq!(script.finish().len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn n8_a_stack_of_ones_own_replays_where_it_is_told_to() {
    let script = Script::new([cut()]);
    let transport = Transport::new(own(script.clone()));
    let error = transport.read(request(DATA)).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Interrupted, 1)
    );
    assert_eq!(script.finish().len(), 1);

    let script = Script::new([cut(), cut(), json()]);
    let transport = Transport::new(own(script.clone())).with_retry(retry());
    let answer = transport.read(request(DATA)).await.unwrap();
    assert_eq!(answer.attempts, 3);
    assert_eq!(script.finish().len(), 3);

    // Three are all, and a write is none.
    let script = Script::new([cut(), cut(), cut(), cut()]);
    let transport = Transport::new(own(script.clone())).with_retry(retry());
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
async fn a_service_of_ones_own_reports_what_came_over_the_network() {
    let script = Script::new([json()]);
    let answer = Transport::new(script.clone()).read(request(READ)).await;
    let answer = answer.unwrap();
    assert_eq!((answer.wire_bytes, answer.attempts), (13, 1));
    assert_eq!(script.finish().len(), 1);
}

/// What a service of one's own fails with.
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
async fn n1_n5_a_service_of_ones_own_says_what_may_be_repeated() {
    const TCP: ErrorKind = ErrorKind::Connect(ConnectStage::Tcp);
    for (failing, kind, reads, writes, text) in [
        (Failing::Refused, TCP, 8, 8, "connection refused"),
        (
            Failing::Reset,
            ErrorKind::Interrupted,
            8,
            1,
            "the connection broke",
        ),
        (
            Failing::Unknown,
            ErrorKind::Interrupted,
            8,
            1,
            "the service below failed",
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
async fn a_relative_address_is_said_to_be_one() {
    let script = Script::new([answer(404, &[], "")]);
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
