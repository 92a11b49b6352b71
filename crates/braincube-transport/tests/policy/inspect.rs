//! The content, the size and the compression of responses.

use std::io::Write as _;

use braincube_transport::{Body, Error, ErrorKind, Expect, LimitOptions, NotJson};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{Response, StatusCode};

use crate::script::{
    ATTEMPTS_IN_15_S, READ, Script, Step, builder, failure, json, request, response, transport,
};
use crate::tokens::Tokens;

fn gzip(content: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap().into()
}

fn encoded(encoding: &str, body: Bytes) -> Step {
    let response = Response::builder().header("content-encoding", encoding);
    Step::Response(Box::new(response.body(Body::from(body)).unwrap()))
}

async fn read(limits: LimitOptions, step: Step) -> Result<braincube_transport::Response, Error> {
    let builder = builder(&Tokens::personal()).limits(limits);
    builder
        .build_with(Script::new([step]))
        .unwrap()
        .read(request(READ))
        .await
}

#[tokio::test]
async fn h14_json_is_accepted_with_any_content_type() {
    for content_type in ["application/json", "text/plain", "text/html;charset=utf-8"] {
        let step = response(200, &[("content-type", content_type)], "\n [1]");
        let response = read(LimitOptions::default(), step).await.unwrap();
        assert_eq!(response.body, "\n [1]");
    }
    let response = read(LimitOptions::default(), response(200, &[], "\u{feff}{}"))
        .await
        .unwrap();
    assert_eq!(response.body, "\u{feff}{}");
}

#[tokio::test]
async fn h23_an_empty_response_has_its_own_error() {
    for (status, body) in [(200, ""), (204, ""), (200, " \r\n")] {
        let (error, requests) = failure(READ, [response(status, &[], body)]).await;
        assert_eq!(error.kind(), ErrorKind::NotJson(NotJson::Empty));
        assert!(error.is_empty_response());
        assert_eq!(error.status().unwrap().as_u16(), status);
        assert_eq!(requests, 1);
    }
}

#[tokio::test]
async fn any_body_is_accepted_if_anything_is_expected() {
    for body in ["", "<html>password</html>", "plain text"] {
        let script = Script::new([response(200, &[], body)]);
        let mut request = request(READ);
        request.extensions_mut().insert(Expect::Anything);
        let response = transport(&script).read(request).await.unwrap();
        assert_eq!(response.body, body);
    }
}

#[tokio::test]
async fn a_compressed_response_is_decompressed_and_has_both_sizes() {
    let content = format!("[{}0]", "1234567890,".repeat(10_000));
    let packed = gzip(content.as_bytes());
    let size = packed.len() as u64;
    let response = read(LimitOptions::default(), encoded("gzip", packed))
        .await
        .unwrap();
    assert_eq!(response.body, content);
    assert_eq!(response.wire_bytes, size);
    assert!(!response.headers.contains_key("content-encoding"));
}

#[tokio::test(start_paused = true)]
async fn h19_a_truncated_compressed_response_is_an_error() {
    let packed = gzip(br#"{"items": [{"bcId": 20, "name": "Batch dryer"}]}"#);
    for cut in 1..packed.len() {
        let body = packed.slice(..cut);
        let script = Script::new((0..ATTEMPTS_IN_15_S).map(|_| encoded("gzip", body.clone())));
        let error = transport(&script).read(request(READ)).await.unwrap_err();
        assert_eq!(
            error.kind(),
            ErrorKind::Interrupted,
            "cut at {cut}: {error:?}"
        );
    }
}

#[tokio::test]
async fn h19_all_gzip_members_of_a_response_are_read() {
    let packed = [gzip(b"{\"items\":"), gzip(b""), gzip(b" []}")].concat();
    let response = read(LimitOptions::default(), encoded("gzip", packed.into()));
    assert_eq!(response.await.unwrap().body, "{\"items\": []}");
}

#[tokio::test]
async fn h21_h31_j22_bytes_after_the_gzip_data_are_an_error() {
    for behind in [&b"[2]"[..], b"\0[2]"] {
        let packed = [&gzip(b"[1]"), behind].concat();
        let script = Script::new([encoded("gzip", packed.into())]);
        let error = transport(&script).read(request(READ)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
        assert_eq!(script.finish().len(), 1);
    }
}

#[tokio::test]
async fn h23_an_empty_body_is_not_a_decompression_error() {
    for status in [StatusCode::OK, StatusCode::NO_CONTENT] {
        let response = Response::builder().status(status);
        let response = response.header("content-encoding", "gzip");
        let response = response.body(Body::empty()).unwrap();
        let script = Script::new([Step::Response(Box::new(response))]);
        let mut request = request(READ);
        request.extensions_mut().insert(Expect::Anything);
        let response = transport(&script).read(request).await.unwrap();
        assert_eq!((response.status, response.body.len()), (status, 0));
        assert_eq!(script.finish()[0].headers()["accept-encoding"], "gzip");
    }
}

#[tokio::test]
async fn h21_the_error_names_an_unsupported_encoding() {
    let json = Bytes::from_static(b"{}");
    for step in [
        encoded("foo", json.clone()),
        encoded("gzip, gzip", json.clone()),
        encoded("br", json.clone()),
        encoded("gzip", json),
    ] {
        let error = read(LimitOptions::default(), step).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
    }
}

#[tokio::test]
async fn h20_the_limit_applies_to_the_decompressed_body() {
    let packed = gzip(format!("[{}]", " ".repeat(100_000)).as_bytes());
    assert!(packed.len() < 1000);
    let limits = LimitOptions::default().body(50_000);
    let error = read(limits, encoded("gzip", packed)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
}

#[tokio::test]
async fn h20_a_response_that_exceeds_the_compression_ratio_ends_early() {
    let packed = gzip(format!("[{}]", " ".repeat(64 << 20)).as_bytes());
    let error = read(LimitOptions::default(), encoded("gzip", packed))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert!(error.to_string().contains("1000 times"), "{error}");
}

#[tokio::test]
async fn j21_a_response_with_too_large_a_content_length_is_not_read() {
    let step = response(200, &[("content-length", "9999999999")], "{}");
    let error = read(LimitOptions::default(), step).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert!(error.to_string().contains("9999999999"), "{error}");
    assert!(read(LimitOptions::default(), json()).await.is_ok());
}
