//! Data groups, events, jobs and rules: single ones, lists and unknown ones.

use braincube_sim::Simulator;
use serde_json::{Value, json};

use crate::client::Client;

const BASE: &str = "/braincube/demo/braincube/mb/20";

async fn demo() -> (Simulator, Client) {
    let simulator = Simulator::start().await.unwrap();
    let client = Client::new(&simulator);
    (simulator, client)
}

fn ids(list: &Value) -> Vec<u64> {
    let items = list["items"].as_array().unwrap().iter();
    items.map(|item| item["bcId"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn each_kind_is_listed_at_the_path_of_the_python_package() {
    let (_simulator, client) = demo().await;
    for (path, expected) in [
        (
            "/dataGroups/summary?offset=0&size=150",
            vec![10, 11, 12, 13],
        ),
        ("/events/all/extended?offset=1&size=2", vec![101, 102]),
        ("/jobs/all/summary", vec![573, 574, 575, 576, 577]),
        ("/rules/all/selector", vec![200, 201, 202]),
        ("/jobs/573/rules/all/summary", vec![200, 201]),
        ("/jobs/575/rules/all/summary", vec![]),
    ] {
        let list = client.get_json(&format!("{BASE}{path}")).await;
        assert_eq!(ids(&list), expected, "{path}");
    }
}

#[tokio::test]
async fn a_single_entity_has_more_keys_and_a_text_as_its_id() {
    let (_simulator, client) = demo().await;
    for (path, key) in [
        ("/dataGroups/10/extended", "variables"),
        ("/events/101/extended", "conditions"),
        ("/jobs/573/extended", "modelEntries"),
        ("/rules/200/summary", "precision"),
    ] {
        let one = client.get_json(&format!("{BASE}{path}")).await;
        assert!(
            one["bcId"].is_string() && !one[key].is_null(),
            "{path}: {one}"
        );
        assert!(one["uuid"].as_str().unwrap().contains('_'));
    }
    let job = client.get_json(&format!("{BASE}/jobs/573/extended")).await;
    assert_eq!(
        job["events"],
        json!({"positiveEvents": [{"bcId": 100}], "negativeEvents": [{"bcId": "101"}, {"bcId": 103}]})
    );
}

#[tokio::test]
async fn an_unknown_entity_is_not_found() {
    let (_simulator, client) = demo().await;
    for path in [
        "/dataGroups/573/extended",
        "/events/+100/extended",
        "/jobs/10/rules/all/summary",
        "/rules/x/summary",
    ] {
        let response = client.send("GET", &format!("{BASE}{path}"), &[], "").await;
        assert_eq!(response.status, 404, "{path}");
    }
}

#[tokio::test]
async fn entities_can_be_added() {
    let simulator = Simulator::builder()
        .job(20, r#"{"bcId": 7, "name": "Mine"}"#)
        .rule(20, r#"{"bcId": 8, "name": "Found", "job": {"bcId": 7}}"#)
        .start()
        .await
        .unwrap();
    let client = Client::new(&simulator);
    let rules = client
        .get_json(&format!("{BASE}/jobs/7/rules/all/summary"))
        .await;
    assert_eq!(ids(&rules), [8]);

    for (base, json) in [(20, "[]"), (20, "{}"), (99, r#"{"bcId": 1}"#)] {
        let error = Simulator::builder().event(base, json).start().await;
        let error = error.unwrap_err().to_string();
        assert!(error.starts_with("`event` cannot be used"), "{error}");
    }
}
