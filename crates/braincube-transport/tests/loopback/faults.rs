//! Faults of the simulator: what the caller gets, and which requests are sent.

use std::time::{Duration, Instant};

use braincube_model::Operation;
use braincube_sim::{Fault, Simulator};
use braincube_transport::{
    AllowedOrigins, Error, ErrorKind, Expect, LimitOptions, NotJson, Response, RetryOptions,
    TimeoutOptions, TimeoutPhase, Transport,
};
use bytes::Bytes;
use http::Request;

use crate::tokens::one_token;

const READ: Operation = Operation::read("me", "/sso-server/ws/user/me");
const PATH: &str = "/sso-server/ws/user/me";

/// A simulator that accepts the token of these tests, with one fault.
async fn with(fault: Fault) -> Simulator {
    let builder = Simulator::builder().token("canary").fault(fault);
    builder.start().await.unwrap()
}

fn transport(simulator: &Simulator, timeouts: TimeoutOptions) -> Transport {
    let url = simulator.api_base_url();
    let origins = AllowedOrigins::new([url.as_str()]).unwrap();
    // More faults than a budget allows.
    let retry = RetryOptions::default().without_budget();
    let retry = retry.base(Duration::from_millis(1)).attempts(4);
    let builder = Transport::builder(one_token(), origins)
        .retry(retry)
        .limits(LimitOptions::default().body(1 << 20))
        .timeouts(timeouts);
    builder.build().unwrap()
}

fn request(simulator: &Simulator, operation: Operation) -> Request<Bytes> {
    let request = Request::get(format!("{}{PATH}", simulator.api_base_url()));
    request.extension(operation).body(Bytes::new()).unwrap()
}

async fn read(simulator: &Simulator) -> Result<Response, Error> {
    let transport = transport(simulator, TimeoutOptions::default());
    transport.read(request(simulator, READ)).await
}

/// Asserts that a request succeeds after this many occurrences of a fault.
async fn survives(fault: Fault, times: u64) {
    let name = format!("{fault:?}");
    let simulator = with(fault.times(times)).await;
    let response = read(&simulator).await;
    let response = response.unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(response.body.starts_with(b"{"), "{name}");
    assert_eq!(u64::from(response.attempts), times + 1, "{name}");
    // A connection that the server has closed may be used once more, which does not count.
    assert_eq!(simulator.request_count(), times + 1, "{name}");
}

/// Asserts that a permanent fault leads to this error after this many requests.
async fn ends(fault: Fault, kind: ErrorKind, requests: u64) {
    let name = format!("{fault:?}");
    let simulator = with(fault).await;
    let error = read(&simulator).await.unwrap_err();
    assert_eq!(error.kind(), kind, "{name}: {error}");
    assert_eq!(u64::from(error.attempts()), requests, "{name}: {error}");
    assert_eq!(simulator.request_count(), requests, "{name}: {error}");
    assert!(!format!("{error} {error:?}").contains("canary"), "{name}");
}

#[tokio::test]
async fn n5_n6_a_connection_that_ends_before_the_response() {
    for fault in [
        Fault::reset(0),
        Fault::raw(*b"HTTP/1.1 200 O"),
        Fault::raw(*b""),
    ] {
        survives(fault.clone(), 3).await;
        ends(fault, ErrorKind::Interrupted, 4).await;
    }
}

