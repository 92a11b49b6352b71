//! A query that is dropped while it is running.

use std::time::Duration;

use braincube::{Client, Config};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Much longer than closing a connection takes.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Reads a request that arrives in one read.
async fn read_request(socket: &mut TcpStream) -> String {
    let mut request = vec![0; 16 * 1024];
    let length = socket.read(&mut request).await.unwrap();
    String::from_utf8_lossy(&request[..length]).into_owned()
}

async fn respond(socket: &mut TcpStream, length: usize, body: &str) {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    socket.write_all(body.as_bytes()).await.unwrap();
}

/// Sends the first half of a response with data, and returns the open connection.
async fn half_a_response(listener: &TcpListener) -> TcpStream {
    let (mut socket, _) = listener.accept().await.unwrap();
    assert!(read_request(&mut socket).await.starts_with("GET "));
    let info = r#"{"name": "mb20", "order": "mb20/d1"}"#;
    respond(&mut socket, info.len(), info).await;
    // The second request may use the first connection or another one.
    let mut request = read_request(&mut socket).await;
    if request.is_empty() {
        socket = listener.accept().await.unwrap().0;
        request = read_request(&mut socket).await;
    }
    assert!(request.starts_with("POST "), "{request}");
    let half = r#"{"datadefs": [{"id": "mb20/d1", "data": ["1", "#;
    respond(&mut socket, 1_000_000, half).await;
    socket
}

#[tokio::test]
async fn x1_a_dropped_query_closes_its_connection_immediately() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let config = Config::builder()
        .sso_base_url(&address)
        .api_base_url(&address)
        .api_key("token")
        .build()
        .unwrap();
    let client = Client::from_config(config).await.unwrap();
    let query = client.braincube("demo").memory_base(20).data([1_u64]);
    // The server finishes first, which drops the query.
    let mut socket = tokio::select! {
        socket = half_a_response(&listener) => socket,
        frame = query.fetch() => panic!("a truncated response was accepted: {frame:?}"),
    };

    // The rest of the request, if any, and then the end or a reset.
    let mut rest = Vec::new();
    let end = tokio::time::timeout(TIMEOUT, socket.read_to_end(&mut rest));
    assert!(end.await.is_ok(), "the connection stays open");
}
