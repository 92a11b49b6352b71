//! Many connections to the listener do not block the callback.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::browser::{consent, send, visit};
use super::rejections::{get, host};
use super::{Site, while_browsing};

/// The maximum number of concurrent connections.
const MOST: usize = 16;

/// Whether the listener keeps a silent connection open without a response; it does so for
/// some seconds.
async fn is_kept_open(stream: &mut TcpStream) -> bool {
    let mut byte = [0];
    let waited = Duration::from_millis(50);
    timeout(waited, stream.read(&mut byte)).await.is_err()
}

#[tokio::test(flavor = "multi_thread")]
async fn o4_ten_thousand_connections_do_not_block_the_callback() {
    let site = Site::strict().await;
    let listener = site.listen().await;
    let address = listener.address();
    let (token, (page, opened)) = while_browsing(listener, async {
        let callback = consent(&address).await;
        let mut opened = 0;
        for batch in 0..100 {
            let batch = (0..100).map(|number| invalid_connection(host(&callback), batch + number));
            opened += join_all(batch).await.into_iter().sum::<usize>();
            // A request after them gets a response: the backlog of the system does not overflow.
            let response = send(&callback, &get(&callback, "/nothing")).await;
            assert!(response.starts_with("HTTP/1.1 404 "), "{response}");
        }
        // Some connections stay open and silent.
        let silent = (0..MOST - 1).map(|_| TcpStream::connect(host(&callback)));
        let silent = join_all(silent).await;
        let page = visit(&callback).await;
        assert!(silent.iter().all(Result::is_ok));
        (page, opened)
    })
    .await;
    token.unwrap();
    assert!(page.starts_with("HTTP/1.1 200 "), "{page}");
    assert_eq!(opened, 10_000);
    assert_eq!(site.exchanges(), 1);
}

/// Opens a connection, sends nothing, half a request or invalid bytes, and closes it. Returns the
/// number of connections.
async fn invalid_connection(host: &str, number: usize) -> usize {
    let mut stream = TcpStream::connect(host).await.unwrap();
    let says: &[u8] = match number % 4 {
        0 => b"GET /callback?code=half",
        1 => b"\x16\x03\x01 nonsense\r\n\r\n",
        _ => b"",
    };
    // The listener may have closed the connection after invalid bytes.
    let _ = stream.write_all(says).await;
    1
}

#[tokio::test(flavor = "multi_thread")]
async fn o4_sixteen_connections_are_served_concurrently_and_the_next_one_waits() {
    let site = Site::strict().await;
    let listener = site.listen().await;
    let address = listener.address();
    let (token, ()) = while_browsing(listener, async {
        let callback = consent(&address).await;
        let host = host(&callback);
        let nothing = get(&callback, "/nothing");
        // With one connection less than the limit, the next one is served.
        let mut silent = Vec::new();
        for _ in 0..MOST - 1 {
            silent.push(TcpStream::connect(host).await.unwrap());
        }
        let response = send(&callback, &nothing).await;
        assert!(response.starts_with("HTTP/1.1 404 "), "{response}");
        // At the limit, further connections wait in the backlog and are not rejected.
        silent.push(TcpStream::connect(host).await.unwrap());
        let mut next = TcpStream::connect(host).await.unwrap();
        next.write_all(nothing.as_bytes()).await.unwrap();
        assert!(
            is_kept_open(&mut next).await,
            "a seventeenth connection is served"
        );
        // The next connection is served when one is closed.
        drop(silent.pop());
        let mut response = String::new();
        next.read_to_string(&mut response).await.unwrap();
        assert!(response.starts_with("HTTP/1.1 404 "), "{response}");
        // At the limit again, the callback waits and then ends the login.
        silent.push(TcpStream::connect(host).await.unwrap());
        let (page, ()) = tokio::join!(visit(&callback), async {
            assert!(silent.iter().all(|stream| stream.peer_addr().is_ok()));
            drop(silent);
        });
        assert!(page.starts_with("HTTP/1.1 200 "), "{page}");
    })
    .await;
    token.unwrap();
    assert_eq!(site.exchanges(), 1);
}