#[tokio::test]
async fn n8_n9_a_body_truncated_at_any_byte_is_requested_again() {
    let simulator = with(Fault::cut(0).times(0)).await;
    let transport = transport(&simulator, TimeoutOptions::default());
    let whole = transport.read(request(&simulator, READ)).await.unwrap();
    for byte in 0..usize::try_from(whole.wire_bytes).unwrap() {
        let before = simulator.request_count();
        simulator.add_fault(Fault::cut(byte).times(2));
        let response = transport.read(request(&simulator, READ)).await.unwrap();
        assert_eq!(
            (response.body, response.attempts),
            (whole.body.clone(), 3),
            "{byte}"
        );
        assert_eq!(simulator.request_count() - before, 3, "{byte}");
    }
    // Before the first character: the request itself is retried.
    ends(Fault::cut(5), ErrorKind::Interrupted, 4).await;
    let chunked = *b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\n{\"items\":\r\n";
    survives(Fault::raw(chunked), 3).await;
    ends(Fault::raw(chunked), ErrorKind::Interrupted, 4).await;
}

#[tokio::test]
async fn n8_requests_that_are_not_idempotent_are_sent_once() {
    const WRITE: Operation = Operation::write("write", "/sso-server/ws/user/me");
    for fault in [
        Fault::reset(0),
        Fault::cut(5),
        Fault::status(503),
        Fault::stall(5),
    ] {
        let simulator = with(fault).await;
        let timeouts = TimeoutOptions::default().idle(Duration::from_millis(100));
        let transport = transport(&simulator, timeouts);
        let error = transport.read(request(&simulator, WRITE)).await;
        assert_eq!(error.unwrap_err().attempts(), 1);
        assert_eq!(simulator.request_count(), 1);
    }
}

#[tokio::test]
async fn n11_n14_silence_ends_with_a_timeout() {
    for (fault, phase) in [
        (Fault::stall(5), TimeoutPhase::Idle),
        (
            Fault::delay(Duration::from_secs(3600)),
            TimeoutPhase::FirstByte,
        ),
    ] {
        let simulator = with(fault).await;
        let timeouts = TimeoutOptions::default()
            .idle(Duration::from_millis(100))
            .first_byte_metadata(Duration::from_millis(500));
        let transport = transport(&simulator, timeouts);
        let error = transport.read(request(&simulator, READ)).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Timeout(phase), 4)
        );
        assert_eq!(simulator.request_count(), 4);
    }
}

#[tokio::test]
async fn n12_a_slow_response_within_the_idle_time_is_read() {
    let simulator = with(Fault::drip(Duration::from_millis(1))).await;
    assert!(read(&simulator).await.unwrap().body.starts_with(b"{"));
    assert_eq!(simulator.request_count(), 1);
}

