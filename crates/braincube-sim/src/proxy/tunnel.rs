//! [`Tunnel`]: a requested tunnel and the data that the client sent through it.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, split};
use tokio::net::TcpStream;

use super::rules::Rules;
use crate::endpoint::Security;
use crate::recent::Recent;

/// Maximum length of the head of a request, in bytes.
const MAX_HEAD_LEN: usize = 8 << 10;

/// The log keeps this much of the data that a client sent.
const MAX_LOGGED: usize = 64 << 10;

/// A requested tunnel.
#[derive(Clone, Default)]
pub struct Tunnel {
    head: Box<str>,
    status: u16,
    sent: Vec<u8>,
}

impl Tunnel {
    /// The requested host and port, such as `api.example.com:443`.
    pub fn destination(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }

    /// The head of the request, including the blank line at its end. Credentials are included, so that tests can check
    /// them.
    pub fn head(&self) -> &str {
        &self.head
    }

    /// The status of the response of the proxy: 200 if the tunnel was opened.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The first 64 KiB that the client has sent through the tunnel.
    pub fn sent(&self) -> &[u8] {
        &self.sent
    }

    /// Appends data that the client has sent, up to the maximum.
    fn keep(&mut self, bytes: &[u8]) {
        let free = MAX_LOGGED - self.sent.len();
        self.sent.extend_from_slice(&bytes[..bytes.len().min(free)]);
    }

    /// The first value of a header.
    fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().skip(1);
        let mut headers = lines.filter_map(|line| line.split_once(": "));
        let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value)
    }
}

/// Does not show the credentials and the data.
impl fmt::Debug for Tunnel {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Tunnel")
            .field("destination", &self.destination())
            .field("status", &self.status)
            .field("sent_bytes", &self.sent.len())
            .finish()
    }
}

/// Maximum number of recorded tunnels, the newest ones.
const MAX_TUNNELS: usize = 1_000;

/// The recorded tunnels.
pub(super) struct TunnelLog(Mutex<Recent<Tunnel>>);

impl Default for TunnelLog {
    fn default() -> Self {
        Self(Mutex::new(Recent::with_limit(MAX_TUNNELS)))
    }
}

impl TunnelLog {
    pub(super) fn tunnels(&self) -> Vec<Tunnel> {
        self.lock().to_vec()
    }

    /// Records a tunnel and returns its number.
    fn begin(&self, tunnel: Tunnel) -> u64 {
        self.lock().push(tunnel)
    }

    /// Records data that a client has sent, if the tunnel is still recorded.
    fn sent(&self, number: u64, bytes: &[u8]) {
        if let Some(tunnel) = self.lock().get_mut(number) {
            tunnel.keep(bytes);
        }
    }

    /// No statement under the lock leaves the log inconsistent, so a poisoned lock can be used.
    fn lock(&self) -> MutexGuard<'_, Recent<Tunnel>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Serves one client. Its errors are ignored.
pub(super) async fn open(
    client: TcpStream,
    security: Security,
    rules: Arc<Rules>,
    log: Arc<TunnelLog>,
) {
    // Sends small chunks without delay. An error only makes them slower.
    let _ = client.set_nodelay(true);
    // An error of either side ends the tunnel.
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
    let response = response(tunnel.status);
    let number = log.begin(tunnel);
    client.write_all(response.as_bytes()).await?;
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

/// Reads the head of a request; `None` if it is too long or not UTF-8.
async fn head(client: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<String>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() == MAX_HEAD_LEN {
            return Ok(None);
        }
        // Byte by byte: the bytes after the head belong to the tunnel.
        head.push(client.read_u8().await?);
    }
    Ok(String::from_utf8(head).ok())
}

/// Connects to the destination, or returns the status of the error.
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
    // As for the client.
    let _ = server.set_nodelay(true);
    Ok(server)
}

fn response(status: u16) -> String {
    match status {
        200 => "HTTP/1.1 200 Connection established\r\n\r\n".into(),
        407 => "HTTP/1.1 407 Proxy Authentication Required\r\n\
                Proxy-Authenticate: Basic realm=\"simulator\"\r\nContent-Length: 0\r\n\r\n"
            .into(),
        status => format!("HTTP/1.1 {status} Refused\r\nContent-Length: 0\r\n\r\n"),
    }
}

/// Copies one direction of the tunnel, then closes it.
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

#[cfg(test)]
mod tests {
    use super::{MAX_TUNNELS, TunnelLog};

    #[test]
    fn the_log_keeps_the_newest_tunnels_and_the_first_bytes_of_each() {
        let log = TunnelLog::default();
        for number in 0..=MAX_TUNNELS as u64 {
            assert_eq!(log.begin(Default::default()), number);
        }
        // The first tunnel is no longer recorded; this is not an error.
        log.sent(0, b"gone");
        log.sent(1, b"first");
        log.sent(1, &[b'.'; 100_000]);
        let tunnels = log.tunnels();
        assert_eq!(tunnels.len(), MAX_TUNNELS);
        assert!(tunnels[0].sent().starts_with(b"first."));
        assert_eq!(tunnels[0].sent().len(), 64 << 10);
        assert!(tunnels[1..].iter().all(|tunnel| tunnel.sent().is_empty()));
    }
}
