//! Addresses, the wire log and the shutdown of a simulator.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use braincube_sim::{Error, Simulator};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::Client;

#[tokio::test]
async fn a_base_url_with_the_placeholder_works() {
    let simulator = Simulator::builder()
        .braincube_name("Usine é/1")
        .start()
        .await
        .unwrap();
    let mut client = Client::new(&simulator);
    let named = client
        .get_json("/braincube/Usine%20%C3%A9%2F1/braincube/mb/20/extended")
        .await;

    client.base = simulator
        .placeholder_base_url()
        .replace("{braincube-name}", "Usine%20%C3%A9%2F1");
    assert_eq!(client.get_json("/braincube/mb/20/extended").await, named);
    assert_eq!(
        client.get_json("/braindata/mb20/simple").await["name"],
        "mb20"
    );
    let body = json!({"definitions": ["mb20/d2000041"], "context": {"dataSource": "mb20"}});
    let response = client
        .send("POST", "/braindata/mb20/LF", &[], &body.to_string())
        .await;
    assert_eq!(response.cells("mb20/d2000041").len(), 9_220);
}

#[tokio::test]
async fn a_path_prefix_precedes_all_paths() {
    let simulator = Simulator::builder()
        .path_prefix("/prefix/v1.0/")
        .start()
        .await
        .unwrap();
    assert_eq!(
        simulator.api_base_url(),
        format!("{}/prefix/v1.0", simulator.url())
    );
    let mut client = Client::new(&simulator);
    client.get_json("/sso-server/ws/user/me").await;
    client
        .get_json("/braincube/demo/braincube/mb/20/extended")
        .await;
    client.get_json("/at/demo/braincube/mb/20/extended").await;
    client
        .get("/braincube/demo")
        .await
        .assert_problem(404, "this path");
    client.base = simulator.url();
    client
        .get("/sso-server/ws/user/me")
        .await
        .assert_problem(404, "this path");
}

#[tokio::test]
async fn the_configuration_is_one_line() {
    let simulator = Simulator::start().await.unwrap();
    let config = simulator.config_json();
    assert!(!config.contains('\n'));
    assert_eq!(
        serde_json::from_str::<Value>(&config).unwrap(),
        json!({
            "sso_base_url": simulator.sso_base_url(),
            "braincube_base_url": simulator.api_base_url(),
            "api_key": "demo-token",
        })
    );
    assert!(
        simulator.url().starts_with("http://127.0.0.1:"),
        "{}",
        simulator.url()
    );
    assert!(!simulator.url().ends_with('/'));
}

#[tokio::test]
async fn gzip_is_used_if_it_is_accepted() {
    let simulator = Simulator::start().await.unwrap();
    let client = Client::new(&simulator);
    let path = "/braincube/demo/braincube/mb/20/variables/summary";
    let plain = client.get(path).await;
    assert!(!plain.headers.contains_key("content-encoding"));
    let packed = client
        .send("GET", path, &[("Accept-Encoding", "gzip")], "")
        .await;
    assert_eq!(packed.headers["content-encoding"], "gzip");
    assert_eq!(packed.body[..2], [0x1f, 0x8b]);
    assert!(packed.body.len() * 2 < plain.body.len());
}

#[tokio::test]
async fn the_log_contains_the_requests() {
    let simulator = Simulator::start().await.unwrap();
    let client = Client::new(&simulator);
    client
        .get("/braincube/d%C3%A9mo/braincube/mb/all/summary?offset=0&size=150")
        .await;
    client.extract(20, &[2_000_041], &Value::Null).await;

    let requests = simulator.requests();
    assert_eq!((requests.len(), simulator.request_count()), (2, 2));
    assert_eq!(requests[0].method(), "GET");
    assert_eq!(
        requests[0].path_and_query(),
        "/braincube/d%C3%A9mo/braincube/mb/all/summary?offset=0&size=150"
    );
    assert_eq!(requests[0].header("x-API-key"), Some("demo-token"));
    assert_eq!(requests[0].status(), Some(404));
    assert_eq!(requests[1].method(), "POST");
    assert!(requests[1].body().starts_with(b"{"));
    assert_eq!(requests[1].status(), Some(200));
}

#[tokio::test]
async fn only_loopback_addresses_are_accepted_by_default() {
    let anywhere = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
    let refused = Simulator::builder()
        .bind(anywhere)
        .start()
        .await
        .unwrap_err();
    assert!(matches!(refused, Error::NotLoopback { .. }), "{refused}");

    let allowed = Simulator::builder()
        .bind(anywhere)
        .allow_any_address()
        .start()
        .await
        .unwrap();
    assert_eq!(
        allowed.url(),
        format!("http://127.0.0.1:{}", allowed.address().port())
    );

    let in_use = Simulator::builder().bind(SocketAddr::from((
        Ipv4Addr::LOCALHOST,
        allowed.address().port(),
    )));
    let error = in_use.start().await.unwrap_err();
    assert!(matches!(error, Error::Bind { .. }), "{error}");
}

#[tokio::test]
async fn shutdown_does_not_wait_for_idle_connections() {
    let simulator = Simulator::start().await.unwrap();
    let address = simulator.address();
    // A connection in the pool of the client, one without a request, and one with an incomplete request.
    let client = Client::new(&simulator);
    client.get("/sso-server/ws/user/me").await;
    let mut idle = TcpStream::connect(address).await.unwrap();
    let mut incomplete = TcpStream::connect(address).await.unwrap();
    incomplete
        .write_all(b"GET / HTTP/1.1\r\nHost:")
        .await
        .unwrap();

    let shutdown = tokio::time::timeout(Duration::from_secs(10), simulator.shutdown());
    shutdown.await.expect("shutdown must not hang");
    assert_eq!(idle.read(&mut [0; 8]).await.unwrap_or(0), 0, "closed");
    assert!(
        TcpStream::connect(address).await.is_err(),
        "the socket is closed"
    );
}

#[tokio::test]
async fn a_dropped_simulator_closes_its_connections() {
    let simulator = Simulator::start().await.unwrap();
    let mut open = TcpStream::connect(simulator.address()).await.unwrap();
    open.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    let mut byte = [0];
    open.read_exact(&mut byte).await.unwrap();
    drop(simulator);
    let mut rest = Vec::new();
    // Both a regular end and a reset close the connection.
    let ended = tokio::time::timeout(Duration::from_secs(10), open.read_to_end(&mut rest)).await;
    assert!(ended.is_ok(), "the connection is still open");
}

#[test]
fn a_simulator_may_be_shared() {
    fn assert_shared<T: Send + Sync + std::fmt::Debug + 'static>() {}
    assert_shared::<Simulator>();
    assert_shared::<Error>();
}