#[tokio::test]
async fn h7_h13_h27_h28_temporary_statuses_are_retried() {
    for status in [408, 500, 502, 503, 504, 529] {
        survives(Fault::status(status), 3).await;
    }
    ends(Fault::status(503), ErrorKind::Server, 4).await;
    let started = Instant::now();
    survives(Fault::status(429), 1).await;
    assert!(started.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn h2_h4_h5_h6_permanent_statuses_are_not_retried() {
    for (status, kind) in [
        (400, ErrorKind::Rejected),
        (401, ErrorKind::Unauthenticated),
        (403, ErrorKind::Forbidden),
        (404, ErrorKind::NotFound),
        (422, ErrorKind::Rejected),
        (501, ErrorKind::Server),
    ] {
        ends(Fault::status(status), kind, 1).await;
    }
}

#[tokio::test]
async fn h9_h10_h11_retry_after_is_respected() {
    let started = Instant::now();
    survives(Fault::throttle("1"), 1).await;
    assert!(started.elapsed() >= Duration::from_secs(1));
    for at_once in ["0", "Sun, 06 Nov 1994 08:49:37 GMT"] {
        survives(Fault::throttle(at_once), 3).await;
    }
    survives(Fault::throttle("garbage"), 1).await;
    for too_long in ["18446744073709551615", "1000000000"] {
        ends(Fault::throttle(too_long), ErrorKind::Throttled, 1).await;
    }
}

#[tokio::test]
async fn h14_html_pages_are_not_json() {
    ends(Fault::html(), ErrorKind::NotJson(NotJson::Html), 1).await;
    ends(Fault::login_page(), ErrorKind::Unauthenticated, 1).await;
}

#[tokio::test]
async fn h15_h18_a_redirect_sends_nothing_to_its_target() {
    let evil = Simulator::start().await.unwrap();
    for location in [
        format!("{}/", evil.url()),
        "/elsewhere".into(),
        String::new(),
    ] {
        ends(Fault::redirect(location), ErrorKind::RedirectBlocked, 1).await;
    }
    assert_eq!(evil.request_count(), 0);
}

#[tokio::test]
async fn h19_truncated_gzip_is_an_interruption() {
    survives(Fault::truncated_gzip(), 3).await;
    ends(Fault::truncated_gzip(), ErrorKind::Interrupted, 4).await;
}

#[tokio::test]
async fn h20_a_gzip_bomb_is_not_decompressed() {
    ends(Fault::gzip_bomb(2), ErrorKind::TooLarge, 1).await;
}

#[tokio::test]
async fn h21_an_encoding_that_was_not_offered_is_an_error() {
    const NEXT: &str = "\r\ncontent-encoding: ";
    let second = |first: &str, second| format!("{first}{NEXT}{second}");
    for encoding in [
        "foo".into(),
        "br".into(),
        "gzip, gzip".into(),
        second("gzip", "foo"),
        second("gzip", "gzip"),
        second("identity", "br"),
    ] {
        let response = format!(
            "HTTP/1.1 200 OK\r\ncontent-encoding: {encoding}\r\ncontent-length: 2\r\n\r\n{{}}"
        );
        ends(Fault::raw(response.into_bytes()), ErrorKind::Decode, 1).await;
    }
}

#[tokio::test]
async fn h22_a_content_length_that_is_too_large_is_an_interruption() {
    survives(Fault::wrong_length(7), 3).await;
    ends(Fault::wrong_length(7), ErrorKind::Interrupted, 4).await;
}

#[tokio::test]
async fn h23_a_response_without_a_body_is_not_json() {
    for response in [
        &b"HTTP/1.1 204 No Content\r\n\r\n"[..],
        b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
    ] {
        ends(Fault::raw(response), ErrorKind::NotJson(NotJson::Empty), 1).await;
    }
}

#[tokio::test]
async fn h25_interim_responses_and_trailers_are_ignored() {
    let response = b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n\
        HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nx-sum: 1\r\n\r\n";
    let simulator = with(Fault::raw(*response)).await;
    assert_eq!(read(&simulator).await.unwrap().body, "{}");
    assert_eq!(simulator.request_count(), 1);
}

#[tokio::test]
async fn h30_a_charset_in_place_of_an_encoding_is_ignored() {
    for encoding in ["UTF-8", "utf8"] {
        let response = format!(
            "HTTP/1.1 200 OK\r\ncontent-encoding: {encoding}\r\ncontent-length: 2\r\n\r\n{{}}"
        );
        let simulator = with(Fault::raw(response.into_bytes())).await;
        assert_eq!(read(&simulator).await.unwrap().body, "{}", "{encoding}");
    }
}

/// A gzip response with this name of the encoding.
fn compressed(name: &str, body: &[u8]) -> Fault {
    let length = body.len();
    let head =
        format!("HTTP/1.1 200 OK\r\ncontent-encoding: {name}\r\ncontent-length: {length}\r\n\r\n");
    Fault::raw([head.as_bytes(), body].concat())
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut encoder, content).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn h19_h21_h31_gzip_by_any_name_is_read_to_its_end_and_nothing_may_follow() {
    let members = [gzip(b"{\"items\""), gzip(b": []}")].concat();
    for name in ["gzip", "GZIP", "x-gzip", "identity, gzip"] {
        let simulator = with(compressed(name, &members)).await;
        let response = read(&simulator).await.unwrap();
        assert_eq!(response.body, "{\"items\": []}", "{name}");
        assert_eq!(response.wire_bytes, members.len() as u64, "{name}");
        assert_eq!(simulator.request_count(), 1);
    }
    let simulator = with(compressed("gzip", &[&members[..], &[0; 512]].concat())).await;
    assert_eq!(read(&simulator).await.unwrap().body, "{\"items\": []}");
    for behind in [&b"garbage"[..], b"g", b"{}", b"\0g"] {
        let garbage = compressed("gzip", &[&members[..], behind].concat());
        ends(garbage, ErrorKind::Decode, 1).await;
    }
}

/// A response that ends with its connection.
fn closing(body: &str) -> Fault {
    Fault::raw(format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{body}").into_bytes())
}

#[tokio::test]
async fn n10_json_that_ends_early_with_its_connection_is_requested_again() {
    const WHOLE: &str = r#"{"items": [{"bcId": "1"}]}"#;
    for end in 1..WHOLE.len() {
        survives(closing(&WHOLE[..end]), 2).await;
    }
    ends(closing("["), ErrorKind::Interrupted, 4).await;
    let simulator = with(closing(WHOLE)).await;
    assert_eq!(read(&simulator).await.unwrap().body, WHOLE);
    assert_eq!(simulator.request_count(), 1);
    // The end of a body that is not expected to be JSON is not checked.
    let simulator = with(closing("[")).await;
    let transport = transport(&simulator, TimeoutOptions::default());
    let mut request = request(&simulator, READ);
    request.extensions_mut().insert(Expect::Anything);
    assert_eq!(transport.read(request).await.unwrap().body, "[");
    assert_eq!(simulator.request_count(), 1);
}

#[tokio::test]
async fn h25_a_switch_to_another_protocol_is_an_error() {
    let response = b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n";
    ends(Fault::raw(*response), ErrorKind::Rejected, 1).await;
}
