//! Injected faults, observed over a socket.

use std::io::Read;
use std::net::TcpStream;
use std::time::Duration;

use braincube_sim::{Fault, Simulator};

use crate::client::Client;

const LIST: &str = "/braincube/demo/braincube/mb/20/variables/summary";
const BODY: &str = "/sso-server/ws/user/me";

async fn with(fault: Fault) -> Simulator {
    Simulator::builder().fault(fault).start().await.unwrap()
}

/// Sends one request and returns all received bytes and the end of the connection.
fn raw(simulator: &Simulator, path: &str, headers: &str) -> (String, std::io::Result<usize>) {
    use std::io::Write;
    let mut socket = TcpStream::connect(simulator.address()).unwrap();
    let timeout = Some(Duration::from_millis(300));
    socket.set_read_timeout(timeout).unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nHost: x\r\nX-api-key: demo-token\r\n{headers}\r\n");
    socket.write_all(head.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    let ended = socket.read_to_end(&mut bytes);
    (String::from_utf8_lossy(&bytes).into_owned(), ended)
}

fn parts(response: &str) -> (usize, usize) {
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    (length.unwrap().parse().unwrap(), body.len())
}

#[tokio::test]
async fn a_status_is_injected_as_often_as_configured() {
    let simulator = with(Fault::status(503).on("/variables/").after(1).times(2)).await;
    let client = Client::new(&simulator);
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(client.get(LIST).await.status.as_u16());
        assert_eq!(client.get(BODY).await.status, 200);
    }
    assert_eq!(statuses, [200, 503, 503, 200, 200]);
    simulator.add_fault(Fault::throttle("7"));
    let throttled = client.get(BODY).await;
    throttled.assert_problem(429, "injected fault");
    assert_eq!(throttled.headers["retry-after"], "7");
    simulator.clear_faults();
    assert_eq!(client.get(BODY).await.status, 200);
    let logged = simulator.requests();
    assert_eq!(
        logged.iter().filter(|it| it.status() == Some(503)).count(),
        2
    );
}

#[tokio::test]
async fn other_responses_are_injected() {
    for (fault, status, content_type, text) in [
        (Fault::html(), 200, "text/html", "Maintenance"),
        (Fault::login_page(), 200, "text/html", "password"),
    ] {
        let simulator = with(fault).await;
        let response = Client::new(&simulator).get(BODY).await;
        assert_eq!(response.status, status);
        let found = response.headers["content-type"].to_str().unwrap();
        assert!(found.starts_with(content_type), "{found}");
        assert!(String::from_utf8_lossy(&response.body).contains(text));
    }
    let simulator = with(Fault::redirect("http://127.0.0.1:9/evil")).await;
    let response = Client::new(&simulator).get(BODY).await;
    assert_eq!(response.status, 302);
    assert_eq!(response.headers["location"], "http://127.0.0.1:9/evil");
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_end_as_configured() {
    let simulator = with(Fault::cut(10)).await;
    let (response, ended) = raw(&simulator, BODY, "");
    let (announced, came) = parts(&response);
    assert!(announced > came, "{response}");
    assert_eq!(came, 10);
    ended.unwrap();

    let (response, ended) = raw(&with(Fault::silent_cut(10)).await, BODY, "");
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    assert!(!head.contains("content-length"), "{head}");
    assert_eq!(body.len(), 10);
    ended.unwrap();

    let (response, ended) = raw(&with(Fault::stall(10)).await, BODY, "");
    assert_eq!(parts(&response).1, 10);
    assert_eq!(ended.unwrap_err().kind(), std::io::ErrorKind::WouldBlock);

    let (response, ended) = raw(&with(Fault::reset(0)).await, BODY, "");
    assert_eq!(response, "");
    assert_eq!(
        ended.unwrap_err().kind(),
        std::io::ErrorKind::ConnectionReset
    );

    for by in [-5_i64, 5] {
        let (response, ended) = raw(
            &with(Fault::wrong_length(by)).await,
            BODY,
            "Connection: close\r\n",
        );
        let (announced, came) = parts(&response);
        assert_eq!(
            announced,
            came.saturating_add_signed(isize::try_from(by).unwrap())
        );
        ended.unwrap();
    }

    let (response, ended) = raw(&with(Fault::raw(*b"HTTP/1.1 200 O")).await, BODY, "");
    assert_eq!(response, "HTTP/1.1 200 O");
    ended.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn responses_are_late_and_slow() {
    let simulator = with(Fault::delay(Duration::from_secs(60))).await;
    let (response, ended) = raw(&simulator, BODY, "");
    assert_eq!(response, "");
    assert_eq!(ended.unwrap_err().kind(), std::io::ErrorKind::WouldBlock);

    let simulator = with(Fault::drip(Duration::from_millis(1))).await;
    let client = Client::new(&simulator);
    assert!(client.get_json(BODY).await.is_object());
}

#[tokio::test]
async fn compressed_responses_are_truncated_or_too_large() {
    let simulator = with(Fault::truncated_gzip()).await;
    let client = Client::new(&simulator);
    for accept in [&[("Accept-Encoding", "gzip")][..], &[]] {
        let cut = client.send("GET", LIST, accept, "").await;
        assert_eq!(cut.headers["content-encoding"], "gzip");
        assert_eq!(cut.body[..2], [0x1f, 0x8b]);
    }
    let simulator = with(Fault::gzip_bomb(4)).await;
    let bomb = Client::new(&simulator).get(LIST).await;
    assert_eq!(bomb.headers["content-encoding"], "gzip");
    assert!(bomb.body.len() * 1000 < 4 << 20, "{}", bomb.body.len());
}

#[tokio::test]
async fn lists_are_capped_shifted_and_repeated() {
    let ids = async |simulator: &Simulator, query: &str| -> Vec<String> {
        let page = Client::new(simulator)
            .get_json(&format!("{LIST}?{query}"))
            .await;
        let items = page["items"].as_array().unwrap().iter();
        items.map(|item| item["bcId"].to_string()).collect()
    };
    let all = ids(
        &with(Fault::delay(Duration::ZERO)).await,
        "offset=0&size=20",
    )
    .await;
    let capped = with(Fault::page_cap(3)).await;
    assert_eq!(ids(&capped, "offset=2&size=20").await, all[2..5]);
    let growing = with(Fault::shifting_lists(1)).await;
    assert_eq!(ids(&growing, "offset=0&size=4").await, all[..4]);
    assert_eq!(ids(&growing, "offset=4&size=4").await, all[3..7]);
    let shrinking = with(Fault::shifting_lists(-1)).await;
    assert_eq!(ids(&shrinking, "offset=0&size=4").await, all[..4]);
    assert_eq!(ids(&shrinking, "offset=4&size=4").await, all[5..9]);
    let still = with(Fault::same_page()).await;
    assert_eq!(ids(&still, "offset=8&size=4").await, all[..4]);
    let whole = with(Fault::whole_list()).await;
    assert_eq!(ids(&whole, "offset=8&size=4").await, all);
}
