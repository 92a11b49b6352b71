//! Connections that fail, are interrupted or stall, and redirects that are not followed.

use std::io::Write as _;
use std::net::TcpListener as StdListener;
use std::sync::Mutex;
use std::time::Duration;

use braincube_model::Operation;
use braincube_transport::{
    AllowedOrigins, ConnectStage, DnsReason, ErrorKind, RetryOptions, TimeoutOptions, TimeoutPhase,
    Transport, TransportBuilder,
};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::Request;
use tokio::net::TcpListener;

use crate::server::{Act, Server, ok};
use crate::tokens::one_token;

const READ: Operation = Operation::read("memory_bases", "/mb/all/summary");
const WRITE: Operation = Operation::write("token", "/oauth2/token");

fn builder(url: &str) -> TransportBuilder {
    let retry = RetryOptions::default().base(Duration::from_millis(1));
    let retry = retry.attempts(4);
    Transport::builder(one_token(), AllowedOrigins::new([url]).unwrap()).retry(retry)
}

fn get(url: &str) -> Request<Bytes> {
    let url = format!("{url}/mb/all/summary");
    Request::get(url)
        .extension(READ)
        .body(Bytes::new())
        .unwrap()
}

/// An address without a listener.
fn closed_address() -> String {
    let listener = StdListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

#[tokio::test]
async fn n1_a_refused_connection_is_retried_even_for_a_write() {
    let url = closed_address();
    let transport = builder(&url).build().unwrap();
    for operation in [READ, WRITE] {
        let mut request = get(&url);
        request.extensions_mut().insert(operation);
        let error = transport.read(request).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect(ConnectStage::Tcp));
        assert_eq!(error.attempts(), 4);
        assert!(error.to_string().contains("connection refused"), "{error}");
    }
}

