//! The origins to which a personal access token is sent.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use braincube::auth::PersonalAccessToken;
use braincube::transport::{AllowedOrigins, ErrorKind as TransportErrorKind, Transport};
use braincube::{Client, Config, ErrorKind};
use braincube_sim::Simulator;
use bytes::Bytes;
use http::Request;

use crate::site::site;

/// A local server that sends the same response on every connection, and counts them.
struct Server {
    base: String,
    connections: Arc<AtomicUsize>,
}

impl Server {
    fn start(response: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&connections);
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                counted.fetch_add(1, Ordering::SeqCst);
                // Over the loopback, the head of a small request arrives in one read.
                let _ = stream.read(&mut [0; 16 * 1024]);
                let _ = stream.write_all(response.as_bytes());
            }
        });
        Self { base, connections }
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// A server that must not receive a request.
fn evil() -> Server {
    Server::start("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}".into())
}

#[tokio::test]
async fn a_personal_access_token_is_sent_with_every_request_to_both_servers() {
    let (client, simulator) = site(Simulator::builder().token("pat")).await;
    client.braincubes().await.unwrap();
    let dryer = client.braincube("demo").memory_base(20);
    dryer.data([2_000_034_u64]).fetch().await.unwrap();
    let requests = simulator.requests();
    assert_eq!(requests.len(), 3);
    for request in requests {
        assert_eq!(request.header("x-api-key"), Some("pat"));
        assert_eq!(request.header("iplssotoken"), None);
        assert_eq!(request.header("authorization"), None);
    }
}

#[tokio::test]
async fn l5_no_credential_is_redirected_to_another_origin() {
    for status in [301, 302, 303, 307, 308] {
        let evil = evil();
        let server = Server::start(format!(
            "HTTP/1.1 {status} X\r\nLocation: {}/sso-server/ws/user/me\r\nContent-Length: 0\r\n\
             Connection: close\r\n\r\n",
            evil.base
        ));
        let config = Config::builder()
            .sso_base_url(&server.base)
            .api_base_url(&server.base);
        for config in [config.clone().api_key("pat"), config.oauth2_token("access")] {
            let client = Client::from_config(config.build().unwrap()).await.unwrap();
            let error = client.braincubes().await.unwrap_err();
            assert_eq!(
                error.kind(),
                ErrorKind::RedirectBlocked,
                "{status}: {error}"
            );
        }
        assert_eq!(server.connections(), 2, "{status}: a redirect is final");
        assert_eq!(evil.connections(), 0, "{status}");
    }
}

#[tokio::test]
async fn l5_no_request_is_sent_to_an_origin_that_is_not_configured() {
    let (server, evil) = (evil(), evil());
    let tokens = Arc::new(PersonalAccessToken::new("pat").unwrap());
    let origins = AllowedOrigins::new([&server.base]).unwrap();
    let transport = Transport::builder(tokens, origins).build().unwrap();
    let user_info = evil.base.replace("http://", &format!("{}@", server.base));
    for uri in [
        &evil.base,
        &evil.base.replace("127.0.0.1", "localhost"),
        &user_info,
    ] {
        let request = Request::get(uri).body(Bytes::new()).unwrap();
        let error = transport.read(request).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Input, "{uri}: {error}");
    }
    assert_eq!((server.connections(), evil.connections()), (0, 0));
}
