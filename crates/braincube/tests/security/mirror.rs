//! [`Mirror`]: a server that returns the received credential in every part of a response.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Builds a response that contains the credential of a request.
pub(crate) type Reflection = Arc<dyn Fn(&str) -> Vec<u8> + Send + Sync>;

/// A server that returns the received credential.
pub(crate) struct Mirror {
    pub(crate) base_url: String,
}

impl Mirror {
    /// Responds to session requests with a session, if `opens_sessions`, and to all others with the reflection.
    pub(crate) fn start(reflection: Reflection, opens_sessions: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let head = head(&mut stream);
                let session = opens_sessions.filter(|_| head.contains("/oauth2/session"));
                let answer = match session {
                    Some(token) => with_body(200, "", &format!(r#"{{"token": "{token}"}}"#)),
                    None => reflection(credential(&head)),
                };
                let _ = stream.write_all(&answer);
            }
        });
        Self { base_url }
    }
}

fn head(stream: &mut TcpStream) -> String {
    let mut bytes = vec![0; 64 * 1024];
    let mut length = 0;
    // Over the loopback, a small request arrives in one or two reads; only its head matters.
    while !bytes[..length].windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut bytes[length..]) {
            Ok(0) | Err(_) => break,
            Ok(read) => length += read,
        }
    }
    String::from_utf8_lossy(&bytes[..length]).into_owned()
}

fn credential(head: &str) -> &str {
    let values = head.lines().filter_map(|line| line.split_once(": "));
    let mut credentials = values.filter(|(name, _)| {
        ["x-api-key", "iplssotoken", "authorization"].contains(&name.to_lowercase().as_str())
    });
    let value = credentials
        .next()
        .map_or("nothing-was-shown", |(_, value)| value);
    value.strip_prefix("Bearer ").unwrap_or(value)
}

fn with_body(status: u16, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n{body}"
    )
    .into_bytes()
}

/// All forms in which a response may contain the credential, with their names.
pub(crate) fn reflections() -> Vec<(String, Reflection)> {
    let mut all: Vec<(String, Reflection)> = Vec::new();
    for status in [200, 204, 302, 400, 401, 503] {
        for (name, body) in BODIES {
            let make = move |secret: &str| with_body(status, JSON, &body(secret));
            all.push((format!("{status}, {name}"), Arc::new(make)));
        }
        for header in HEADERS {
            let make = move |secret: &str| {
                let line = header.replace("{}", secret);
                with_body(status, &format!("{line}\r\n"), r#"{"message": "no"}"#)
            };
            all.push((format!("{status}, {header}"), Arc::new(make)));
        }
    }
    for raw in RAW {
        let make = move |secret: &str| raw.replace("{}", secret).into_bytes();
        all.push((format!("{raw:?}"), Arc::new(make)));
    }
    all
}

const JSON: &str = "Content-Type: application/json\r\n";

type MakeBody = fn(&str) -> String;

/// Bodies that contain a secret.
const BODIES: [(&str, MakeBody); 14] = [
    ("a message", |secret| json(&["message"], secret)),
    ("an error's message", |secret| {
        json(&["error", "message"], secret)
    }),
    ("an error", |secret| json(&["error"], secret)),
    ("a description", |secret| {
        json(&["error_description"], secret)
    }),
    ("a message with base64", |secret| {
        json(&["message"], &STANDARD.encode(secret))
    }),
    ("a message with a header in base64", |secret| {
        json(&["message"], &STANDARD.encode(format!("Bearer {secret}")))
    }),
    ("a message with percent signs", |secret| {
        let encoded = secret.bytes().map(|byte| format!("%{byte:02X}"));
        json(&["message"], &encoded.collect::<String>())
    }),
    ("a message with hexadecimal digits", |secret| {
        let encoded = secret.bytes().map(|byte| format!("{byte:02x}"));
        json(&["message"], &encoded.collect::<String>())
    }),
    ("a piece", |secret| {
        json(&["message"], &format!("begins with {}", &secret[..14]))
    }),
    ("a list of products", |secret| json(&["accessList"], secret)),
    ("items", |secret| json(&["items"], secret)),
    ("a bare text", |secret| {
        serde_json::to_string(secret).unwrap()
    }),
    ("HTML", |secret| format!("<html><p>{secret}</p></html>")),
    ("no JSON", |secret| format!("{{\"token\": {secret}")),
];

/// Nested objects with a text as the innermost value.
fn json(path: &[&str], text: &str) -> String {
    let nested = path.iter().rev().fold(
        text.into(),
        |inner: serde_json::Value, key| serde_json::json!({ *key: inner }),
    );
    nested.to_string()
}

/// Headers that contain a secret.
const HEADERS: [&str; 9] = [
    "X-Request-Id: {}",
    "X-Correlation-Id: {}",
    "Retry-After: {}",
    "Location: http://127.0.0.1:1/?token={}",
    "Content-Type: {}",
    "Content-Encoding: {}",
    "Set-Cookie: session={}",
    "WWW-Authenticate: Bearer realm=\"{}\"",
    "{}: x",
];

/// Invalid and truncated responses.
const RAW: [&str; 10] = [
    "{}",
    "{}\r\n\r\n",
    "HTTP/1.1 500 {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "HTTP/1.1 {} X\r\n\r\n",
    "HTTP/{} 200 X\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n",
    "HTTP/1.1 200 OK\r\n{}\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{}\r\n",
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{\"{}\":",
    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 12\r\n\r\n{}",
];