#[tokio::test]
async fn n1_a_server_that_restarts_is_found() {
    let url = closed_address();
    let address = url.strip_prefix("http://").unwrap().to_owned();
    let back = std::sync::Arc::new(Mutex::new(None));
    let listener = std::sync::Arc::clone(&back);
    // The server restarts at the beginning of the wait before the second attempt.
    let retry = RetryOptions::default()
        .base(Duration::from_millis(1))
        .random(move || {
            let bound = StdListener::bind(&address).unwrap();
            bound.set_nonblocking(true).unwrap();
            *listener.lock().unwrap() = Some(bound);
            0.0
        });
    let transport = builder(&url).retry(retry).build().unwrap();
    let serve = async {
        loop {
            if let Some(bound) = back.lock().unwrap().take() {
                let acts = [Act::Send(ok(b"{}"))];
                return Server::serve(TcpListener::from_std(bound).unwrap(), acts);
            }
            tokio::task::yield_now().await;
        }
    };
    let (response, server) = tokio::join!(transport.read(get(&url)), serve);
    assert_eq!(response.unwrap().attempts, 2);
    assert_eq!(server.heads.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn the_request_on_the_wire_is_complete() {
    let server = Server::start([Act::Send(ok(b"[]"))]).await;
    let transport = builder(&server.url())
        .user_agent("my-tool/1")
        .build()
        .unwrap();
    transport.read(get(&server.url())).await.unwrap();
    let head = server.heads.lock().unwrap().remove(0);
    assert!(
        head.starts_with("GET /mb/all/summary HTTP/1.1\r\n"),
        "{head}"
    );
    for line in [
        "x-api-key: canary",
        "user-agent: my-tool/1",
        "accept-encoding: gzip",
    ] {
        assert!(head.contains(&format!("\r\n{line}\r\n")), "{head}");
    }
}

#[tokio::test]
async fn n6_a_response_truncated_in_its_head_is_requested_again() {
    let cut = b"HTTP/1.1 200 O".to_vec();
    let server = Server::start([
        Act::Send(cut.clone()),
        Act::Send(Vec::new()),
        Act::Send(ok(b"{}")),
    ])
    .await;
    let transport = builder(&server.url()).build().unwrap();
    let response = transport.read(get(&server.url())).await.unwrap();
    assert_eq!(response.attempts, 3);
    assert_eq!(server.heads.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn n7_connections_that_the_server_closes_do_not_cause_errors() {
    let server = Server::start((0..200).map(|_| Act::Send(ok(b"{}")))).await;
    let transport = builder(&server.url()).build().unwrap();
    for _ in 0..200 {
        let response = transport.read(get(&server.url())).await.unwrap();
        assert_eq!(response.body, "{}");
    }
    assert_eq!(server.heads.lock().unwrap().len(), 200);
}

#[tokio::test]
async fn n8_n9_a_truncated_body_is_an_interruption() {
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"items\":".to_vec();
    let chunked =
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\n{\"items\":\r\n".to_vec();
    for (bytes, expected) in [
        (cut, "truncated after 9 of 100 bytes"),
        (chunked, "truncated after 9 bytes"),
    ] {
        let server = Server::start(vec![Act::Send(bytes.clone()); 4]).await;
        let transport = builder(&server.url()).build().unwrap();
        let error = transport.read(get(&server.url())).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Interrupted);
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(error.operation(), Some("memory_bases"));
        assert_eq!(error.attempts(), 4);
        assert_eq!(server.heads.lock().unwrap().len(), 4);

        // A caller that reads chunk by chunk has received a part: it is not requested again.
        let server = Server::start([Act::Send(bytes)]).await;
        let transport = builder(&server.url()).build().unwrap();
        let response = transport.send(get(&server.url())).await.unwrap();
        let error = response.into_body().collect().await.unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Interrupted, 1)
        );
        assert_eq!(server.heads.lock().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn n8_a_truncated_body_is_requested_again() {
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"items\":".to_vec();
    let whole = b"HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n{\"items\":[]}".to_vec();
    let server = Server::start([Act::Send(cut), Act::Send(whole)]).await;
    let transport = builder(&server.url()).build().unwrap();
    let response = transport.read(get(&server.url())).await.unwrap();
    assert_eq!(response.body, "{\"items\":[]}");
    assert_eq!(response.attempts, 2);
    assert_eq!(server.heads.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn n11_a_body_that_stalls_ends_after_the_idle_time() {
    let begun = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"items\":".to_vec();
    let server = Server::start(vec![Act::Stall(begun); 4]).await;
    let timeouts = TimeoutOptions::default().idle(Duration::from_millis(20));
    let transport = builder(&server.url()).timeouts(timeouts).build().unwrap();
    let error = transport.read(get(&server.url())).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout(TimeoutPhase::Idle));
    assert_eq!(
        (error.attempts(), server.heads.lock().unwrap().len()),
        (4, 4)
    );
}

#[tokio::test]
async fn a_compressed_response_arrives_completely() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(b"{\"items\": []}").unwrap();
    let packed = encoder.finish().unwrap();
    let mut bytes =
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\nconnection: close\r\n\r\n".to_vec();
    bytes.extend_from_slice(&packed);
    let server = Server::start([Act::Send(bytes)]).await;
    let transport = builder(&server.url()).build().unwrap();
    let response = transport.read(get(&server.url())).await.unwrap();
    assert_eq!(response.body, "{\"items\": []}");
    assert_eq!(response.wire_bytes, packed.len() as u64);
}

#[tokio::test]
async fn h15_a_redirect_to_another_origin_sends_nothing_there() {
    let evil = Server::start([]).await;
    let location = format!(
        "HTTP/1.1 302 Found\r\nlocation: {}/\r\ncontent-length: 0\r\n\r\n",
        evil.url()
    );
    let server = Server::start([Act::Send(location.into_bytes())]).await;
    let transport = builder(&server.url()).build().unwrap();
    let error = transport.read(get(&server.url())).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RedirectBlocked);
    assert!(error.to_string().contains(&evil.url()), "{error}");
    assert_eq!(server.heads.lock().unwrap().len(), 1);
    assert!(evil.heads.lock().unwrap().is_empty());
}

#[tokio::test]
async fn h22_a_content_length_that_is_too_small_does_not_corrupt_the_next_response() {
    let mut bytes = ok(b"{}");
    bytes.extend_from_slice(&ok(br#"{"smuggled":1}"#));
    // The connection stays open: if it were reused, the rest would be read as the next response.
    let server = Server::start([Act::Stall(bytes), Act::Send(ok(b"[]"))]).await;
    let transport = builder(&server.url()).build().unwrap();
    let first = transport.read(get(&server.url())).await.unwrap();
    assert_eq!(first.body, "{}");
    let second = transport.read(get(&server.url())).await.unwrap();
    assert_eq!((second.body.as_ref(), second.attempts), (&b"[]"[..], 1));
    assert_eq!(server.heads.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn h24_endless_headers_are_an_error_and_long_ones_are_not() {
    let many: String = (0..1000).map(|n| format!("x-{n}: {n}\r\n")).collect();
    let long = |kilobytes: usize| format!("x-long: {}\r\n", "x".repeat(kilobytes << 10));
    for (headers, is_read) in [(many, false), (long(64), true), (long(1024), false)] {
        let head = format!("HTTP/1.1 200 OK\r\n{headers}content-length: 2\r\n\r\n{{}}");
        let server = Server::start([Act::Send(head.into_bytes())]).await;
        let transport = builder(&server.url())
            .retry(RetryOptions::none())
            .build()
            .unwrap();
        let kind = match transport.read(get(&server.url())).await {
            Ok(response) => {
                assert_eq!(response.body, "{}");
                None
            }
            Err(error) => {
                let text = error.to_string();
                assert!(text.contains("more than 100 headers"), "{text}");
                Some(error.kind())
            }
        };
        let expected = (!is_read).then_some(ErrorKind::Interrupted);
        assert_eq!(kind, expected, "{} bytes", headers.len());
        assert_eq!(server.heads.lock().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn n2_the_error_says_that_a_host_does_not_exist() {
    // RFC 6761 reserves `.invalid`.
    let url = "http://braincube.invalid";
    let builder = builder(url).allow_http(true).retry(RetryOptions::none());
    let error = builder.build().unwrap().read(get(url)).await.unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::Connect(ConnectStage::Dns(DnsReason::UnknownHost))
    );
    assert!(
        error.to_string().contains("http://braincube.invalid"),
        "{error}"
    );
}
