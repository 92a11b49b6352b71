//! Raw requests.

use braincube::{Client, Config, Entity as _, ErrorKind, Method};
use braincube_sim::{Fault, LoggedRequest, OAuth2Server, Simulator};
use serde_json::Value;

use crate::site::{request_lines, site};

#[tokio::test]
async fn a_get_returns_json_or_the_response() {
    let (client, _simulator) = site(Simulator::builder()).await;
    let path = "braincube/demo/braincube/mb/20/jobs/573/extended";
    let value: Value = client.request(Method::GET, path).json().await.unwrap();
    assert_eq!(value["bcId"], "573");
    let answer = client.request(Method::GET, path).send().await.unwrap();
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], "application/json");
    let job = client.braincube("demo").memory_base(20).job(573);
    let metadata = job.describe().await.unwrap().metadata().as_str().to_owned();
    assert_eq!(answer.body, metadata);
}

#[tokio::test]
async fn a_request_can_be_sent_to_the_sso_server() {
    let (client, _simulator) = site(Simulator::builder()).await;
    let me: Value = client
        .request(Method::GET, "/sso-server/ws/user/me")
        .sso()
        .json()
        .await
        .unwrap();
    assert!(me["accessList"].is_array());
}

#[tokio::test]
async fn a_post_is_sent_once_with_its_body() {
    let (client, simulator) = site(Simulator::builder()).await;
    let body = r#"{"order":"mb20/d2000001","definitions":["mb20/d2000034"],"context":{"dataSource":"mb20"}}"#;
    let query = client.request(Method::POST, "braincube/demo/braindata/mb20/LF");
    let value: Value = query.body(body).json().await.unwrap();
    assert_eq!(value["resultLength"], 9_220);
    assert_eq!(simulator.requests()[0].body(), body.as_bytes());
    assert_eq!(request_lines(&simulator).len(), 1);
}

#[tokio::test]
async fn h15_a_path_cannot_leave_the_base_url() {
    let (client, simulator) = site(Simulator::builder()).await;
    for path in [
        "http://elsewhere.example/x",
        "//elsewhere.example",
        "a/../../b",
        "a#b",
    ] {
        let error = client.request(Method::GET, path).send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Input, "{path}: {error}");
    }
    assert_eq!(request_lines(&simulator), [""; 0]);
}

#[tokio::test]
async fn a_type_error_contains_the_position_and_not_the_response() {
    let (client, _simulator) = site(Simulator::builder()).await;
    let query = client.request(Method::GET, "braincube/demo/braindata/mb20/simple");
    let error = query.json::<Vec<u8>>().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(
        error.to_string(),
        "the response does not have the requested type: line 1, column 0"
    );
}

/// A response with a byte order mark before its body.
fn marked(status: &str, body: &str) -> Fault {
    let body = format!("\u{feff}{body}");
    let head = format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\nConnection: close");
    let length = body.len();
    Fault::raw(format!("{head}\r\nContent-Length: {length}\r\n\r\n{body}").into_bytes())
}

#[tokio::test]
async fn j2_a_byte_order_mark_before_a_response_or_an_error_is_ignored() {
    let path = "braincube/demo/braindata/mb20/simple";
    let rejection = marked("400 Bad Request", r#"{"error": "no such path"}"#);
    let faults = Simulator::builder()
        .fault(marked("200 OK", r#"{"name": "mb20"}"#).times(1))
        .fault(rejection.after(1));
    let (client, simulator) = site(faults).await;
    let value: Value = client.request(Method::GET, path).json().await.unwrap();
    assert_eq!(value["name"], "mb20");
    let error = client
        .request(Method::GET, path)
        .json::<Value>()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert_eq!(error.detail(), Some("no such path"));
    assert_eq!(request_lines(&simulator).len(), 2);
}

#[tokio::test]
async fn j2_a_byte_order_mark_before_a_session_is_ignored() {
    let simulator = Simulator::builder()
        .oauth2(OAuth2Server::new())
        .fault(marked("200 OK", r#"{"token": "a-session"}"#).on("/oauth2/session"))
        .start()
        .await
        .unwrap();
    let config = Config::builder()
        .sso_base_url(simulator.sso_base_url())
        .api_base_url(simulator.api_base_url())
        .oauth2_token(simulator.oauth2_token());
    let client = Client::from_config(config.build().unwrap()).await.unwrap();
    // The simulator does not know that session; the test checks that it is sent.
    let error = client.braincubes().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    let requests = simulator.requests();
    let shown = |request: &LoggedRequest| request.header("iplssotoken") == Some("a-session");
    assert!(requests.iter().any(shown), "{error}");
}

#[tokio::test]
async fn variables_are_found_by_each_of_their_names() {
    let (client, simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let names = [
        "Agitator power",
        "DRY1.TT.103.PV",
        "Lot",
        "2000001",
        "mb20/d2000036",
    ];
    let found = dryer.find_variables(names).await.unwrap();
    let ids: Vec<_> = found.iter().map(|one| one.bcid().as_str()).collect();
    assert_eq!(ids, ["2000034", "2000038", "2000002", "2000001", "2000036"]);
    assert_eq!(
        request_lines(&simulator).len(),
        2,
        "one list, read to its end"
    );

    let error = dryer.find_variables(["Agitator powr"]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains("Agitator power"), "{error}");
}
