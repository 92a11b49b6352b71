//! A server that sends responses from memory.
//!
//! It uses blocking threads, so that only the client uses the runtime.

use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// The responses to the requests for the access list and the memory base, by the end of their paths.
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

/// The response to a request for data.
pub(crate) struct Data {
    pub(crate) body: Vec<u8>,
    pub(crate) is_gzip: bool,
}

/// Starts the server on a free port.
pub(crate) fn start(data: Arc<Data>, tls: Option<Arc<ServerConfig>>) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    std::thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            let (data, tls) = (Arc::clone(&data), tls.clone());
            // An error ends only its own connection.
            std::thread::spawn(move || drop(connection(socket, &data, tls)));
        }
    });
    Ok(address)
}

/// A self-signed certificate.
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
        None => respond(socket, data),
        Some(config) => {
            let tls = ServerConnection::new(config).map_err(io::Error::other)?;
            respond(StreamOwned::new(tls, socket), data)
        }
    }
}

/// Responds to the requests of a connection.
fn respond(stream: impl Read + Write, data: &Data) -> io::Result<()> {
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
