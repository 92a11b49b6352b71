//! The proxy, observed over a socket.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use braincube_sim::{ConnectProxy, Simulator};

/// Sends these bytes and returns the complete response.
fn ask(proxy: &ConnectProxy, text: &str) -> String {
    let mut socket = TcpStream::connect(proxy.address()).unwrap();
    let patience = Some(Duration::from_secs(10));
    socket.set_read_timeout(patience).unwrap();
    socket.write_all(text.as_bytes()).unwrap();
    let mut response = String::new();
    socket.read_to_string(&mut response).unwrap();
    response
}

const GET: &str = "GET /sso-server/ws/user/me HTTP/1.1\r\nHost: x\r\nX-api-key: demo-token\r\n\
                   Connection: close\r\n\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_tunnel_connects_to_its_destination_and_is_recorded() {
    let simulator = Simulator::start().await.unwrap();
    let proxy = ConnectProxy::start().await.unwrap();
    let connect = format!(
        "CONNECT {} HTTP/1.1\r\nHost: x\r\n\r\n",
        simulator.address()
    );
    let response = ask(&proxy, &format!("{connect}{GET}"));
    assert!(response.starts_with("HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 200 OK\r\n"));
    assert!(response.contains("accessList"), "{response}");
    let [tunnel] = &proxy.tunnels()[..] else {
        panic!("{:?}", proxy.tunnels())
    };
    assert_eq!(tunnel.destination(), simulator.address().to_string());
    assert_eq!((tunnel.head(), tunnel.status()), (&*connect, 200));
    assert_eq!(tunnel.sent(), GET.as_bytes());
    assert!(!format!("{tunnel:?}").contains("demo-token"), "{tunnel:?}");
    assert_eq!(simulator.request_count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_simulator_replaces_a_host_that_does_not_exist() {
    let simulator = Simulator::start().await.unwrap();
    let builder = ConnectProxy::builder().connect_to(simulator.address());
    let proxy = builder.start().await.unwrap();
    let connect = "CONNECT api.example.com:443 HTTP/1.1\r\n\r\n";
    assert!(ask(&proxy, &format!("{connect}{GET}")).contains("accessList"));
    assert_eq!(proxy.tunnels()[0].destination(), "api.example.com:443");
}

#[tokio::test(flavor = "multi_thread")]
async fn rejected_requests_are_recorded() {
    let connect = "CONNECT 127.0.0.1:1 HTTP/1.1\r\n";
    let proxy = ConnectProxy::builder().credentials("user", "password");
    let proxy = proxy.start().await.unwrap();
    for (text, expected) in [
        (format!("{connect}\r\n"), 407),
        (
            format!("{connect}proxy-authorization: Basic dXNlcjpvdGhlcg==\r\n\r\n"),
            407,
        ),
        ("GET http://127.0.0.1:1/ HTTP/1.1\r\n\r\n".into(), 405),
        // No server listens on this port.
        (
            format!("{connect}Proxy-Authorization: Basic dXNlcjpwYXNzd29yZA==\r\n\r\n"),
            502,
        ),
    ] {
        let response = ask(&proxy, &text);
        assert!(
            response.starts_with(&format!("HTTP/1.1 {expected} ")),
            "{response}"
        );
        assert_eq!(proxy.tunnels().last().unwrap().status(), expected);
    }
    assert!(proxy.url().starts_with("http://user:password@127.0.0.1:"));
    let shown = format!("{proxy:?} {:?}", proxy.tunnels());
    assert!(
        !shown.contains("password") && !shown.contains("dXNl"),
        "{shown}"
    );

    let proxy = ConnectProxy::builder().refuse(503).start().await.unwrap();
    assert!(ask(&proxy, &format!("{connect}\r\n")).starts_with("HTTP/1.1 503 "));
}
