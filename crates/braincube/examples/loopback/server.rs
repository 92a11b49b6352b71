//! A server that answers from memory: what it sends is there before it is asked for.
//!
//! Blocking threads on purpose: the runtime is the client's alone.

use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What the server answers to the requests for a memory base and who asks.
const SMALL: [(&str, &str); 3] = [
    (
        "/sso-server/ws/user/me",
        r#"{"accessList":[{"product":{"name":"demo","productId":"1","type":"braincube"}}]}"#,
    ),
    (
        "/mb/20/extended",
        r#"{"bcId":20,"uuid":"mb_20","name":"Numbers"}"#,
    ),
    (
        "/braindata/mb20/simple",
        r#"{"name":"mb20","order":"mb20/d2000001","referenceDate":"mb20/d2000001"}"#,
    ),
];

/// The answer to a request for data.
pub(crate) struct Data {
    pub(crate) body: Vec<u8>,
    pub(crate) is_gzip: bool,
}

/// Serves on a port of its own, for as long as the process lives.
pub(crate) fn start(data: Arc<Data>, tls: Option<Arc<ServerConfig>>) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    std::thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            let (data, tls) = (Arc::clone(&data), tls.clone());
            // A client that goes away ends its connection, nothing else.
            std::thread::spawn(move || drop(connection(socket, &data, tls)));
        }
    });
    Ok(address)
}

/// A certificate that nobody has signed.
pub(crate) fn certificate() -> Result<Arc<ServerConfig>, Box<dyn std::error::Error>> {
    let key = KeyPair::generate()?;
    let certificate = CertificateParams::new(["127.0.0.1".to_owned()])?.self_signed(&key)?;
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)?;
    Ok(Arc::new(config))
}

fn connection(socket: TcpStream, data: &Data, tls: Option<Arc<ServerConfig>>) -> io::Result<()> {
    socket.set_nodelay(true)?;
    match tls {
        None => answer(socket, data),
        Some(config) => {
            let tls = ServerConnection::new(config).map_err(io::Error::other)?;
            answer(StreamOwned::new(tls, socket), data)
        }
    }
}

/// Answers one request after the other.
fn answer(stream: impl Read + Write, data: &Data) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let path = line
            .split_whitespace()
            .nth(1)
            .unwrap_or_default()
            .to_owned();
        let mut length = 0;
        loop {
            let mut header = String::new();
            stream.read_line(&mut header)?;
            match header.trim_end().split_once(':') {
                None => break,
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.trim().parse().unwrap_or_default();
                }
                Some(_) => {}
            }
        }
        io::copy(&mut (&mut stream).take(length), &mut io::sink())?;
        let small = SMALL.iter().find(|(end, _)| path.ends_with(end));
        let (body, encoding) = match small {
            Some((_, body)) => (body.as_bytes(), ""),
            None if data.is_gzip => (data.body.as_slice(), "Content-Encoding: gzip\r\n"),
            None => (data.body.as_slice(), ""),
        };
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{encoding}Content-Length: {}\r\n\r\n",
            body.len()
        );
        let writer = stream.get_mut();
        writer.write_all(head.as_bytes())?;
        writer.write_all(body)?;
        writer.flush()?;
    }
}
