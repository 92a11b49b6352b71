//! A server that sends raw bytes, with one action per connection.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// What the server does on a connection after it has read a request.
#[derive(Clone)]
pub(crate) enum Act {
    /// Sends these bytes and closes.
    Send(Vec<u8>),
    /// Sends these bytes and then stalls, without closing.
    Stall(Vec<u8>),
}

/// The server; ends when dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) heads: Arc<Mutex<Vec<String>>>,
    _tasks: JoinSet<()>,
}

/// A response with a `Content-Length`, as bytes.
pub(crate) fn ok(body: &[u8]) -> Vec<u8> {
    let mut bytes =
        format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

impl Server {
    /// Performs each act on one connection, in order; closes all further connections.
    pub(crate) async fn start(acts: impl IntoIterator<Item = Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::serve(listener, acts)
    }

    pub(crate) fn serve(listener: TcpListener, acts: impl IntoIterator<Item = Act>) -> Self {
        let heads = Arc::new(Mutex::new(Vec::new()));
        let mut acts: VecDeque<Act> = acts.into_iter().collect();
        let address = listener.local_addr().unwrap();
        let mut tasks = JoinSet::new();
        let log = Arc::clone(&heads);
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let act = acts.pop_front();
                let log = Arc::clone(&log);
                connections.spawn(async move {
                    if let Some(act) = act {
                        perform(stream, act, &log).await;
                    }
                });
            }
        });
        Self {
            address,
            heads,
            _tasks: tasks,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// Reads the head of a request and performs an act.
async fn perform(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    act: Act,
    log: &Mutex<Vec<String>>,
) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    log.lock().unwrap().push(String::from_utf8(head).unwrap());
    let (Act::Send(bytes) | Act::Stall(bytes)) = &act;
    // The client may have closed the connection.
    let _ = stream.write_all(bytes).await;
    let _ = stream.flush().await;
    if let Act::Stall(_) = act {
        std::future::pending::<()>().await;
    }
    let _ = stream.shutdown().await;
}
