//! An extraction that nobody waits for any more.

use std::time::Duration;

use braincube::{Client, Config};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Long, for a connection that closes at once.
const PATIENCE: Duration = Duration::from_secs(20);

/// Reads a request up to its end, which the head or a short body is in one piece with.
async fn read_request(socket: &mut TcpStream) -> String {
    let mut request = vec![0; 16 * 1024];
    let length = socket.read(&mut request).await.unwrap();
    String::from_utf8_lossy(&request[..length]).into_owned()
}

async fn answer(socket: &mut TcpStream, length: usize, body: &str) {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    socket.write_all(body.as_bytes()).await.unwrap();
}

/// Answers an extraction up to the middle of its data; gives the connection, which stays open.
async fn half_an_extraction(listener: &TcpListener) -> TcpStream {
    let (mut socket, _) = listener.accept().await.unwrap();
    assert!(read_request(&mut socket).await.starts_with("GET "));
    let info = r#"{"name": "mb20", "order": "mb20/d1"}"#;
    answer(&mut socket, info.len(), info).await;
    // It may come on the connection of the first request or on one of its own.
    let mut request = read_request(&mut socket).await;
    if request.is_empty() {
        socket = listener.accept().await.unwrap().0;
        request = read_request(&mut socket).await;
    }
    assert!(request.starts_with("POST "), "{request}");
    let half = r#"{"datadefs": [{"id": "mb20/d1", "data": ["1", "#;
    answer(&mut socket, 1_000_000, half).await;
    socket
}

#[tokio::test]
async fn x1_a_dropped_extraction_closes_its_connection_at_once() {
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
    // Whichever is done first drops the other: the extraction, half of whose data is there.
    let mut socket = tokio::select! {
        socket = half_an_extraction(&listener) => socket,
        frame = query.fetch() => panic!("half of the data is no answer: {frame:?}"),
    };

    // What is left of the request, if anything, and then the end or a reset.
    let mut rest = Vec::new();
    let end = tokio::time::timeout(PATIENCE, socket.read_to_end(&mut rest));
    assert!(end.await.is_ok(), "the connection stays open");
}
