//! [`Tunnel`]: what a client asked a proxy for, and what it sent through.

use std::fmt;
use std::io;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, split};
use tokio::net::TcpStream;

use super::builder::Rules;
use super::log::TunnelLog;
use crate::endpoint::Security;

/// The longest head of a request that is read, in bytes.
const LONGEST_HEAD: usize = 8 << 10;

/// The log keeps this much of what a client sent.
const MOST_LOGGED: usize = 64 << 10;

/// What a client asked a proxy for.
#[derive(Clone, Default)]
pub struct Tunnel {
    head: Box<str>,
    status: u16,
    sent: Vec<u8>,
}

impl Tunnel {
    /// The host and the port that were asked for, such as `api.example.com:443`.
    pub fn destination(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }

    /// The request, up to and with the blank line at its end. Credentials are not hidden here: a test has to be able to
    /// see them.
    pub fn head(&self) -> &str {
        &self.head
    }

    /// The status of the proxy's answer: 200 if the tunnel came about.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The first 64 KiB that the client has sent through the tunnel so far.
    pub fn sent(&self) -> &[u8] {
        &self.sent
    }

    /// Adds to what the client has sent, while there is room.
    pub(super) fn keep(&mut self, bytes: &[u8]) {
        let room = MOST_LOGGED - self.sent.len();
        self.sent.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    /// The first value of a header of the request.
    fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().skip(1);
        let mut headers = lines.filter_map(|line| line.split_once(": "));
        let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value)
    }
}

/// Without the credentials, and without what went through.
impl fmt::Debug for Tunnel {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Tunnel")
            .field("destination", &self.destination())
            .field("status", &self.status)
            .field("sent_bytes", &self.sent.len())
            .finish()
    }
}

/// Serves one client. Where it goes away, or what it asks for, is its own affair.
pub(super) async fn open(
    client: TcpStream,
    security: Security,
    rules: Arc<Rules>,
    log: Arc<TunnelLog>,
) {
    // Small pieces should not wait for more to come; where it cannot be set, they do.
    let _ = client.set_nodelay(true);
    // An error means that one of the two has gone, and the tunnel with it.
    let _ = match security {
        Security::Plain => serve(client, &rules, &log).await,
        #[cfg(feature = "tls")]
        Security::Tls(acceptor) => match acceptor.accept(client).await {
            Ok(client) => serve(client, &rules, &log).await,
            Err(error) => Err(error),
        },
    };
}

async fn serve(
    mut client: impl AsyncRead + AsyncWrite + Unpin,
    rules: &Rules,
    log: &TunnelLog,
) -> io::Result<()> {
    let Some(head) = head(&mut client).await? else {
        return Ok(());
    };
    let mut tunnel = Tunnel {
        head: head.into(),
        ..Tunnel::default()
    };
    let server = connect(&tunnel, rules).await;
    tunnel.status = *server.as_ref().err().unwrap_or(&200);
    let answer = answer(tunnel.status);
    let number = log.begin(tunnel);
    client.write_all(answer.as_bytes()).await?;
    client.flush().await?;
    let Ok(server) = server else {
        return client.shutdown().await;
    };
    let (from_client, to_client) = split(client);
    let (from_server, to_server) = server.into_split();
    tokio::try_join!(
        pass(from_client, to_server, |bytes| log.sent(number, bytes)),
        pass(from_server, to_client, |_| {}),
    )?;
    Ok(())
}

/// The head of a request; nothing of one that never ends.
async fn head(client: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<String>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() == LONGEST_HEAD {
            return Ok(None);
        }
        // Byte by byte: what comes behind the head belongs to the tunnel.
        head.push(client.read_u8().await?);
    }
    Ok(String::from_utf8(head).ok())
}

/// A connection to where the tunnel leads, or the status that refuses it.
async fn connect(tunnel: &Tunnel, rules: &Rules) -> Result<TcpStream, u16> {
    if !tunnel.head().starts_with("CONNECT ") {
        return Err(405);
    }
    if let Some(status) = rules.refusal {
        return Err(status);
    }
    if !rules.admits(tunnel.header("proxy-authorization")) {
        return Err(407);
    }
    let server = match rules.destination {
        Some(address) => TcpStream::connect(address).await,
        None => TcpStream::connect(tunnel.destination()).await,
    };
    let server = server.map_err(|_| 502_u16)?;
    // As on the client's side.
    let _ = server.set_nodelay(true);
    Ok(server)
}

fn answer(status: u16) -> String {
    match status {
        200 => "HTTP/1.1 200 Connection established\r\n\r\n".into(),
        407 => "HTTP/1.1 407 Proxy Authentication Required\r\n\
                Proxy-Authenticate: Basic realm=\"simulator\"\r\nContent-Length: 0\r\n\r\n"
            .into(),
        status => format!("HTTP/1.1 {status} Refused\r\nContent-Length: 0\r\n\r\n"),
    }
}

/// Hands on everything from one side to the other, and then that it has ended.
async fn pass(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut seen: impl FnMut(&[u8]),
) -> io::Result<()> {
    let mut bytes = vec![0; 16 << 10];
    loop {
        match from.read(&mut bytes).await? {
            0 => return to.shutdown().await,
            length => {
                seen(&bytes[..length]);
                to.write_all(&bytes[..length]).await?;
                to.flush().await?;
            }
        }
    }
}
