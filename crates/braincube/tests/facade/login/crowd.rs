//! Crowds at the listener: however many come, the right one is heard.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::browser::{consent, send, visit};
use super::guards::{get, host};
use super::{Site, while_browsing};

/// How many visitors are heard at a time.
const MOST: usize = 16;

/// Whether the listener has closed a connection, or would answer on it; a silent visitor is left
/// alone for some seconds.
async fn is_left_alone(stream: &mut TcpStream) -> bool {
    let mut byte = [0];
    let waited = Duration::from_millis(50);
    timeout(waited, stream.read(&mut byte)).await.is_err()
}

#[tokio::test(flavor = "multi_thread")]
async fn o4_ten_thousand_connections_do_not_keep_the_callback_out() {
    let site = Site::strict().await;
    let listening = site.listen().await;
    let address = listening.address();
    let (token, (page, opened)) = while_browsing(listening, async {
        let callback = consent(&address).await;
        let mut opened = 0;
        for batch in 0..100 {
            let batch = (0..100).map(|number| strange_visit(host(&callback), batch + number));
            opened += join_all(batch).await.into_iter().sum::<usize>();
            // Whoever asks after them is answered: the queue of the system does not overflow.
            let answer = send(&callback, &get(&callback, "/nothing")).await;
            assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
        }
        // Some are still there, and say nothing.
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

/// Opens a connection, says nothing, half a request or nonsense, and goes away; how many were
/// opened.
async fn strange_visit(host: &str, number: usize) -> usize {
    let mut stream = TcpStream::connect(host).await.unwrap();
    let says: &[u8] = match number % 4 {
        0 => b"GET /callback?code=half",
        1 => b"\x16\x03\x01 nonsense\r\n\r\n",
        _ => b"",
    };
    // The listener may have hung up on nonsense already.
    let _ = stream.write_all(says).await;
    1
}

#[tokio::test(flavor = "multi_thread")]
async fn o4_sixteen_connections_are_served_at_a_time_and_the_next_one_waits() {
    let site = Site::strict().await;
    let listening = site.listen().await;
    let address = listening.address();
    let (token, ()) = while_browsing(listening, async {
        let callback = consent(&address).await;
        let host = host(&callback);
        let nothing = get(&callback, "/nothing");
        // One less than the limit leave one to be heard.
        let mut silent = Vec::new();
        for _ in 0..MOST - 1 {
            silent.push(TcpStream::connect(host).await.unwrap());
        }
        let answer = send(&callback, &nothing).await;
        assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
        // With all of them taken, whoever comes is in the queue, and is not sent away.
        silent.push(TcpStream::connect(host).await.unwrap());
        let mut next = TcpStream::connect(host).await.unwrap();
        next.write_all(nothing.as_bytes()).await.unwrap();
        assert!(is_left_alone(&mut next).await, "a seventeenth is heard");
        // The first that leaves makes room.
        drop(silent.pop());
        let mut answer = String::new();
        next.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
        // Full again, the callback itself waits its turn and ends the login.
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
