//! What comes in: its kind, its size, its compression.

use std::io::Write as _;

use braincube_transport::{Body, Error, ErrorKind, Expect, LimitOptions, NotJson};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{Response, StatusCode};

use crate::script::{
    IN_VAIN, READ, Script, Step, answer, builder, failure, json, request, transport,
};
use crate::tokens::Tokens;

fn gzip(content: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap().into()
}

fn encoded(encoding: &str, body: Bytes) -> Step {
    let response = Response::builder().header("content-encoding", encoding);
    Step::Answer(Box::new(response.body(Body::from(body)).unwrap()))
}

async fn read(limits: LimitOptions, step: Step) -> Result<braincube_transport::Answer, Error> {
    let builder = builder(&Tokens::personal()).limits(limits);
    builder
        .build_with(Script::new([step]))
        .unwrap()
        .read(request(READ))
        .await
}

#[tokio::test]
async fn h14_json_is_accepted_under_any_name() {
    for content_type in ["application/json", "text/plain", "text/html;charset=utf-8"] {
        let step = answer(200, &[("content-type", content_type)], "\n [1]");
        let answer = read(LimitOptions::default(), step).await.unwrap();
        assert_eq!(answer.body, "\n [1]");
    }
    let answer = read(LimitOptions::default(), answer(200, &[], "\u{feff}{}"))
        .await
        .unwrap();
    assert_eq!(answer.body, "\u{feff}{}");
}

#[tokio::test]
async fn h23_an_empty_answer_is_an_error_of_its_own() {
    for (status, body) in [(200, ""), (204, ""), (200, " \r\n")] {
        let (error, requests) = failure(READ, [answer(status, &[], body)]).await;
        assert_eq!(error.kind(), ErrorKind::NotJson(NotJson::Empty));
        assert!(error.is_empty_answer());
        assert_eq!(error.status().unwrap().as_u16(), status);
        assert_eq!(requests, 1);
    }
}

#[tokio::test]
async fn anything_is_accepted_where_anything_is_expected() {
    for body in ["", "<html>password</html>", "plain text"] {
        let script = Script::new([answer(200, &[], body)]);
        let mut request = request(READ);
        request.extensions_mut().insert(Expect::Anything);
        let answer = transport(&script).read(request).await.unwrap();
        assert_eq!(answer.body, body);
    }
}

#[tokio::test]
async fn a_compressed_answer_is_unpacked_and_both_sizes_are_known() {
    let content = format!("[{}0]", "1234567890,".repeat(10_000));
    let packed = gzip(content.as_bytes());
    let size = packed.len() as u64;
    let answer = read(LimitOptions::default(), encoded("gzip", packed))
        .await
        .unwrap();
    assert_eq!(answer.body, content);
    assert_eq!(answer.wire_bytes, size);
    assert!(!answer.headers.contains_key("content-encoding"));
}

#[tokio::test(start_paused = true)]
async fn h19_a_compressed_answer_that_was_cut_is_never_taken_for_whole() {
    let packed = gzip(br#"{"items": [{"bcId": 20, "name": "Batch dryer"}]}"#);
    for cut in 1..packed.len() {
        let body = packed.slice(..cut);
        let script = Script::new((0..IN_VAIN).map(|_| encoded("gzip", body.clone())));
        let error = transport(&script).read(request(READ)).await.unwrap_err();
        assert_eq!(
            error.kind(),
            ErrorKind::Interrupted,
            "cut at {cut}: {error:?}"
        );
    }
}

#[tokio::test]
async fn h19_all_members_of_a_compressed_answer_are_read() {
    let packed = [gzip(b"{\"items\":"), gzip(b""), gzip(b" []}")].concat();
    let answer = read(LimitOptions::default(), encoded("gzip", packed.into()));
    assert_eq!(answer.await.unwrap().body, "{\"items\": []}");
}

#[tokio::test]
async fn h21_h31_j22_what_stands_behind_the_compression_is_not_passed_over() {
    for behind in [&b"[2]"[..], b"\0[2]"] {
        let packed = [&gzip(b"[1]"), behind].concat();
        let script = Script::new([encoded("gzip", packed.into())]);
        let error = transport(&script).read(request(READ)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
        assert_eq!(script.finish().len(), 1);
    }
}

#[tokio::test]
async fn h23_no_body_is_no_broken_compression() {
    for status in [StatusCode::OK, StatusCode::NO_CONTENT] {
        let response = Response::builder().status(status);
        let response = response.header("content-encoding", "gzip");
        let response = response.body(Body::empty()).unwrap();
        let script = Script::new([Step::Answer(Box::new(response))]);
        let mut request = request(READ);
        request.extensions_mut().insert(Expect::Anything);
        let answer = transport(&script).read(request).await.unwrap();
        assert_eq!((answer.status, answer.body.len()), (status, 0));
        assert_eq!(script.finish()[0].headers()["accept-encoding"], "gzip");
    }
}

#[tokio::test]
async fn h21_a_compression_that_cannot_be_undone_says_so() {
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
async fn h20_the_limit_holds_for_what_is_unpacked() {
    let packed = gzip(format!("[{}]", " ".repeat(100_000)).as_bytes());
    assert!(packed.len() < 1000);
    let limits = LimitOptions::default().body(50_000);
    let error = read(limits, encoded("gzip", packed)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
}

#[tokio::test]
async fn h20_an_answer_that_unpacks_to_far_too_much_ends_early() {
    let packed = gzip(format!("[{}]", " ".repeat(64 << 20)).as_bytes());
    let error = read(LimitOptions::default(), encoded("gzip", packed))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert!(error.to_string().contains("1000 times"), "{error}");
}

#[tokio::test]
async fn j21_an_answer_that_announces_too_much_is_not_begun() {
    let step = answer(200, &[("content-length", "9999999999")], "{}");
    let error = read(LimitOptions::default(), step).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert!(error.to_string().contains("9999999999"), "{error}");
    assert!(read(LimitOptions::default(), json()).await.is_ok());
}
