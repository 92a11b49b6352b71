//! `LF`: columns in the order of the service, and malformed requests.

use braincube_sim::Simulator;
use serde_json::{Value, json};

use crate::client::{Client, Response};
use crate::record;

const LF: &str = "/braincube/demo/braindata/mb20/LF";

async fn post(client: &Client, body: &Value) -> Response {
    client.send("POST", LF, &[], &body.to_string()).await
}

#[tokio::test]
async fn each_cell_is_the_text_of_the_record() {
    let simulator = Simulator::start().await.unwrap();
    let variables: Vec<u64> = [1, 2, 3]
        .into_iter()
        .chain(31..=41)
        .map(|id| 2_000_000 + id)
        .collect();
    let response = Client::new(&simulator)
        .extract(20, &variables, &Value::Null)
        .await;
    let rows = record::rows();
    for variable in variables {
        let expected: Vec<String> = rows.iter().map(|row| row.text(variable)).collect();
        assert!(
            response.cells(&format!("mb20/d{variable}")) == expected,
            "{variable}"
        );
    }
}

#[tokio::test]
async fn columns_are_in_the_order_of_the_service_without_duplicates() {
    let simulator = Simulator::start().await.unwrap();
    let variables = [2_000_001, 2_000_040, 2_000_002, 2_000_040];
    let filter = json!({"LESS": ["mb20/d2000001", "20231002_060200"]});
    let response = Client::new(&simulator)
        .extract(20, &variables, &filter)
        .await;
    assert_eq!(
        String::from_utf8_lossy(&response.body),
        concat!(
            r#"{"resultLength":2,"datadefs":["#,
            r#"{"id":"mb20/d2000040","type":"NUMERIC","data":["19.614","20.247"]},"#,
            r#"{"data":["B01","B01"],"id":"mb20/d2000002","type":"DISCRETE"},"#,
            r#"{"id":"mb20/d2000001","type":"DATETIME","data":["20231002_060000","20231002_060100"]}"#,
            r#"]}"#,
        )
    );
    assert_eq!(response.headers["content-type"], "application/json");
}

#[tokio::test]
async fn j7_a_broken_variable_has_no_data() {
    let simulator = Simulator::builder()
        .broken_variable(20, 2_000_041)
        .start()
        .await
        .unwrap();
    let variables = [2_000_001, 2_000_041];
    let response = Client::new(&simulator)
        .extract(20, &variables, &Value::Null)
        .await;
    let columns = &response.json()["datadefs"];
    assert_eq!(
        columns[0],
        json!({"id": "mb20/d2000041", "type": "NUMERIC"})
    );
    assert_eq!(columns[1]["data"].as_array().unwrap().len(), 9_220);
}

#[tokio::test]
async fn rows_are_sorted_by_the_requested_variable() {
    let simulator = Simulator::start().await.unwrap();
    let client = Client::new(&simulator);
    let filter = json!({"EQUALS": ["mb20/d2000002", ["B02", "B01"]]});
    let by_temperature = client
        .extract(20, &[record::DRYER_TEMPERATURE, record::DATE], &filter)
        .await;

    let mut rows = record::rows();
    rows.retain(|row| ["B01", "B02"].contains(&row.text(record::BATCH).as_str()));
    rows.sort_by(|left, right| {
        let key = |row: &record::Row| row.value(record::DRYER_TEMPERATURE);
        key(left).total_cmp(&key(right))
    });
    let dates: Vec<String> = rows.iter().map(|row| row.text(record::DATE)).collect();
    assert_eq!(by_temperature.cells("mb20/d2000001"), dates);
}

#[tokio::test]
async fn an_invalid_body_is_rejected_with_a_reason() {
    let simulator = Simulator::start().await.unwrap();
    let client = Client::new(&simulator);
    let good = json!({
        "order": "mb20/d2000001",
        "definitions": ["mb20/d2000040"],
        "context": {"dataSource": "mb20"},
    });
    assert_eq!(post(&client, &good).await.status, 200);

    for (pointer, value, reason) in [
        ("/definitions", json!([]), "no definitions"),
        (
            "/definitions",
            json!("mb20/d2000040"),
            "the body is not an extraction",
        ),
        (
            "/definitions/0",
            json!("mb20/d7"),
            "the memory base mb20 has no variable \"mb20/d7\"",
        ),
        (
            "/definitions/0",
            json!("mb21/d2000040"),
            "has no variable \"mb21/d2000040\"",
        ),
        (
            "/definitions/0",
            json!("2000040"),
            "has no variable \"2000040\"",
        ),
        ("/order", json!("mb20/d7"), "has no variable \"mb20/d7\""),
        ("/context", json!({}), "missing field `dataSource`"),
        (
            "/context/dataSource",
            json!("mb21"),
            "\"mb21\" is not the memory base of the path",
        ),
        (
            "/context",
            json!({"dataSource": "mb20", "filter": []}),
            "filter: expected an object",
        ),
        (
            "/context",
            json!({"dataSource": "mb20", "filter": {"LESS": ["mb20/d7", 1]}}),
            "has no variable \"mb20/d7\"",
        ),
    ] {
        let mut body = good.clone();
        *body.pointer_mut(pointer).unwrap() = value;
        post(&client, &body).await.assert_problem(400, reason);
    }
    for text in ["", "{", "[]", "\u{1}"] {
        let response = client.send("POST", LF, &[], text).await;
        response.assert_problem(400, "the body is not an extraction");
    }
}

#[tokio::test]
async fn bodies_of_many_megabytes_are_read() {
    let simulator = Simulator::start().await.unwrap();
    let client = Client::new(&simulator);
    let labels: Vec<String> = (0..400_000)
        .map(|number| format!("label {number}"))
        .collect();
    let filter = json!({"EQUALS": ["mb20/d2000002", labels]});
    let response = client.extract(20, &[record::DATE], &filter).await;
    assert!(response.cells("mb20/d2000001").is_empty());

    let too_large = " ".repeat(64 * 1024 * 1024 + 1);
    client
        .send("POST", LF, &[], &too_large)
        .await
        .assert_problem(413, "67108864 bytes");
}

#[tokio::test]
async fn a_filter_nested_too_deep_is_rejected_and_the_simulator_continues() {
    let simulator = Simulator::start().await.unwrap();
    let client = Client::new(&simulator);
    let filter = r#"{"NOT":["#.repeat(200_000);
    let close = "]}".repeat(200_000);
    let body = format!(
        r#"{{"definitions":["mb20/d2000001"],"context":{{"dataSource":"mb20","filter":{filter}1{close}}}}}"#
    );
    let response = client.send("POST", LF, &[], &body).await;
    response.assert_problem(400, "nested more than");
    let unknown_key = format!(
        r#"{{"definitions":[],"context":1,"x":{}1{}}}"#,
        "[".repeat(200_000),
        "]".repeat(200_000)
    );
    let response = client.send("POST", LF, &[], &unknown_key).await;
    response.assert_problem(400, "the body is not an extraction");
    assert_eq!(client.get("/sso-server/ws/user/me").await.status, 200);
}
